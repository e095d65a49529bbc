// The stage: one sound, its clock, and every panel that follows it.

import { addressWith, isOwnName, isPresented, namedBy, placeIn, readAddress } from "./address.mjs";
import { makeBars } from "./bars.mjs";
import { timeOf, windowAt } from "./clock.mjs";
import { knownScale, rampOf } from "./colour.mjs";
import { makeDecoder, sameBytes } from "./decode.mjs";
import { make, topOf, uncover } from "./elements.mjs";
import { makeGrid } from "./grid.mjs";
import { makeHistory } from "./history.mjs";
import { answerKeys, hasKeys, takeKeys } from "./keys.mjs";
import { plotHeightOf, roomOf } from "./layout.mjs";
import { makeLegend } from "./legend.mjs";
import { mountOnce } from "./mounting.mjs";
import { hubOf } from "./pictures.mjs";
import { makePlayer } from "./player.mjs";
import { makePresent } from "./present.mjs";
import { knownOrder } from "./rankings.mjs";
import { keepSettings, readSettings, SIZES } from "./settings.mjs";
import { payloadSource } from "./source.mjs";
import { divergingRamp } from "./signed.mjs";
import { makeSpectrogram } from "./spectrogram.mjs";
import { alternative, factsOf, traces } from "./summary.mjs";
import { makeTile } from "./tile.mjs";
import { makeTransport } from "./transport.mjs";
import { makeWords } from "./words.mjs";

// The largest layer of a 3 s clip has 17 MB.
const REMEMBERED_BYTES = 64e6;
// Who presses play at the first sight of a picture shall hear it before all else is worked on.
const CALM_MS = 250;
// Of several steps back or forward, the last one is reported: with every message Streamlit sends what its lists show,
// and one between two steps could carry what they showed before.
const TRAVEL_MS = 700;
// After so long, what the visitor went back or forward to will not come.
const PATIENCE_MS = 60_000;
// Something else that comes meanwhile was on its way before, or is what there is in its stead.
const GRACE_MS = 2000;

class Stage {
  constructor(parent) {
    this.decode = makeDecoder({ atMostBytes: REMEMBERED_BYTES });
    this.settings = { ...readSettings(sessionStorage), ...readAddress(location.search).settings };
    this.history = makeHistory(window);
    this.build();
    parent.append(this.present.root);
    // The theme's ground has changed: of it is the middle of the diverging colours.
    this.root.addEventListener("transitionend", ({ target }) => target === this.root && this.redraw());
    this.sizes = new ResizeObserver(() => this.arrange());
    // A longer headline leaves the grid less room.
    for (const part of [this.root, this.words.root]) this.sizes.observe(part);
    this.resized = () => this.arrange();
    window.addEventListener("resize", this.resized);
    this.goBack = () => this.visit();
    window.addEventListener("popstate", this.goBack);
    this.set({});
  }

  build() {
    const act = {
      seek: (time) => this.player.seek(time),
      settle: () => this.rest(),
      hold: (isHeld) => this.player.hold(isHeld),
      toggle: () => this.player.toggle(),
      step: ({ by }) => this.step(by),
      start: () => this.step(-this.model.windows),
      end: () => this.step(this.model.windows),
      set: (changed) => this.set(changed),
      resize: ({ by }) => this.resize(by),
      open: (filter) => {
        this.open(filter);
        this.tile.reveal();
      },
      close: () => this.close(),
      present: () => (this.present.isOn() ? this.present.exit() : this.present.enter({ wholeScreen: true })),
      help: () => this.help(!this.root.classList.contains("helped")),
      escape: () => this.escape(),
      walk: (by) => this.walk(by),
      address: () => this.address({ frame: this.shown }),
    };
    this.act = act;
    this.player = makePlayer({ follow: () => this.follow(), rest: act.settle });
    this.words = makeWords();
    this.spectrogram = makeSpectrogram(act);
    this.bars = makeBars();
    this.transport = makeTransport(act);
    this.legend = makeLegend(act);
    this.grid = makeGrid(act);
    this.tile = makeTile(act);
    this.top = make("div", { class: "top" }, this.spectrogram.root, this.bars.root);
    const below = [this.words.waiting, this.grid.root, this.tile.root];
    this.below = make("div", { class: "below" }, ...below);
    this.root = make(
      "div",
      { class: "stage", "data-state": "loading", tabindex: -1 },
      ...[this.words.root, this.top, this.transport.root, this.legend.root],
      ...[this.below, this.words.keys, this.player.root],
    );
    this.present = makePresent(this.root, { changed: () => this.presented(), escape: act.escape });
    this.top.hidden = this.transport.root.hidden = this.legend.root.hidden = true;
  }

