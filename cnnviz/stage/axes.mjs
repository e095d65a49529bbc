// Round numbers for axes, and how numbers are written.

import LOOKS from "./looks.json" with { type: "json" };

const TIME_STEPS_S = LOOKS.axes.time_steps_s;
// Where there is no room for all, the first ones stay.
const ROUND_HZ = LOOKS.axes.round_hz;
const NUMBERS = LOOKS.numbers;

/** Moments to mark between two times: round, and at most `room` of them. */
export function timeTicks([from, to], room) {
  const step = TIME_STEPS_S.find((size) => (to - from) / size <= room) ?? TIME_STEPS_S.at(-1);
  const ticks = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + 1e-9; index += 1) {
    ticks.push(Number((index * step).toFixed(2)));
  }
  return ticks;
}

/** A frequency's place among the mel bands, in bands (a fraction between two centres). */
export function bandOf(melHz, hz) {
  const above = melHz.findIndex((centre) => centre >= hz);
  if (above < 0) return melHz.length - 1;
  if (above === 0) return 0;
  return above - 1 + (hz - melHz[above - 1]) / (melHz[above] - melHz[above - 1]);
}

/** The frequency at a place among the mel bands; outside them, that of the nearest. */
export function hzAt(melHz, band) {
  const held = Math.max(0, Math.min(melHz.length - 1, band));
  const below = Math.min(Math.floor(held), melHz.length - 2);
  return melHz[below] + (melHz[below + 1] - melHz[below]) * (held - below);
}

/** Round frequencies to mark, low to high, none nearer to another than `apart` bands. */
export function melTicks(melHz, apart) {
  const ticks = [];
  for (const hz of ROUND_HZ) {
    const band = bandOf(melHz, hz);
    const fits = ticks.every((tick) => Math.abs(tick.band - band) >= apart);
    if (hz < melHz[0] || hz > melHz.at(-1) || !fits) continue;
    ticks.push({ hz, band, text: hz < 1000 ? String(hz) : `${hz / 1000}k` });
  }
  return ticks.sort((a, b) => a.hz - b.hz);
}

/** An activation in three figures. */
export function numberText(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const [least, most] = NUMBERS.scientific;
  const text = size < least || size >= most ? size.toExponential(1) : decimalText(size);
  return value < 0 ? NUMBERS.minus + text : text;
}

/** The end of a colour bar: its number, and with a share of cells beyond it a sign and that share. */
export function endText(sign, value, share = null) {
  if (share === null) return numberText(value);
  const percent = share > 0 && share < 0.0005 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`;
  return `${sign} ${numberText(value)} · ${share ? percent : "padding only"}`;
}

/** A frequency in words: "440 Hz", "1.2 kHz". */
export function hzText(hz) {
  return hz < 1000 ? `${Math.round(hz)} Hz` : `${(hz / 1000).toFixed(1)} kHz`;
}

/** A moment in words: "1.56 s". */
export function timeText(time) {
  return `${time.toFixed(2)} s`;
}

function decimalText(size) {
  const whole = Math.floor(Math.log10(size)) + 1;
  return size.toFixed(Math.max(0, Math.min(NUMBERS.decimals, NUMBERS.figures - whole)));
}
