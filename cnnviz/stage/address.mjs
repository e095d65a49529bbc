// What the page's address says of the stage: opened elsewhere, it shows the same.
//
// Streamlit keeps clip and layer there; these stand beside them. What is as usual is left out.
// Names of a second picture end with its id; how the stage looks is the same for all pictures.

import { settingsFrom, USUAL } from "./settings.mjs";

const LOOK_NAMES = ["scale", "colours", "order", "speed"];

/** The name in the address of what belongs to the picture with an id. */
export function keyOf(name, id) {
  return id ? `${name}_${id}` : name;
}

/** What a query string says: settings to begin with, if it names any, the filter to open, the frame. */
export function readAddress(search, id = "") {
  const query = new URLSearchParams(search);
  const named = LOOK_NAMES.filter((name) => query.has(name));
  const settings = settingsFrom(Object.fromEntries(named.map((name) => [name, valueOfText(name, query.get(name))])));
  const whole = (name) => {
    const text = query.get(keyOf(name, id)) ?? "";
    return /^\d{1,4}$/.test(text) ? Number(text) : null;
  };
  return {
    settings: named.length ? Object.fromEntries(LOOK_NAMES.map((name) => [name, settings[name]])) : {},
    filter: whole("filter"),
    frame: whole("frame"),
  };
}

/** A query string with the stage's part of it brought up to date. */
export function addressWith(search, { id = "", settings, filter, frame }) {
  const query = new URLSearchParams(search);
  const put = (name, value, usual) => (value === usual ? query.delete(name) : query.set(name, value));
  for (const name of LOOK_NAMES) put(name, settings[name], USUAL[name]);
  put(keyOf("filter", id), filter, null);
  put(keyOf("frame", id), frame, 0);
  const text = query.toString();
  return text ? `?${text}` : "";
}

function valueOfText(name, text) {
  return name === "speed" ? Number(text) : text;
}
