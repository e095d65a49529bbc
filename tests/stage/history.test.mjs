import assert from "node:assert/strict";
import { test } from "node:test";
import { makeHistory } from "../../cnnviz/stage/history.mjs";
import { browserAt } from "./page.mjs";

const at = (query) => `http://page.test/${query}`;

function opened(query = "", options = {}) {
  const page = browserAt(at(query), options);
  return { page, keeper: makeHistory(page) };
}

test("the first rest writes no entry", () => {
  const { page, keeper } = opened("?layer=a");
  keeper.rest("a", at("?layer=a&frame=3"));
  assert.deepEqual(page.entries(), [at("?layer=a&frame=3")]);
});

test("another place gets its own entry, and the old one its address back", () => {
  const { page, keeper } = opened("?layer=a");
  keeper.rest("a", at("?layer=a&frame=3"));
  page.streamlit(at("?layer=b")); // over the entry of a
  keeper.rest("b", at("?layer=b&frame=3"));
  assert.deepEqual(page.entries(), [at("?layer=a&frame=3"), at("?layer=b&frame=3")]);
  assert.equal(page.location.href, at("?layer=b&frame=3"));
});

test("the same place keeps its entry, with the new address", () => {
  const { page, keeper } = opened();
  keeper.rest("a", at("?frame=3"));
  keeper.rest("a", at("?frame=9"));
  assert.deepEqual(page.entries(), [at("?frame=9")]);
  keeper.rest("b", at("?filter=1&frame=9"));
  assert.deepEqual(page.entries(), [at("?frame=9"), at("?filter=1&frame=9")]);
});

test("an entry that somebody else has pushed is taken as it is", () => {
  const { page, keeper } = opened();
  keeper.rest("a", at("?layer=a"));
  page.history.pushState(null, "", at("?layer=b"));
  keeper.rest("b", at("?layer=b&frame=2"));
  assert.deepEqual(page.entries(), [at("?layer=a"), at("?layer=b&frame=2")]);
});

test("going Back and Forward pushes nothing, and keeps every address", () => {
  for (const navigation of [true, false]) {
    const { page, keeper } = opened("", { navigation });
    keeper.rest("a", at("?layer=a"));
    keeper.rest("b", at("?layer=b"));
    const both = page.entries();
    for (const [by, place] of [[-1, "a"], [1, "b"]]) {
      page.go(by);
      keeper.traverse();
      keeper.amend(at(`?layer=${place}`)); // before it rests there
      keeper.rest(place, at(`?layer=${place}`));
      assert.deepEqual(page.entries(), both, `with${navigation ? "" : "out"} the Navigation API`);
    }
    keeper.rest("c", at("?layer=c"));
    assert.deepEqual(page.entries(), [...both, at("?layer=c")], "from there it goes on");
  }
});

test("what is amended is what the entry gets back", () => {
  const { page, keeper } = opened();
  keeper.rest("a", at("?layer=a"));
  keeper.amend(at("?layer=a&colours=magma"));
  assert.equal(page.location.href, at("?layer=a&colours=magma"));
  page.streamlit(at("?layer=b"));
  keeper.rest("b", at("?layer=b"));
  assert.deepEqual(page.entries(), [at("?layer=a&colours=magma"), at("?layer=b")]);
});

test("it puts back what somebody else left out, and leaves its own writing alone", () => {
  const { page, keeper } = opened();
  let repairs = 0;
  page.onentrychange(() => {
    const before = page.location.href;
    keeper.repair(at("?repaired"));
    if (page.location.href !== before) repairs += 1;
  });
  keeper.rest("a", at("?layer=a"));
  keeper.rest("b", at("?layer=b"));
  assert.deepEqual(page.entries(), [at("?layer=a"), at("?layer=b")]);
  assert.equal(repairs, 0);
  page.streamlit(at("?layer=c"));
  assert.equal(page.location.href, at("?repaired"));
  assert.equal(repairs, 1);
});

test("two keepers that want different addresses do not repair each other's for ever", () => {
  const page = browserAt(at(""));
  const keepers = ["?scale=filter", "?scale=layer"].map((query) => [makeHistory(page), at(query)]);
  let writes = 0;
  page.onentrychange(() => {
    writes += 1;
    assert.ok(writes < 9);
    for (const [keeper, here] of keepers) keeper.repair(here);
  });
  for (const [keeper, here] of keepers) keeper.amend(here);
  assert.equal(page.location.href, at("?scale=layer"));
});