  /** Take what Python packed; the same bytes come again at every theme and page change. */
  receive(bytes) {
    if (sameBytes(bytes, this.bytes)) return;
    this.bytes = bytes;
    this.decode(bytes)
      // A layer chosen meanwhile has overtaken this one.
      .then((model) => bytes === this.bytes && this.show(model))
      .catch((error) => {
        this.words.fail(error);
        reportError(error);
      });
  }

  show(model) {
    const before = this.model;
    const fresh = model.clip.id !== before?.clip.id;
    const same = model.layer?.name === before?.layer?.name && model.network === before?.network;
    const opened = same ? this.tile.filter() : null;
    this.tile.close();
    [this.model, this.source, this.course] = [model, payloadSource(model), null];
    if (!before) this.join(model.picture);
    this.top.hidden = this.transport.root.hidden = false;
    for (const panel of [this.words, this.transport, this.bars]) panel.show(model);
    this.grid.root.hidden = this.legend.root.hidden = !model.layer;
    if (model.layer) this.grid.show(model, this.source);
    if (fresh) this.player.load(model.sound);
    if (before?.layer && (fresh || !same)) uncover(this.root); // the visitor has chosen it in the sidebar
    if (opened !== null) this.enlarge(opened);
    this.recolour();
    this.arrange({ anew: true });
    const { travelled = false } = this.wanted ?? {};
    if (before && (fresh || (travelled && !same)) && !this.asked()) {
      if (travelled) this.wait(GRACE_MS);
      else this.want(null); // another clip was chosen
    }
    const { wanted } = this;
    // Who has moved the playhead while the network was loading stays where he is.
    const asked = (fresh || wanted?.travelled) && this.asked();
    if (asked && !this.player.playing()) this.player.seek(timeOf(model, asked.frame ?? 0));
    if (fresh) this.rested = this.shown;
    this.standing = false;
    this.obey();
    if (!before && isPresented(location.search, this.id)) this.present.enter({ wholeScreen: false });
    this.enter();
    requestAnimationFrame(() => setTimeout(() => this.stand(model, wanted), CALM_MS));
  }

  /** Take the place of the picture's stage on the page, once its id is known. */
  join(id) {
    this.id = id;
    this.hub = hubOf(window, id);
    this.commands = {
      seek: (time) => this.player.seek(time),
      go: (frame) => this.player.seek(timeOf(this.model, frame)),
      hold: (isHeld) => this.player.hold(isHeld),
      toggle: () => this.player.toggle(),
      settle: () => this.player.settle(),
      open: (filter) => this.open(filter),
      obey: () => this.obey(),
    };
    this.hub.stage = this.commands;
    this.wanted = readAddress(location.search, id);
    this.ignoreKeys = answerKeys(this.root, this.act, () => hasKeys(window, id));
    for (const used of ["pointerdown", "focusin"]) this.root.addEventListener(used, () => takeKeys(window, id));
  }

  /** Play the clip that was ordered, if it is on the stage. */
  obey() {
    const { order } = this.hub;
    if (!order?.isOpen || order.clip !== this.model.clip.id) return;
    order.isOpen = false;
    if (!this.player.playing()) this.player.toggle();
  }

  /** The first picture stands on the screen: now there is time for words and for the page's charts. */
  stand(model, wanted) {
    if (model !== this.model || !model.layer) return;
    this.standing = true;
    this.describe(model);
    const asked = this.asked();
    if (asked && this.wanted !== wanted) return this.arrive(); // the visitor has gone back or forward since
    if (asked) {
      this.want(null);
      if (asked.filter !== null && asked.filter < model.layer.filters) this.put(asked.filter);
    }
    this.rest();
  }

  /** The visitor went back or forward to another address: go where it says, with what Python is to send. */
  visit() {
    this.history.travel();
    if (!this.hub) return; // no clip has come yet; the first one goes there
    this.want({ ...readAddress(location.search, this.id), travelled: true });
    this.tell("travel", this.wanted.named);
    const isGone = isOwnName(this.wanted.named.clip) && !this.asked(); // it has to be uploaded or recorded again
    if (isGone || (this.standing && this.asked())) this.arrive();
    else this.wait(PATIENCE_MS);
  }

