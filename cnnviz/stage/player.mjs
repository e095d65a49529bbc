// The sound and its clock. One loop, and only while the sound runs.

import { make } from "./elements.mjs";

// Keys repeat 30 times a second; Python hears of the frame when they rest.
const REST_MS = 200;
// A picture painted now is seen about half a refresh later, when the sound has gone on.
const LEAD_S = 0.008;

/** Make the player. `follow()` comes at every moment to show, `rest()` after a pause or a seek. */
export function makePlayer({ follow, rest }) {
  const sound = make("audio", { preload: "auto" });
  sound.preservesPitch = true;
  let [request, address, resting] = [null, null, null];

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
    rest();
  });
  sound.addEventListener("seeked", follow);

  function forget() {
    if (address) URL.revokeObjectURL(address);
  }

  function load(wav) {
    sound.pause();
    forget();
    address = URL.createObjectURL(new Blob([wav], { type: "audio/wav" }));
    const { playbackRate } = sound;
    sound.src = address;
    sound.playbackRate = playbackRate; // a new source starts at 1
  }

  function toggle() {
    if (!sound.paused) return sound.pause();
    // A pause or another clip that comes before the first sample refuses the promise: no fault.
    return sound.play().catch((error) => error.name === "AbortError" || reportError(error));
  }

  function seek(time) {
    sound.currentTime = time;
    follow();
    clearTimeout(resting);
  }

  /** Say that the stage rests, once no further seek has followed for a while. */
  function settle(afterMs = REST_MS) {
    clearTimeout(resting);
    resting = setTimeout(rest, afterMs);
  }

  function set({ speed, loop }) {
    sound.playbackRate = speed;
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
  const time = () => sound.currentTime + (playing() ? LEAD_S * sound.playbackRate : 0);
  return { root: sound, load, toggle, seek, settle, set, time, playing, leave };
}
