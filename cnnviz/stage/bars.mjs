// The prediction: a row for each class, its score in the window being shown beside that of the clip.

import { make, say } from "./elements.mjs";
import { nowName, scoreText } from "./summary.mjs";

/** Make the panel; `show` takes a model, `paint` a window. */
export function makeBars() {
  const table = make("div", { class: "bars-rows", role: "table", "aria-label": "Prediction" });
  const legend = make("div", { class: "bars-legend" });
  const root = make("section", { class: "bars", "aria-label": "Prediction" }, table, legend);
  let [rows, model] = [[], null];

  function show(next) {
    model = next;
    const { verdict, clip } = model;
    rows = model.classes.map((item, index) => makeRow(model, item, index));
    table.replaceChildren(makeHead(model), ...rows.map((row) => row.root));
    table.style.setProperty("--rows", rows.length + 1);
    const key = (name, text) => make("span", { class: `key-${name}` }, text);
    legend.replaceChildren(
      key("now", nowName(model)),
      ...(verdict ? [key("clip", "whole clip"), key("threshold", `named from ${verdict.threshold.toFixed(2)}`)] : []),
      ...(clip.labels.length ? [key("label", "labelled")] : []),
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

function makeHead(model) {
  const head = (text, name) => make("span", { role: "columnheader", class: "number", "aria-label": name }, text);
  const unit = nowName(model).split(" ")[1];
  return make("div", { class: "bar head", role: "row" },
    make("span", { role: "columnheader" }, make("span", { class: "unseen" }, "class")), make("span", {}),
    head(unit, nowName(model)), ...(model.verdict ? [head("clip", "whole clip")] : []));
}

function makeRow(model, item, index) {
  const { verdict, clip } = model;
  const isLabelled = clip.labels.includes(item.code);
  const isNamed = Boolean(verdict?.named.includes(item.code));
  const fill = make("div", { class: "fill" });
  const track = make("div", { class: "track", "aria-hidden": "true" }, fill);
  const number = make("span", { class: "number", role: "cell" }, model.predictions ? "0.00" : "–");
  const name = make("span", { class: "name", role: "rowheader" }, item.name);
  if (isLabelled) name.prepend(make("i", { class: "label-mark", role: "img", "aria-label": "labelled" }));
  const cells = [name, track, number];
  if (verdict) {
    const at = (score) => `left: ${(score * 100).toFixed(1)}%`;
    const score = verdict.scores[index];
    track.append(make("i", { class: "threshold", style: at(verdict.threshold) }), make("i", { class: "mark", style: at(score) }));
    cells.push(make("span", { class: "number clip", role: "cell" }, scoreText(score, verdict.threshold)));
  }
  const root = make("div", { class: isNamed ? "bar named" : "bar", role: "row" }, ...cells);
  return { root, fill, number };
}
