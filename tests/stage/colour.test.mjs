import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURS, coloursOf, filterRange, isDead, knownScale, limitsOf, rampOf, scalesOf, wholeRange } from "../../cnnviz/stage/colour.mjs";

// Three filters in two segments; filter 2 never moves. Inside the window is less than in the border.
const model = {
  layer: { filters: 3 },
  inside: { low: [-1.5, 0, 0.5], high: [0.5, 3, 0.5] },
  scales: {
    layer: { low: -1, high: 2, below: 0.01, above: 0.003 },
    full: { low: -2, high: 4, below: 0, above: 0 },
    filter: { low: null, high: null, below: 0, above: 0 },
    diverging: { low: -5, high: 5, below: 0, above: 0 },
  },
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

test("a filter's range is that inside the window, the whole one spans border and segments", () => {
  assert.deepEqual(filterRange(model, 0), [-1.5, 0.5]);
  assert.deepEqual(wholeRange(model, 0), [-2, 1]);
  assert.deepEqual(wholeRange(model, 1), [0, 4]);
  assert.deepEqual(wholeRange(model), [-2, 4]);
});

test("a scale that a layer does not have is its usual one", () => {
  assert.equal(knownScale(model, "diverging"), "diverging");
  assert.equal(knownScale(model, "toString"), "layer");
  const output = { scales: { layer: {} } };
  assert.equal(knownScale(output, "filter"), "layer");
  assert.deepEqual(scalesOf(output), [["layer", "fixed"]]);
  assert.deepEqual(scalesOf(model).map(([name]) => name), ["layer", "full", "filter", "diverging"]);
});

test("limits say what is clipped at which end, and nothing where nothing is", () => {
  assert.deepEqual(limitsOf(model, { scale: "layer" }), { low: -1, high: 2, below: 0.01, above: 0.003 });
  assert.deepEqual(limitsOf(model, { scale: "layer", filter: 2 }), limitsOf(model, { scale: "layer" }));
  assert.deepEqual(limitsOf(model, { scale: "full" }), { low: -2, high: 4, below: null, above: null });
  assert.deepEqual(limitsOf(model, { scale: "diverging" }), { low: -5, high: 5, below: null, above: null });
  assert.equal(limitsOf(model, { scale: "filter" }), null);
  assert.deepEqual(limitsOf(model, { scale: "filter", filter: 1 }), { low: 0, high: 3, below: null, above: 0 });
});

test("a filter is dead only if it never moves in the whole clip", () => {
  assert.deepEqual([0, 1, 2].map((filter) => isDead(model, filter)), [false, false, true]);
  const woken = structuredClone(model);
  [woken.segments[1].low[2], woken.segments[1].high[2]] = [0.7, 0.7];
  assert.ok(!isDead(woken, 2), "two constants that differ are a movement");
});

const ramp = Uint32Array.from({ length: 256 }, (_, index) => index + 1000);
const colours = (scale, of = model) => of.segments.map((segment) => coloursOf(of, segment, { ramp, scale }));

test("per layer, one colour means one activation in every filter and segment, and the ends are clipped", () => {
  const [early, late] = colours("layer");
  const expected = (value) => 1000 + Math.round(((value + 1) / 3) * 255);
  assert.equal(early[0], expected(-1));
  assert.equal(early[255], expected(1));
  assert.equal(early[512], expected(0.5), "a dead filter keeps the colour of its value");
  assert.equal(late[0], 1000, "-2 is clipped");
  assert.equal(late[256 + 255], 1255, "4 is clipped");
  assert.equal(late[256 + 64], expected((64 / 255) * 4));
});

test("in full range, nothing is clipped", () => {
  const [early, late] = colours("full");
  assert.equal(late[0], 1000);
  assert.equal(early[0], 1000 + Math.round(255 / 6));
  assert.equal(late[256 + 255], 1255);
});

test("per filter, the ramp spans the filter's own range inside the window", () => {
  const [early, late] = colours("filter");
  assert.equal(early[255], 1255, "1 lies in the border");
  assert.equal(early[0], 1064);
  assert.equal(late[0], 1000);
  assert.equal(early[512], 1000, "a dead filter is not stretched");
  assert.equal(early[512 + 255], 1000);
});

test("a scale of one value divides by nothing", () => {
  const flat = { ...model, scales: { layer: { low: 2, high: 2, below: 0, above: 0 } } };
  assert.deepEqual([colours("layer", flat)[0][0], colours("layer", flat)[1][511]], [1000, 1255]);
});

test("diverging, zero has the colour in the middle", () => {
  const [, late] = colours("diverging");
  assert.equal(late[256], 1128);
  assert.equal(late[255], 1128, "the highest of filter 0 there is 0");
  assert.equal(late[0], 1000 + Math.round(0.3 * 255));
});
