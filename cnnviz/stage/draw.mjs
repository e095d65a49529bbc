// Pixels: codes through colours into one atlas at native size, then scaled onto the page's canvas.

import { signedRamp } from "./signed.mjs";
import { cornerOf } from "./layout.mjs";

/** A drawing surface of native size, one pixel a code. */
export function makeAtlas(width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  return { canvas, context, image, width, pixels: new Uint32Array(image.data.buffer) };
}

/** Set a canvas to a size in CSS pixels, sharp on this screen, and return its context. */
export function sharpen(canvas, { width, height, ratio }) {
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  return canvas.getContext("2d");
}

/**
 * Write one map's pixels, time to the right and mel bands upward.
 *
 * `pixels` is an atlas `width` wide; `at` its pixel for the map's top left corner; `codes` from
 * `start` on hold the map as (frame, mel); `colours` from `first` on its 256 colours.
 */
export function writeMap({ pixels, width, at }, { codes, start, frames, mels }, { colours, first }) {
  const bottom = at + (mels - 1) * width;
  let code = start;
  for (let frame = 0; frame < frames; frame += 1) {
    let pixel = bottom + frame;
    for (let mel = 0; mel < mels; mel += 1) {
      pixels[pixel] = colours[first + codes[code]];
      code += 1;
      pixel -= width;
    }
  }
}

/**
 * Draw a named array (frame, mel) over what a canvas of its size shows already.
 *
 * The colours of a "sequential" one are the ramp's and hide what lies below; a "signed" one is blue
 * below zero and red above, and the clearer to be seen through the nearer it is to zero.
 */
export function drawArray(context, { shape: [frames, mels], codes, low, high, colour }, { ramp }) {
  const atlas = makeAtlas(frames, mels);
  const colours = colour === "signed" ? signedRamp(low, high) : ramp;
  writeMap({ ...atlas, at: 0 }, { codes, start: 0, frames, mels }, { colours, first: 0 });
  atlas.context.putImageData(atlas.image, 0, 0);
  context.drawImage(atlas.canvas, 0, 0);
}

/** Write every filter of a window into its place in an atlas as wide as `columns` maps. */
export function writeLayer(atlas, { layer, maps, columns, colours, places }) {
  const { filters, frames, mels } = layer;
  for (let filter = 0; filter < filters; filter += 1) {
    const place = places[filter];
    const at = Math.floor(place / columns) * mels * atlas.width + (place % columns) * frames;
    const map = { codes: maps.codes, start: maps.startOf(filter), frames, mels };
    writeMap({ ...atlas, at }, map, { colours, first: filter * 256 });
  }
  atlas.context.putImageData(atlas.image, 0, 0);
}

/** Scale an atlas onto the page: tile by tile, or a field of cells at once with seams between. */
export function drawLayer(context, { atlas, layer, layout, ratio }) {
  const { frames, mels, filters } = layer;
  const px = (value) => Math.round(value * ratio);
  if (layout.kind === "cells") {
    const [width, height] = [layout.columns * layout.stepX, layout.rows * layout.stepY];
    context.imageSmoothingEnabled = false;
    context.drawImage(atlas.canvas, px(layout.left), px(layout.top), px(width), px(height));
    const seam = Math.max(1, Math.round(ratio * (layout.stepX > 8 ? 1 : 0.5)));
    for (let column = 1; column <= layout.columns; column += 1) {
      context.clearRect(px(layout.left + column * layout.stepX) - seam, px(layout.top), seam, px(height));
    }
    for (let row = 1; row <= layout.rows; row += 1) {
      context.clearRect(px(layout.left), px(layout.top + row * layout.stepY) - seam, px(width), seam);
    }
    return;
  }
  const [width, height] = [px(layout.tileWidth), px(layout.tileHeight)];
  // Larger than native, every code is a block; smaller, an average: none may fall between pixels.
  context.imageSmoothingEnabled = width < frames || height < mels;
  context.imageSmoothingQuality = "high";
  for (let place = 0; place < filters; place += 1) {
    const [x, y] = cornerOf(layout, place);
    const [column, row] = [place % layout.columns, Math.floor(place / layout.columns)];
    context.drawImage(atlas.canvas, column * frames, row * mels, frames, mels, px(x), px(y), width, height);
  }
}
