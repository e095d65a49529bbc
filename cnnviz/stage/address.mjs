// What the page's address says: opened elsewhere, it shows the same.
//
// The browser writes all of it. Python reads clip and layer when a visitor comes, and is told of them when the visitor
// goes Back or Forward. Clip and layer are always written, so that a link stays true when the page begins with others
// one day; of the rest, what is as usual is left out. Names of a second picture end with its id; how the stage looks is
// the same for all pictures.

import { settingsFrom, USUAL } from "./settings.mjs";
import { isOwn } from "./summary.mjs";

const LOOK_NAMES = ["scale", "colours", "order", "speed", "loop"];
const OF_TEXT = { speed: Number, loop: (text) => text === "1" };
const TO_TEXT = { loop: Number };
// What decides which payload Python sends, by its name in the address.
const NAMED = {
  // A sound of one's own has no name elsewhere: "own/upload/…" is written as "upload".
  clip: (model) => (isOwn(model) ? model.clip.id.split("/")[1] : model.clip.id),
  layer: (model) => model.layer?.name ?? null,
};
const ARCHIVED = "irmas/"; // begins the name of a clip that may have to be fetched with a click first
const FORMER = "irmas"; // in old links, the rest of such a name
const OWN = ["upload", "recording"];

/** The name in the address of what belongs to the picture with an id. */
export function keyOf(name, id) {
  return id ? `${name}_${id}` : name;
}

/** What a query string says: settings to begin with, if it names any, clip, layer, frame, and the filter to open. */
export function readAddress(search, id = "") {
  const query = new URLSearchParams(search);
  const looks = LOOK_NAMES.filter((name) => query.has(name));
  const read = (name) => (OF_TEXT[name] ?? String)(query.get(name));
  const settings = settingsFrom(Object.fromEntries(looks.map((name) => [name, read(name)])));
  const whole = (name) => {
    const text = query.get(keyOf(name, id)) ?? "";
    return /^\d{1,4}$/.test(text) ? Number(text) : null;
  };
  const named = Object.fromEntries(Object.keys(NAMED).map((name) => [name, query.get(keyOf(name, id))]));
  const former = query.get(keyOf(FORMER, id));
  if (former && named.clip) named.clip = ARCHIVED + former;
  return {
    // A link that names a clip or layer names every look that is not as usual; a bare address names none.
    settings: looks.length || named.clip || named.layer ? Object.fromEntries(LOOK_NAMES.map((name) => [name, settings[name]])) : {},
    named,
    filter: whole("filter"),
    frame: whole("frame"),
  };
}

/** Whether a query string asks for the stage alone, for a room of people. */
export function isPresented(search, id = "") {
  return new URLSearchParams(search).get(keyOf("present", id)) === "1";
}

/** What an address names of a model's payload: its clip and layer. */
export function namedBy(model) {
  return Object.fromEntries(Object.entries(NAMED).map(([name, of]) => [name, of(model)]));
}

/**
 * The frame and filter to go to once a model is what an address asks for; null as long as it is not.
 *
 * What a visitor comes with may be written by hand: then the first model is what Python made of it, but for a clip that
 * is to be fetched. What a visitor goes Back or Forward to was written here, and is waited for.
 */
export function placeIn(model, { named, frame, filter, travelled = false }) {
  const names = namedBy(model);
  const same = (name) => named[name] === null || named[name] === names[name];
  if (travelled && !Object.keys(names).every(same)) return null;
  if (!same("clip") && named.clip.startsWith(ARCHIVED)) return null;
  const ofLayer = same("layer") || plainly(named.layer.split(" · ")[0]) === plainly(names.layer ?? "");
  return { frame: same("clip") || !isOwnName(named.clip) ? frame : null, filter: ofLayer ? filter : null };
}

/** Whether what an address names as its clip is a sound of somebody's own, which is not in the link. */
export function isOwnName(name) {
  return OWN.includes(name);
}

/** A query string with the stage's part of it brought up to date. */
export function addressWith(search, { id = "", named, settings, filter, frame, present = false }) {
  const query = new URLSearchParams(search);
  const put = (name, value, usual) => (value === usual ? query.delete(name) : query.set(name, value));
  query.delete(keyOf(FORMER, id));
  for (const [name, value] of Object.entries(named)) put(keyOf(name, id), value, null);
  const text = (name, value) => (TO_TEXT[name] ?? String)(value);
  for (const name of LOOK_NAMES) put(name, text(name, settings[name]), text(name, USUAL[name]));
  put(keyOf("filter", id), filter, null);
  put(keyOf("frame", id), frame, 0);
  put(keyOf("present", id), present ? 1 : null, null);
  // A slash may stand in a query as it is.
  const all = query.toString().replaceAll("%2F", "/");
  return all ? `?${all}` : "";
}

function plainly(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
