import assert from "node:assert/strict";
import { test } from "node:test";
import { filtersBy, knownOrder, ordersOf, wordsOf } from "../../cnnviz/stage/rankings.mjs";

const layer = { name: "conv1", filters: 4 };
const model = { layer, rankings: { movement: [0.1, 0.5, 0.1, 0.7], auc: [-3, -1, -2, -4] } };

test("filters by number, or the highest of a column first; equal ones by number", () => {
  assert.deepEqual(filtersBy(model, "number"), [0, 1, 2, 3]);
  assert.deepEqual(filtersBy(model, "movement"), [3, 1, 0, 2]);
  assert.deepEqual(filtersBy(model, "auc"), [1, 2, 0, 3]);
});

test("a column that the layer does not have is as if by number", () => {
  for (const order of ["other", "constructor", "__proto__"]) {
    assert.deepEqual(filtersBy(model, order), [0, 1, 2, 3]);
    assert.equal(knownOrder(model, order), "number");
  }
  assert.equal(knownOrder(model, "auc"), "auc");
  assert.deepEqual(filtersBy({ layer, rankings: {} }, "movement"), [0, 1, 2, 3]);
});

test("the columns are what can be chosen beside the number", () => {
  assert.deepEqual(ordersOf(model), [["number", "by number"], ["movement", "by change"], ["auc", "by auc"]]);
  assert.deepEqual(ordersOf({ rankings: {} }), [["number", "by number"]]);
});

test("a column without words of its own is called by its name", () => {
  assert.equal(wordsOf("movement").title(layer), "Filters of conv1 that changed most");
  for (const column of ["auc", "constructor"]) {
    const { order, title, about, axis } = wordsOf(column);
    assert.deepEqual([order, title(layer), about, axis], [
      `by ${column}`, `Filters of conv1 by ${column}`, `with the highest ${column}`, column,
    ]);
  }
});
