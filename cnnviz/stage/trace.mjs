// A filter's course over the clip: its strongest and its mean activation in every window.

import { numberText, timeText, timeTicks } from "./axes.mjs";
import { centreOf } from "./clock.mjs";
import { axisMark, make, makeShape, say } from "./elements.mjs";

const TRACE_TIMES = 7;
const BOX = 100;

/** Make the curve. Pointing at it moves the playhead. */
export function makeTrace({ seek, settle }) {
  const picture = makeShape("svg", {
    viewBox: `0 0 ${BOX} ${BOX}`, preserveAspectRatio: "none", "aria-hidden": "true",
  });
  const line = make("div", { class: "playhead" });
  const plot = make("div", { class: "plot", title: "Click or drag to move the playhead" }, picture, line);
  const [values, seconds] = [make("div", { class: "axis y" }), make("div", { class: "axis x" })];
  const words = make("p", { class: "pointer" });
  const root = make("div", { class: "trace" }, words, values, plot, seconds);
  let shown = null;

  const scrub = (event) => {
    const area = plot.getBoundingClientRect();
    const { seconds: length } = shown.model.clip;
    seek(Math.max(0, Math.min(1, (event.clientX - area.left) / area.width)) * length);
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    scrub(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (plot.hasPointerCapture(event.pointerId)) scrub(event);
  });
  plot.addEventListener("pointerup", settle);

  function show(next) {
    shown = next;
    const { model, range, means, peaks, single } = shown;
    const { seconds: length } = model.clip;
    const paths = single ? [["peak", peaks]] : [["peak", peaks], ["mean", means]];
    const zero = heightOf(0, range);
    picture.replaceChildren(
      ...(zero > 0 && zero < BOX ? [pathOf("zero", `M0 ${zero}H${BOX}`)] : []),
      ...paths.map(([name, course]) => pathOf(name, curve(model, course, range))),
    );
    const marks = timeTicks([0, length], TRACE_TIMES).map((time) => axisMark(time / length, `${time} s`, "x"));
    seconds.replaceChildren(...marks);
    values.replaceChildren(axisMark(0, numberText(range[0]), "y"), axisMark(1, numberText(range[1]), "y"));
  }

  function move(time) {
    line.style.transform = `translateX(${(100 * time) / shown.model.clip.seconds}%)`;
  }

  /** Read the curve at a window. */
  function read(window) {
    const { model, peaks, means, single } = shown;
    const mean = single ? "" : ` at its strongest, ${numberText(means[window])} on average`;
    say(words, `${timeText(centreOf(model, window))}: ${numberText(peaks[window])}${mean}`);
  }

  return { root, show, move, read };
}

function heightOf(value, [low, high]) {
  return BOX - (BOX * (value - low)) / (high - low || 1);
}

function curve(model, course, range) {
  const points = Array.from(course, (value, window) => {
    const x = (BOX * centreOf(model, window)) / model.clip.seconds;
    return `${x.toFixed(2)} ${heightOf(value, range).toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}

function pathOf(name, d) {
  return makeShape("path", { class: name, d });
}
