// Keys, settings, and the meeting of stage and slider.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../../cnnviz/stage/keys.mjs";
import { deliver, meetingOf, order } from "../../cnnviz/stage/meeting.mjs";
import { keepSettings, readSettings } from "../../cnnviz/stage/settings.mjs";

const STAGE = { tag: "DIV", tile: false, opened: false };
const press = (key, changes = {}) => ({ key, shift: false, control: false, ...changes });

test("keys of the stage", () => {
  assert.deepEqual(commandOf(press(" "), STAGE), { name: "toggle" });
  assert.deepEqual(commandOf(press("ArrowLeft"), STAGE), { name: "step", by: -1 });
  assert.deepEqual(commandOf(press("ArrowRight", { shift: true }), STAGE), { name: "step", by: 10 });
  assert.deepEqual(commandOf(press("Home"), STAGE), { name: "start" });
  assert.deepEqual(commandOf(press("End"), STAGE), { name: "end" });
  assert.deepEqual(commandOf(press("+"), STAGE), { name: "resize", by: 1 });
  assert.deepEqual(commandOf(press("Escape"), STAGE), { name: "close" });
});

test("lists keep their keys, and so does the browser", () => {
  for (const key of [" ", "ArrowLeft", "Home"]) assert.equal(commandOf(press(key), { tag: "SELECT" }), null);
  assert.equal(commandOf(press("ArrowLeft"), { tag: "INPUT", type: "text" }), null);
  assert.equal(commandOf(press("+", { control: true }), STAGE), null);
  assert.equal(commandOf(press("x"), STAGE), null);
  assert.equal(commandOf(press(" "), { tag: "BUTTON" }), null, "a space presses a button");
});

test("the time bar and the tiles step frames", () => {
  assert.deepEqual(commandOf(press("ArrowLeft"), { tag: "INPUT", type: "range" }), { name: "step", by: -1 });
  assert.deepEqual(commandOf(press("ArrowLeft"), { tag: "BUTTON", tile: true }), { name: "step", by: -1 });
  assert.deepEqual(commandOf(press(" "), { tag: "BUTTON", tile: true }), { name: "toggle" });
});

test("up, down, comma and full stop walk the tiles, there only", () => {
  assert.deepEqual(commandOf(press("ArrowUp"), { tag: "BUTTON", tile: true }), { name: "walk", rows: -1 });
  assert.deepEqual(commandOf(press("."), { tag: "BUTTON", opened: true }), { name: "walk", by: 1 });
  assert.equal(commandOf(press("ArrowDown"), STAGE), null);
});

function storeOf(text) {
  const kept = { "cnnviz.stage": text };
  return { getItem: (name) => kept[name] ?? null, setItem: (name, value) => (kept[name] = value) };
}

test("settings come back, and those not known any more do not", () => {
  const store = storeOf(null);
  const usual = readSettings(store);
  assert.deepEqual(usual, { speed: 1, loop: false, scale: "layer", colours: "viridis", order: "number", size: 2 });
  keepSettings(store, { ...usual, colours: "magma", speed: 0.25, size: 0 });
  assert.deepEqual(readSettings(store), { ...usual, colours: "magma", speed: 0.25, size: 0 });
  assert.deepEqual(readSettings(storeOf('{"colours": "jet", "speed": 9, "size": 99}')), usual);
});

test("an order waits for its stage, and an echo moves nothing", () => {
  const [page, moved] = [{}, []];
  const meeting = meetingOf(page);
  assert.equal(meetingOf(page), meeting);
  order(meeting, { frame: 40, command: 0, clip: "a" });
  meeting.obey = ({ frame, clip }) => clip === "a" && moved.push(frame) > 0;
  assert.ok(deliver(meeting));
  assert.ok(!deliver(meeting), "an order is obeyed once");
  order(meeting, { frame: 12, command: 0, clip: "a" });
  assert.deepEqual(moved, [40], "the same command again is an echo");
  order(meeting, { frame: 12, command: 1, clip: "a" });
  assert.deepEqual(moved, [40, 12]);
});

test("an order for a clip that is not here yet waits for it", () => {
  const meeting = meetingOf({});
  let here = "a";
  meeting.obey = ({ clip }) => clip === here;
  order(meeting, { frame: 3, command: 1, clip: "b" });
  assert.ok(!deliver(meeting));
  here = "b";
  assert.ok(deliver(meeting));
});
