// The stage: one sound, its clock, and every panel that follows it.

import { timeText } from "./axes.mjs";
import { makeBars } from "./bars.mjs";
import { timeOf, windowAt } from "./clock.mjs";
import { rampOf } from "./colour.mjs";
import { decode, sameBytes } from "./decode.mjs";
import { make, say } from "./elements.mjs";
import { makeGrid } from "./grid.mjs";
import { commandOf, targetOf } from "./keys.mjs";
import { makeLegend } from "./legend.mjs";
import { deliver, meetingOf } from "./meeting.mjs";
import { keepSettings, readSettings, SIZES } from "./settings.mjs";
import { makeSpectrogram } from "./spectrogram.mjs";
import { alternative, factsOf, headline, traces } from "./summary.mjs";
import { makeTile } from "./tile.mjs";
import { makeTransport } from "./transport.mjs";

// The grid aims at what a window leaves under the spectrogram, within reason.
const ABOVE_GRID_PX = 430;
const GRID_PX = [400, 620];
// Keys repeat 30 times a second; the slider hears of the frame when they rest.
const REST_MS = 200;

class Stage {
  constructor(parent) {
    this.meeting = meetingOf(window);
    this.settings = readSettings(sessionStorage);
    this.sound = make("audio", { preload: "auto" });
    this.sound.preservesPitch = true;
    this.build();
    parent.append(this.root);
    this.listen();
    this.set({});
  }

  build() {
    const seek = (time) => this.seek(time);
    const settle = () => this.report();
    this.spectrogram = makeSpectrogram({ seek, settle });
    this.bars = makeBars();
    const act = {
      seek, settle,
      toggle: () => this.toggle(),
      step: (by) => this.step(by),
      set: (changed) => this.set(changed),
      resize: (by) => this.resize(by),
    };
    this.transport = makeTransport(act);
    this.legend = makeLegend(act);
    this.grid = makeGrid({ open: (filter) => this.open(filter) });
    this.tile = makeTile({ close: () => this.close(), seek, settle });
    this.words = make("p", { class: "headline" });
    this.time = make("span", { class: "time" });
    this.notes = make("p", { class: "notes" });
    this.spoken = make("p", { class: "unseen", "aria-live": "polite" });
    this.waiting = make("p", { class: "waiting" }, "The clip is opening…");
    this.error = make("p", { class: "error", role: "alert", hidden: true });
    const top = make("div", { class: "top" }, this.spectrogram.root, this.bars.root);
    const below = make("div", { class: "below" }, this.waiting, this.grid.root, this.tile.root);
    this.root = make(
      "div",
      { class: "stage", "data-state": "loading", tabindex: -1 },
      this.words, this.notes, this.spoken, this.error, top,
      this.transport.root, this.legend.root, below, this.sound,
    );
  }

  listen() {
    this.sound.addEventListener("play", () => this.run());
    this.sound.addEventListener("pause", () => {
      this.follow();
      this.report();
    });
    this.sound.addEventListener("seeked", () => this.follow());
    this.root.addEventListener("keydown", (event) => this.press(event));
    // A space lets go of a tile as a click, which would open it.
    this.root.addEventListener("keyup", (event) => {
      if (event.key === " " && event.target.dataset?.filter !== undefined) event.preventDefault();
    });
    this.sizes = new ResizeObserver(() => this.arrange());
    this.sizes.observe(this.root);
    this.obey = (wanted) => this.accept(wanted);
    this.meeting.obey = this.obey;
  }

  /** Take what Python packed; the same bytes come again at every theme and page change. */
  receive(bytes) {
    if (sameBytes(bytes, this.bytes)) return;
    this.bytes = bytes;
    decode(bytes).then(
      (model) => {
        // A layer chosen meanwhile has overtaken this one.
        if (bytes === this.bytes) this.show(model);
      },
      (error) => {
        this.error.hidden = false;
        say(this.error, `This clip cannot be shown: ${error.message}`);
        reportError(error);
      },
    );
  }

  show(model) {
    const fresh = model.clip.id !== this.model?.clip.id;
    const first = !this.model;
    this.model = model;
    this.course = null;
    this.error.hidden = true;
    if (this.tile.filter() !== null) this.close();
    const parts = headline(model);
    this.words.replaceChildren(make("b", {}, parts[0]), ` · ${parts.slice(1).join(" · ")} · `, this.time);
    say(this.spoken, parts.join(", "));
    say(this.notes, model.notes.join(" "));
    this.transport.show(model);
    this.bars.show(model);
    this.waiting.hidden = Boolean(model.layer);
    say(this.waiting, "The network is loading…");
    this.grid.root.hidden = this.legend.root.hidden = !model.layer;
    if (model.layer) this.grid.show(model);
    if (fresh) this.load(model);
    this.recolour();
    this.arrange({ anew: true });
    const obeyed = deliver(this.meeting);
    if (fresh && !obeyed && !first) this.report();
    if (model.layer) setTimeout(() => this.describe(model), 0);
  }

  load(model) {
    this.sound.pause();
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(new Blob([model.sound], { type: "audio/wav" }));
    this.sound.src = this.address;
    this.set({});
  }

  /** Put every tile into words, once the first picture stands. */
  describe(model) {
    if (model !== this.model || this.course) return;
    this.course = traces(model);
    const filters = Array.from({ length: model.layer.filters }, (_, filter) => filter);
    this.facts = filters.map((filter) => factsOf(model, { filter, ...this.course }));
    this.grid.describe(this.facts.map(alternative));
  }

  run() {
    if (this.request) return;
    const tick = () => {
      this.follow();
      this.request = this.sound.paused ? null : requestAnimationFrame(tick);
    };
    this.request = requestAnimationFrame(tick);
    this.follow();
  }

