import assert from "node:assert/strict";
import { test } from "node:test";
import { addressWith, keyOf, readAddress } from "../../cnnviz/stage/address.mjs";
import { settingsFrom } from "../../cnnviz/stage/settings.mjs";

const LOOKS = { scale: "filter", colours: "magma", order: "movement", speed: 0.25 };

test("an address says again what was put into it, beside what is not ours", () => {
  const address = addressWith("?clip=Flute&layer=pool1", { settings: settingsFrom(LOOKS), filter: 12, frame: 40 });
  const query = new URLSearchParams(address);
  assert.deepEqual([query.get("clip"), query.get("layer"), query.get("frame")], ["Flute", "pool1", "40"]);
  assert.deepEqual(readAddress(address), { settings: LOOKS, filter: 12, frame: 40 });
});

test("what is as usual is left out, and what was there goes", () => {
  const address = addressWith("?scale=filter&filter=3&frame=9", { settings: settingsFrom({}), filter: null, frame: 0 });
  assert.equal(address, "");
  assert.deepEqual(readAddress(address), { settings: {}, filter: null, frame: null });
});

test("one setting in the address makes the others the usual ones", () => {
  assert.deepEqual(readAddress("?scale=filter").settings, {
    scale: "filter", colours: "viridis", order: "number", speed: 1,
  });
});

test("nonsense in an address is as if it were not there", () => {
  for (const number of ["-1", "1e3", "12345", "../x", "", "NaN"]) {
    for (const name of ["filter", "frame"]) {
      assert.equal(readAddress(`?${name}=${encodeURIComponent(number)}`)[name], null, number);
    }
  }
  const { settings } = readAddress("?scale=<b>&colours=jet&order=9&speed=1e9");
  assert.deepEqual(settings, { scale: "layer", colours: "viridis", order: "number", speed: 1 });
});

test("a second picture has names of its own, and the looks are shared", () => {
  const first = addressWith("", { settings: settingsFrom(LOOKS), filter: 12, frame: 40 });
  const both = addressWith(first, { id: "b", settings: settingsFrom(LOOKS), filter: 3, frame: 7 });
  assert.deepEqual(readAddress(both), { settings: LOOKS, filter: 12, frame: 40 });
  assert.deepEqual(readAddress(both, "b"), { settings: LOOKS, filter: 3, frame: 7 });
  const closed = addressWith(both, { id: "b", settings: settingsFrom(LOOKS), filter: null, frame: 0 });
  assert.equal(closed, first);
  assert.deepEqual([keyOf("filter", ""), keyOf("filter", "b")], ["filter", "filter_b"]);
});

test("filter 0 and frame 0 are not nothing", () => {
  const address = addressWith("", { settings: settingsFrom({}), filter: 0, frame: 0 });
  assert.equal(address, "?filter=0");
  assert.deepEqual(readAddress("?filter=0&frame=0"), { settings: {}, filter: 0, frame: 0 });
});
