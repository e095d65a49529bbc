import assert from "node:assert/strict";
import { test } from "node:test";
import { writeMap } from "../../cnnviz/stage/draw.mjs";

test("time runs to the right and mel bands upward", () => {
  const colours = Uint32Array.from({ length: 512 }, (_, index) => 1000 + index);
  const codes = Uint8Array.from([9, 9, 0, 1, 2, 10, 11, 12]); // two frames of three bands, from 2 on
  const pixels = new Uint32Array(4 * 4);
  writeMap({ pixels, width: 4, at: 1 }, { codes, start: 2, frames: 2, mels: 3 }, { colours, first: 256 });
  const expected = [
    [0, 1258, 1268, 0],
    [0, 1257, 1267, 0],
    [0, 1256, 1266, 0],
    [0, 0, 0, 0],
  ];
  assert.deepEqual([...pixels], expected.flat());
});
