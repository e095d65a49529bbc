import assert from "node:assert/strict";
import { test } from "node:test";
import { cornerOf, layoutOf, neighbourOf, roomOf } from "../../cnnviz/stage/layout.mjs";

const LAYERS = [
  [32, 45, 130], [32, 47, 132], [32, 15, 44], [64, 17, 46], [64, 19, 48], [64, 6, 16], [128, 8, 18],
  [128, 10, 20], [128, 3, 6], [256, 5, 8], [256, 7, 10], [256, 1, 1], [1024, 1, 1], [11, 1, 1], [3, 1, 1], [2, 1, 1], [1, 1, 1], [1, 4, 4],
].map(([filters, frames, mels]) => ({ filters, frames, mels }));
const WIDTHS = [440, 560, 900, 1050, 1600];

for (const layer of LAYERS) {
  const name = `${layer.filters} of ${layer.frames}×${layer.mels}`;
  for (const width of WIDTHS) {
    for (const ratio of [1, 1.5, 2]) {
      const layout = layoutOf(layer, { width, height: 480, ratio, zoom: 1 });
      test(`${name} at ${width} px, ratio ${ratio}: every tile has its own place`, () => {
        assert.ok(layout.columns * layout.rows >= layer.filters);
        const seen = new Set();
        for (let filter = 0; filter < layer.filters; filter += 1) {
          const [x, y] = cornerOf(layout, filter);
          assert.ok(x >= 0 && x + layout.tileWidth <= width + 1, `tile ${filter} within the width`);
          assert.ok(y >= 0 && y + layout.tileHeight <= layout.height + 1e-6, `tile ${filter} within the height`);
          seen.add(`${x},${y}`);
        }
        assert.equal(seen.size, layer.filters);
        assert.ok(layout.stepX >= layout.tileWidth && layout.stepY >= layout.tileHeight);
      });
    }
  }
}

test("a row of a map is a whole number of device pixels, and never lost", () => {
  for (const layer of LAYERS.filter(({ frames }) => frames > 1)) {
    for (const width of WIDTHS) {
      for (const ratio of [1, 2]) {
        const { tileHeight } = layoutOf(layer, { width, height: 480, ratio, zoom: 1 });
        const pixels = (tileHeight * ratio) / layer.mels;
        assert.ok(pixels >= 1 && Number.isInteger(pixels), `${layer.mels} rows at ${width}: ${pixels}`);
      }
    }
  }
});

test("the layers of the network fit a window of 1440 × 950 without scrolling", () => {
  for (const layer of LAYERS) {
    const layout = layoutOf(layer, { width: 1050, height: 480, ratio: 1, zoom: 1 });
    assert.ok(layout.height <= 500, `${layer.filters} of ${layer.frames}×${layer.mels}: ${layout.height} px`);
  }
});

test("maps fill the width", () => {
  for (const layer of LAYERS.filter(({ frames, filters }) => frames > 1 && filters > 1)) {
    const layout = layoutOf(layer, { width: 1050, height: 480, ratio: 1, zoom: 1 });
    const [x] = cornerOf(layout, layout.columns - 1);
    assert.ok(x + layout.tileWidth > 1040, `${layer.filters} of ${layer.frames}×${layer.mels}`);
  }
});

test("small cells are numbered at the margin, large ones within", () => {
  const room = { width: 1050, height: 480, ratio: 1, zoom: 1 };
  assert.equal(layoutOf({ filters: 1024, frames: 1, mels: 1 }, room).numbers, "margin");
  assert.equal(layoutOf({ filters: 256, frames: 1, mels: 1 }, room).numbers, "inside");
});

test("a zoom makes tiles larger or smaller", () => {
  const layer = { filters: 64, frames: 19, mels: 48 };
  const areas = [0.4, 1, 4].map((zoom) => {
    const { tileWidth, tileHeight } = layoutOf(layer, { width: 1050, height: 480, ratio: 1, zoom });
    return tileWidth * tileHeight;
  });
  assert.ok(areas[0] < areas[1] && areas[1] < areas[2], String(areas));
});

test("an opened tile stands beside a wide grid and over a narrow one", () => {
  const wide = { width: 1050, windowHeight: 950 };
  assert.deepEqual(roomOf({ ...wide, opened: false }), { beside: false, width: 1050, height: 470 });
  assert.deepEqual(roomOf({ ...wide, opened: true }), { beside: true, width: 634, height: 540 });
  assert.equal(roomOf({ width: 560, windowHeight: 950, opened: true }).width, 560);
  assert.equal(roomOf({ ...wide, windowHeight: 600, opened: false }).height, 400);
});

test("walking by rows stays within the layer", () => {
  const layout = { columns: 10 };
  assert.equal(neighbourOf(layout, { place: 3, rows: 1, filters: 32 }), 13);
  assert.equal(neighbourOf(layout, { place: 3, rows: -1, filters: 32 }), 3);
  assert.equal(neighbourOf(layout, { place: 25, rows: 1, filters: 32 }), 25);
});
