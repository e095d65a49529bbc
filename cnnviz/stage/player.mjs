// The sound and its clock. One loop, and only while the sound runs.

import { make } from "./elements.mjs";
import { makePlayhead } from "./playhead.mjs";

// Keys repeat 30 times a second; Python hears of the frame when they rest.
const REST_MS = 200;
// A picture painted now is seen about half a refresh later, when the sound has gone on.
const LEAD_S = 0.008;

/** Make the player. `follow()` comes at every moment to show, `rest()` after a pause or a seek. */
export function makePlayer({ follow, rest }) {
  const sound = make("audio", { preload: "auto" });
  sound.preservesPitch = true;
  const playhead = makePlayhead();
  let [request, address, resting] = [null, null, null];
  let [rate, held, replaced] = [1, false, false];

  const tick = () => {
    follow();
    request = sound.paused ? null : requestAnimationFrame(tick);
  };
  sound.addEventListener("play", () => {
    follow();
    request ??= requestAnimationFrame(tick);
  });
  sound.addEventListener("pause", () => {
    follow();
    if (!replaced) rest(); // another clip's stage rests once its picture stands
    replaced = false;
  });
  sound.addEventListener("seeked", () => {
    if (sound.paused) playhead.jump(sound.currentTime);
    follow();
  });

  function forget() {
    if (address) URL.revokeObjectURL(address);
  }

  function load(wav) {
    replaced = !sound.paused;
    sound.pause();
    clearTimeout(resting);
    forget();
    address = URL.createObjectURL(new Blob([wav], { type: "audio/wav" }));
    sound.src = address;
    playhead.jump(0);
    sound.playbackRate = held ? 0 : rate; // a new source starts at 1
  }

  function toggle() {
    if (!sound.paused) return sound.pause();
    // A pause or another clip that comes before the first sample refuses the promise, and so does a browser that
    // gives no sound to a page that nobody has pressed: no faults.
    return sound.play().catch((error) => ["AbortError", "NotAllowedError"].includes(error.name) || reportError(error));
  }

  function seek(time) {
    sound.currentTime = time;
    playhead.jump(time);
    follow();
    clearTimeout(resting);
  }

  /** Say that the stage rests, once no further seek has followed for a while. */
  function settle(afterMs = REST_MS) {
    clearTimeout(resting);
    resting = setTimeout(rest, afterMs);
  }

  /** Hold the sound where it is for as long as a thumb is held, without a pause that others hear of. */
  function hold(isHeld) {
    held = isHeld;
    sound.playbackRate = held ? 0 : rate;
  }

  function set({ speed, loop }) {
    rate = speed;
    sound.playbackRate = held ? 0 : rate;
    sound.loop = loop;
  }

  function leave() {
    sound.pause();
    clearTimeout(resting);
    if (request) cancelAnimationFrame(request);
    forget();
  }

  const playing = () => !sound.paused;
  /** Where the sound is once a picture painted now is seen. */
  const time = () => {
    const rate = playing() ? sound.playbackRate : 0;
    const { currentTime } = sound;
    return playhead.read({ now: performance.now(), currentTime, rate }) + LEAD_S * rate;
  };
  return { root: sound, load, toggle, seek, settle, hold, set, time, playing, leave };
}