  /** Wait no longer than so for what is wanted. */
  wait(ms) {
    clearTimeout(this.unanswered);
    this.unanswered = setTimeout(() => this.arrive(), ms);
  }

  /** Wait for something else than before, or for nothing. */
  want(wanted) {
    clearTimeout(this.unanswered);
    this.wanted = wanted;
  }

  /** Go to the frame and filter that the address names, if it is for the clip and layer at hand. */
  arrive() {
    const asked = this.asked();
    this.want(null);
    if (asked) {
      if (!this.player.playing()) this.player.seek(timeOf(this.model, asked.frame ?? 0));
      if (asked.filter === null) this.shut();
      else if (asked.filter < this.model.layer.filters) this.put(asked.filter);
    }
    this.player.settle(TRAVEL_MS);
  }

  /** The frame and filter to go to; null if none are wanted, or not of what is on the stage. */
  asked() {
    return this.wanted && placeIn(this.model, this.wanted);
  }

  /** Put every tile into words. */
  describe(model) {
    if (model !== this.model || this.course) return;
    this.course = traces(model);
    const filters = Array.from({ length: model.layer.filters }, (_, filter) => filter);
    this.facts = filters.map((filter) => factsOf(model, { filter, ...this.course }));
    this.grid.describe(this.facts.map(alternative));
  }

  /** Bring every panel to where the sound is. */
  follow({ anew = false } = {}) {
    const { model, player } = this;
    if (!model) return null;
    const time = Math.min(player.time(), model.clip.seconds);
    const shown = windowAt(model, time);
    const playing = player.playing();
    const state = model.layer ? (playing ? "playing" : "paused") : "loading";
    // Screens are faster than mel frames: between two of them nothing is to be done.
    const beat = Math.round(time / model.frame_s);
    if (!anew && playing && beat === this.beat && shown === this.shown) return this.mark({ state });
    this.beat = beat;
    this.spectrogram.move(time, { quiet: playing });
    this.transport.move(time, { window: shown, playing });
    this.words.move(time);
    this.tile.move(time);
    if (anew || shown !== this.shown) this.paint(shown);
    this.hub.views.publish({ model, frame: shown, time, playing, filter: this.tile.filter() });
    return this.mark({ state });
  }

  paint(shown) {
    const { model } = this;
    this.shown = shown;
    for (const panel of [this.words, this.spectrogram, this.bars]) panel.paint(shown);
    if (model.layer) {
      this.grid.paint(shown);
      this.tile.paint(shown, this.grid.coloursFor);
    }
    const { clip, layer, windows } = model;
    this.mark({ clip: clip.id, layer: layer?.name ?? "", frames: windows, frame: shown });
  }

  mark(facts) {
    const { dataset } = this.root;
    for (const [name, value] of Object.entries(facts)) {
      if (dataset[name] !== String(value)) dataset[name] = value;
    }
    return dataset;
  }

  arrange({ anew = false } = {}) {
    this.present.fit();
    const zoom = this.present.zoom();
    const [width, windowHeight, ratio] = [this.root.clientWidth, innerHeight / zoom, devicePixelRatio * zoom];
    if (!this.model || !width) return;
    this.root.style.setProperty("--plot", `${plotHeightOf({ width, windowHeight })}px`);
    const before = topOf(this.root) / zoom;
    const above = topOf(this.below) / zoom - before;
    const look = [width, windowHeight, ratio, Math.round(before), Math.round(above)].join();
    if (!anew && look === this.look) return;
    this.look = look;
    const opened = this.tile.filter() !== null;
    const room = roomOf({ width: this.below.clientWidth, windowHeight, before, above, opened });
    this.below.classList.toggle("beside", room.beside);
    this.below.style.minHeight = opened && !room.beside ? `${room.height}px` : ""; // a low grid is no room for a tile
    const { size, order } = this.settings;
    if (this.model.layer) this.grid.arrange({ ...room, ratio, size, order });
    this.spectrogram.arrange();
    this.tile.arrange(room);
    this.follow({ anew: true });
  }

  recolour() {
    const { model, settings } = this;
    const ramp = rampOf(settings.colours);
    this.spectrogram.show(model, ramp);
    if (!model.layer) return;
    const scale = knownScale(model, settings.scale);
    const scheme = { scale, ramp: scale === "diverging" ? divergingRamp(this.ground()) : ramp };
    this.root.dataset.scale = scale;
    this.grid.recolour(scheme);
    this.tile.recolour(scheme);
    this.legend.show({ model, settings, ...scheme });
  }

