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

/** Lowest and highest activation of a filter over the clip, in the cells inside the window's own second. */
export function filterRange({ inside: { low, high } }, filter) {
  return [low[filter], high[filter]];
}

/** The same in all cells, those in the border too; without a filter, of the layer. */
export function wholeRange(model, filter = null) {
  let [low, high] = [Infinity, -Infinity];
  for (const segment of model.segments) {
    for (const value of filter === null ? segment.low : [segment.low[filter]]) low = Math.min(low, value);
    for (const value of filter === null ? segment.high : [segment.high[filter]]) high = Math.max(high, value);
  }
  return [low, high];
}

/** Whether a filter never moves in this clip. */
export function isDead(model, filter) {
  const [low, high] = wholeRange(model, filter);
  return low === high;
}

/** The scale in which a layer can be drawn: the one wanted if it has it, else the usual one. */
export function knownScale({ scales }, wanted) {
  return Object.hasOwn(scales, wanted) ? wanted : Object.keys(scales)[0];
}

/** The choices of a scale: [name, text] pairs. */
export function scalesOf({ scales }) {
  const names = Object.keys(scales);
  return names.map((name) => [name, names.length === 1 ? "fixed" : LOOKS.scales[name]]);
}

/**
 * What the first and the last colour mean for a filter: `low` and `high`, and of each end the share
 * of cells inside that lie beyond it (`below`, `above`), or null where none is drawn that does.
 * Without a filter, of the layer; null where each filter has its own.
 */
export function limitsOf(model, { scale, filter = null }) {
  const { low, high, below, above } = model.scales[scale];
  if (low === null && filter === null) return null;
  const [first, last] = low === null ? filterRange(model, filter) : [low, high];
  const [lowest, highest] = wholeRange(model, low === null ? filter : null);
  return { low: first, high: last, below: lowest < first ? below : null, above: highest > last ? above : null };
}

/**
 * Colours of every code of a segment in a scale, filter after filter: 256 pixels each.
 *
 * Every scale spans the clip, so a colour means the same from frame to frame.
 */
export function coloursOf(model, segment, { ramp, scale }) {
  const { filters } = model.layer;
  const pixels = new Uint32Array(filters * 256);
  for (let filter = 0; filter < filters; filter += 1) {
    const { low: shared, high: most } = model.scales[scale];
    const [low, high] = shared === null ? filterRange(model, filter) : [shared, most];
    const spread = high - low || 1;
    const start = (segment.low[filter] - low) / spread;
    const step = (segment.high[filter] - segment.low[filter]) / spread / 255;
    for (let code = 0; code < 256; code += 1) {
      const place = Math.max(0, Math.min(1, start + code * step));
      pixels[filter * 256 + code] = ramp[Math.round(place * 255)];
    }
  }
  return pixels;
}
