import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, mapStart, segmentOf, valueOf } from "../../cnnviz/stage/decode.mjs";
import { alternative, factsOf, filterName, labelOf, nowName, nowWords, sizeText, subline, titleOf, traces, verdictWords } from "../../cnnviz/stage/summary.mjs";
import { example, packed } from "./model.mjs";

const model = await decode(packed(example().header, example().blocks));
const course = traces(model);

function valuesOf(filter, window) {
  const segment = segmentOf(model, window);
  const start = mapStart(model, segment, { filter, window });
  return Array.from(segment.codes.subarray(start, start + 6), (code) => valueOf(segment, { filter, code }));
}

const INSIDE = [4, 5]; // of six cells, see model.mjs
const insideOf = (filter, window) => INSIDE.map((cell) => valuesOf(filter, window)[cell]);

test("traces are mean and strongest of each map inside the window", () => {
  for (let filter = 0; filter < 3; filter += 1) {
    for (let window = 0; window < 5; window += 1) {
      const values = insideOf(filter, window);
      const mean = (values[0] + values[1]) / 2;
      assert.ok(Math.abs(course.means[filter * 5 + window] - mean) < 1e-6);
      assert.ok(Math.abs(course.peaks[filter * 5 + window] - Math.max(...values)) < 1e-6);
    }
  }
});

test("a filter's facts hold its peak, its moment and its band", () => {
  const facts = factsOf(model, { filter: 1, ...course });
  const all = [0, 1, 2, 3, 4].flatMap((window) => insideOf(1, window));
  assert.ok(Math.abs(facts.peak - Math.max(...all)) < 1e-6);
  assert.ok(Math.abs(facts.mean - all.reduce((a, b) => a + b) / all.length) < 1e-6);
  const place = all.indexOf(Math.max(...all));
  const [window, cell] = [Math.floor(place / 2), INSIDE[place % 2]];
  assert.ok(Math.abs(facts.time - (window + 1 + 2 * Math.floor(cell / 3)) * 0.02) < 1e-9);
  assert.equal(facts.hz, [100, 300, 800][cell % 3]);
  assert.deepEqual([facts.low, facts.high], [0, 3]);
  const border = [0, 1, 2, 3, 4].flatMap((window) => valuesOf(1, window));
  assert.ok(Math.max(...border) > facts.peak, "a higher one in the border does not count");
});

test("a peak beside the border is said to lie next to padding", () => {
  const [frames, mels] = [5, 6];
  const peaksAt = (place) => {
    const codes = new Uint8Array(frames * mels).fill(1);
    codes[place] = 9;
    codes[0] = 200; // in the border
    const layer = { ...model.layer, filters: 1, frames, mels };
    const segments = [{ first: 0, windows: 1, low: [0], high: [255], codes }];
    const inside = { frames: [1, 4], mels: [0, 5], low: [1], high: [9] };
    const one = { ...model, windows: 1, layer, segments, inside };
    return factsOf(one, { filter: 0, ...traces(one) });
  };
  const at = (frame, mel) => peaksAt(frame * mels + mel);
  assert.deepEqual([at(2, 2).peak, at(2, 2).atEdge], [9, false]);
  assert.ok(at(1, 2).atEdge && at(3, 2).atEdge && at(2, 4).atEdge);
  assert.ok(!at(2, 0).atEdge, "the map itself begins there");
});

test("a tile's text alternative says number, mean, peak and when", () => {
  const facts = { name: "filter 37", dead: false, low: -1, mean: 0.12, peak: 4.2, time: 1.556, hz: 1249 };
  assert.equal(alternative(facts), "filter 37, mean 0.120, peak 4.20 at 1.56 s near 1.2 kHz");
  assert.equal(alternative({ ...facts, hz: null }), "filter 37, mean 0.120, peak 4.20 at 1.56 s");
  assert.ok(alternative({ ...facts, atEdge: true }).endsWith("near 1.2 kHz, next to padding"));
});

test("a dead filter is called dead", () => {
  const facts = factsOf(model, { filter: 2, ...course });
  assert.equal(alternative(facts), "filter 2, dead: it stays at 0.500");
});

test("a cell's peak lies at its window's centre and has no band", async () => {
  const { header, blocks } = example();
  const cells = { ...header.layer, frames: 1, mels: 1, filters: 18 };
  header.segments.forEach((segment) => {
    segment.low = Array(18).fill(0);
    segment.high = Array(18).fill(1);
  });
  const inside = { frames: [0, 1], mels: [0, 1], low: Array(18).fill(0), high: Array(18).fill(1) };
  const single = await decode(packed({ ...header, layer: cells, inside }, blocks));
  const facts = factsOf(single, { filter: 0, ...traces(single) });
  assert.equal(facts.hz, null);
  assert.ok([0.04, 0.06, 0.08, 0.1, 0.12].some((time) => Math.abs(facts.time - time) < 1e-9));
});

test("beside the title stand labels and layer", () => {
  assert.deepEqual(subline(model), ["labelled flute", "conv1, 3 filters of 2×3"]);
  const loading = { ...model, verdict: null, layer: null, clip: { ...model.clip, labels: [] } };
  assert.deepEqual(subline(loading), ["no label"]);
});

// More cases, and that exported pictures say the same: tests/export/test_words.py
test("the verdict names what reaches the threshold, and clip is told from second", () => {
  assert.deepEqual(verdictWords(model), [["Whole clip: ", false], ["flute 0.97", true]]);
  const noise = { ...model.verdict, scores: [0.1, 0.4], named: [] };
  assert.deepEqual(verdictWords({ ...model, verdict: noise }), [
    ["Whole clip: nothing reaches 0.50 (flute 0.40 comes nearest)", false],
  ]);
  assert.equal(nowWords(model, 0), "this window: flute 0.90");
  const second = { ...model, window_frames: 50 };
  assert.equal(nowWords(second, 0), "this second: flute 0.90");
  assert.equal(nowName({ window_frames: 187, frame_s: 0.016 }), "this window");
});

test("a tile of the output is named after its class", () => {
  assert.equal(labelOf(model, 1), "1");
  const output = { ...model, layer: { name: "output", kind: "output", frames: 1, mels: 1 } };
  assert.deepEqual([labelOf, filterName, titleOf].map((of) => of(output, 1)), ["flute", "flute", "Score of flute (output)"]);
  assert.deepEqual([labelOf, filterName, titleOf].map((of) => of(model, 1)), ["1", "filter 1", "Filter 1 of conv1"]);
  const dense = { ...model, layer: { name: "dense", kind: "dense", frames: 1, mels: 1 } };
  assert.deepEqual([filterName, titleOf].map((of) => of(dense, 1)), ["cell 1", "Cell 1 of dense"]);
});

test("sizes in words", () => {
  assert.equal(sizeText({ kind: "dense", filters: 1024, frames: 1, mels: 1 }), "1024 cells");
  assert.equal(sizeText({ kind: "output", filters: 11, frames: 1, mels: 1 }), "11 classes");
});
