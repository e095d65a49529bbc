// The filters that stand highest in a column of the layer's rankings, as bars; each opens its filter.

import { numberText } from "./axes.mjs";
import { make, say } from "./elements.mjs";
import { filtersBy, wordsOf } from "./rankings.mjs";
import { filterName, labelOf, nounOf } from "./summary.mjs";

const MOST = 24;
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/** Make the chart; `show(view)` follows the stage, `steer` holds its commands. */
export function makeRanking(steer) {
  const heading = make("h3", {});
  const about = make("p", { class: "about" });
  const list = make("div", { class: "ranking-rows", role: "group", onkeydown: walk });
  const axis = make("p", { class: "about" });
  const root = make("section", { class: "ranking", hidden: true }, heading, about, list, axis);
  let [model, rows, opened] = [null, [], undefined];

  function draw() {
    const [column] = Object.keys(model.rankings);
    const [words, values] = [wordsOf(column), model.rankings[column]];
    const filters = filtersBy(model, column).slice(0, MOST);
    const most = values[filters[0]] || 1;
    say(heading, words.title(model.layer));
    say(about, `The ${filters.length} of ${values.length} ${words.about}. Choose a bar to open its ${nounOf(model.layer)}.`);
    say(axis, `Bars: ${words.axis}.`);
    list.setAttribute("aria-label", words.title(model.layer));
    rows = filters.map((filter, place) => {
      const value = numberText(values[filter]);
      const bar = make("i", { style: `width: ${((100 * Math.max(0, values[filter])) / most).toFixed(1)}%` });
      return make("button", {
        type: "button", class: "ranking-row", "data-filter-row": filter, tabindex: place === 0 ? 0 : -1,
        "aria-label": `${filterName(model, filter)}, ${value}`, onclick: () => steer()?.open(filter),
      }, make("span", { class: "name" }, labelOf(model, filter)), make("span", { class: "bar-track" }, bar), make("span", { class: "number" }, value));
    });
    list.replaceChildren(...rows);
  }

  function walk(event) {
    const next = rows[rows.indexOf(event.target) + (STEPS[event.key] ?? 0)];
    if (!(event.key in STEPS) || !next) return;
    event.preventDefault();
    for (const row of rows) row.tabIndex = row === next ? 0 : -1;
    next.focus();
  }

  function show(view) {
    root.hidden = !view.model.layer || !Object.keys(view.model.rankings).length;
    if (root.hidden) return;
    if (view.model !== model) {
      [model, opened] = [view.model, undefined];
      draw();
    }
    if (view.filter === opened) return;
    opened = view.filter;
    for (const row of rows) row.setAttribute("aria-pressed", Number(row.dataset.filterRow) === opened);
  }

  return { root, show, leave() {} };
}
