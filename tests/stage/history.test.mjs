import assert from "node:assert/strict";
import { test } from "node:test";
import { makeHistory } from "../../cnnviz/stage/history.mjs";
import { browserAt } from "./page.mjs";

const at = (query) => `http://page.test/${query}`;

function opened(query = "") {
  const page = browserAt(at(query));
  return { page, keeper: makeHistory(page) };
}

test("what is shown first gets no entry of its own", () => {
  const { page, keeper } = opened("?layer=a");
  keeper.show("a", at("?layer=a&frame=3"));
  assert.deepEqual(page.entries(), [at("?layer=a&frame=3")]);
});

test("another place gets its own entry", () => {
  const { page, keeper } = opened("?layer=a");
  keeper.show("a", at("?layer=a&frame=3"));
  keeper.show("b", at("?layer=b&frame=3"));
  assert.deepEqual(page.entries(), [at("?layer=a&frame=3"), at("?layer=b&frame=3")]);
  assert.equal(page.location.href, at("?layer=b&frame=3"));
});

test("the same place keeps its entry, with the new address", () => {
  const { page, keeper } = opened();
  keeper.show("a", at("?frame=3"));
  keeper.show("a", at("?frame=9"));
  assert.deepEqual(page.entries(), [at("?frame=9")]);
  keeper.show("b", at("?filter=1&frame=9"));
  assert.deepEqual(page.entries(), [at("?frame=9"), at("?filter=1&frame=9")]);
});

test("what was there is not written again", () => {
  const { page, keeper } = opened("?layer=a");
  let writes = 0;
  page.onentrychange(() => (writes += 1));
  for (const place of ["a", "a", "b"]) keeper.show(place, at("?layer=a"));
  assert.equal(writes, 0);
});

test("going Back and Forward writes over the entry gone to, and pushes nothing", () => {
  const { page, keeper } = opened();
  keeper.show("a", at("?layer=a"));
  keeper.show("b", at("?layer=b"));
  for (const [by, place] of [[-1, "a"], [1, "b"]]) {
    page.go(by);
    keeper.travel();
    keeper.show(place, at(`?layer=${place}&frame=1`));
    assert.equal(page.entries().length, 2);
  }
  keeper.show("c", at("?layer=c"));
  assert.deepEqual(page.entries(), ["?layer=a&frame=1", "?layer=b&frame=1", "?layer=c"].map(at), "from there it goes on");
});

test("two pictures on a page push one entry for each change of either", () => {
  const { page, keeper } = opened();
  const other = makeHistory(page);
  keeper.show("a", at("?layer=a"));
  other.show("b", at("?layer=a&layer_b=b"));
  other.show("c", at("?layer=a&layer_b=c"));
  keeper.show("d", at("?layer=d&layer_b=c"));
  assert.deepEqual(page.entries(), ["?layer=a&layer_b=b", "?layer=a&layer_b=c", "?layer=d&layer_b=c"].map(at));
});

test("a host that shows the page in a frame is told of the address as Streamlit tells it", () => {
  const { page, keeper } = opened();
  const told = [];
  page.parent = { postMessage: (...message) => told.push(message) };
  keeper.show("a", at("?layer=a"));
  keeper.show("a", at("?layer=a"));
  assert.deepEqual(told, [[{ stCommVersion: 1, type: "SET_QUERY_PARAM", queryParams: "?layer=a" }, "*"]]);
});
