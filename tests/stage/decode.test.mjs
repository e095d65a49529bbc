import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decode, makeDecoder, mapStart, parse, sameBytes, segmentOf, valueOf } from "../../cnnviz/stage/decode.mjs";
import { changes, example, packed } from "./model.mjs";

test("refuses another format, and says what came", () => {
  assert.throws(() => parse(packed({ format: 2 }, {})), /reads format 4, but the clip came in format 2/);
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

test("refuses a block of which less or more came than its shape says", async () => {
  for (const [windows, values] of [[3, 54], [1, 18]]) {
    const { header, blocks } = example();
    header.segments[1].maps[0].shape[1] = windows;
    await assert.rejects(decode(packed(header, blocks)), new RegExp(`conv1 must have ${values} values, but 36 arrived`));
  }
});

test("refuses a stream that is no zlib stream, or ends early", async () => {
  const { header, blocks } = example();
  for (const maps1 of [Buffer.from("nothing"), blocks.maps1.subarray(0, 9)]) {
    await assert.rejects(decode(packed(header, { ...blocks, maps1 })));
  }
});

test("puts windows together that share their rows", async () => {
  // Two filters of three windows, one row apart: a frame at the left, two shared, a frame at the right
  const bytes = (length, from) => Uint8Array.from({ length }, (_, index) => (from + index * 29) % 256);
  const [left, rows, right] = [bytes(2 * 3 * 2, 1), bytes(2 * 4 * 2, 100), bytes(2 * 3 * 2, 200)];
  const layer = { name: "conv1", filters: 2, frames: 4, mels: 2 };
  const segment = {
    first: 0, windows: 3, hop: 1, low: [0, 0], high: [1, 1],
    maps: [
      { shape: [2, 3, 1, 2], parts: ["left"] },
      { shape: [2, 4, 2], parts: ["rows"] },
      { shape: [2, 3, 1, 2], parts: ["right"] },
    ],
  };
  const { header, blocks } = example({ layer, windows: 3, segments: [segment] });
  const model = await decode(
    packed(header, {
      ...blocks,
      left: deflateSync(changes(left, 3, 2)),
      rows: deflateSync(changes(rows, 4, 2)),
      right: deflateSync(changes(right, 3, 2)),
    }),
  );
  const expected = [0, 1].flatMap((filter) =>
    [0, 1, 2].flatMap((window) => [
      ...left.subarray((filter * 3 + window) * 2).subarray(0, 2),
      ...rows.subarray((filter * 4 + window) * 2).subarray(0, 4),
      ...right.subarray((filter * 3 + window) * 2).subarray(0, 2),
    ]),
  );
  assert.deepEqual([...model.segments[0].codes], expected);
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
  assert.deepEqual([...model.arrays[0].codes], Array(36).fill(7));
  const { codes, frames, mels, low, unit } = model.spectrogram; // the array called "input", with its axes
  assert.deepEqual([codes, frames, mels, low, unit], [model.arrays[0].codes, 9, 4, -1, "log-mel"]);
});

test("has no predictions while the network loads", async () => {
  const { header, blocks } = example({ layer: null, segments: [], verdict: null });
  const model = await decode(packed(header, { sound: blocks.sound, array_input: blocks.array_input }));
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
