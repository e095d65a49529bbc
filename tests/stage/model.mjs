// A small packed clip and its model, as Python would make them: shared by the tests.

import { deflateSync } from "node:zlib";

/** Pack a header and blocks the way payload.py does. */
export function packed(header, blocks) {
  const places = {};
  let offset = 0;
  for (const [name, block] of Object.entries(blocks)) {
    places[name] = { offset, bytes: block.length };
    offset += block.length;
  }
  const text = Buffer.from(JSON.stringify({ format: 4, ...header, blocks: places }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return new Uint8Array(Buffer.concat([length, text, ...Object.values(blocks)]));
}

/** What changes from window to window, of maps of `size` values. */
export function changes(codes, windows, size = 6) {
  const first = (index) => index % (windows * size) < size;
  return codes.map((code, index) => (first(index) ? code : code - codes[index - size]));
}

/** Three filters of 2 × 3 over 5 windows in two segments; filter 2 never moves. */
export function example(different = {}) {
  const codes = (windows) => Uint8Array.from({ length: 3 * windows * 6 }, (_, index) => (index * 37) % 256);
  const [early, late] = [codes(3), codes(2)];
  early.fill(0, 2 * 3 * 6);
  late.fill(0, 2 * 2 * 6);
  const header = {
    picture: "",
    network: "small",
    clip: { id: "samples/a", title: "A", labels: ["flu"], seconds: 0.2, credit: null },
    classes: [{ code: "cel", name: "cello" }, { code: "flu", name: "flute" }],
    frame_s: 0.02,
    window_frames: 5,
    hop_frames: 1,
    windows: 5,
    spectrogram: { frames: 9, mels: 4, mel_hz: [100, 200, 400, 800] },
    arrays: [
      {
        name: "input", over: "input", shape: [9, 4], low: -1, high: 1,
        colour: "sequential", unit: "log-mel", block: "array_input",
      },
    ],
    verdict: { first: "flu", scores: [0.1, 0.97], threshold: 0.5, named: ["flu"], rival: null },
    layer: {
      name: "conv1", kind: "convolution", filters: 3, frames: 2, mels: 3,
      frame_start: 1, frame_step: 2, mel_start: 0, mel_step: 1.5,
    },
    segments: [
      {
        first: 0, windows: 3, hop: 1, low: [-1, 0, 0.5], high: [1, 2, 0.5],
        maps: [{ shape: [3, 3, 2, 3], parts: ["maps0a", "maps0b"] }],
      },
      {
        first: 3, windows: 2, hop: 1, low: [-2, 0, 0.5], high: [0, 4, 0.5],
        maps: [{ shape: [3, 2, 2, 3], parts: ["maps1"] }],
      },
    ],
    // Of each map the cells of the last column count, but for the lowest.
    inside: { frames: [1, 2], mels: [1, 3], low: [-1.5, 0, 0.5], high: [0.5, 3, 0.5] },
    scales: {
      layer: { low: -1, high: 2, below: 0.01, above: 0.003, about: "most" },
      full: { low: -2, high: 4, below: 0, above: 0, about: "all" },
      filter: { low: null, high: null, below: 0, above: 0, about: "own" },
      diverging: { low: -2, high: 2, below: 0, above: 0.005, about: "both ways" },
    },
    rankings: { movement: [0.2, 0.7, 0] },
    notes: [],
    ...different,
  };
  const scores = new Float32Array([0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.5]);
  const blocks = {
    sound: Buffer.from("RIFFx"), // odd on purpose: what follows starts at no multiple of four
    array_input: Buffer.alloc(36, 7),
    predictions: Buffer.from(scores.buffer),
    maps0a: deflateSync(changes(early.subarray(0, 18), 3)), // the first filter
    maps0b: deflateSync(changes(early.subarray(18), 3)),
    maps1: deflateSync(changes(late, 2)),
  };
  return { header, blocks, early, late, scores };
}
