// From codes to colours, and what the colours mean.
//
// A ramp is 256 pixels as little-endian RGBA in a Uint32Array, ready for ImageData.

import LOOKS from "./looks.json" with { type: "json" };

// Every fifth colour of matplotlib's maps of these names (van der Walt & Smith 2015; cividis:
// Nuñez, Anderton & Renslow 2018), all perceptually uniform and safe for colour-blind eyes.
const STOPS = LOOKS.colour_stops;

export const COLOURS = Object.keys(STOPS);

/** The ramp of a colour map's name. */
export function rampOf(name) {
  const stops = STOPS[name].join("").match(/.{6}/g).map((hex) => parseInt(hex, 16));
  const ramp = new Uint32Array(256);
  for (let code = 0; code < 256; code += 1) {
    const place = (code / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    const part = place - left;
    const channel = (shift) => {
      const [a, b] = [(stops[left] >> shift) & 255, (stops[left + 1] >> shift) & 255];
      return Math.round(a + (b - a) * part);
    };
    ramp[code] = ((255 << 24) | (channel(0) << 16) | (channel(8) << 8) | channel(16)) >>> 0;
  }
  return ramp;
}

/** Lowest and highest activation of one filter over the whole clip. */
export function filterRange(model, filter) {
  const lows = model.segments.map((segment) => segment.low[filter]);
  const highs = model.segments.map((segment) => segment.high[filter]);
  return [Math.min(...lows), Math.max(...highs)];
}

/** Lowest and highest activation of the layer over the whole clip. */
export function layerRange(model) {
  let [low, high] = [Infinity, -Infinity];
  for (const segment of model.segments) {
    for (const value of segment.low) low = Math.min(low, value);
    for (const value of segment.high) high = Math.max(high, value);
  }
  return [low, high];
}

/** Whether a filter never moves in this clip. */
export function isDead(model, filter) {
  const [low, high] = filterRange(model, filter);
  return low === high;
}

/**
 * Colours of every code of a segment, filter after filter: 256 pixels each.
 *
 * scale "layer" colours an activation by its place in the layer's range, "filter" by its place in
 * its own filter's. Both ranges span the clip, so a colour means the same from frame to frame.
 */
export function coloursOf(model, segment, { ramp, scale }) {
  const { filters } = model.layer;
  const shared = layerRange(model);
  const pixels = new Uint32Array(filters * 256);
  for (let filter = 0; filter < filters; filter += 1) {
    const [low, high] = scale === "filter" ? filterRange(model, filter) : shared;
    const spread = high - low || 1;
    const start = (segment.low[filter] - low) / spread;
    const step = (segment.high[filter] - segment.low[filter]) / spread / 255;
    for (let code = 0; code < 256; code += 1) {
      pixels[filter * 256 + code] = ramp[Math.round(Math.min(1, start + code * step) * 255)];
    }
  }
  return pixels;
}
