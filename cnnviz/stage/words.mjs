// What the stage says of itself: which clip, what the network says of it, notes, errors.

import { timeText } from "./axes.mjs";
import { makeCredit } from "./credit.mjs";
import { make, say } from "./elements.mjs";
import { nowWords, subline, verdictWords } from "./summary.mjs";

const KEYS =
  "Keys: space plays and pauses, ← → step a frame (with shift ten), Home and End jump, + − size the " +
  "tiles, Enter opens one, ↑ ↓ , . walk from tile to tile, P presents the stage alone, ? lists the keys, Esc closes.";

/** Make the words; `waiting` is to stand in the grid's place, `keys` below it. */
export function makeWords() {
  const title = make("h2", {});
  const about = make("span", {});
  const [verdict, now, time] = [make("span", {}), make("span", {}), make("span", {})];
  const line = make("p", { class: "headline" }, verdict, make("span", { class: "now" }, now, time));
  const notes = make("p", { class: "notes" });
  const credit = makeCredit();
  const spoken = make("p", { class: "unseen", "aria-live": "polite" });
  const error = make("p", { class: "error", role: "alert", hidden: true });
  const waiting = make("p", { class: "waiting" }, "The clip is opening…");
  const keys = make("p", { class: "keys", hidden: true }, KEYS);
  const source = make("div", { class: "source" }, notes, credit.root);
  const root = make("div", {}, make("div", { class: "which" }, title, about), line, source, spoken, error);
  let model = null;

  function show(next) {
    model = next;
    const pieces = model.verdict ? verdictWords(model) : [["The network is loading", false]];
    say(title, model.clip.title);
    say(about, subline(model).map((part) => ` · ${part}`).join(""));
    verdict.replaceChildren(...pieces.map(([text, isNamed]) => (isNamed ? make("b", {}, text) : text)));
    verdict.append(" ·");
    say(now, "");
    say(spoken, [model.clip.title, pieces.map(([text]) => text).join(""), ...subline(model)].join(", "));
    say(notes, model.notes.join(" · "));
    credit.show(model);
    say(waiting, "The network is loading…");
    waiting.hidden = Boolean(model.layer);
    keys.hidden = !model.layer;
    error.hidden = true;
  }

  function paint(window) {
    if (model.verdict) say(now, `${nowWords(model, window)} · `);
  }

  function fail(cause) {
    error.hidden = false;
    say(error, `This clip cannot be shown: ${cause.message}`);
  }

  return { root, waiting, keys, show, paint, fail, move: (moment) => say(time, timeText(moment)) };
}
