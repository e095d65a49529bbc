import assert from "node:assert/strict";
import { test } from "node:test";
import { hubOf } from "../../cnnviz/stage/pictures.mjs";
import mountReporter from "../../cnnviz/stage/reporter.mjs";
import { element, openPage } from "./page.mjs";

const REPORT = { network: "small", clip: "a", layer: "conv1", frame: 3, filter: null };

function mounted(picture = "") {
  const [place, sent] = [element(), []];
  const mount = () =>
    mountReporter({
      data: { picture }, parentElement: place, setStateValue: (...one) => sent.push(one),
    });
  return { sent, mount, leave: mount() };
}

test("a report is sent as the component's state, and the same one not again", () => {
  const { reports } = hubOf(openPage(), "");
  const { sent } = mounted();
  reports.publish(REPORT);
  reports.publish({ ...REPORT });
  assert.deepEqual(sent, [["rest", REPORT]]);
  reports.publish({ ...REPORT, filter: 2 });
  assert.equal(sent.length, 2);
});

test("one that mounts after the stage has come to rest sends that", () => {
  hubOf(openPage(), "").reports.publish(REPORT);
  assert.deepEqual(mounted().sent, [["rest", REPORT]]);
});

test("reports of another picture are not its own", () => {
  const page = openPage();
  const { sent } = mounted("b");
  hubOf(page, "").reports.publish(REPORT);
  assert.deepEqual(sent, []);
  hubOf(page, "b").reports.publish(REPORT);
  assert.equal(sent.length, 1);
});

test("mounted again it sends each report once, unmounted none", () => {
  const { reports } = hubOf(openPage(), "");
  const { sent, mount } = mounted();
  reports.publish(REPORT);
  const leave = mount();
  assert.equal(sent.length, 1, "what is known is not sent again");
  reports.publish({ ...REPORT, frame: 4 });
  assert.equal(sent.length, 2);
  leave();
  reports.publish({ ...REPORT, frame: 5 });
  assert.equal(sent.length, 2);
});

test("the cleanup of a mount that was overtaken stops nothing", () => {
  const { reports } = hubOf(openPage(), "");
  const { sent, mount, leave } = mounted();
  mount();
  leave();
  reports.publish(REPORT);
  assert.equal(sent.length, 1);
});
