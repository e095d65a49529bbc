import assert from "node:assert/strict";
import { test } from "node:test";
import { addressWith, isPresented, namedBy, placeIn, readAddress } from "../../cnnviz/stage/address.mjs";
import { settingsFrom } from "../../cnnviz/stage/settings.mjs";

const LOOKS = { scale: "filter", colours: "magma", order: "movement", speed: 0.25, loop: true };
const NAMED = { clip: "samples/[flu]1", layer: "pool1" };
const USUAL = settingsFrom({});
const model = { clip: { id: NAMED.clip }, layer: { name: NAMED.layer } };
const own = (kind) => ({ clip: { id: `own/${kind}/1-2` }, layer: { name: "pool1" } });

test("an address says again what was put into it, beside what is not ours", () => {
  const address = addressWith("?panel=1&layer=pool2", { named: NAMED, settings: settingsFrom(LOOKS), filter: 12, frame: 40 });
  assert.equal(new URLSearchParams(address).get("panel"), "1");
  assert.deepEqual(readAddress(address), { settings: LOOKS, named: NAMED, filter: 12, frame: 40 });
});

test("clip and layer stand in it plainly; what else is as usual is left out, and what was there goes", () => {
  const old = "?scale=filter&filter=3&frame=9&loop=1&irmas=a%2Fb";
  const address = addressWith(old, { named: NAMED, settings: USUAL, filter: null, frame: 0 });
  assert.equal(address, "?clip=samples/%5Bflu%5D1&layer=pool1");
  const { colours, loop, order, scale, speed } = USUAL;
  const settings = { colours, loop, order, scale, speed }; // whatever the tab was kept at before
  assert.deepEqual(readAddress(address), { settings, named: NAMED, filter: null, frame: null });
  assert.deepEqual(readAddress("?panel=1").settings, {}, "a bare address leaves the looks of the tab");
});

test("a sound of one's own is named by where it came from, and nothing else", () => {
  for (const kind of ["upload", "recording"]) assert.equal(namedBy(own(kind)).clip, kind);
  assert.deepEqual(namedBy({ ...model, layer: null }), { ...NAMED, layer: null });
});

test("one setting in the address makes the others the usual ones", () => {
  assert.deepEqual(readAddress("?scale=filter").settings, {
    scale: "filter", colours: "viridis", order: "number", speed: 1, loop: false,
  });
});

test("nonsense in an address is as if it were not there", () => {
  for (const number of ["-1", "1e3", "12345", "../x", "", "NaN"]) {
    for (const name of ["filter", "frame"]) {
      assert.equal(readAddress(`?${name}=${encodeURIComponent(number)}`)[name], null, number);
    }
  }
  const { settings } = readAddress("?scale=<b>&colours=jet&order=9&speed=1e9&loop=yes");
  assert.deepEqual(settings, { scale: "layer", colours: "viridis", order: "number", speed: 1, loop: false });
});

test("a second picture has names of its own, and the looks are shared", () => {
  const second = { clip: "irmas/a", layer: "dense" };
  const first = addressWith("", { named: NAMED, settings: settingsFrom(LOOKS), filter: 12, frame: 40 });
  const both = addressWith(first, { id: "b", named: second, settings: settingsFrom(LOOKS), filter: 3, frame: 7 });
  assert.deepEqual(readAddress(both), { settings: LOOKS, named: NAMED, filter: 12, frame: 40 });
  assert.deepEqual(readAddress(both, "b"), { settings: LOOKS, named: second, filter: 3, frame: 7 });
});

test("a link may open in Present mode", () => {
  const stage = { named: {}, settings: USUAL, filter: null, frame: 0 };
  assert.equal(addressWith("", { ...stage, present: true }), "?present=1");
  assert.equal(addressWith("?present=1", stage), "");
  assert.deepEqual(["?present=1", "?present=yes", ""].map((search) => isPresented(search)), [true, false, false]);
  assert.deepEqual([isPresented("?present_b=1"), isPresented("?present_b=1", "b")], [false, true]);
});

test("filter 0 and frame 0 are not nothing", () => {
  const address = addressWith("", { named: {}, settings: USUAL, filter: 0, frame: 0 });
  assert.equal(address, "?filter=0");
  assert.deepEqual([readAddress("?filter=0&frame=0").filter, readAddress("?filter=0&frame=0").frame], [0, 0]);
});

test("an old link names a clip of the archive in two parts", () => {
  assert.equal(readAddress("?clip=IRMAS,+from+its+archive…&irmas=a/b").named.clip, "irmas/a/b");
  assert.equal(readAddress("?irmas=a/b").named.clip, null);
});

test("a visitor's address is met by what Python made of it, as far as it is of that", () => {
  const go = (query, travelled) => placeIn(model, { ...readAddress(`?frame=3&filter=5&${query}`), travelled });
  for (const query of ["", "clip=Flute", "clip=none", "layer=pool1", "layer=POOL1", "layer=pool1+·+32+filters+of+15×44"]) {
    assert.deepEqual(go(query), { frame: 3, filter: 5 }, query);
  }
  assert.deepEqual(go("layer=conv9"), { frame: 3, filter: null }, "of another layer");
  for (const kind of ["upload", "recording"]) {
    assert.deepEqual(go(`clip=${kind}`), { frame: null, filter: 5 }, "of a sound that is not here");
    assert.deepEqual(placeIn(own(kind), { ...readAddress(`?frame=3&clip=${kind}`), travelled: true }), { frame: 3, filter: null });
  }
  assert.equal(go("clip=irmas/a/b"), null, "still to be fetched");
});

test("what was gone back to is met by exactly that", () => {
  const go = (query) => placeIn(model, { ...readAddress(`?frame=3&${query}`), travelled: true });
  assert.deepEqual(go(addressWith("", { named: NAMED, settings: USUAL, filter: null, frame: 3 }).slice(1)), { frame: 3, filter: null });
  for (const query of ["clip=samples/other&layer=pool1", "layer=pool2", "clip=upload&layer=pool1"]) assert.equal(go(query), null, query);
});
