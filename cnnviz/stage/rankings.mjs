// Numbers by which the filters of a layer can be ordered: named columns, one value a filter.

import LOOKS from "./looks.json" with { type: "json" };
import { nounOf } from "./summary.mjs";

export const BY_NUMBER = "number";

// A column that is not listed is called by its own name.
const WORDS = {
  movement: {
    title: (layer) => `${pluralOf(layer)} of ${layer.name} that changed most`,
    about: "whose activations change most from one window to the next",
    axis: "mean change per window",
  },
};

/** What a column is called: in the list of orders, above its chart, in a sentence, on its axis. */
export function wordsOf(column) {
  const plain = { title: (layer) => `${pluralOf(layer)} of ${layer.name} by ${column}`, about: `with the highest ${column}`, axis: column };
  const order = Object.hasOwn(LOOKS.orders, column) ? LOOKS.orders[column] : `by ${column}`;
  return { order, ...(Object.hasOwn(WORDS, column) ? WORDS[column] : plain) };
}

function pluralOf(layer) {
  return { class: "Classes", cell: "Cells", filter: "Filters" }[nounOf(layer)];
}

/** The choices of an order: [value, text] pairs. */
export function ordersOf(model) {
  const columns = Object.keys(model.rankings);
  return [[BY_NUMBER, LOOKS.orders[BY_NUMBER]], ...columns.map((column) => [column, wordsOf(column).order])];
}

/** The order in which a layer can be shown: the one wanted if it has such a column, else by number. */
export function knownOrder({ rankings }, order) {
  return Object.hasOwn(rankings, order) ? order : BY_NUMBER;
}

/** Filters in an order: by number, or the highest of a column first; equal ones by number. */
export function filtersBy(model, order) {
  const filters = Array.from({ length: model.layer.filters }, (_, filter) => filter);
  const values = model.rankings[knownOrder(model, order)];
  return values ? filters.sort((a, b) => values[b] - values[a] || a - b) : filters;
}
