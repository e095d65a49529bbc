// Colours of signed values: blue below zero, red above. Over a picture they are clear at zero; on
// the page they are its ground there.

import LOOKS from "./looks.json" with { type: "json" };

// On a light ground ColorBrewer's RdBu, on a dark one lighter hues, told apart by all eyes.
const channelsOf = (hex) => hex.match(/../g).map((two) => parseInt(two, 16));
const ENDS = Object.fromEntries(Object.entries(LOOKS.signed).map(([ground, ends]) => [ground, ends.map(channelsOf)]));
const [BELOW, ABOVE] = ENDS.light;

/** 256 pixels for codes from `low` to `high`: clear at zero, full at the farther end. */
export function signedRamp(low, high) {
  const farthest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return Uint32Array.from({ length: 256 }, (_, code) => {
    const value = low + (code * (high - low)) / 255;
    const [red, green, blue] = value < 0 ? BELOW : ABOVE;
    const alpha = Math.round((255 * Math.abs(value)) / farthest);
    return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/**
 * 256 opaque pixels from full blue over the ground to full red; code 128 is zero.
 *
 * `ground` holds red, green and blue. On both sides the colours go in equal steps of OKLab
 * (Ottosson 2020), where equal distances look equally large.
 */
export function divergingRamp(ground) {
  const middle = toLab(ground);
  const [below, above] = ENDS[middle[0] > 0.5 ? "light" : "dark"].map(toLab);
  return Uint32Array.from({ length: 256 }, (_, code) => {
    const place = Math.max(-1, (code - 128) / 127);
    const end = place < 0 ? below : above;
    const mixed = middle.map((value, axis) => value + (end[axis] - value) * Math.abs(place));
    const [red, green, blue] = fromLab(mixed);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

const TO_CONES = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_LAB = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_CONES = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

const times = (matrix, values) => matrix.map((row) => row[0] * values[0] + row[1] * values[1] + row[2] * values[2]);

/** An sRGB colour in OKLab. */
function toLab(channels) {
  const linear = channels.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return times(TO_LAB, times(TO_CONES, linear).map(Math.cbrt));
}

/** An OKLab colour in sRGB, whole channels. */
function fromLab(lab) {
  return times(FROM_CONES, times(FROM_LAB, lab).map((value) => value ** 3)).map((value) => {
    const part = Math.max(0, Math.min(1, value));
    return Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
  });
}
