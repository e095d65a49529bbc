// One filter, large: its map with axes and numbers, and its course over the whole clip.

import { bandOf, hzText, melTicks, numberText, timeText, timeTicks } from "./axes.mjs";
import { centreOf, columnTime } from "./clock.mjs";
import { filterRange, limitsOf } from "./colour.mjs";
import { valueOf } from "./decode.mjs";
import { makeAtlas, writeMap } from "./draw.mjs";
import { axisMark, iconButton, make, say } from "./elements.mjs";
import { colourBar } from "./colour_bar.mjs";
import LOOKS from "./looks.json" with { type: "json" };
import { alternative, isInside, peakText, rowHz, titleOf } from "./summary.mjs";
import { makeTrace } from "./trace.mjs";

const { map_times: MAP_TIMES, hz_mark: HZ_ROOM_PX } = LOOKS.axes;

/** Make the panel. `close()` and `walk({ by })` answer its buttons; `seek` and `settle` its curve. */
export function makeTile({ close, walk, seek, settle }) {
  const title = make("h3", {});
  const facts = make("p", { class: "facts" });
  const canvas = make("canvas", { "aria-hidden": "true" });
  const inner = make("div", { class: "window", title: "The window itself; what lies outside comes from padding and counts in no range, mean or peak" });
  const plot = make("div", { class: "plot" }, canvas, inner);
  const [hz, seconds] = [make("div", { class: "axis y" }), make("div", { class: "axis x" })];
  const map = make("div", { class: "map" }, make("div", { class: "unit" }, "Hz"), hz, plot, seconds);
  const pointer = make("p", { class: "pointer" });
  const bar = make("div", { class: "colour-bar" });
  const trace = makeTrace({ seek, settle });
  const buttons = make(
    "div", { class: "buttons" },
    iconButton("previous", "Previous tile (,)", () => walk({ by: -1 })),
    iconButton("next", "Next tile (.)", () => walk({ by: 1 })),
    iconButton("close", "Close (Esc)", close),
  );
  const root = make(
    "section",
    { class: "opened", role: "dialog", "aria-label": "Filter", tabindex: -1, hidden: true },
    make("header", {}, title, buttons), facts, bar, map, pointer, trace.root,
  );
  let [model, source, filter, atlas, shown, spot, single] = [null, null, null, null, null, null, false];

  plot.addEventListener("pointermove", (event) => {
    const area = plot.getBoundingClientRect();
    const { frames, mels } = model.layer;
    spot = {
      column: inside(((event.clientX - area.left) / area.width) * frames, frames),
      row: inside((1 - (event.clientY - area.top) / area.height) * mels, mels),
    };
    point();
  });
  plot.addEventListener("pointerleave", () => {
    spot = null;
    point();
  });

  function open({ model: next, source: from, filter: chosen, facts: known, course }) {
    [model, source, filter, spot] = [next, from, chosen, null];
    const { layer } = model;
    single = layer.frames * layer.mels === 1;
    map.hidden = pointer.hidden = single;
    root.hidden = false;
    root.classList.toggle("single", single);
    root.setAttribute("aria-label", alternative(known));
    say(title, titleOf(model, filter));
    say(facts, factsText(known, { single }));
    atlas = makeAtlas(layer.frames, layer.mels);
    [canvas.width, canvas.height] = [layer.frames, layer.mels];
    const [start, end] = [filter * model.windows, (filter + 1) * model.windows];
    const [means, peaks] = [course.means.subarray(start, end), course.peaks.subarray(start, end)];
    Object.assign(inner.style, windowPlace(model));
    trace.show({ model, range: filterRange(model, filter), single, means, peaks });
  }

  function recolour({ ramp, scale }) {
    if (filter === null) return;
    const limits = limitsOf(model, { scale, filter });
    const meaning = model.scales[scale].low === null ? "this filter" : "whole layer";
    bar.replaceChildren(...colourBar(limits, ramp), make("span", { class: "unit" }, meaning));
  }

  function arrange({ columns, height, openedHeight }) {
    root.style.setProperty("--height", `${openedHeight}px`);
    root.style.setProperty("--over", `${openedHeight - height}px`);
    root.classList.toggle("wide", columns === 2 && !single);
    if (filter !== null && !single) hz.replaceChildren(...hzMarks(model, plot.clientHeight));
  }

  function move(time) {
    if (filter !== null) trace.move(time);
  }

  function paint(window, coloursFor) {
    if (filter === null) return;
    shown = window;
    trace.read(window);
    if (single) return;
    const { frames, mels } = model.layer;
    const maps = source.at(window);
    if (!maps) return;
    const map = { codes: maps.codes, start: maps.startOf(filter), frames, mels };
    writeMap({ ...atlas, at: 0 }, map, { colours: coloursFor(maps.ranges), first: filter * 256 });
    atlas.context.putImageData(atlas.image, 0, 0);
    canvas.getContext("2d").drawImage(atlas.canvas, 0, 0);
    seconds.replaceChildren(...timeMarks(model, window));
    point();
  }

  // Under the pointer the picture runs on, so the number is read again at every picture.
  function point() {
    const maps = spot && source.at(shown);
    if (!maps) return say(pointer, "Point at the map, or touch it, to read an activation.");
    const place = spot.column * model.layer.mels + spot.row;
    const code = maps.codes[maps.startOf(filter) + place];
    const value = numberText(valueOf(maps.ranges, { filter, code }));
    const time = timeText(columnTime(model, { window: shown, column: spot.column }));
    if (!isInside(model, spot)) return say(pointer, `${value} at ${time}, in the border made by padding`);
    return say(pointer, `${value} at ${time}, ${hzText(rowHz(model, spot.row))}`);
  }

  function shut() {
    root.hidden = true;
    filter = null;
  }

  // The panel, not its button: on a button a space would close what it should let play.
  const focus = () => root.focus({ preventScroll: true });
  const reveal = () => root.scrollIntoView({ block: "nearest" });
  return { root, open, recolour, arrange, move, paint, close: shut, focus, reveal, filter: () => filter };
}

