import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURS, coloursOf, filterRange, isDead, layerRange, rampOf } from "../../cnnviz/stage/colour.mjs";

// Three filters in two segments; filter 2 never moves.
const model = {
  layer: { filters: 3 },
  segments: [{ low: [-1, 0, 0.5], high: [1, 2, 0.5] }, { low: [-2, 0, 0.5], high: [0, 4, 0.5] }],
};
const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];

// matplotlib 3.10, colormaps[name](code)[:3] * 255; between the stops we are at most 4 off.
const MATPLOTLIB = {
  viridis: [[68, 1, 84], [42, 118, 142], [253, 231, 37]],
  magma: [[0, 0, 4], [137, 40, 129], [252, 253, 191]],
  cividis: [[0, 34, 78], [101, 104, 112], [254, 232, 56]],
  inferno: [[0, 0, 4], [144, 37, 104], [252, 255, 164]],
};

test("the four maps are matplotlib's", () => {
  assert.deepEqual(COLOURS, Object.keys(MATPLOTLIB));
  for (const [name, expected] of Object.entries(MATPLOTLIB)) {
    const ramp = rampOf(name);
    [0, 100, 255].forEach((code, index) => {
      channels(ramp[code]).forEach((value, channel) => {
        assert.ok(Math.abs(value - expected[index][channel]) <= 4, `${name} at ${code}`);
      });
      assert.equal(ramp[code] >>> 24, 255);
    });
  }
});

test("ranges span all segments", () => {
  assert.deepEqual(filterRange(model, 0), [-2, 1]);
  assert.deepEqual(filterRange(model, 1), [0, 4]);
  assert.deepEqual(layerRange(model), [-2, 4]);
});

test("a filter is dead only if it never moves in the whole clip", () => {
  assert.deepEqual([0, 1, 2].map((filter) => isDead(model, filter)), [false, false, true]);
  const woken = structuredClone(model);
  [woken.segments[1].low[2], woken.segments[1].high[2]] = [0.7, 0.7];
  assert.ok(!isDead(woken, 2), "two constants that differ are a movement");
});

test("per layer, one colour means one activation in every filter and segment", () => {
  const ramp = Uint32Array.from({ length: 256 }, (_, index) => index + 1000);
  const [early, late] = model.segments.map((segment) => coloursOf(model, segment, { ramp, scale: "layer" }));
  const expected = (value) => 1000 + Math.round(((value + 2) / 6) * 255);
  assert.equal(early[0], expected(-1));
  assert.equal(early[255], expected(1));
  assert.equal(late[256 + 255], expected(4));
  assert.equal(early[512], expected(0.5), "a dead filter keeps the colour of its value");
});

test("per filter, the ramp spans the filter's own range over the clip", () => {
  const ramp = Uint32Array.from({ length: 256 }, (_, index) => index + 1000);
  const [early, late] = model.segments.map((segment) => coloursOf(model, segment, { ramp, scale: "filter" }));
  assert.equal(early[255], 1255);
  assert.equal(early[0], 1085);
  assert.equal(late[0], 1000);
  assert.equal(early[512], 1000, "a dead filter is not stretched");
  assert.equal(early[512 + 255], 1000);
});
