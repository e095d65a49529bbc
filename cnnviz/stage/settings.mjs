// How a person likes the stage: kept for the browser's session, never sent to the server.

import { COLOURS } from "./colour.mjs";
import LOOKS from "./looks.json" with { type: "json" };

const KEPT_AT = "cnnviz.stage";
export const SPEEDS = LOOKS.speeds;
export const SCALES = Object.keys(LOOKS.scales);
export const SIZES = [0.4, 0.6, 1, 1.6, 2.5, 4, 6.5]; // height of the grid, of its usual height

export const USUAL = { speed: 1, loop: false, scale: "layer", colours: "viridis", order: "number", size: 2 };

/** The settings in a store, with the usual ones for what is missing or not known any more. */
export function readSettings(store) {
  try {
    return settingsFrom(JSON.parse(store.getItem(KEPT_AT) ?? "{}"));
  } catch {
    return USUAL; // damaged, or storage is switched off
  }
}

/** Whole settings from some, whatever they say. */
export function settingsFrom(some) {
  const kept = { ...USUAL, ...some };
  return {
    speed: SPEEDS.includes(kept.speed) ? kept.speed : USUAL.speed,
    loop: kept.loop === true,
    scale: SCALES.includes(kept.scale) ? kept.scale : USUAL.scale,
    colours: COLOURS.includes(kept.colours) ? kept.colours : USUAL.colours,
    // A column of rankings, which other networks may have others of
    order: /^[a-z][a-z0-9_]{0,29}$/.test(kept.order) ? kept.order : USUAL.order,
    size: SIZES[kept.size] ? kept.size : USUAL.size,
  };
}

/** Keep the settings. */
export function keepSettings(store, settings) {
  store.setItem(KEPT_AT, JSON.stringify(settings));
}
