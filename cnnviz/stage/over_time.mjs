// The prediction over time: one row for each class, on the spectrogram's own time axis. The line
// runs with the sound; pointing moves the playhead.

import { timeText, timeTicks } from "./axes.mjs";
import { centreOf, placeOf, timeAt, windowAt } from "./clock.mjs";
import { rampOf } from "./colour.mjs";
import { colourBar } from "./colour_bar.mjs";
import { makeAtlas } from "./draw.mjs";
import { axisMark, make, say } from "./elements.mjs";
import LOOKS from "./looks.json" with { type: "json" };

const MAP = "viridis";

/** Make the chart; `show(view)` follows the stage, `steer` holds its commands. */
export function makeOverTime(steer) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const playhead = make("div", { class: "playhead" });
  const hint = make("div", { class: "hint" });
  const plot = make("div", { class: "plot", title: "Click or drag to move the playhead" }, canvas, playhead, hint);
  const seconds = make("div", { class: "axis x" });
  const names = make("div", { class: "row-names" });
  const bar = make("div", { class: "colour-bar" });
  const table = make("details", {}, make("summary", {}, "As a table"));
  const root = make("section", { class: "over-time", "aria-label": "Prediction over time", hidden: true },
    make("h3", {}, "Prediction over time"),
    make("div", { class: "pair" }, make("div", { class: "rows" }, plot, seconds), names, bar),
    table);
  let model = null;

  const placeIn = (event) => {
    const area = plot.getBoundingClientRect();
    return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    steer()?.seek(timeAt(model, placeIn(event)[0]));
  });
  plot.addEventListener("pointermove", (event) => {
    const [x, y] = placeIn(event);
    const time = timeAt(model, x);
    say(hint, readingAt(model, { time, row: y * model.classes.length }));
    if (plot.hasPointerCapture(event.pointerId)) steer()?.seek(time);
  });
  plot.addEventListener("pointerup", () => steer()?.settle());
  plot.addEventListener("pointercancel", () => steer()?.settle());
  const sizes = new ResizeObserver(() => arrange());
  sizes.observe(plot);

  function draw() {
    const { windows, classes, predictions, hop_frames: hop, frame_s: frameS } = model;
    names.replaceChildren(...classes.map(({ name }) => make("span", {}, name)));
    const [ramp, n] = [rampOf(MAP), classes.length];
    const atlas = makeAtlas(windows, n);
    for (let window = 0; window < windows; window += 1) {
      for (let row = 0; row < n; row += 1) {
        atlas.pixels[row * windows + window] = ramp[Math.round(predictions[window * n + row] * 255)];
      }
    }
    [canvas.width, canvas.height] = [windows, n];
    atlas.context.putImageData(atlas.image, 0, 0);
    canvas.getContext("2d").drawImage(atlas.canvas, 0, 0);
    // A window's column is as wide as the step to the next one, about its middle.
    const half = (hop * frameS) / 2;
    const [left, right] = [placeOf(model, centreOf(model, 0) - half), placeOf(model, centreOf(model, windows - 1) + half)];
    Object.assign(canvas.style, { left: `${100 * left}%`, width: `${100 * (right - left)}%` });
    bar.replaceChildren(...colourBar({ low: 0, high: 1 }, ramp), make("span", { class: "unit" }, "prediction"));
    root.style.setProperty("--n-rows", n);
    table.replaceChildren(make("summary", {}, "As a table"), tableOf(model));
    arrange();
  }

  function arrange() {
    if (!model || !plot.clientWidth) return;
    const ticks = timeTicks([0, model.clip.seconds], plot.clientWidth / LOOKS.axes.time_mark);
    seconds.replaceChildren(...ticks.map((time) => axisMark(placeOf(model, time), `${time} s`, "x")));
  }

  function show(view) {
    root.hidden = !view.model.predictions;
    if (root.hidden) return;
    if (view.model.predictions !== model?.predictions) {
      model = view.model;
      draw();
    }
    playhead.style.transform = `translateX(${placeOf(model, view.time) * 100}%)`;
  }

  return { root, show, leave: () => sizes.disconnect() };
}

function readingAt(model, { time, row }) {
  const index = Math.max(0, Math.min(model.classes.length - 1, Math.floor(row)));
  const window = windowAt(model, time);
  const score = model.predictions[window * model.classes.length + index];
  return `${model.classes[index].name} · ${timeText(centreOf(model, window))} · ${score.toFixed(2)}`;
}

/** Each class: its score of the whole clip, and where it is highest. */
function tableOf(model) {
  const { classes, predictions, windows, verdict } = model;
  const rows = classes.map(({ name }, index) => {
    let best = 0;
    const score = (window) => predictions[window * classes.length + index];
    for (let window = 1; window < windows; window += 1) if (score(window) > score(best)) best = window;
    const cells = [verdict.scores[index].toFixed(2), score(best).toFixed(2), timeText(centreOf(model, best))];
    return make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((text) => make("td", {}, text)));
  });
  const head = ["class", "whole clip", "highest", "at"].map((text) => make("th", { scope: "col" }, text));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}
