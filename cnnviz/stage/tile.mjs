// One filter, large: its map with axes and numbers, and its course over the whole clip.

import { bandOf, hzText, melTicks, numberText, timeText, timeTicks } from "./axes.mjs";
import { centreOf, columnTime } from "./clock.mjs";
import { filterRange, layerRange } from "./colour.mjs";
import { mapStart, segmentOf, valueOf } from "./decode.mjs";
import { makeAtlas, writeMap } from "./draw.mjs";
import { axisMark, iconButton, make, say } from "./elements.mjs";
import { colourBar } from "./legend.mjs";
import { alternative, rowHz } from "./summary.mjs";
import { makeTrace } from "./trace.mjs";

const MAP_TIMES = 5;
const HZ_ROOM_PX = 22;

/** Make the panel. `close()` answers its button; `seek` and `settle` its curve. */
export function makeTile({ close, seek, settle }) {
  const title = make("h3", {});
  const facts = make("p", { class: "facts" });
  const canvas = make("canvas", { "aria-hidden": "true" });
  const plot = make("div", { class: "plot" }, canvas);
  const [hz, seconds] = [make("div", { class: "axis y" }), make("div", { class: "axis x" })];
  const map = make("div", { class: "map" }, make("div", { class: "unit" }, "Hz"), hz, plot, seconds);
  const pointer = make("p", { class: "pointer" });
  const bar = make("div", { class: "colour-bar" });
  const trace = makeTrace({ seek, settle });
  const closer = iconButton("close", "Close (Esc)", close);
  const root = make(
    "section",
    { class: "opened", role: "dialog", "aria-label": "Filter", hidden: true },
    make("header", {}, title, closer), facts, bar, map, pointer, trace.root,
  );
  let [model, filter, atlas, shown, spot] = [null, null, null, null, null];

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

  function show({ model: next, filter: chosen, facts: found, course, ramp, scale }) {
    [model, filter, spot] = [next, chosen, null];
    const { layer } = model;
    const single = layer.frames * layer.mels === 1;
    root.hidden = false;
    root.setAttribute("aria-label", alternative(found));
    say(title, `Filter ${filter} of ${layer.name}`);
    say(facts, factsText(found));
    const range = scale === "layer" ? layerRange(model) : filterRange(model, filter);
    const meaning = scale === "layer" ? "activation, whole layer" : "activation, this filter";
    bar.replaceChildren(...colourBar(range, ramp), make("span", { class: "unit" }, meaning));
    map.hidden = single;
    pointer.hidden = single;
    root.classList.toggle("single", single);
    atlas = makeAtlas(layer.frames, layer.mels);
    [canvas.width, canvas.height] = [layer.frames, layer.mels];
    trace.show({ model, range: filterRange(model, filter), single, ...course });
    hz.replaceChildren(...hzMarks(model, plot.clientHeight));
    closer.focus({ preventScroll: true });
  }

  function paint(window, colours) {
    if (root.hidden) return;
    shown = window;
    const { frames, mels } = model.layer;
    const segment = segmentOf(model, window);
    const start = mapStart(model, segment, { filter, window });
    writeMap({ ...atlas, at: 0 }, { codes: segment.codes, start, frames, mels }, { colours, first: filter * 256 });
    atlas.context.putImageData(atlas.image, 0, 0);
    canvas.getContext("2d").drawImage(atlas.canvas, 0, 0);
    seconds.replaceChildren(...timeMarks(model, window), make("span", { class: "end" }, "s"));
    trace.move(centreOf(model, window), window);
    point();
  }

  // Under the pointer the picture runs on, so the number is found anew at every picture.
  function point() {
    if (!spot) return say(pointer, "Point at the map to read an activation.");
    const segment = segmentOf(model, shown);
    const place = spot.column * model.layer.mels + spot.row;
    const code = segment.codes[mapStart(model, segment, { filter, window: shown }) + place];
    const value = numberText(valueOf(segment, { filter, code }));
    const time = timeText(columnTime(model, { window: shown, column: spot.column }));
    return say(pointer, `${value} at ${time}, ${hzText(rowHz(model, spot.row))}`);
  }

  const hide = () => {
    root.hidden = true;
    filter = null;
  };
  return { root, show, paint, hide, filter: () => filter };
}

function factsText({ dead, low, high, mean, peak, time, hz }) {
  if (dead) return `Dead in this clip: it stays at ${numberText(low)}.`;
  const near = hz === null ? "" : ` near ${hzText(hz)}`;
  return (
    `In this clip from ${numberText(low)} to ${numberText(high)}, mean ${numberText(mean)}; ` +
    `peak ${numberText(peak)} at ${timeText(time)}${near}.`
  );
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
    .map((time) => axisMark((time - left) / (right - left), time.toFixed(1), "x"));
}
