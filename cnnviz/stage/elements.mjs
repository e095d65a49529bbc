// Building page elements.

const SVG = "http://www.w3.org/2000/svg";

// Paths in a box of 16 × 16.
const ICONS = {
  play: "M4 2.5v11l9.5-5.5z",
  pause: "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
  back: "M3 3h2v10H3zM13 3v10L6 8z",
  forward: "M11 3h2v10h-2zM3 3v10l7-5z",
  loop: "M4.5 4H11V1.8L14.5 5 11 8.2V6H5v3H3V5.5zM11.5 12H5v2.200L1.500 11 5 7.800V10h6V7h2v3.500z",
  minus: "M3 7h10v2H3z",
  plus: "M7 3h2v4h4v2H9v4H7V9H3V7h4z",
  previous: "M10.500 2 12 3.500 7.500 8 12 12.500 10.500 14 4.500 8z",
  next: "M5.500 2 4 3.500 8.500 8 4 12.500 5.500 14 11.500 8z",
  keys: "M1 3.500h14v9H1zM2.500 5v6h11V5zM4 6.200h1.600v1.500H4zM7.200 6.200h1.600v1.500H7.200zM10.400 6.200H12v1.500h-1.600zM5 8.600h6v1.500H5z",
  present: "M1.500 2.500h13v9h-13zM3 4v6h10V4zM4.500 13h7v1.500h-7z",
  close: "M3.400 2 8 6.600 12.600 2 14 3.400 9.400 8 14 12.600 12.600 14 8 9.400 3.400 14 2 12.600 6.600 8 2 3.400z",
};

/** Make an element: `make("button", { class: "x", onclick }, "text", child)`. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Make a part of a drawing: `makeShape("path", { d })`. */
export function makeShape(tag, properties, ...children) {
  const shape = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) shape.setAttribute(name, value);
  shape.append(...children);
  return shape;
}

/** Make a small picture for a button. */
export function icon(name) {
  const path = makeShape("path", { d: ICONS[name] });
  return makeShape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}

/** Make a button with a picture; its title is also its name. */
export function iconButton(name, title, onclick) {
  return make("button", { type: "button", class: "icon", title, "aria-label": title, onclick }, icon(name));
}

/** Make a labelled choice; `options` holds [value, text] pairs. */
export function choice(label, title, options, onchange) {
  const select = make("select", { "aria-label": label, onchange: () => onchange(select.value) });
  setOptions(select, options);
  return { root: make("label", { class: "choice", title }, make("span", { "aria-hidden": "true" }, label), select), select };
}

/** Give a choice its options, [value, text] pairs, unless it has them. */
export function setOptions(select, options) {
  const values = Array.from(select.options, ({ value }) => value);
  if (values.join() === options.map(([value]) => value).join()) return;
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
}

/** Make a label at a place of an axis, 0 to 1 from its start. */
export function axisMark(place, text, axis) {
  const side = axis === "x" ? "left" : "bottom";
  return make("span", { style: `${side}: ${(place * 100).toFixed(2)}%` }, text);
}

/** How far an element lies below the upper edge of the page, wherever that is scrolled to. */
export function topOf(element) {
  let top = element.getBoundingClientRect().top;
  for (let node = element; node; node = node.parentElement ?? node.getRootNode().host) top += node.scrollTop;
  return top;
}

/**
 * Let Streamlit close a sidebar that lies over an element, as on phones: a press beside it does
 * so in narrow windows, and nothing in wide ones.
 */
export function uncover(element) {
  element.dispatchEvent(new Event("mousedown", { bubbles: true, composed: true }));
}

/** Set text only where it differs: a written one costs the page a layout. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
