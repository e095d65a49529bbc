// The stage on a fake page: what it takes from the address, tells the others, and leaves behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import { hubOf } from "../../cnnviz/stage/pictures.mjs";
import mountFrameControl from "../../cnnviz/stage/frame.mjs";
import mountStage from "../../cnnviz/stage/stage.mjs";
import { element, openPage } from "./page.mjs";
import { example, packed } from "./model.mjs";

const CALM_MS = 300; // the stage waits 250 ms before it reports
const bytesOf = (different) => {
  const { header, blocks } = example(different);
  return packed(header, blocks);
};
const LOOKS = { scale: "layer", colours: "viridis", order: "number", speed: 1 };
const DECODED_MS = 2000; // at most; a busy machine takes long
const TRAVEL_MS = 800; // it waits 700 ms for the next step
const GRACE_MS = 2000; // it waits on for what was asked for when something else comes first
const CLIP = example().header.clip;

/** A stage that was given a clip on a page opened at a query, and what it published. */
function mounted(query = "", different = {}) {
  const page = openPage(`http://page.test/${query}`);
  const hub = hubOf(page, "");
  const [place, views, reports] = [element(), [], []];
  hub.views.subscribe((view) => views.push(view));
  hub.reports.subscribe((report) => reports.push(report));
  const asked = [];
  const give = (bytes) => mountStage({ data: bytes, parentElement: place, setTriggerValue: (...one) => asked.push(one) });
  const leave = give(bytesOf(different));
  let n_shown = 0;
  const shown = async () => {
    for (const end = Date.now() + DECODED_MS; page.requested() === n_shown && Date.now() < end; ) await after(5);
    n_shown = page.requested();
  };
  const rested = async ({ is_shown = false } = {}) => {
    if (!is_shown) await shown();
    page.paint();
    await after(CALM_MS);
  };
  return { page, hub, place, views, reports, asked, give, leave, shown, rested };
}

test("it publishes what it shows, and reports once that it rests", async () => {
  const { hub, views, reports, leave, rested } = mounted();
  await rested();
  const { model, frame, playing, filter } = views.at(-1);
  assert.deepEqual([model.layer.name, frame, playing, filter], ["conv1", 0, false, null]);
  assert.deepEqual(reports, [{ network: "small", clip: "samples/a", layer: "conv1", frame: 0, filter: null, looks: LOOKS }]);
  hub.stage.go(3);
  assert.equal(views.at(-1).frame, 3);
  hub.stage.open(2);
  assert.equal(reports.at(-1).filter, 2);
  leave();
});

test("it reports looks that change while it rests, as the layer has them, once it plays no longer", async () => {
  const { place, reports, leave, rested } = mounted("?scale=diverging&order=auc&speed=0.5");
  await rested();
  assert.deepEqual(reports.at(-1).looks, { ...LOOKS, scale: "diverging", speed: 0.5 });
  const [scale] = place.all(({ tagName, attributes }) => tagName === "SELECT" && attributes.get("aria-label") === "Scale");
  scale.value = "filter";
  scale.meet("change");
  await after(CALM_MS);
  assert.equal(reports.length, 2);
  assert.equal(reports.at(-1).looks.scale, "filter");
  const [sound] = place.all(({ tagName }) => tagName === "AUDIO");
  sound.paused = false;
  scale.value = "full";
  scale.meet("change");
  await after(CALM_MS);
  assert.equal(reports.length, 2, "while it plays, the frame would be stale at once");
  sound.paused = true;
  sound.meet("pause");
  assert.equal(reports.at(-1).looks.scale, "full");
  leave();
});

test("it opens at the frame and filter of its address", async () => {
  const { page, reports, leave, rested } = mounted("?filter=1&frame=3");
  await rested();
  assert.deepEqual([reports.at(-1).frame, reports.at(-1).filter], [3, 1]);
  assert.equal(page.location.search, "?filter=1&frame=3&clip=samples/a&layer=conv1");
  leave();
});

test("the address says what is shown, whatever it asked for", async () => {
  const { page, leave, rested } = mounted("?clip=nonsense&layer=conv9&loop=1&embed=true");
  await rested();
  assert.equal(page.location.search, "?clip=samples/a&layer=conv1&loop=1&embed=true");
  leave();
});

test("as long as the clip it asks for is to be fetched, an address stays as it is", async () => {
  const query = "?clip=irmas/x&frame=3&filter=1";
  const { page, reports, give, leave, rested } = mounted(query);
  await rested();
  assert.equal(page.location.search, query);
  assert.deepEqual([reports.at(-1).frame, reports.at(-1).filter], [0, null], "those are of the other clip");
  give(bytesOf({ clip: { ...CLIP, id: "irmas/x" } }));
  await rested();
  assert.deepEqual([reports.at(-1).frame, reports.at(-1).filter], [3, 1]);
  assert.equal(page.entries().length, 1);
  leave();
});

