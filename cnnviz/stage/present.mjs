// Present mode: the stage alone, larger, over the whole page, for a room of people.
//
// The stage stands in a dialog from the start, which takes no part in the page's layout until it
// is opened: an element that is moved within the page would stop its sound.

import { make } from "./elements.mjs";
import { zoomOf } from "./layout.mjs";

/** Make the mode. `changed()` comes whenever it begins or ends, `escape()` when the browser was asked to end it. */
export function makePresent(stage, { changed, escape }) {
  const root = make("dialog", { class: "frame", "aria-label": "Present" }, stage);
  let full = false; // whether we have asked for the whole screen, and got it
  const isOn = () => Boolean(root.open);
  root.addEventListener("close", settle);
  root.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape in a list of the transport
    escape();
  });
  document.addEventListener("fullscreenchange", followScreen);

  /** Begin; the whole screen is given to a key or a press only. */
  function enter({ wholeScreen }) {
    if (isOn()) return;
    keepPlace();
    root.showModal();
    stage.focus({ preventScroll: true });
    show();
    if (wholeScreen) fillScreen();
  }

  // Where the browser does not give the screen, the stage fills its window.
  async function fillScreen() {
    try {
      await document.documentElement.requestFullscreen?.();
      await navigator.keyboard?.lock?.(["Escape"]); // or Escape would end the whole screen before a tile
    } catch (error) {
      if (!["TypeError", "NotAllowedError", "AbortError"].includes(error.name)) reportError(error);
    }
  }

  function followScreen() {
    const left = full && !document.fullscreenElement;
    full = isOn() && Boolean(document.fullscreenElement);
    if (left && isOn()) escape();
  }

  function exit() {
    if (isOn()) root.close(); // tells of it by an event
  }

  function settle() {
    if (full && document.fullscreenElement) document.exitFullscreen();
    navigator.keyboard?.unlock?.();
    root.parentNode?.host?.style.removeProperty("min-height");
    show();
  }

  // The page keeps its height, and with it the place it is scrolled to.
  function keepPlace() {
    const { host } = root.parentNode;
    if (host) host.style.minHeight = `${host.clientHeight}px`;
  }

  function show() {
    stage.classList.toggle("presenting", isOn());
    fit();
    changed();
  }

  /** Make the stage as large as the window asks for. */
  function fit() {
    stage.style.zoom = zoom();
  }

  function zoom() {
    return isOn() ? zoomOf({ width: innerWidth, height: innerHeight }) : 1;
  }

  function leave() {
    document.removeEventListener("fullscreenchange", followScreen);
    exit();
    root.remove();
  }

  return { root, enter, exit, fit, zoom, isOn, leave };
}