  /** Bring every panel to where the sound is. */
  follow({ anew = false } = {}) {
    const { model, sound } = this;
    if (!model) return;
    const time = Math.min(sound.currentTime, model.clip.seconds);
    const shown = windowAt(model, time);
    this.spectrogram.move(time);
    this.transport.move(time, shown);
    say(this.time, timeText(time));
    if (anew || shown !== this.shown) this.paint(shown);
    this.tell();
  }

  paint(shown) {
    const { model } = this;
    this.shown = shown;
    this.spectrogram.paint(shown);
    this.bars.paint(shown);
    if (model.layer) {
      this.grid.paint(shown);
      if (this.tile.filter() !== null) this.tile.paint(shown, this.grid.coloursAtWindow(shown));
    }
    Object.assign(this.root.dataset, {
      clip: model.clip.id,
      layer: model.layer?.name ?? "",
      frame: shown,
      frames: model.windows,
    });
  }

  tell() {
    const playing = !this.sound.paused;
    if (playing !== this.told) this.transport.playing(playing);
    this.told = playing;
    this.root.dataset.state = this.model.layer ? (playing ? "playing" : "paused") : "loading";
  }

  arrange({ anew = false } = {}) {
    const [width, ratio] = [this.root.clientWidth, devicePixelRatio];
    if (!this.model || !width || (!anew && width === this.width && ratio === this.ratio)) return;
    [this.width, this.ratio] = [width, ratio];
    const height = Math.max(GRID_PX[0], Math.min(GRID_PX[1], innerHeight - ABOVE_GRID_PX));
    if (this.model.layer) this.grid.arrange({ width, height, ratio, size: this.settings.size });
    this.spectrogram.arrange();
    this.follow({ anew: true });
  }

  recolour() {
    const ramp = rampOf(this.settings.colours);
    this.spectrogram.show(this.model, ramp);
    if (!this.model.layer) return;
    this.grid.recolour({ ramp, scale: this.settings.scale });
    this.legend.show({ model: this.model, ramp, settings: this.settings });
    if (this.tile.filter() !== null) this.enlarge(this.tile.filter());
  }

  set(changed) {
    this.settings = { ...this.settings, ...changed };
    keepSettings(sessionStorage, this.settings);
    this.sound.defaultPlaybackRate = this.sound.playbackRate = this.settings.speed;
    this.sound.loop = this.settings.loop;
    this.transport.set(this.settings);
    if (!this.model || !("scale" in changed || "colours" in changed)) return;
    this.recolour();
    this.follow({ anew: true });
  }

  resize(by) {
    const size = Math.max(0, Math.min(SIZES.length - 1, this.settings.size + by));
    this.set({ size });
    this.recolour();
    this.arrange({ anew: true });
  }

  toggle() {
    if (!this.model) return;
    if (!this.sound.paused) this.sound.pause();
    // play() is refused by its promise when a pause or another clip comes first: no error of ours.
    else this.sound.play().catch((error) => error.name === "AbortError" || reportError(error));
  }

  seek(time) {
    this.sound.currentTime = time;
    this.follow();
  }

  step(by) {
    this.seek(timeOf(this.model, this.shown + by));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.report(), REST_MS);
  }

  /** Let the slider know where the stage has come to rest. */
  report() {
    this.meeting.report?.(this.shown);
  }

  /** Obey the slider; false while its clip is not here yet. */
  accept({ frame, clip }) {
    if (!this.model || (clip && clip !== this.model.clip.id)) return false;
    this.seek(timeOf(this.model, frame));
    return true;
  }

  open(filter) {
    this.describe(this.model);
    this.enlarge(filter);
    this.setStateValue("filter", filter);
  }

  enlarge(filter) {
    const { model, settings, course } = this;
    const [start, end] = [filter * model.windows, (filter + 1) * model.windows];
    const own = { means: course.means.subarray(start, end), peaks: course.peaks.subarray(start, end) };
    const ramp = rampOf(settings.colours);
    this.tile.show({ model, filter, facts: this.facts[filter], course: own, ramp, scale: settings.scale });
    this.tile.paint(this.shown, this.grid.coloursAtWindow(this.shown));
  }

  close() {
    const filter = this.tile.filter();
    if (filter === null) return;
    this.tile.hide();
    this.grid.focusOn(filter);
  }

  press(event) {
    const press = { key: event.key, shift: event.shiftKey, control: event.ctrlKey || event.metaKey || event.altKey };
    const command = this.model && commandOf(press, targetOf(event.target));
    if (!command) return;
    event.preventDefault();
    const { name, by } = command;
    if (name === "toggle") this.toggle();
    else if (name === "step") this.step(by);
    else if (name === "start") this.step(-this.shown - 1);
    else if (name === "end") this.step(this.model.windows);
    else if (name === "resize") this.resize(by);
    else if (name === "close") this.close();
    else this.grid.walk(command);
  }

  leave() {
    this.sound.pause();
    this.sizes.disconnect();
    clearTimeout(this.resting);
    if (this.request) cancelAnimationFrame(this.request);
    if (this.address) URL.revokeObjectURL(this.address);
    if (this.meeting.obey === this.obey) this.meeting.obey = null;
    this.root.remove();
  }
}

// Streamlit calls the default export again for every change, without cleaning up before: one
// stage to a parent element, or its loops would pile up.
const STAGES = new WeakMap();

export default function mountStage({ data, parentElement, setStateValue }) {
  if (!STAGES.has(parentElement)) STAGES.set(parentElement, new Stage(parentElement));
  const stage = STAGES.get(parentElement);
  stage.setStateValue = setStateValue;
  stage.receive(data);
  return () => {
    stage.leave();
    STAGES.delete(parentElement);
  };
}
