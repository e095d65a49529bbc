// Where the tiles of a layer lie. Sizes are CSS pixels.
//
// Maps become tiles with their number above; single cells become one dense field of squares,
// with numbers at its margin where a square is too small for its own.

import LOOKS from "./looks.json" with { type: "json" };

// Shared with exported pictures, see cnnviz/export/tiles.py. A shape is height / width of a tile.
const TILES = LOOKS.tiles;
const CELLS = LOOKS.cells;
const SPILL = 30; // how strongly a layer that is higher than the grid counts against its layout

// The spectrogram takes a share of the window, the grid what is left of it, both within reason.
const PLOT = { share: 0.24, heights: [120, 220] };
const STACKED = { share: 0.14, heights: [96, 140], below: 520 }; // with the bars below it, on phones
const GRID_HEIGHTS = [200, 640];
const PRESENTED = { width: 720, height: 480 }; // what a presented stage is laid out in, at least
const FOOT = 8; // what stays free below the grid, so that a layout may be a little higher than its aim
// A stage as wide and a room as high as this show an opened tile beside the grid, others over it.
const BESIDE_FROM = { width: 820, height: 440 };
const OPENED = { width: 416, wide: 430, heights: { 1: 440, 2: 208 } };

/** How much larger a presented stage is: on a projector of 1280 × 720, half as large again. */
export function zoomOf({ width, height }) {
  return Math.max(1, Math.min(height / PRESENTED.height, width / PRESENTED.width));
}

/** How high the spectrogram is on a stage this wide. */
export function plotHeightOf({ width, windowHeight }) {
  const { share, heights } = width < STACKED.below ? STACKED : PLOT;
  return Math.round(within(heights, share * windowHeight));
}

/**
 * The room for the grid, and that for an opened tile: beside the grid, or over it in two columns
 * if there is width for them.
 *
 * @param {{width: number, windowHeight: number, before: number, above: number, opened: boolean}} stage
 *   its width, how far it lies below the upper edge of the page, and the grid below that of the stage
 */
export function roomOf({ width, windowHeight, before, above, opened }) {
  const top = before < windowHeight / 2 ? before : 0; // one that lies further down is scrolled to
  const height = within(GRID_HEIGHTS, windowHeight - top - above - FOOT);
  const beside = opened && width >= BESIDE_FROM.width && height >= BESIDE_FROM.height;
  if (beside) return { beside, columns: 1, width: width - OPENED.width, height, openedHeight: height };
  const columns = width < OPENED.wide ? 1 : 2;
  return { beside, columns, width, height, openedHeight: Math.max(height, OPENED.heights[columns]) };
}

function within([least, most], value) {
  return Math.max(least, Math.min(most, value));
}

/**
 * Lay a layer out.
 *
 * @param {{filters: number, frames: number, mels: number}} layer
 * @param {{width: number, height: number, ratio: number, zoom: number}} room width to fill,
 *   height to aim at, device pixels to a CSS pixel, and how much larger the tiles are wanted
 */
export function layoutOf(layer, room) {
  const wanted = { ...room, height: room.height * room.zoom };
  return layer.frames * layer.mels === 1 ? cellLayout(layer, wanted) : mapLayout(layer, wanted);
}

function mapLayout(layer, { width, height, ratio, zoom }) {
  const most = Math.min(layer.filters, Math.floor((width + TILES.gap) / (TILES.narrowest + TILES.gap)));
  const layouts = counts(Math.max(1, most)).map((columns) => {
    const rows = Math.ceil(layer.filters / columns);
    const tileWidth = Math.max(1, Math.floor((width + TILES.gap) / columns - TILES.gap));
    const free = (height + TILES.gap) / rows - TILES.gap - TILES.label;
    const tileHeight = evenHeight(layer, { free, ratio, zoom, tallest: tileWidth * TILES.shapes[1] });
    const stepY = tileHeight + TILES.label + TILES.gap;
    const shape = tileHeight / tileWidth;
    const odd = Math.max(1, TILES.shapes[0] / shape, shape / TILES.shapes[1]);
    const squeezed = Math.max(1, layer.frames / (tileWidth * ratio));
    return {
      kind: "maps",
      columns,
      rows,
      tileWidth,
      tileHeight,
      left: 0,
      top: TILES.label,
      stepX: (width + TILES.gap) / columns,
      stepY,
      width,
      height: rows * stepY - TILES.gap,
      numbers: "above",
      score: worth({ area: tileWidth * tileHeight, height: rows * stepY - TILES.gap, aim: height }) / (odd ** 2 * squeezed ** 4),
    };
  });
  return best(layouts);
}

// Harmonics are lines one or two bands high: rows of uneven height would thicken some of them,
// and a row of less than a pixel would be lost. So a row is a whole number of device pixels, at
// least one; only a layer made small on request may have less.
function evenHeight({ mels }, { free, ratio, zoom, tallest }) {
  const aim = Math.min(free, tallest) * ratio;
  if (aim < mels && zoom < 1) return Math.max(TILES.least_height, aim / ratio);
  return (Math.max(1, Math.floor(aim / mels)) * mels) / ratio;
}

function cellLayout(layer, { width, height, ratio }) {
  const [fewest] = CELLS.columns;
  const fits = CELLS.columns.filter((columns) => columns <= Math.max(fewest, layer.filters));
  const layouts = fits.map((columns) => {
    const rows = Math.ceil(layer.filters / columns);
    const whole = Math.min(width / columns, CELLS.largest);
    const numbers = whole < CELLS.own_number ? "margin" : "inside";
    const { left, top } = numbers === "margin" ? CELLS.margin : { left: 0, top: 0 };
    const across = Math.min((width - left) / columns, CELLS.largest);
    const side = Math.max(1, Math.floor(across * ratio)) / ratio;
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
      score: worth({ area: side * side, height: top + rows * side, aim: height }) * (columns * side) / width,
    };
  });
  return best(layouts);
}

// Large tiles are worth having, as long as the layer is seen as a whole.
function worth({ area, height, aim }) {
  return area / Math.max(1, height / aim) ** SPILL;
}

function best(layouts) {
  return layouts.reduce((a, b) => (b.score > a.score ? b : a));
}

function counts(most) {
  return Array.from({ length: most }, (_, index) => index + 1);
}

/** Top left corner of a place's picture, on whole pixels. */
export function cornerOf(layout, place) {
  const [column, row] = [place % layout.columns, Math.floor(place / layout.columns)];
  return [Math.round(layout.left + column * layout.stepX), layout.top + row * layout.stepY];
}

/** The place some rows down, held within the layer. */
export function neighbourOf(layout, { place, rows, filters }) {
  const next = place + rows * layout.columns;
  return next < 0 || next >= filters ? place : next;
}
