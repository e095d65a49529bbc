// What colours mean: a strip of them between two numbers.

import { numberText } from "./axes.mjs";
import { make } from "./elements.mjs";

/** A colour bar's parts: lowest number, colours with zero marked, highest number. */
export function colourBar(range, ramp) {
  const canvas = make("canvas", { width: 256, height: 1, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  const image = context.createImageData(256, 1);
  new Uint32Array(image.data.buffer).set(ramp);
  context.putImageData(image, 0, 0);
  const strip = make("span", { class: "strip" }, canvas);
  const [low, high] = range ?? [null, null];
  if (range && low < 0 && high > 0) {
    const place = (100 * -low) / (high - low);
    strip.append(make("i", { class: "zero", style: `left: ${place.toFixed(2)}%` }, make("b", {}, "0")));
  }
  return [
    make("span", { class: "end" }, range ? numberText(low) : "lowest"),
    strip,
    make("span", { class: "end" }, range ? numberText(high) : "highest"),
  ];
}
