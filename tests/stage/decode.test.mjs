import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, makeDecoder, mapStart, parse, sameBytes, segmentOf, valueOf } from "../../cnnviz/stage/decode.mjs";
import { example, packed } from "./model.mjs";

test("refuses another format, and says what came", () => {
  assert.throws(() => parse(packed({ format: 2 }, {})), /reads format 1, but the clip came in format 2/);
});

test("refuses a buffer that was cut short", async () => {
  const { header, blocks } = example();
  const bytes = packed(header, blocks);
  await assert.rejects(decode(bytes.subarray(0, bytes.length - 3)), /block maps1 must have \d+ bytes/);
  await assert.rejects(decode(bytes.subarray(0, 2)), /needs a packed clip, but got 2 bytes/);
});

test("refuses maps of another size than the layer's", async () => {
  const { header, blocks } = example();
  header.layer.filters = 4;
  await assert.rejects(decode(packed(header, blocks)), /conv1 must have (72 values, but 54|48 values, but 36) arrived/);
});

test("gives back every block, wherever it lies in its buffer", async () => {
  const { header, blocks, early, late, scores } = example();
  const bytes = packed(header, blocks);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const model = await decode(shifted.subarray(3));
  assert.deepEqual(model.segments.map((segment) => segment.codes), [early, late]);
  assert.deepEqual(model.predictions, scores);
  assert.equal(new TextDecoder().decode(model.sound), "RIFFx");
  assert.equal(model.spectrogram.codes.length, 36);
});

test("has no predictions while the network loads", async () => {
  const { header, blocks } = example({ layer: null, segments: [], verdict: null });
  const model = await decode(packed(header, { sound: blocks.sound, spectrogram: blocks.spectrogram }));
  assert.equal(model.predictions, null);
  assert.deepEqual(model.segments, []);
});

test("finds a window's map in its segment, and the value behind a code", async () => {
  const { header, blocks, late } = example();
  const model = await decode(packed(header, blocks));
  const segment = segmentOf(model, 4);
  assert.equal(segment.first, 3);
  const start = mapStart(model, segment, { filter: 1, window: 4 });
  assert.equal(start, (1 * 2 + 1) * 6);
  assert.equal(segment.codes[start], late[18]);
  assert.equal(valueOf(segment, { filter: 1, code: 51 }), 0.8);
  assert.equal(segmentOf(model, 2).first, 0);
});

test("knows the same bytes in another place", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  assert.ok(sameBytes(bytes, new Uint8Array([1, 2, 3])));
  assert.ok(!sameBytes(bytes, new Uint8Array([1, 2, 4])));
  assert.ok(!sameBytes(bytes, undefined));
});

test("remembers the layers decoded last, as many as fit", async () => {
  const made = [];
  const layer = ({ length }) => ({ segments: [{ codes: { length: 10 * length } }] });
  const decoder = makeDecoder({
    atMostBytes: 50,
    decoded: async (bytes) => {
      made.push(bytes[0]);
      return layer(bytes);
    },
  });
  const [a, b, c] = [1, 2, 3].map((value) => new Uint8Array([value, 0]));
  const first = await decoder(a);
  await decoder(b);
  assert.equal(await decoder(a.slice()), first);
  assert.deepEqual(made, [1, 2]);
  await decoder(c); // the third does not fit beside the two before
  await decoder(a);
  assert.deepEqual(made, [1, 2, 3]);
  await decoder(b);
  assert.deepEqual(made, [1, 2, 3, 2]);
});
