import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, centreOf, columnTime, placeOf, timeAt, timeOf, windowAt } from "../../cnnviz/stage/clock.mjs";

const FRAME_S = 512 / 22050;
const clip = (changes = {}) => ({
  frame_s: FRAME_S, window_frames: 43, hop_frames: 1, windows: 88,
  clip: { seconds: 3 }, spectrogram: { frames: 130 },
  layer: { frame_start: -2, frame_step: 1 },
  ...changes,
});

test("shows the window whose centre is nearest the playhead", () => {
  const model = clip();
  for (let time = 0; time <= 3; time += 0.001) {
    const shown = windowAt(model, time);
    const away = Math.abs(centreOf(model, shown) - time);
    for (const other of [shown - 1, shown + 1]) {
      if (other >= 0 && other < 88) assert.ok(away <= Math.abs(centreOf(model, other) - time) + 1e-9);
    }
  }
});

test("holds the first and the last window at the ends", () => {
  assert.equal(windowAt(clip(), 0), 0);
  assert.equal(windowAt(clip(), 3), 87);
  assert.equal(windowAt(clip(), 1e9), 87);
});

test("comes back to every window, at any hop", () => {
  for (const model of [clip(), clip({ hop_frames: 3, windows: 30 })]) {
    for (let window = 0; window < model.windows; window += 1) {
      assert.equal(windowAt(model, timeOf(model, window)), window);
    }
  }
});

test("starts the sound from its beginning for the first window", () => {
  assert.equal(timeOf(clip(), 0), 0);
  assert.equal(timeOf(clip(), -4), 0);
});

test("boxes 43 frames around the playhead's own place", () => {
  const model = clip();
  const [left, right] = boxOf(model, 40);
  assert.equal(Math.round((right - left) * 130), 43);
  assert.ok(Math.abs((left + right) / 2 - placeOf(model, centreOf(model, 40))) < 1e-9);
});

test("place and time undo each other within the sound", () => {
  const model = clip();
  for (const time of [0, 0.7, 1.5, 2.9]) assert.ok(Math.abs(timeAt(model, placeOf(model, time)) - time) < 1e-9);
  assert.equal(timeAt(model, -0.2), 0);
  assert.equal(timeAt(model, 1.2), 3);
});

test("a column of a padded map lies before its window", () => {
  assert.ok(Math.abs(columnTime(clip(), { window: 10, column: 0 }) - 8 * FRAME_S) < 1e-12);
});
