// Between seconds of the sound and windows of the network.
//
// Window w covers the frames [w * hop, w * hop + window_frames); frame i is centred on
// i * frame_s. The window shown is the one whose centre is nearest the playhead.

/** Seconds at the middle of a window. */
export function centreOf(model, window) {
  return (window * model.hop_frames + (model.window_frames - 1) / 2) * model.frame_s;
}

/** Index of the window to show at a moment; the first and the last hold at the ends. */
export function windowAt(model, time) {
  const frame = time / model.frame_s - (model.window_frames - 1) / 2;
  return clampWindow(model, Math.round(frame / model.hop_frames));
}

/** Where to put the playhead to see a window; the first one starts the sound from its beginning. */
export function timeOf(model, window) {
  const held = clampWindow(model, window);
  return held === 0 ? 0 : Math.min(centreOf(model, held), model.clip.seconds);
}

/** The nearest window that exists. */
export function clampWindow(model, window) {
  return Math.max(0, Math.min(model.windows - 1, window));
}

/** Place of a moment on the spectrogram, 0 to 1; frame i fills the width from i - 1/2 to i + 1/2. */
export function placeOf(model, time) {
  const place = (time / model.frame_s + 0.5) / model.spectrogram.frames;
  return Math.max(0, Math.min(1, place));
}

/** The moment at a place of the spectrogram, within the sound. */
export function timeAt(model, place) {
  const time = (place * model.spectrogram.frames - 0.5) * model.frame_s;
  return Math.max(0, Math.min(model.clip.seconds, time));
}

/** Both edges of a window on the spectrogram, 0 to 1. */
export function boxOf(model, window) {
  const { frames } = model.spectrogram;
  const first = window * model.hop_frames;
  return [first / frames, Math.min(1, (first + model.window_frames) / frames)];
}

/** Seconds at the centre of a column of a map; columns made from padding lie outside the window. */
export function columnTime(model, { window, column }) {
  const { frame_start: start, frame_step: step } = model.layer;
  return (window * model.hop_frames + start + column * step) * model.frame_s;
}
