// What grid and tile ask a source for. One that has a window's maps on their way answers null, and
// they keep the last picture; the payload's has all of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, mapStart, segmentOf, valueOf } from "../../cnnviz/stage/decode.mjs";
import { payloadSource } from "../../cnnviz/stage/source.mjs";
import { example, packed } from "./model.mjs";

const model = await decode(packed(example().header, example().blocks));

test("the payload has the maps of every window, in both segments", () => {
  const source = payloadSource(model);
  for (let window = 0; window < model.windows; window += 1) {
    const [maps, segment] = [source.at(window), segmentOf(model, window)];
    assert.equal(maps.codes, segment.codes);
    assert.equal(maps.ranges, segment, "one object to a segment: colours are made once for each");
    for (let filter = 0; filter < 3; filter += 1) {
      assert.equal(maps.startOf(filter), mapStart(model, segment, { filter, window }));
    }
  }
  assert.notEqual(source.at(2).ranges, source.at(3).ranges);
});

test("a code and its ranges say the activation", () => {
  const maps = payloadSource(model).at(4);
  const code = maps.codes[maps.startOf(1)];
  assert.equal(code, example().late[18]);
  assert.equal(valueOf(maps.ranges, { filter: 1, code }), (4 * code) / 255);
});