function factsText(facts, { single }) {
  const { dead, low, high, mean } = facts;
  if (dead) return `Dead in this clip: it stays at ${numberText(low)}.`;
  const where = single ? "In this clip" : "In this clip, inside the dashed frame,";
  return `${where} from ${numberText(low)} to ${numberText(high)}, mean ${numberText(mean)}; ${peakText(facts)}.`;
}

/** Where the window's own frames and mel bands lie on a map. */
function windowPlace({ layer, window_frames: length, spectrogram }) {
  const edge = (place, start, step, count) => ((place - start) / step + 0.5) / count;
  const x = (frame) => edge(frame, layer.frame_start, layer.frame_step, layer.frames);
  const y = (mel) => edge(mel, layer.mel_start, layer.mel_step, layer.mels);
  const percent = (part) => `${(100 * Math.max(0, Math.min(1, part))).toFixed(2)}%`;
  return {
    left: percent(x(-0.5)),
    right: percent(1 - x(length - 0.5)),
    bottom: percent(y(-0.5)),
    top: percent(1 - y(spectrogram.mels - 0.5)),
  };
}

function inside(place, count) {
  return Math.max(0, Math.min(count - 1, Math.floor(place)));
}

/** Marks of round frequencies beside a map. */
function hzMarks(model, height) {
  const { mel_hz: melHz } = model.spectrogram;
  const { mels, mel_start: start, mel_step: step } = model.layer;
  return melTicks(melHz, (HZ_ROOM_PX * mels * step) / height)
    .map(({ hz, text }) => [((bandOf(melHz, hz) - start) / step + 0.5) / mels, text])
    .filter(([place]) => place >= 0 && place <= 1)
    .map(([place, text]) => axisMark(place, text, "y"));
}

/** Marks of round moments below a map; they travel with the sound. */
function timeMarks(model, window) {
  const { frames, frame_step: step } = model.layer;
  const left = columnTime(model, { window, column: -0.5 });
  const right = left + frames * step * model.frame_s;
  return timeTicks([left, right], MAP_TIMES)
    .filter((time) => time >= 0)
    .map((time) => axisMark((time - left) / (right - left), `${time.toFixed(1)} s`, "x"));
}
