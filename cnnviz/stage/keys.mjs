// Which key does what, while the focus is inside the stage.

const MOVES = { ArrowLeft: -1, ArrowRight: 1 };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };
const NEIGHBOURS = { ",": -1, ".": 1 };
const SHIFTED = 10;
const PICTURES = Symbol.for("cnnviz.pictures"); // the hubs of pictures.mjs, whose script stays small
const AT_LARGE = new Set([" ", "ArrowLeft", "ArrowRight", "Escape", "p", "P", "?"]);

/**
 * The command of a key, or null to leave the key to the browser.
 *
 * @param {{key: string, shift: boolean, control: boolean}} press
 * @param {{tag: string, type?: string, tile: boolean, opened: boolean}} target the element that
 *   has the focus: is it a tile, is it within the opened one?
 */
export function commandOf({ key, shift, control }, target) {
  if (control || takesKeys(target)) return null;
  if (key === " ") return target.tag === "BUTTON" && !target.tile ? null : { name: "toggle" };
  if (key in MOVES) return { name: "step", by: MOVES[key] * (shift ? SHIFTED : 1) };
  if (key === "Home") return { name: "start" };
  if (key === "End") return { name: "end" };
  if (key === "+" || key === "=") return { name: "resize", by: 1 };
  if (key === "-" || key === "_") return { name: "resize", by: -1 };
  if (key === "Escape") return { name: "escape" };
  if (key === "p" || key === "P") return { name: "present" };
  if (key === "?") return { name: "help" };
  if (!target.tile && !target.opened) return null;
  if (key in ROWS) return { name: "walk", rows: ROWS[key] };
  if (key in NEIGHBOURS) return { name: "walk", by: NEIGHBOURS[key] };
  return null;
}

// A list opens and is typed into with the keys that we would take; a time bar is only dragged.
function takesKeys({ tag, type }) {
  return tag === "SELECT" || tag === "TEXTAREA" || (tag === "INPUT" && type !== "range");
}

/**
 * Answer the keys pressed within an element, and, while nothing on the page has the focus and
 * `isOurs()`, those that do not scroll it by habit: `act` holds one function for each command.
 *
 * @returns {() => void} stops listening to the page
 */
export function answerKeys(root, act, isOurs) {
  const answer = (event) => {
    const control = event.ctrlKey || event.metaKey || event.altKey;
    const press = { key: event.key, shift: event.shiftKey, control };
    const atLarge = event.currentTarget !== root;
    if (atLarge && (!isAtLarge(event.target) || !AT_LARGE.has(event.key) || !isOurs())) return;
    const command = commandOf(press, targetOf(event.target));
    if (!command) return;
    event.preventDefault();
    act[command.name](command);
  };
  root.addEventListener("keydown", answer);
  document.addEventListener("keydown", answer);
  // A space lets go of a tile as a click, which would open it.
  root.addEventListener("keyup", (event) => {
    if (event.key === " " && targetOf(event.target).tile) event.preventDefault();
  });
  return () => document.removeEventListener("keydown", answer);
}

// Nothing on the page has the focus, or its main part, to which Streamlit's link skips.
function isAtLarge(element) {
  return element === document.body || element.tagName === "MAIN";
}

function targetOf(element) {
  const { tagName: tag, type, dataset } = element;
  return { tag, type, tile: dataset?.filter !== undefined, opened: Boolean(element.closest(".opened")) };
}

/** Let the keys pressed while nothing on the page has the focus go to the picture with an id. */
export function takeKeys(page, id) {
  page[PICTURES].used = id;
}

/** Whether they go to the picture with an id: of those with a stage, to the one used last, or the first. */
export function hasKeys(page, id) {
  const hubs = page[PICTURES];
  const staged = [...hubs.keys()].filter((known) => hubs.get(known).stage);
  return id === (staged.includes(hubs.used) ? hubs.used : staged[0]);
}
