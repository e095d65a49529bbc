// What colours mean: a strip of them between two numbers.

import { endText, numberText } from "./axes.mjs";
import { make } from "./elements.mjs";

/**
 * A colour bar's parts: lowest number, colours with zero marked, highest number; both ends say what
 * is clipped. Of `limits` as in colour.mjs, or null where each tile has its own.
 */
export function colourBar(limits, ramp) {
  const canvas = make("canvas", { width: 256, height: 1, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  const image = context.createImageData(256, 1);
  new Uint32Array(image.data.buffer).set(ramp);
  context.putImageData(image, 0, 0);
  const strip = make("span", { class: "strip" }, canvas);
  const { low = null, high = null, below = null, above = null } = limits ?? {};
  if (limits && low < 0 && high > 0) {
    const place = (100 * -low) / (high - low);
    strip.append(make("i", { class: "zero", style: `left: ${place.toFixed(2)}%` }, make("b", {}, "0")));
  }
  const end = (text, side, share) => make("span", { class: "end", title: share && endTitle(side, share) }, text);
  return [
    end(limits ? endText("≤", low, below) : "lowest", "lower", below),
    strip,
    end(limits ? endText("≥", high, above) : "highest", "higher", above),
  ];
}

function endTitle(side, share) {
  return `${(100 * share).toFixed(2)} % of the cells inside the window's own second are ${side} in this clip and have this colour too`;
}
