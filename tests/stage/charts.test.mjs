// The frame control and the charts: what they show of a hub's views, and how they steer the stage.

import assert from "node:assert/strict";
import { test } from "node:test";
import mountChart from "../../cnnviz/stage/chart.mjs";
import { decode } from "../../cnnviz/stage/decode.mjs";
import mountFrameControl from "../../cnnviz/stage/frame.mjs";
import { hubOf } from "../../cnnviz/stage/pictures.mjs";
import { element, openPage } from "./page.mjs";
import { example, packed } from "./model.mjs";

const model = await decode(packed(example().header, example().blocks));
const view = (changes = {}) => ({ model, frame: 0, time: 0, playing: false, filter: null, ...changes });

/** A hub, what its stage is told, and a part mounted in `place`. */
function mounted(mount, data = {}, { staged = true } = {}) {
  const hub = hubOf(openPage(), "");
  const [place, told] = [element(), []];
  const tell = (name) => (value) => told.push(value === undefined ? name : `${name} ${value}`);
  if (staged) hub.stage = Object.fromEntries(["seek", "go", "settle", "open"].map((name) => [name, tell(name)]));
  const leave = mount({ data: { picture: "", ...data }, parentElement: place });
  return { hub, place, told, leave };
}

const inputIn = (place) => place.all(({ tagName }) => tagName === "INPUT")[0];

test("the frame control follows the stage", () => {
  const { hub, place } = mounted(mountFrameControl);
  hub.views.publish(view({ frame: 2 }));
  assert.deepEqual([inputIn(place).max, inputIn(place).value], [4, 2]);
  assert.equal(place.one("value").textContent, "2");
  assert.equal(place.one("caption").textContent, "centred on 0.08 s of 0.20 s");
  assert.equal(place.one("frame-control").style["--done"], "0.5");
});

test("it moves the stage, by PageUp and PageDown ten frames", () => {
  const { hub, place, told } = mounted(mountFrameControl);
  hub.views.publish(view({ frame: 2 }));
  inputIn(place).value = "3";
  inputIn(place).meet("input");
  inputIn(place).meet("change");
  inputIn(place).meet("keydown", { key: "PageUp" });
  inputIn(place).meet("keydown", { key: "ArrowLeft" }); // the input's own
  assert.deepEqual(told, ["go 3", "settle", "go 13", "settle"]);
});

test("a clip of one window has nothing to slide", () => {
  const { hub, place } = mounted(mountFrameControl);
  hub.views.publish(view({ model: { ...model, windows: 1 } }));
  assert.ok(place.one("track").hidden);
  assert.equal(place.one("caption").textContent, "This clip has one window.");
  hub.views.publish(view());
  assert.ok(!place.one("track").hidden);
});

test("without a stage, a part waits and steers nothing", () => {
  for (const [mount, data] of [[mountFrameControl], [mountChart, { chart: "over_time" }], [mountChart, { chart: "ranking" }]]) {
    const { hub, place } = mounted(mount, data, { staged: false });
    if (mount === mountChart) assert.ok(place.childNodes[0].hidden, "an empty chart is not seen");
    hub.views.publish(view()); // of a stage that has left since
    for (const [part, type] of [[inputIn(place), "input"], [place.one("plot"), "pointerdown"], [place.one("ranking-row"), "click"]]) {
      part?.meet(type, { clientX: 50, clientY: 50 });
    }
  }
});

test("what has been unmounted hears nothing more", () => {
  for (const [mount, data] of [[mountFrameControl], [mountChart, { chart: "over_time" }], [mountChart, { chart: "ranking" }]]) {
    const { hub, place, leave } = mounted(mount, data);
    const root = place.childNodes[0];
    hub.views.publish(view());
    const before = root.textContent;
    leave();
    hub.views.publish(view({ frame: 4, model: { ...model, layer: null, predictions: null, windows: 9 } }));
    assert.equal(root.textContent, before);
    assert.ok(!root.hidden);
    assert.equal(place.childNodes.length, 0);
  }
});

