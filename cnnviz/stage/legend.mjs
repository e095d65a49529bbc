// What the colours of the grid mean, and how to change them and the size of the tiles.

import { COLOURS, limitsOf, scalesOf } from "./colour.mjs";
import { colourBar } from "./colour_bar.mjs";
import { choice, iconButton, make, setOptions } from "./elements.mjs";
import { knownOrder, ordersOf } from "./rankings.mjs";
import { SIZES } from "./settings.mjs";

/** Make the line. `act` names what each control does. */
export function makeLegend(act) {
  const scale = choice(
    "Scale",
    "Per layer: one colour means one activation in every tile, and the few lowest and highest are clipped. " +
      "Full range: the same, and nothing is clipped. Per filter: each tile uses all colours for its own range, " +
      "so that weak filters can be read but not compared. Diverging: blue below zero, red above",
    [],
    (value) => act.set({ scale: value }),
  );
  const colours = choice("Colours", "Colour map", COLOURS.map((name) => [name, name]), (value) =>
    act.set({ colours: value }),
  );
  const order = choice(
    "Order",
    "Tiles by their number in the layer, or those first that stand highest in a ranking",
    [],
    (value) => act.set({ order: value }),
  );
  const bar = make("div", { class: "colour-bar" });
  const smaller = iconButton("minus", "Smaller tiles (−)", () => act.resize({ by: -1 }));
  const larger = iconButton("plus", "Larger tiles (+)", () => act.resize({ by: 1 }));
  const size = make("span", { class: "sizes", role: "group", "aria-label": "Tile size" },
    make("span", { "aria-hidden": "true" }, "Tiles"), smaller, larger);
  const root = make(
    "div", { class: "legend", role: "group", "aria-label": "Colours, order and size" },
    bar, make("div", { class: "looks" }, scale.root, colours.root, order.root, size),
  );

  function show({ model, ramp, scale: known, settings }) {
    setOptions(scale.select, scalesOf(model));
    scale.select.value = known;
    scale.select.disabled = scale.select.options.length === 1;
    colours.select.value = settings.colours;
    setOptions(order.select, ordersOf(model));
    order.select.value = knownOrder(model, settings.order);
    smaller.disabled = settings.size === 0;
    larger.disabled = settings.size === SIZES.length - 1;
    const limits = limitsOf(model, { scale: known });
    const { about } = model.scales[known];
    bar.replaceChildren(...colourBar(limits, ramp), make("span", { class: "unit", title: about }, about));
  }

  return { root, show };
}
