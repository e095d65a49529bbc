// The frame control in the sidebar: it moves the stage in the browser, follows its playhead, and
// sends nothing. It looks and behaves as Streamlit's slider.

import { timeText } from "./axes.mjs";
import { centreOf } from "./clock.mjs";
import { make, say } from "./elements.mjs";
import { mountOnce } from "./mounting.mjs";
import { hubOf } from "./pictures.mjs";

const HELP = "Which window is on the stage: the stretch of sound around the playhead that is the network's input.";
const FAR = 10; // frames that Page Up and Page Down step

class FrameControl {
  constructor(parent) {
    this.value = make("output", { class: "value", "aria-hidden": "true" }, "0");
    this.input = make("input", {
      type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Frame", "aria-description": HELP,
      oninput: () => this.hub.stage?.go(Number(this.input.value)),
      onchange: () => this.hub.stage?.settle(),
      onkeydown: (event) => this.step(event),
      onpointerdown: () => this.hub.stage?.hold(true),
      onpointerup: () => this.hub.stage?.hold(false),
      onpointercancel: () => this.hub.stage?.hold(false),
    });
    this.caption = make("p", { class: "caption" }, "The clip is opening…");
    const help = make("button", { type: "button", class: "help", title: HELP, "aria-label": `Help for Frame: ${HELP}` }, "?");
    const ends = make("div", { class: "ends", "aria-hidden": "true" }, make("span", {}, "0"), make("span", {}));
    this.last = ends.lastChild;
    this.track = make("div", { class: "track" }, this.value, this.input, ends);
    this.root = make("div", { class: "frame-control" },
      make("div", { class: "label" }, make("span", {}, "Frame"), help), this.track, this.caption);
    parent.append(this.root);
  }

  follow(hub) {
    if (hub === this.hub) return;
    this.stop?.();
    this.hub = hub;
    this.stop = hub.views.subscribe((view) => this.show(view));
  }

  /** Pass on an order to play; the same one comes again at every mount. */
  order(play) {
    if (!play || play.token === this.hub.order?.token) return;
    this.hub.order = { ...play, isOpen: true };
    this.hub.stage?.obey();
  }

  step(event) {
    const by = { PageUp: FAR, PageDown: -FAR }[event.key];
    if (!by && event.key !== " ") return;
    event.preventDefault();
    if (!by) return this.hub.stage?.toggle();
    this.hub.stage?.go(Number(this.input.value) + by);
    this.hub.stage?.settle();
  }

  show({ model, frame, playing }) {
    const last = model.windows - 1;
    if (Number(this.input.max) !== last) {
      this.input.max = last;
      say(this.last, String(last));
    }
    this.track.hidden = last === 0;
    if (Number(this.input.value) !== frame) this.input.value = frame;
    say(this.value, String(frame));
    this.root.style.setProperty("--done", last ? frame / last : 0);
    const moment = timeText(centreOf(model, frame));
    say(this.caption, last ? `centred on ${moment} of ${timeText(model.clip.seconds)}` : "This clip has one window.");
    // While it plays, a screen reader on the control would never come to an end.
    if (!playing) this.input.setAttribute("aria-valuetext", `frame ${frame}, centred on ${moment}`);
  }

  leave() {
    this.stop();
    this.root.remove();
  }
}

export default function mountFrameControl({ data, parentElement }) {
  const [control, cleanUp] = mountOnce(parentElement, () => new FrameControl(parentElement));
  control.follow(hubOf(window, data.picture));
  control.order(data.play);
  return cleanUp;
}
