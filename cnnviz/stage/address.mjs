// What the page's address says of the stage: opened elsewhere, it shows the same.
//
// Streamlit keeps clip, layer and frame there; these stand beside them. What is as usual is left out.

import { settingsFrom, USUAL } from "./settings.mjs";

const TOLD = ["scale", "colours", "order", "speed"];

/** What a query string says: settings to begin with, if it names any, and the filter to open. */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const filter = query.get("filter") ?? "";
  const told = TOLD.filter((name) => query.has(name));
  const found = Object.fromEntries(told.map((name) => [name, valueOfText(name, query.get(name))]));
  const all = settingsFrom(found);
  return {
    settings: told.length ? Object.fromEntries(TOLD.map((name) => [name, all[name]])) : {},
    filter: /^\d{1,4}$/.test(filter) ? Number(filter) : null,
  };
}

/** A query string with the stage's part of it brought up to date. */
export function addressWith(search, { settings, filter, frame }) {
  const query = new URLSearchParams(search);
  const put = (name, value, usual) => (value === usual ? query.delete(name) : query.set(name, value));
  for (const name of TOLD) put(name, settings[name], USUAL[name]);
  put("filter", filter, null);
  if (frame !== undefined) put("frame", frame, 0);
  const text = query.toString();
  return text ? `?${text}` : "";
}

function valueOfText(name, text) {
  return name === "speed" ? Number(text) : text;
}
