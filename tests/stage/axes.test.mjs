import assert from "node:assert/strict";
import { test } from "node:test";
import { bandOf, hzAt, hzText, melTicks, endText, numberText, timeText, timeTicks } from "../../cnnviz/stage/axes.mjs";

// Any rising list must do.
const MEL_HZ = Array.from({ length: 128 }, (_, band) => 27 * (band + 1) * 1.02 ** band);

test("moments to mark are round, in reach and few enough", () => {
  assert.deepEqual(timeTicks([0, 3], 7), [0, 0.5, 1, 1.5, 2, 2.5, 3]);
  assert.deepEqual(timeTicks([0, 3], 3), [0, 1, 2, 3]);
  assert.deepEqual(timeTicks([0.93, 1.92], 5), [1, 1.2, 1.4, 1.6, 1.8]);
  assert.ok(timeTicks([0, 60], 12).length <= 13);
});

test("a band's centre and its frequency undo each other", () => {
  for (const band of [0, 1, 40.25, 126.5, 127]) {
    assert.ok(Math.abs(bandOf(MEL_HZ, hzAt(MEL_HZ, band)) - band) < 1e-9);
  }
  assert.equal(hzAt(MEL_HZ, -3), MEL_HZ[0]);
  assert.equal(hzAt(MEL_HZ, 999), MEL_HZ[127]);
  assert.equal(bandOf(MEL_HZ, 1), 0);
  assert.equal(bandOf(MEL_HZ, 1e6), 127);
});

test("frequencies to mark are round, rise, and keep apart", () => {
  const ticks = melTicks(MEL_HZ, 10);
  assert.ok(ticks.length >= 4);
  assert.ok(ticks.some(({ text }) => text === "1k"));
  ticks.slice(1).forEach((tick, index) => assert.ok(tick.band - ticks[index].band >= 10));
});

test("numbers in three figures, with a true minus", () => {
  const cases = [
    [0, "0"], [1, "1.00"], [12.34, "12.3"], [123.4, "123"], [-0.5, "\u22120.500"], [0.01234, "0.0123"],
    [0.00012, "1.2e-4"], [1234567, "1.2e+6"],
  ];
  for (const [value, text] of cases) assert.equal(numberText(value), text);
});

test("moments and frequencies in words", () => {
  assert.equal(timeText(1.556), "1.56 s");
  assert.equal(hzText(440.2), "440 Hz");
  assert.equal(hzText(1249), "1.2 kHz");
});

test("the end of a colour bar says how many cells lie beyond it", () => {
  assert.equal(endText("≤", -0.66), "\u22120.660");
  assert.equal(endText("≤", -0.66, 0.01), "≤ \u22120.660 · 1.0 %");
  assert.equal(endText("≥", 3.111, 0.00301), "≥ 3.11 · 0.3 %");
  assert.equal(endText("≥", 3.111, 0.0001), "≥ 3.11 · < 0.1 %");
  assert.equal(endText("≥", 3.111, 0), "≥ 3.11 · padding only");
});