test("another clip chosen instead of the one to be fetched is named", async () => {
  const { page, give, leave, rested } = mounted("?clip=irmas/x&frame=3");
  await rested();
  give(bytesOf({ clip: { ...CLIP, id: "samples/b" } }));
  await rested();
  assert.equal(page.location.search, "?clip=samples/b&layer=conv1");
  leave();
});

test("another clip has its entry as soon as it is shown", async () => {
  const { page, give, leave, shown, rested } = mounted("?frame=2");
  await rested();
  give(bytesOf({ clip: { ...CLIP, id: "samples/b" } }));
  await shown();
  const addresses = page.entries().map((address) => new URL(address).search);
  assert.deepEqual(addresses, ["?frame=2&clip=samples/a&layer=conv1", "?clip=samples/b&layer=conv1"]);
  await rested({ is_shown: true });
  assert.equal(page.entries().length, 2);
  leave();
});

test("Back asks Python for clip and layer, and goes to the frame once they are there", async () => {
  const { hub, page, reports, asked, give, leave, rested } = mounted("?frame=2");
  await rested();
  give(bytesOf({ clip: { ...CLIP, id: "samples/b" } }));
  await rested();
  const n_reports = reports.length;
  hub.stage.go(1);
  hub.stage.settle();
  page.go(-1);
  assert.deepEqual(asked, [["travel", { clip: "samples/a", layer: "conv1" }]]);
  await after(CALM_MS);
  assert.equal(reports.length, n_reports, "nothing is reported before");
  give(bytesOf());
  await rested();
  assert.deepEqual([reports.at(-1).clip, reports.at(-1).frame], ["samples/a", 2]);
  assert.deepEqual(page.entries().length, 2);
  leave();
});

test("Back to a filter while the picture is changing ends there", async () => {
  const { hub, page, reports, give, leave, shown, rested } = mounted();
  await rested();
  hub.stage.open(1);
  give(bytesOf({ notes: ["another header"] }));
  await shown();
  page.go(-1);
  await rested({ is_shown: true });
  await after(TRAVEL_MS);
  assert.equal(reports.at(-1).filter, null);
  assert.equal(page.location.search, "?clip=samples/a&layer=conv1");
  leave();
});

test("Back to a sound of one's own that is gone leaves what is shown, and says so in the address", async () => {
  const { page, give, leave, rested } = mounted("", { clip: { ...CLIP, id: "own/upload/1" } });
  await rested();
  assert.equal(page.location.search, "?clip=upload&layer=conv1");
  give(bytesOf());
  await rested();
  page.go(-1);
  await after(TRAVEL_MS);
  assert.equal(page.location.search, "?clip=samples/a&layer=conv1");
  leave();
});

test("a clip that comes in place of what Back went to is in the address soon, and reported", async () => {
  const { page, reports, give, leave, rested } = mounted();
  await rested();
  give(bytesOf({ clip: { ...CLIP, id: "samples/b" } }));
  await rested();
  page.go(-1);
  give(bytesOf({ clip: { ...CLIP, id: "samples/c" } }));
  await rested();
  await after(GRACE_MS + TRAVEL_MS);
  assert.equal(new URLSearchParams(page.location.search).get("clip"), "samples/c");
  assert.equal(reports.at(-1).clip, "samples/c");
  leave();
});

test("a clip that a panel asked for plays once it is there, and once", async () => {
  const { hub, place, give, leave, rested } = mounted();
  const state = () => place.one("stage").dataset.state;
  await rested();
  const sidebar = element();
  const order = (clip, token) => mountFrameControl({ data: { picture: "", play: { clip, token } }, parentElement: sidebar });
  order("samples/b", "x");
  assert.equal(state(), "paused", "it is not there yet");
  give(bytesOf({ clip: { ...CLIP, id: "samples/b" } }));
  await rested();
  assert.equal(state(), "playing");
  hub.stage.toggle();
  order("samples/b", "x"); // Streamlit mounts again with the same data
  assert.equal(state(), "paused");
  order("samples/b", "y");
  assert.equal(state(), "playing", "the clip is there already");
  hub.stage.toggle();
  leave();
});

test("Back before it has come to rest is no error", async () => {
  const { page, reports, leave, rested } = mounted("?frame=1");
  page.history.pushState(null, "", "?frame=2");
  page.go(-1);
  await rested();
  assert.equal(reports.at(-1).frame, 1);
  leave();
});

test("Back between picture and rest ends at rest too", async () => {
  const { page, reports, give, leave, shown, rested } = mounted("?frame=2");
  await rested();
  give(bytesOf({ clip: { ...CLIP, id: "samples/b" } }));
  await shown();
  page.go(-1);
  give(bytesOf());
  await rested();
  await after(TRAVEL_MS);
  assert.deepEqual([reports.at(-1).clip, reports.at(-1).frame], ["samples/a", 2]);
  assert.equal(page.location.search, "?frame=2&clip=samples/a&layer=conv1");
  leave();
});

