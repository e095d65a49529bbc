import assert from "node:assert/strict";
import { test } from "node:test";
import { divergingRamp, signedRamp } from "../../cnnviz/stage/signed.mjs";

const alphaOf = (pixel) => pixel >>> 24;
const colourOf = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
const BLUE = [33, 102, 172];
const RED = [178, 24, 43];

test("it is clear at zero and full at the farther end", () => {
  const ramp = signedRamp(-1, 4); // zero at code 51
  assert.equal(ramp.length, 256);
  assert.equal(alphaOf(ramp[51]), 0);
  assert.equal(alphaOf(ramp[255]), 255);
  assert.equal(alphaOf(ramp[0]), 64, "a quarter as far, a quarter as strong");
  assert.deepEqual([colourOf(ramp[0]), colourOf(ramp[255])], [BLUE, RED]);
});

test("a value and its opposite differ in colour alone", () => {
  const ramp = signedRamp(-2, 2);
  for (let code = 0; code < 128; code += 1) {
    assert.equal(alphaOf(ramp[code]), alphaOf(ramp[255 - code]));
    assert.deepEqual([colourOf(ramp[code]), colourOf(ramp[255 - code])], [BLUE, RED]);
  }
});

test("an array of zeros is clear, and one of a constant is full", () => {
  assert.ok(signedRamp(0, 0).every((pixel) => alphaOf(pixel) === 0));
  assert.equal(alphaOf(signedRamp(3, 3)[0]), 255);
  assert.equal(alphaOf(signedRamp(1, 2)[0]), 128, "zero is clear even where no value comes near it");
});

const GROUNDS = { light: [255, 255, 255], dark: [23, 22, 20] };

test("a diverging ramp is the ground at zero, opaque, and full at both ends", () => {
  for (const ground of Object.values(GROUNDS)) {
    const ramp = divergingRamp(ground);
    assert.deepEqual(colourOf(ramp[128]), ground);
    assert.ok(ramp.every((pixel) => alphaOf(pixel) === 255));
  }
  const light = divergingRamp(GROUNDS.light);
  assert.deepEqual([colourOf(light[0]), colourOf(light[255])], [BLUE, RED]);
});

test("from the ground on it goes one way in lightness, as far on both sides", () => {
  for (const [name, ground] of Object.entries(GROUNDS)) {
    const grey = Array.from(divergingRamp(ground), (pixel) => {
      const [red, green, blue] = colourOf(pixel).map((channel) => (channel / 255) ** 2.2);
      return Math.cbrt(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    });
    const away = name === "light" ? -1 : 1;
    for (let code = 129; code < 256; code += 1) {
      assert.ok(away * (grey[code] - grey[code - 1]) >= 0, `${name} ${code}`);
      assert.ok(away * (grey[256 - code] - grey[257 - code]) >= -1e-9, `${name} ${256 - code}`);
    }
    assert.ok(Math.abs(grey[0] - grey[255]) < 0.1, name);
  }
});
