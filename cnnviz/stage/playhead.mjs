// The playhead between two updates of a media element's clock. Times are seconds of the sound;
// `now` is in milliseconds, of `performance.now()`.
//
// `currentTime` counts the latency of the output in every engine, and is exact when it changes.
// Chromium and WebKit compute it anew for every picture. Firefox changes it at each 40 ms of the
// sound, on some machines at each 53 or 111 ms, and an update is seen up to one picture later. So
// every update says where the sound is at least, and the one that is furthest ahead says it best.

const UPDATES = 8; // more than steps and pictures need to fall together once
// The playhead runs so much faster at most to catch up: at 60 pictures a second and 43 windows, none
// is left out. It runs at half the speed at least while it waits for the sound.
const FASTER = 0.25;
const SLOWEST = 0.5;
// After one picture that came late it moves by less than a window, and catches up with the next ones.
const [LATE_S, WINDOW_S] = [0.045, 0.0225];
const LEAP_S = 0.3; // further away than the clocks ever are: the sound has been moved
const UNSEEN_S = 0.5; // no picture for so long: the tab was in the background
const MOVED_S = 0.0005; // engines round the moment of a seek
const LOOPED_S = 0.1; // back by so much: the clip has begun again
// A clock that was not seen to stand for more than a picture of late is exact at every read. If it
// stands for a picture more than twice its longest rest of late, the sound has stalled.
const PICTURE_S = 0.02;
const [REST_S, LONGEST_REST_S, FORGETTING] = [0.065, 0.13, 0.85];

/** Make a playhead. `jump` puts it somewhere, `read` says where it is when a picture is drawn. */
export function makePlayhead() {
  let time = 0;
  let [at, rate] = [0, 0]; // of the last read
  let line = 0; // how long the sound has run by `now`, at its rate
  let [media, updated, rest] = [0, 0, REST_S]; // the last update, the line then, the longest rest
  let offsets = []; // from the line to the last updates; none while the sound stands

  function update(currentTime) {
    offsets = [...offsets, currentTime - line].slice(-UPDATES);
    [media, updated] = [currentTime, line];
  }

  /** The sound was moved; until it is seen to run, the playhead stands. */
  function jump(to) {
    [time, media, updated, offsets] = [to, to, line, []];
  }

  /** Where the sound is now, if the element says `currentTime` and runs at a rate (0: not at all). */
  function read({ now, currentTime, rate: next }) {
    const elapsed = (now - at) / 1000;
    const ran = elapsed * rate;
    const rested = line - updated; // seen so far, up to the last read
    [at, line] = [now, line + ran];
    if (currentTime < media - LOOPED_S || ran > UNSEEN_S) {
      jump(currentTime);
      if (rate) update(currentTime); // and it runs on
    } else {
      if (currentTime > media + MOVED_S) {
        if (offsets.length) rest = Math.min(LONGEST_REST_S, Math.max(rested, rest * FORGETTING));
        update(currentTime);
      } else if (line - updated > 2 * rest + PICTURE_S) offsets = [];
      if (offsets.length) advance({ ran, elapsed });
    }
    rate = next;
    if (rate === 0) offsets = [];
    return time;
  }

  function advance({ ran, elapsed }) {
    const offset = rest < PICTURE_S ? offsets.at(-1) : Math.max(...offsets);
    const behind = line + offset - time;
    if (Math.abs(behind) > LEAP_S + ran) time += behind;
    else {
      const least = SLOWEST * Math.min(ran, PICTURE_S);
      const most = ran + FASTER * elapsed;
      time += Math.max(least, Math.min(behind, behind < LATE_S ? Math.min(most, WINDOW_S) : most));
    }
  }

  return { jump, read };
}