test("a clip of one window, and a layer of cells without rankings, are shown", async () => {
  const { header, blocks } = example();
  const segment = {
    ...header.segments[0], windows: 1, low: [0], high: [1], maps: [{ shape: [1, 1, 1, 1], parts: ["maps0a"] }],
  };
  const { deflateSync } = await import("node:zlib");
  const one = packed(
    {
      ...header, windows: 1, segments: [segment], rankings: {}, predictions: null,
      inside: { frames: [0, 1], mels: [0, 1], low: [0], high: [1] },
      layer: { ...header.layer, kind: "dense", filters: 1, frames: 1, mels: 1 },
    },
    { ...blocks, maps0a: deflateSync(Uint8Array.of(9)), predictions: blocks.predictions.subarray(0, 8) },
  );
  const { views, give, leave, rested } = mounted();
  give(one);
  await rested();
  assert.deepEqual([views.at(-1).model.windows, views.at(-1).frame], [1, 0]);
  leave();
});

test("while the network loads it shows the clip and reports nothing", async () => {
  const { hub, views, reports, leave, rested } = mounted("", { layer: null, segments: [], verdict: null });
  await rested();
  assert.equal(views.at(-1).model.layer, null);
  hub.stage.go(2);
  hub.stage.settle();
  await after(CALM_MS);
  assert.equal(views.at(-1).frame, 2);
  assert.deepEqual(reports, []);
  leave();
});

test("it is presented where its address asks for it, and says so no longer once that ends", async () => {
  const { page, place, leave, rested } = mounted("?present=1&frame=2");
  await rested();
  const [dialog] = place.all(({ tagName }) => tagName === "DIALOG");
  const stage = place.one("stage");
  assert.deepEqual([dialog.open, stage.classList.contains("presenting"), stage.style.zoom], [true, true, 1.875]);
  assert.equal(new URLSearchParams(page.location.search).get("present"), "1");
  dialog.close(); // as the browser does at Escape
  assert.deepEqual([stage.classList.contains("presenting"), stage.style.zoom], [false, 1]);
  assert.equal(new URLSearchParams(page.location.search).get("present"), null);
  leave();
});

test("an opened filter is walked on from, whoever opened it", async () => {
  const { hub, place, reports, leave, rested } = mounted();
  await rested();
  hub.stage.open(1);
  place.all(({ attributes }) => attributes.get("aria-label")?.startsWith("Next tile"))[0].meet("click");
  assert.equal(reports.at(-1).filter, 2);
  leave();
});

test("a sidebar over the page goes once another layer has come, not at the first", async () => {
  const { place, give, leave, rested } = mounted();
  const presses = [];
  await rested();
  place.one("stage").addEventListener("mousedown", () => presses.push("press"));
  give(bytesOf({ notes: ["the same layer of the same clip"] }));
  await rested();
  assert.deepEqual(presses, []);
  give(bytesOf({ layer: { ...example().header.layer, name: "conv2" } }));
  await rested();
  assert.deepEqual(presses, ["press"]);
  leave();
});

test("it follows the page's ground, of which the middle of the diverging colours is", async () => {
  const { page, place, leave, rested } = mounted("?scale=diverging");
  await rested();
  const [root] = place.all(({ classList }) => classList.contains("stage"));
  assert.equal(root.dataset.scale, "diverging");
  const grounds = [];
  globalThis.getComputedStyle = (element) => {
    grounds.push(element);
    return { backgroundColor: "rgb(14, 17, 23)" };
  };
  root.meet("transitionend", { propertyName: "background-color" });
  assert.deepEqual(grounds, [root]);
  leave();
});

test("one that has left takes no place and reports nothing", async () => {
  const early = mounted();
  early.leave(); // before its clip is decoded
  await early.rested();
  assert.equal(early.hub.stage, null);
  assert.deepEqual(early.views, []);
  const late = mounted();
  await late.shown();
  late.page.paint();
  const [sound] = late.place.all(({ tagName }) => tagName === "AUDIO");
  late.leave(); // before it has reported
  sound.meet("pause"); // comes after the pause
  await after(CALM_MS);
  assert.equal(late.hub.stage, null);
  assert.deepEqual(late.reports, []);
});

test("one that leaves after the next has come leaves it its place", async () => {
  const { hub, leave, rested } = mounted();
  await rested();
  const next = element();
  const leaveNext = mountStage({ data: bytesOf(), parentElement: next });
  await rested();
  const { stage } = hub;
  leave();
  assert.equal(hub.stage, stage);
  leaveNext();
  assert.equal(hub.stage, null);
});
