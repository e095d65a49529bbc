// Every filter of the layer, numbered: one canvas for the pixels, and a button over each tile.

import { coloursOf, isDead } from "./colour.mjs";
import { drawLayer, makeAtlas, sharpen, writeLayer } from "./draw.mjs";
import { make } from "./elements.mjs";
import { cornerOf, layoutOf, neighbourOf } from "./layout.mjs";
import { BY_NUMBER, filtersBy, knownOrder } from "./rankings.mjs";
import { SIZES } from "./settings.mjs";
import { filterName, labelOf, sizeText } from "./summary.mjs";

/** Make the panel; `open(filter)` answers a click or Enter on a tile. */
export function makeGrid({ open }) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const field = make("div", { class: "tiles", role: "group" });
  const root = make("section", { class: "grid" }, canvas, field);
  let [model, source, layout, atlas, context, ratio] = [null, null, null, null, null, 1];
  let [buttons, current, colours, scheme] = [[], 0, null, null];
  let [order, places] = [[], []]; // filter at a place, place of a filter

  field.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-filter]");
    if (tile) open(focusOn(Number(tile.dataset.filter)));
  });

  function show(next, from) {
    [model, source] = [next, from];
    current = Math.min(current, model.layer.filters - 1);
    field.setAttribute("aria-label", `${model.layer.name}: ${sizeText(model.layer)}`);
    buttons = Array.from({ length: model.layer.filters }, (_, filter) => {
      const [name, dead] = [filterName(model, filter), isDead(model, filter)];
      return make(
        "button",
        {
          type: "button",
          class: dead ? "tile dead" : "tile",
          "data-filter": filter,
          tabindex: filter === current ? 0 : -1,
          "aria-label": dead ? `${name}, dead` : name,
          title: dead ? `${name}, dead: it never changes in this clip` : name,
        },
        make("span", {}, labelOf(model, filter)),
        ...(dead ? [make("em", {}, "dead")] : []),
      );
    });
    [layout, places] = [null, []];
  }

  function arrange({ width, height, ratio: pixels, size, order: wanted }) {
    ratio = pixels;
    layout = layoutOf(model.layer, { width, height, ratio, zoom: SIZES[size] });
    order = filtersBy(model, wanted);
    order.forEach((filter, place) => (places[filter] = place));
    Object.assign(root.dataset, { numbers: layout.numbers, narrow: layout.tileWidth < 30 });
    root.style.height = `${layout.height}px`;
    root.style.setProperty("--tile-width", `${layout.tileWidth}px`);
    root.style.setProperty("--tile-height", `${layout.tileHeight}px`);
    buttons.forEach((button, filter) => {
      const [x, y] = cornerOf(layout, places[filter]);
      button.style.transform = `translate(${x}px, ${y}px)`;
    });
    field.replaceChildren(...order.map((filter) => buttons[filter]), ...(knownOrder(model, wanted) === BY_NUMBER ? margin() : []));
    context = sharpen(canvas, { width, height: layout.height, ratio });
    atlas = makeAtlas(layout.columns * model.layer.frames, layout.rows * model.layer.mels);
  }

  // Numbers along the margin of a dense field: a cell's number is its row's plus its column's.
  function margin() {
    if (layout.numbers !== "margin") return [];
    const mark = (text, x, y, name) =>
      make("span", { class: name, "aria-hidden": "true", style: `transform: translate(${x}px, ${y}px)` }, text);
    const every = Math.ceil(24 / layout.stepX / 5) * 5;
    const across = [];
    for (let column = 0; column < layout.columns; column += every) {
      across.push(mark(`+${column}`, layout.left + column * layout.stepX, 0, "column-number"));
    }
    const skip = Math.ceil(12 / layout.stepY);
    const down = [];
    for (let row = 0; row < layout.rows; row += skip) {
      down.push(mark(String(row * layout.columns), 0, layout.top + row * layout.stepY, "row-number"));
    }
    return [...across, ...down];
  }

  function recolour({ ramp, scale }) {
    [colours, scheme] = [new Map(), { ramp, scale }];
  }

  /** Colours of codes with these ranges, made once. */
  function coloursFor(ranges) {
    if (!colours.has(ranges)) colours.set(ranges, coloursOf(model, ranges, scheme));
    return colours.get(ranges);
  }

  /** Paint a window; while its maps are on their way, the last picture stays. */
  function paint(window) {
    const maps = source.at(window);
    if (!maps) return;
    const { columns } = layout;
    writeLayer(atlas, { layer: model.layer, maps, columns, colours: coloursFor(maps.ranges), places });
    drawLayer(context, { atlas, layer: model.layer, layout, ratio });
  }

  function describe(texts) {
    texts.forEach((text, filter) => {
      buttons[filter].setAttribute("aria-label", text);
      buttons[filter].title = text;
    });
  }

  function turnTo(filter) {
    buttons[current]?.setAttribute("tabindex", -1);
    current = filter;
    buttons[current].setAttribute("tabindex", 0);
  }

  function focusOn(filter) {
    turnTo(filter);
    buttons[current].focus();
    return filter;
  }

  /** Mark the opened tile, or none; from an opened one the walk goes on. */
  function choose(filter) {
    if (filter !== null) turnTo(filter);
    buttons.forEach((button, index) => button.classList.toggle("chosen", index === filter));
  }

  function walk({ rows = 0, by = 0 }) {
    const filters = buttons.length;
    const next = neighbourOf(layout, { place: places[current], rows, filters }) + by;
    return focusOn(order[Math.max(0, Math.min(filters - 1, next))]);
  }

  return { root, show, arrange, recolour, coloursFor, paint, describe, choose, focusOn, walk };
}
