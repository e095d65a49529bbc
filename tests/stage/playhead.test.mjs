// The playhead on the clocks of simulated media elements, looked at 60 times a second.

import assert from "node:assert/strict";
import { test } from "node:test";
import { windowAt } from "../../cnnviz/stage/clock.mjs";
import { makePlayhead } from "../../cnnviz/stage/playhead.mjs";

const PICTURE_MS = 1000 / 60;
const SECONDS = 3;
const MODEL = { frame_s: 512 / 22050, window_frames: 43, hop_frames: 1, windows: 88 };

/** Numbers from 0 to 1, the same in every run. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/**
 * A sound that plays, its element's clock, and a playhead that follows it picture by picture.
 *
 * `stepMs` lies between two updates of `currentTime` (0: exact at each read), `jitterMs` is the
 * most by which an update comes late, `lateMs` a picture,
 * of which every twentieth is left out if `leavesOut`; the sound runs `drift` too fast for
 * `performance.now()`, and starts `startMs` after it was told to.
 */
function player({ stepMs = 0, jitterMs = 0, lateMs = 0, leavesOut = false, drift = 0, startMs = 0, seconds = SECONDS } = {}) {
  const [playhead, random] = [makePlayhead(), chance(7)];
  let [now, picture, sound, rate, loop] = [1e6, 1e6, 0, 0, false];
  let [said, next, silent] = [0, 0, 0]; // what the element says; when it says so again; until when it stalls
  const seen = [];

  const say = () => [said, next] = [sound, now + stepMs + random() * jitterMs];
  function millisecond() {
    now += 1;
    if (now > silent) sound += (rate * (1 + drift)) / 1000;
    if (loop && sound >= seconds) sound -= seconds;
    if (rate && now > silent && now >= next) say();
  }
  function look() {
    const time = playhead.read({ now, currentTime: said, rate });
    seen.push({ now, time, sound });
    return time;
  }
  return {
    seen,
    look,
    /** Let so much time go by. */
    run(ms) {
      for (const end = now + ms; now < end; ) {
        picture += PICTURE_MS;
        for (const drawn = picture + random() * lateMs; now < drawn; ) millisecond();
        if (!leavesOut || Math.round(picture / PICTURE_MS) % 20) look();
      }
    },
    /** Let time go by without a picture, as in a tab that nobody sees. */
    sleep(ms) {
      for (const end = now + ms; now < end; ) millisecond();
      picture = now;
    },
    play(at = 1) {
      [rate, silent, next] = [at, now + startMs, now + startMs];
      look();
    },
    set: (to) => (rate = to, look()),
    stall: (ms) => (silent = now + ms),
    seek(time) {
      [sound, said, silent, next] = [time, time + 1e-7, now + startMs, now + startMs]; // rounded
      playhead.jump(time);
      look();
    },
    loop: () => (loop = true),
    /** How far the playhead is from the sound since a moment, in milliseconds: the furthest. */
    off: (since = 0) => Math.max(...seen.filter((one) => one.now >= since).map(({ time, sound: at }) => 1000 * Math.abs(time - at))),
    now: () => now,
  };
}

const steps = (seen) => seen.slice(1).map(({ time }, i) => time - seen[i].time);
const windowsOf = (seen) => new Set(seen.map(({ time }) => windowAt(MODEL, time)));

const CLOCKS = {
  "chromium's": { startMs: 60 },
  "Firefox's steps of 40 ms": { stepMs: 40, startMs: 30 },
  "Firefox's steps of 53 ms": { stepMs: 53, jitterMs: 4, startMs: 30 },
  "steps of 111 ms": { stepMs: 111, startMs: 30 },
  "steps of 111 ms that come late": { stepMs: 105, jitterMs: 12, startMs: 30 },
  "a sound that is 0.1 % too fast": { stepMs: 53, drift: 0.001, startMs: 30 },
  "a sound that is 0.1 % too slow": { stepMs: 53, drift: -0.001, startMs: 30 },
};

for (const [name, clock] of Object.entries(CLOCKS)) {
  test(`shows every window, in step and never backwards: ${name}`, () => {
    const it = player(clock);
    it.play();
    it.run(1000 * SECONDS - 20);
    assert.equal(windowsOf(it.seen).size, MODEL.windows);
    assert.ok(it.off(1e6 + 500) < 6, `${it.off(1e6 + 500)} ms off`);
    for (const step of steps(it.seen)) assert.ok(step >= 0 && step < 0.0225, `${step} s in one picture`);
  });
}

for (const clock of [{ stepMs: 53, lateMs: 12 }, { lateMs: 12 }, { stepMs: 40, leavesOut: true }, { leavesOut: true }]) {
  test(`pictures that come late lose no window: ${JSON.stringify(clock)}`, () => {
    const it = player(clock);
    it.play();
    it.run(1000 * SECONDS - 20);
    assert.equal(windowsOf(it.seen).size, MODEL.windows);
    assert.ok(it.off(1e6 + 500) < 20, `${it.off(1e6 + 500)} ms off`);
    assert.ok(Math.min(...steps(it.seen)) >= 0);
  });
}

test("thirty pictures a second are as well in step, six too", () => {
  for (const every of [2, 10]) {
    const [it, playhead] = [player(), makePlayhead()];
    it.play();
    it.run(2900);
    const off = it.seen
      .filter((_, i) => i % every === 0)
      .map(({ now, sound }) => sound - playhead.read({ now, currentTime: sound, rate: 1 }));
    assert.ok(Math.max(...off.map(Math.abs)) < 0.025, `${1000 * Math.max(...off)} ms off`);
  }
});

