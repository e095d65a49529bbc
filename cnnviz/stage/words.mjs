// What the stage says of itself: the line above, notes, a sentence for screen readers, errors.

import { timeText } from "./axes.mjs";
import { make, say } from "./elements.mjs";
import { headline } from "./summary.mjs";

const KEYS =
  "Keys: space plays and pauses, ← → step a frame (with shift ten), Home and End jump, + − size the " +
  "tiles, Enter opens one, ↑ ↓ , . walk from tile to tile, Esc closes.";

/** Make the words; `waiting` is to stand in the grid's place, `keys` below it. */
export function makeWords() {
  const time = make("span", { class: "moment" });
  const line = make("p", { class: "headline" });
  const notes = make("p", { class: "notes" });
  const spoken = make("p", { class: "unseen", "aria-live": "polite" });
  const error = make("p", { class: "error", role: "alert", hidden: true });
  const waiting = make("p", { class: "waiting" }, "The clip is opening…");
  const keys = make("p", { class: "keys", hidden: true }, KEYS);
  const root = make("div", {}, line, notes, spoken, error);

  function show(model) {
    const [first, ...others] = headline(model);
    line.replaceChildren(make("b", {}, first), ` · ${others.join(" · ")} · `, time);
    say(spoken, [first, ...others].join(", "));
    say(notes, model.notes.join(" "));
    say(waiting, "The network is loading…");
    waiting.hidden = Boolean(model.layer);
    keys.hidden = !model.layer;
    error.hidden = true;
  }

  function fail(cause) {
    error.hidden = false;
    say(error, `This clip cannot be shown: ${cause.message}`);
  }

  return { root, waiting, keys, show, fail, move: (moment) => say(time, timeText(moment)) };
}
