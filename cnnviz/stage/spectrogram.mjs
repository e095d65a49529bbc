// The network's own input, with the second it looks at boxed. Pointing at it moves the playhead.

import { hzAt, hzText, melTicks, numberText, timeText, timeTicks } from "./axes.mjs";
import { boxOf, placeOf, timeAt } from "./clock.mjs";
import { drawArray } from "./draw.mjs";
import { axisMark, make, say } from "./elements.mjs";
import LOOKS from "./looks.json" with { type: "json" };

const { time_mark: TIME_MARK_PX, hz_mark: HZ_MARK_PX } = LOOKS.axes;

/** Make the panel. `seek(time)` follows the pointer, `settle()` comes when it lets go. */
export function makeSpectrogram({ seek, settle }) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const [before, after] = [make("div", { class: "shade" }), make("div", { class: "shade after" })];
  const box = make("div", { class: "box" });
  const playhead = make("div", { class: "playhead" });
  const hint = make("div", { class: "hint" });
  const plot = make(
    "div",
    {
      class: "plot",
      role: "slider",
      tabindex: 0,
      "aria-label": "Playhead on the mel-spectrogram",
      "aria-valuemin": 0,
      title: "Click or drag to move the playhead; the box is the window, the network's input at this moment",
    },
    canvas, before, after, box, playhead, hint,
  );
  const [hz, seconds] = [make("div", { class: "axis y" }), make("div", { class: "axis x" })];
  const units = make("div", { class: "unit" }, "Hz");
  const root = make("section", { class: "spectrogram", "aria-label": "Mel-spectrogram" }, units, hz, plot, seconds);
  let model = null;

  const placeIn = (event) => {
    const area = plot.getBoundingClientRect();
    return [(event.clientX - area.left) / area.width, 1 - (event.clientY - area.top) / area.height];
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    seek(timeAt(model, placeIn(event)[0]));
  });
  plot.addEventListener("pointermove", (event) => {
    const [x, y] = placeIn(event);
    const time = timeAt(model, x);
    say(hint, readingAt(model, { time, height: y }));
    if (plot.hasPointerCapture(event.pointerId)) seek(time);
  });
  plot.addEventListener("pointerup", settle);
  plot.addEventListener("pointercancel", settle);

  function show(next, ramp) {
    model = next;
    plot.setAttribute("aria-valuemax", model.clip.seconds.toFixed(2));
    const { frames, mels } = model.spectrogram;
    [canvas.width, canvas.height] = [frames, mels];
    const layers = model.arrays.filter(({ over }) => over === "input");
    for (const array of layers) drawArray(canvas.getContext("2d"), array, { ramp });
    arrange();
  }

  function arrange() {
    if (!model || !plot.clientWidth) return;
    const { mels, mel_hz: melHz } = model.spectrogram;
    const ticks = timeTicks([0, model.clip.seconds], plot.clientWidth / TIME_MARK_PX);
    seconds.replaceChildren(...ticks.map((time) => axisMark(placeOf(model, time), `${time} s`, "x")));
    const apart = (HZ_MARK_PX * mels) / plot.clientHeight;
    hz.replaceChildren(
      ...melTicks(melHz, apart).map((tick) => axisMark((tick.band + 0.5) / mels, tick.text, "y")),
    );
  }

  function move(time, { quiet }) {
    playhead.style.transform = `translateX(${placeOf(model, time) * 100}%)`;
    if (quiet) return;
    plot.setAttribute("aria-valuenow", time.toFixed(2));
    plot.setAttribute("aria-valuetext", timeText(time));
  }

  function paint(window) {
    // Transforms are moved without a new layout of the page; their percents are of the own width.
    const [left, right] = boxOf(model, window);
    box.style.width = `${((right - left) * 100).toFixed(3)}%`;
    box.style.transform = `translateX(${(100 * left) / (right - left)}%)`;
    before.style.transform = `scaleX(${left})`;
    after.style.transform = `scaleX(${1 - right})`;
  }

  return { root, show, arrange, move, paint };
}

// Loudness is in the units that the network is fed: log-mel, standardised.
function readingAt({ frame_s: frameS, spectrogram }, { time, height }) {
  const { frames, mels, mel_hz: melHz, codes, low, high, unit } = spectrogram;
  const frame = Math.min(frames - 1, Math.round(time / frameS));
  const mel = Math.max(0, Math.min(mels - 1, Math.floor(height * mels)));
  const value = low + (codes[frame * mels + mel] * (high - low)) / 255;
  const hz = hzText(hzAt(melHz, height * mels - 0.5));
  return `${timeText(time)} · ${hz} · ${numberText(value)} ${unit}`;
}
