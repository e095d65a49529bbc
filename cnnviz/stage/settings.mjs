// How a person likes the stage: kept for the browser's session, never sent to the server.

import { COLOURS } from "./colour.mjs";

const KEPT_AT = "cnnviz.stage";
export const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1];
export const SCALES = ["layer", "filter"];
export const SIZES = [0.4, 0.6, 1, 1.6, 2.5, 4, 6.5]; // height of the grid, of its usual height

const USUAL = { speed: 1, loop: false, scale: "layer", colours: "viridis", size: 2 };

/** The settings in a store, with the usual ones for what is missing or not known any more. */
export function readSettings(store) {
  const found = JSON.parse(store.getItem(KEPT_AT) ?? "{}");
  const kept = { ...USUAL, ...found };
  return {
    speed: SPEEDS.includes(kept.speed) ? kept.speed : USUAL.speed,
    loop: kept.loop === true,
    scale: SCALES.includes(kept.scale) ? kept.scale : USUAL.scale,
    colours: COLOURS.includes(kept.colours) ? kept.colours : USUAL.colours,
    size: SIZES[kept.size] ? kept.size : USUAL.size,
  };
}

/** Keep the settings. */
export function keepSettings(store, settings) {
  store.setItem(KEPT_AT, JSON.stringify(settings));
}