test("stands until the sound is seen to run", () => {
  const it = player({ stepMs: 40, startMs: 800 });
  it.play();
  it.run(790);
  assert.equal(it.look(), 0);
  it.run(1000);
  assert.ok(it.off(it.now() - 500) < 12);
});

test("a sought moment is shown at once, back and forth, and the sound is followed from there", () => {
  const it = player({ stepMs: 53, startMs: 40 });
  it.play();
  it.run(600);
  for (const moment of [2, 0.5, 0.48, 1.2]) {
    it.seek(moment);
    assert.equal(it.look(), moment);
    it.run(30);
    assert.equal(it.look(), moment);
    it.run(470);
    assert.ok(it.off(it.now() - 200) < 20, `${it.off(it.now() - 200)} ms off`);
  }
});

test("begins again with a sound that loops, and is in step at once", () => {
  for (const clock of [{}, { stepMs: 53 }]) {
    const it = player({ ...clock, seconds: 1 });
    it.loop();
    it.play();
    it.run(3500);
    const back = steps(it.seen).filter((step) => step < 0);
    assert.equal(back.length, 3);
    // Around the turn the element says for up to a step that the sound is at its end.
    const inStep = it.seen.filter(({ now, sound }) => now > 1e6 + 300 && sound > 0.1);
    assert.ok(Math.max(...inStep.map(({ time, sound }) => Math.abs(time - sound))) < 0.02);
  }
});

for (const [from, to] of [[1, 0.5], [1, 0.1], [0.25, 1]]) {
  test(`another speed, from ${from} to ${to}, moves nothing`, () => {
    const it = player({ stepMs: 40 / Math.max(from, to) });
    it.play(from);
    it.run(900);
    const before = it.seen.length - 1;
    it.set(to);
    it.run(900);
    assert.ok(it.off(1e6 + 500) < 20, `${it.off(1e6 + 500)} ms off`);
    for (const step of steps(it.seen.slice(before))) assert.ok(step >= 0 && step < 0.0225);
  });
}

test("a sound that is held stands, and goes on from there", () => {
  const it = player({ stepMs: 53 });
  it.play();
  it.run(600);
  it.set(0);
  const held = it.look();
  it.run(400);
  assert.equal(it.look(), held);
  it.set(1);
  it.run(500);
  assert.ok(Math.min(...steps(it.seen)) >= 0);
  assert.ok(it.off(it.now() - 200) < 20);
});

test("a pause keeps the moment that was heard, though the element's clock is a step behind", () => {
  const it = player({ stepMs: 111 });
  it.play();
  it.run(700);
  it.set(0);
  it.sleep(2000);
  assert.ok(1000 * Math.abs(it.look() - it.seen.at(-1).sound) < 20);
});

test("after a pause it stands until the sound runs again", () => {
  const it = player({ stepMs: 53, startMs: 200 });
  it.play();
  it.run(700);
  it.set(0);
  const paused = it.look();
  it.run(300);
  it.play();
  it.run(180);
  assert.equal(it.look(), paused);
});

for (const [clock, mostMs] of [[{}, 60], [{ stepMs: 53 }, 150], [{ stepMs: 111 }, 250]]) {
  test(`waits for a sound that stalls: steps of ${clock.stepMs ?? 0} ms`, () => {
    const it = player(clock);
    it.play();
    it.run(1000);
    it.stall(700);
    it.run(690);
    assert.ok(it.off(it.now() - 300) < mostMs, `${it.off(it.now() - 300)} ms ahead`);
    it.run(900);
    assert.ok(it.off(it.now() - 300) < 20, `${it.off(it.now() - 300)} ms off`);
    for (const step of steps(it.seen)) assert.ok(step >= 0 && step < 0.0225, `${step} s in one picture`);
  });
}

test("an exact clock is followed at once when the sound loses a moment", () => {
  const it = player({ lateMs: 8 });
  it.play();
  it.run(1000);
  it.stall(25);
  it.run(150);
  assert.ok(it.off(it.now() - 50) < 3, `${it.off(it.now() - 50)} ms ahead`);
});

test("a picture that comes late is no step of the clock: the next stall is seen as soon", () => {
  const it = player();
  it.play();
  it.run(1000);
  it.sleep(140);
  it.run(50);
  it.stall(300);
  it.run(290);
  assert.ok(it.off(it.now() - 100) < 60, `${it.off(it.now() - 100)} ms ahead`);
});

test("a tab that comes to the front again is in step at its first picture", () => {
  const it = player({ stepMs: 53, seconds: 60 });
  it.play();
  it.run(500);
  it.sleep(20_000);
  assert.ok(1000 * Math.abs(it.look() - it.seen.at(-1).sound) < 60); // an update may be a step old
  it.run(300);
  assert.ok(it.off(it.now() - 100) < 20);
});

test("so is one whose sound stood still meanwhile", () => {
  for (const clock of [{ seconds: 60 }, { seconds: 60, stepMs: 53 }]) {
    const it = player(clock);
    it.play();
    it.run(500);
    it.stall(5000);
    it.sleep(5300);
    it.look();
    it.run(400);
    assert.ok(it.off(it.now() - 90) < 10, `${it.off(it.now() - 90)} ms off`);
  }
});

test("a machine that holds up sound and picture together puts neither ahead", () => {
  const it = player();
  it.play();
  it.run(1000);
  it.stall(195);
  it.sleep(200);
  it.run(20);
  assert.ok(it.off(it.now() - 30) < 30, `${it.off(it.now() - 30)} ms ahead`);
});

test("a sound that somebody else moves is followed", () => {
  const playhead = makePlayhead();
  playhead.read({ now: 0, currentTime: 0, rate: 1 });
  playhead.read({ now: 16, currentTime: 0.016, rate: 1 });
  assert.equal(playhead.read({ now: 32, currentTime: 2, rate: 1 }), 2);
});
