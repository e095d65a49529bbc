// Where the stage gets a layer's maps from: today the payload, which has them all at once.

import { mapStart, segmentOf } from "./decode.mjs";

/**
 * A source of maps. `at(window)` gives the maps of a window, or null while they are on their way:
 * `codes`, `startOf(filter)` where a filter's map begins in them, and `ranges`, whose `low` and
 * `high` are the activations behind codes 0 and 255 of each filter.
 */
export function payloadSource(model) {
  return {
    at(window) {
      const segment = segmentOf(model, window);
      const startOf = (filter) => mapStart(model, segment, { filter, window });
      return { codes: segment.codes, startOf, ranges: segment };
    },
  };
}
