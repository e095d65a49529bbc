import assert from "node:assert/strict";
import { test } from "node:test";
import { addressWith, readAddress } from "../../cnnviz/stage/address.mjs";
import { settingsFrom } from "../../cnnviz/stage/settings.mjs";

const LOOKS = { scale: "filter", colours: "magma", order: "movement", speed: 0.25 };

test("an address says again what was put into it, beside what is not ours", () => {
  const address = addressWith("?clip=Flute&layer=pool1", { settings: settingsFrom(LOOKS), filter: 12, frame: 40 });
  const query = new URLSearchParams(address);
  assert.deepEqual([query.get("clip"), query.get("layer"), query.get("frame")], ["Flute", "pool1", "40"]);
  assert.deepEqual(readAddress(address), { settings: LOOKS, filter: 12 });
});

test("what is as usual is left out, and what was there goes", () => {
  const address = addressWith("?scale=filter&filter=3&frame=9", { settings: settingsFrom({}), filter: null, frame: 0 });
  assert.equal(address, "");
  assert.deepEqual(readAddress(address), { settings: {}, filter: null });
});

test("one setting in the address makes the others the usual ones", () => {
  assert.deepEqual(readAddress("?scale=filter").settings, {
    scale: "filter", colours: "viridis", order: "number", speed: 1,
  });
});

test("nonsense in an address is as if it were not there", () => {
  for (const filter of ["-1", "1e3", "12345", "../x", "", "NaN"]) {
    assert.equal(readAddress(`?filter=${encodeURIComponent(filter)}`).filter, null, filter);
  }
  const { settings } = readAddress("?scale=<b>&colours=jet&order=9&speed=1e9");
  assert.deepEqual(settings, { scale: "layer", colours: "viridis", order: "number", speed: 1 });
});
