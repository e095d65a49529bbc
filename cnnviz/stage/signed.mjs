// Colours of signed values that lie over a picture.

const [BELOW, ABOVE] = [[33, 102, 172], [178, 24, 43]]; // ColorBrewer's RdBu, told apart by all eyes

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
