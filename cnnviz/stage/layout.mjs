// Where the tiles of a layer lie. Sizes are CSS pixels.
//
// Maps become tiles with their number above; single cells become one dense field of squares,
// with numbers at its margin where a square is too small for its own.

const LABEL = 13;
const GAP = 4;
const NARROWEST = 22;
const SHAPES = [0.75, 2.6]; // height / width of a tile: from wide to tall
const CELL_COLUMNS = [8, 10, 16, 20, 25, 32, 40, 50, 64, 80, 100];
const CELL_OWN_NUMBER = 26;
const CELL_MARGIN = { left: 34, top: 15 };

/**
 * Lay a layer out.
 *
 * @param {{filters: number, frames: number, mels: number}} layer
 * @param {{width: number, height: number, ratio: number}} room width to fill, height to aim at,
 *   and device pixels to a CSS pixel
 */
export function layoutOf(layer, room) {
  return layer.frames * layer.mels === 1 ? cellLayout(layer, room) : mapLayout(layer, room);
}

function mapLayout(layer, { width, height, ratio }) {
  let best = null;
  const most = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  for (let columns = 1; columns <= Math.min(most, layer.filters); columns += 1) {
    const rows = Math.ceil(layer.filters / columns);
    const tileWidth = Math.floor(((width + GAP) / columns - GAP) * ratio) / ratio;
    const free = (height + GAP) / rows - GAP - LABEL;
    const tileHeight = evenHeight(layer.mels, { free, ratio, widest: tileWidth });
    const shape = tileHeight / tileWidth;
    const used = layer.filters * tileWidth * tileHeight;
    const spill = Math.max(1, (rows * (tileHeight + LABEL + GAP)) / height);
    const odd = Math.max(1, SHAPES[0] / shape, shape / SHAPES[1]);
    const score = used / (spill ** 3 * odd ** 2);
    if (!best || score > best.score) best = { score, columns, rows, tileWidth, tileHeight };
  }
  const { columns, rows, tileWidth, tileHeight } = best;
  return {
    kind: "maps",
    columns,
    rows,
    tileWidth,
    tileHeight,
    left: 0,
    top: LABEL,
    stepX: tileWidth + GAP,
    stepY: tileHeight + LABEL + GAP,
    width,
    height: rows * (tileHeight + LABEL + GAP),
    numbers: "above",
  };
}

// Harmonics are lines one or two bands high: rows of uneven height would thicken some of them. So
// a map's row is a whole number of device pixels, unless it would have to be less than one.
function evenHeight(mels, { free, ratio, widest }) {
  const aim = Math.max(16, Math.min(free, widest * SHAPES[1]));
  const pixels = Math.floor((aim * ratio) / mels);
  return pixels >= 1 ? (pixels * mels) / ratio : aim;
}

function cellLayout(layer, { width, height, ratio }) {
  let best = null;
  for (const columns of CELL_COLUMNS) {
    const rows = Math.ceil(layer.filters / columns);
    const own = Math.min(width / columns, height / rows);
    const left = own < CELL_OWN_NUMBER ? CELL_MARGIN.left : 0;
    const side = Math.floor(((width - left) / columns) * ratio) / ratio;
    const numbers = side < CELL_OWN_NUMBER ? "margin" : "inside";
    const spill = Math.max(1, (rows * side) / height);
    const score = (columns * side * rows * side) / spill ** 3;
    if (side >= 4 && (!best || score > best.score)) best = { score, columns, rows, side, numbers };
  }
  const { columns, rows, side, numbers } = best;
  const [left, top] = numbers === "margin" ? [CELL_MARGIN.left, CELL_MARGIN.top] : [0, 0];
  return {
    kind: "cells",
    columns,
    rows,
    tileWidth: side,
    tileHeight: side,
    left,
    top,
    stepX: side,
    stepY: side,
    width,
    height: top + rows * side,
    numbers,
  };
}

/** Top left corner of a tile's picture. */
export function cornerOf(layout, filter) {
  const [column, row] = [filter % layout.columns, Math.floor(filter / layout.columns)];
  return [layout.left + column * layout.stepX, layout.top + row * layout.stepY];
}

/** The filter a row up or down, held within the layer. */
export function neighbourOf(layout, { filter, rows, filters }) {
  const next = filter + rows * layout.columns;
  return next < 0 || next >= filters ? filter : next;
}