test("the prediction over time waits for predictions, and its line runs with the sound", () => {
  const { hub, place } = mounted(mountChart, { chart: "over_time" });
  const [root] = place.childNodes;
  hub.views.publish(view({ model: { ...model, predictions: null, layer: null, verdict: null } }));
  assert.ok(root.hidden);
  hub.views.publish(view({ time: 0.08 }));
  assert.ok(!root.hidden);
  assert.equal(place.one("row-names").textContent, "celloflute");
  assert.equal(place.one("playhead").style.transform, "translateX(50%)");
  const cells = place.all(({ tagName }) => tagName === "TD").map(({ textContent }) => textContent);
  // The whole clip's score, the highest and its window's middle; of the example's scores by hand
  assert.deepEqual(cells, ["0.10", "0.50", "0.12 s", "0.97", "0.90", "0.04 s"]);
});

test("its one column lies where the window is in a clip of one", () => {
  const { hub, place } = mounted(mountChart, { chart: "over_time" });
  hub.views.publish(view({ model: { ...model, windows: 1 } }));
  const { left, width } = place.all(({ tagName }) => tagName === "CANVAS")[0].style;
  assert.ok(Number.isFinite(parseFloat(left)) && parseFloat(width) > 0, `${left} ${width}`);
});

test("pointing at it moves the playhead", () => {
  const { hub, place, told } = mounted(mountChart, { chart: "over_time" });
  hub.views.publish(view());
  place.one("plot").meet("pointermove", { clientX: 50, clientY: 75 });
  assert.equal(place.one("hint").textContent, "flute · 0.08 s · 0.70");
  place.one("plot").meet("pointermove", { clientX: 50, clientY: 25 });
  assert.equal(place.one("hint").textContent, "cello · 0.08 s · 0.30");
  place.one("plot").meet("pointerdown", { clientX: 50, clientY: 10 });
  place.one("plot").meet("pointerup");
  assert.deepEqual(told, ["seek 0.08", "settle"]);
});

const rowsIn = (place) => place.all(({ classList }) => classList.contains("ranking-row"));
const widthsIn = (place) => place.all(({ tagName }) => tagName === "I").map((bar) => bar.getAttribute("style"));

test("the ranking's bars go from the highest down, and open their filter", () => {
  const { hub, place, told } = mounted(mountChart, { chart: "ranking" });
  hub.views.publish(view({ filter: 0 }));
  assert.deepEqual(rowsIn(place).map(({ dataset }) => dataset.filterRow), ["1", "0", "2"]);
  assert.deepEqual(widthsIn(place), ["width: 100.0%", "width: 28.6%", "width: 0.0%"]);
  assert.deepEqual(rowsIn(place).map((row) => row.getAttribute("aria-pressed")), ["false", "true", "false"]);
  rowsIn(place)[2].meet("click");
  assert.deepEqual(told, ["open 2"]);
});

test("a layer without rankings has no chart of them, and the stage goes on", () => {
  const { hub, place } = mounted(mountChart, { chart: "ranking" });
  hub.views.publish(view({ model: { ...model, rankings: {} } }));
  assert.ok(place.childNodes[0].hidden);
  hub.views.publish(view({ model: { ...model, layer: null } }));
  assert.ok(place.childNodes[0].hidden);
  hub.views.publish(view());
  assert.ok(!place.childNodes[0].hidden);
});

test("a filter below zero has no bar, and no bar is longer than its track", () => {
  const { hub, place } = mounted(mountChart, { chart: "ranking" });
  hub.views.publish(view({ model: { ...model, rankings: { auc: [-1, 2, -4] } } }));
  assert.deepEqual(widthsIn(place), ["width: 100.0%", "width: 0.0%", "width: 0.0%"]);
  hub.views.publish(view({ model: { ...model, rankings: { auc: [-1, -2, -4] } } }));
  assert.deepEqual(widthsIn(place), Array(3).fill("width: 0.0%"));
});