  /** The page's background: red, green, blue. */
  ground() {
    return getComputedStyle(this.root).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number);
  }

  set(changed) {
    this.settings = { ...this.settings, ...changed };
    keepSettings(sessionStorage, this.settings);
    this.enter();
    this.player.set(this.settings);
    this.transport.set(this.settings);
    if (!("speed" in changed || "loop" in changed)) this.redraw();
    if (this.model && !this.player.playing()) this.player.settle();
  }

  /** How the layer is drawn and the sound played, as exported files take it over. */
  looks() {
    const { colours, speed } = this.settings;
    return { scale: knownScale(this.model, this.settings.scale), colours, order: knownOrder(this.model, this.settings.order), speed };
  }

  redraw() {
    if (!this.model) return;
    this.recolour();
    this.arrange({ anew: true });
  }

  resize(by) {
    this.set({ size: Math.max(0, Math.min(SIZES.length - 1, this.settings.size + by)) });
  }

  step(by) {
    this.player.seek(timeOf(this.model, this.shown + by));
    this.player.settle();
  }

  /** The page's address with what the stage shows; the frame is that of the last rest. */
  address({ frame = this.rested } = {}) {
    const { id, model, settings } = this;
    const shown = { named: namedBy(model), filter: this.tile.filter(), frame, present: this.present.isOn() };
    const query = addressWith(location.search, { id, settings, ...shown });
    return location.origin + location.pathname + query + location.hash;
  }

  /** Let the address say what the stage shows, unless it asks for something that is still to come. */
  enter() {
    const { model } = this;
    if (!model?.layer || this.wanted) return;
    const place = [model.network, model.clip.id, model.layer.name, this.tile.filter()];
    this.history.show(JSON.stringify(place), this.address());
  }

  /** Tell Python and the address where the stage has come to rest. */
  rest() {
    const { model } = this;
    if (!model?.layer || !this.standing || this.wanted?.travelled) return; // not there yet
    this.rested = this.shown;
    this.enter();
    const [network, clip, layer, filter] = [model.network, model.clip.id, model.layer.name, this.tile.filter()];
    this.hub.reports.publish({ network, clip, layer, frame: this.shown, filter, looks: this.looks() });
  }

  enlarge(filter) {
    const { model } = this;
    this.describe(model);
    this.tile.open({ model, source: this.source, filter, facts: this.facts[filter], course: this.course });
    this.grid.choose(filter);
  }

  /** Put a tile on the stage, large. */
  put(filter) {
    this.enlarge(filter);
    this.recolour();
    this.arrange({ anew: true });
  }

  open(filter) {
    this.put(filter);
    this.tile.focus();
    this.rest();
  }

  close() {
    const filter = this.tile.filter();
    if (filter === null) return;
    this.shut();
    this.grid.focusOn(filter);
    this.rest();
  }

  /** Close what lies uppermost: the keys, the opened tile, Present mode. */
  escape() {
    if (this.root.classList.contains("helped")) this.help(false);
    else if (this.tile.filter() !== null) this.close();
    else this.present.exit();
  }

  /** List the keys, or no longer. */
  help(listed) {
    this.root.classList.toggle("helped", listed);
    this.transport.mark({ presented: this.present.isOn(), listed });
  }

  /** Present mode has begun or ended. */
  presented() {
    if (!this.model) return; // it has left
    this.help(false);
    this.enter();
    this.arrange({ anew: true });
  }

  /** Take the opened tile off the stage. */
  shut() {
    this.tile.close();
    this.grid.choose(null);
    this.arrange({ anew: true });
  }

  /** Go to another tile; with one opened, open that one instead. */
  walk(by) {
    const opened = this.tile.filter() !== null;
    const filter = this.grid.walk(by);
    if (opened) this.open(filter);
  }

  leave() {
    clearTimeout(this.unanswered);
    this.player.leave();
    this.ignoreKeys?.();
    window.removeEventListener("popstate", this.goBack);
    window.removeEventListener("resize", this.resized);
    this.sizes.disconnect();
    if (this.hub && this.hub.stage === this.commands) this.hub.stage = null;
    this.bytes = this.model = null; // what is still on its way comes too late
    this.present.leave();
  }
}

export default function mountStage({ data, parentElement, setTriggerValue }) {
  const [stage, cleanUp] = mountOnce(parentElement, () => new Stage(parentElement));
  stage.tell = setTriggerValue;
  stage.receive(data);
  return cleanUp;
}
