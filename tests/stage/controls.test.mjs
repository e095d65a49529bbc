// Keys and settings.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../../cnnviz/stage/keys.mjs";
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
  assert.deepEqual(commandOf(press("Escape"), STAGE), { name: "escape" });
});

test("one key presents the stage, one lists the keys", () => {
  assert.deepEqual(commandOf(press("p"), STAGE), { name: "present" });
  assert.deepEqual(commandOf(press("P", { shift: true }), { tag: "BUTTON", tile: true }), { name: "present" });
  assert.deepEqual(commandOf(press("?", { shift: true }), STAGE), { name: "help" });
  assert.equal(commandOf(press("p"), { tag: "SELECT" }), null);
  assert.equal(commandOf(press("p", { control: true }), STAGE), null, "printing is the browser's");
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

test("the order of a ranking is kept, whatever network has it", () => {
  assert.equal(readSettings(storeOf('{"order": "responsiveness"}')).order, "responsiveness");
  assert.equal(readSettings(storeOf('{"order": "<b>"}')).order, "number");
});
