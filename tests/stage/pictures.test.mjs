import assert from "node:assert/strict";
import { test } from "node:test";
import { hasKeys, takeKeys } from "../../cnnviz/stage/keys.mjs";
import { hubOf, makeChannel } from "../../cnnviz/stage/pictures.mjs";

test("there is one hub to an id, whichever script asks first", async () => {
  const page = {};
  const hub = hubOf(page, "");
  assert.equal(hubOf(page, ""), hub);
  assert.notEqual(hubOf(page, "b"), hub);
  assert.notEqual(hubOf({}, ""), hub);
  const copy = await import("../../cnnviz/stage/pictures.mjs?another"); // as each script has one
  assert.notEqual(copy.hubOf, hubOf);
  assert.equal(copy.hubOf(page, ""), hub);
});

test("a channel tells new subscribers the last value, and each further one", () => {
  const [channel, early, late] = [makeChannel(), [], []];
  channel.subscribe((value) => early.push(value));
  assert.deepEqual(early, [], "nothing has been said yet");
  channel.publish(1);
  channel.publish(2);
  channel.subscribe((value) => late.push(value));
  channel.publish(3);
  assert.deepEqual(early, [1, 2, 3]);
  assert.deepEqual(late, [2, 3]);
});

test("who unsubscribes hears nothing more, and the others do", () => {
  const [channel, one, other] = [makeChannel(), [], []];
  const stop = channel.subscribe((value) => one.push(value));
  channel.subscribe((value) => other.push(value));
  channel.publish(1);
  stop();
  stop();
  channel.publish(2);
  assert.deepEqual([one, other], [[1], [1, 2]]);
});

test("keys go to the picture used last, at first to the first", () => {
  const page = {};
  for (const id of ["", "b", "c"]) hubOf(page, id).stage = {};
  const keys = () => ["", "b", "c"].filter((id) => hasKeys(page, id));
  assert.deepEqual(keys(), [""]);
  takeKeys(page, "c");
  assert.deepEqual(keys(), ["c"]);
  takeKeys(page, "b");
  assert.deepEqual(keys(), ["b"]);
});

test("a picture without a stage has no keys", () => {
  const page = {};
  const [first, second] = ["", "b"].map((id) => hubOf(page, id));
  second.stage = {};
  assert.ok(hasKeys(page, "b") && !hasKeys(page, ""), "the first has a frame control only");
  first.stage = {};
  takeKeys(page, "b");
  second.stage = null;
  assert.ok(hasKeys(page, ""), "the one used last has left the page");
});
