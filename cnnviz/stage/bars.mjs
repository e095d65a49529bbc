// The prediction: one bar for each class, for the window being shown, beside the clip's verdict.

import { make, say } from "./elements.mjs";

/** Make the panel; `show` takes a model, `paint` a window. */
export function makeBars() {
  const list = make("div", { class: "bars-rows", role: "list" });
  const legend = make("div", { class: "bars-legend" });
  const root = make("section", { class: "bars", "aria-label": "Prediction" }, list, legend);
  let [rows, model] = [[], null];

  function show(next) {
    model = next;
    rows = model.classes.map((item, index) => makeRow(model, item, index));
    list.replaceChildren(...rows.map((row) => row.root));
    list.style.setProperty("--classes", rows.length);
    const known = model.clip.labels.length > 0;
    legend.replaceChildren(
      ...(model.verdict ? [make("span", { class: "key-verdict" }, "whole clip")] : []),
      ...(known ? [make("span", { class: "key-label" }, "labelled")] : []),
      make("span", { class: "key-now" }, "this second"),
    );
  }

  function paint(window) {
    if (!model.predictions) return;
    const first = window * rows.length;
    rows.forEach((row, index) => {
      const score = model.predictions[first + index];
      row.fill.style.transform = `scaleX(${score.toFixed(4)})`;
      say(row.number, score.toFixed(2));
    });
  }

  return { root, show, paint };
}

function makeRow(model, item, index) {
  const { verdict, clip } = model;
  const labelled = clip.labels.includes(item.code);
  const chosen = verdict?.code === item.code;
  const fill = make("div", { class: "fill" });
  const track = make("div", { class: "track" }, fill);
  const number = make("span", { class: "number" }, model.predictions ? "0.00" : "–");
  let title = `${item.name}: the bar is the score of the second around the playhead`;
  if (verdict) {
    const score = verdict.scores[index];
    track.append(make("i", { class: "mark", style: `left: ${(score * 100).toFixed(1)}%` }));
    title += `, the line that of the whole clip (${score.toFixed(2)})`;
  }
  if (labelled) title += "; the clip is labelled so";
  const name = make("span", { class: "name" }, item.name);
  if (labelled) name.prepend(make("i", { class: "label-mark", role: "img", "aria-label": "label:" }));
  const root = make(
    "div",
    { class: `bar${chosen ? " verdict" : ""}${labelled ? " labelled" : ""}`, title, role: "listitem" },
    name,
    track,
    number,
  );
  return { root, fill, number };
}
