import assert from "node:assert/strict";
import { test } from "node:test";
import { cornerOf, layoutOf, neighbourOf, plotHeightOf, roomOf, zoomOf } from "../../cnnviz/stage/layout.mjs";

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

test("the grid gets what the window leaves below it, within reason", () => {
  const stage = { width: 1050, before: 48, above: 342, opened: false };
  assert.equal(roomOf({ ...stage, windowHeight: 900 }).height, 502);
  assert.equal(roomOf({ ...stage, windowHeight: 720 }).height, 322);
  assert.equal(roomOf({ ...stage, windowHeight: 400 }).height, 200, "then the page is scrolled");
  assert.equal(roomOf({ ...stage, windowHeight: 2000 }).height, 640);
});

test("a stage further down the page is scrolled to, and has the whole window", () => {
  const stage = { width: 1050, windowHeight: 900, above: 342, opened: false };
  assert.equal(roomOf({ ...stage, before: 1500 }).height, roomOf({ ...stage, before: 0 }).height);
});

test("an opened tile stands beside a wide and high grid and over any other, whole in the window", () => {
  const wide = { width: 1050, windowHeight: 900, before: 48, above: 342 };
  const beside = roomOf({ ...wide, opened: true });
  assert.deepEqual([beside.beside, beside.width, beside.height], [true, 634, 502]);
  assert.equal(roomOf({ ...wide, opened: false }).beside, false);
  for (const [width, windowHeight, columns] of [[1050, 720, 2], [660, 700, 2], [660, 900, 2], [358, 844, 1], [358, 620, 1]]) {
    const room = roomOf({ ...wide, width, windowHeight, opened: true });
    assert.deepEqual([room.beside, room.columns, room.width], [false, columns, width]);
    assert.ok(room.openedHeight >= room.height, "it covers the grid");
    assert.ok(room.openedHeight <= windowHeight - 60, `${room.openedHeight} px of ${windowHeight}`);
  }
});

test("the spectrogram is lower in a low window, and on a phone", () => {
  const heights = [[1050, 1080], [1050, 720], [660, 700], [358, 844]].map(([width, windowHeight]) => plotHeightOf({ width, windowHeight }));
  assert.deepEqual(heights, [220, 173, 168, 118]);
});

test("every layer of the network fits what common windows leave below the spectrogram", () => {
  for (const [width, height, ratio] of [[660, 300, 1], [916, 325, 1], [1076, 430, 1], [1556, 560, 1], [358, 240, 3]]) {
    for (const layer of LAYERS) {
      if (width < 400 && layer.filters === 256) continue; // sixteen rows, each with its line of numbers
      const layout = layoutOf(layer, { width, height, ratio, zoom: 1 });
      assert.ok(layout.height <= height + 8, `${layer.filters} of ${layer.frames}×${layer.mels} at ${width}: ${layout.height} px of ${height}`);
    }
  }
});

test("a presented stage is at least 1.4 times as large, as the room's screen has pixels", () => {
  for (const [width, height] of [[1024, 768], [1280, 720], [1366, 768], [1920, 1080], [3840, 2160]]) {
    assert.ok(zoomOf({ width, height }) >= 1.4, `${width} × ${height}`);
  }
  assert.equal(zoomOf({ width: 1920, height: 1080 }), 1.5 * zoomOf({ width: 1280, height: 720 }));
  assert.equal(zoomOf({ width: 390, height: 844 }), 1, "a phone is held in the hand");
});

test("walking by rows stays within the layer", () => {
  const layout = { columns: 10 };
  assert.equal(neighbourOf(layout, { place: 3, rows: 1, filters: 32 }), 13);
  assert.equal(neighbourOf(layout, { place: 3, rows: -1, filters: 32 }), 3);
  assert.equal(neighbourOf(layout, { place: 25, rows: 1, filters: 32 }), 25);
});
