// The line under the spectrogram: play, step, time, speed, loop.

import { timeText } from "./axes.mjs";
import { copyButton } from "./copying.mjs";
import { choice, icon, iconButton, make, say } from "./elements.mjs";
import { SPEEDS } from "./settings.mjs";
import { isOwn } from "./summary.mjs";

const PRESENT = "Present: the stage alone, larger (P)";

/** Make the line. `act` names what each control does. */
export function makeTransport(act) {
  const play = iconButton("play", "Play (space)", act.toggle);
  play.classList.add("play");
  const bar = make("input", {
    type: "range", min: 0, step: "any", value: 0, class: "time", "aria-label": "Time",
    title: "Drag to move the playhead",
    oninput: () => act.seek(Number(bar.value)),
    onchange: act.settle,
    onpointerdown: () => act.hold(true),
    onpointerup: () => act.hold(false),
    onpointercancel: () => act.hold(false),
  });
  const readout = make("output", { class: "readout", "aria-live": "off" });
  const speed = choice(
    "Speed",
    "Slower than the recording; the pitch stays where the browser can keep it",
    SPEEDS.map((value) => [value, `${value}×`]),
    (value) => act.set({ speed: Number(value) }),
  );
  const loop = iconButton("loop", "Loop: play again from the start at the end", () =>
    act.set({ loop: loop.getAttribute("aria-pressed") !== "true" }),
  );
  const link = copyButton("Copy link", { text: () => act.address(), asked: "The link to this moment:" });
  const keys = iconButton("keys", "Keys (?)", act.help);
  keys.classList.add("keys-button");
  const present = iconButton("present", PRESENT, act.present);
  const root = make(
    "div",
    { class: "transport", role: "group", "aria-label": "Playback" },
    play,
    iconButton("back", "One frame back (←)", () => act.step({ by: -1 })),
    iconButton("forward", "One frame forward (→)", () => act.step({ by: 1 })),
    bar, readout, speed.root, loop, link, keys, present,
  );
  let [model, shown] = [null, false];

  function show(next) {
    model = next;
    bar.max = model.clip.seconds;
    const own = isOwn(model);
    link.disabled = own;
    link.title = own
      ? "A sound of your own stays in this session: it cannot be linked"
      : "Copy a link that opens this clip, layer, filter and frame, looking as it does now";
  }

  function set(settings) {
    speed.select.value = settings.speed;
    loop.setAttribute("aria-pressed", settings.loop);
  }

  /** Say whether the stage is presented, and whether the keys are listed. */
  function mark({ presented, listed }) {
    const title = presented ? "Leave Present (P or Esc)" : PRESENT;
    present.title = title;
    present.setAttribute("aria-label", title);
    present.setAttribute("aria-pressed", presented);
    keys.setAttribute("aria-pressed", listed);
  }

  function move(time, { window, playing }) {
    bar.value = time;
    bar.style.setProperty("--done", `${(100 * time) / model.clip.seconds}%`);
    say(readout, `${timeText(time)} · frame ${window}/${model.windows - 1}`);
    // While it plays, a screen reader on the bar would never come to an end.
    if (!playing) bar.setAttribute("aria-valuetext", readout.textContent);
    if (playing !== shown) name(playing);
    shown = playing;
  }

  function name(playing) {
    const title = playing ? "Pause (space)" : "Play (space)";
    play.replaceChildren(icon(playing ? "pause" : "play"));
    play.title = title;
    play.setAttribute("aria-label", title);
  }

  return { root, show, set, mark, move };
}
