import assert from "node:assert/strict";
import { test } from "node:test";
import { mountOnce } from "../../cnnviz/stage/mounting.mjs";

function maker() {
  const left = [];
  let made = 0;
  const make = () => {
    const number = (made += 1);
    return { number, leave: () => left.push(number) };
  };
  return { make, left };
}

test("an element gets one thing, however often it is mounted", () => {
  const [element, { make, left }] = [{}, maker()];
  const [[first], [again, cleanUp], [other]] = [mountOnce(element, make), mountOnce(element, make), mountOnce({}, make)];
  assert.equal(again, first);
  assert.notEqual(other, first);
  cleanUp();
  assert.deepEqual(left, [first.number]);
  assert.notEqual(mountOnce(element, make)[0], first, "after the cleanup it is a new one");
});

test("the cleanup of a mount that was overtaken removes nothing", () => {
  const [element, { make, left }] = [{}, maker()];
  const [[, early], [, late]] = [mountOnce(element, make), mountOnce(element, make)];
  early();
  assert.deepEqual(left, []);
  late();
  assert.deepEqual(left, [1]);
});
