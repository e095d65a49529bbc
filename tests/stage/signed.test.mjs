import assert from "node:assert/strict";
import { test } from "node:test";
import { signedRamp } from "../../cnnviz/stage/signed.mjs";

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
