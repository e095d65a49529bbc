// Runs in the page before anything of it: finds the stage in its shadow root, and keeps a record
// of what no one could see from outside.

(() => {
  const frameOf = window.requestAnimationFrame.bind(window);
  const currentTime = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
  let host = null;
  let read = null;
  let callbacks = null;

  function* roots(node) {
    yield node;
    for (const element of node.querySelectorAll("*")) {
      if (element.shadowRoot) yield* roots(element.shadowRoot);
    }
  }

  /** The stage's root element, or null. */
  function stage() {
    if (!host?.isConnected) {
      host = null;
      for (const root of roots(document)) host ??= root.querySelector("[data-state][data-frames]");
    }
    return host;
  }

  /** What the stage says of itself. */
  const facts = () => ({ ...stage()?.dataset });

  /** Whether the stage says all this of itself. */
  function says(wanted) {
    const found = facts();
    return Object.entries(wanted).every(([name, value]) => found[name] === String(value));
  }

  /** Which parts of the stage, by their selectors, are not whole within the window. */
  function outOfSight(names) {
    const boxes = names.map((name) => [name, stage().querySelector(name).getBoundingClientRect()]);
    const isOut = ({ top, left, right, bottom }) => top < 0 || left < 0 || right > innerWidth || bottom > innerHeight;
    return boxes.filter(([_, box]) => isOut(box)).map(([name, box]) => `${name}: ${JSON.stringify(box)}`);
  }

  /** The frame control of the sidebar, in its own shadow root. */
  function control() {
    for (const root of roots(document)) {
      const found = root.querySelector("input[aria-label=Frame]");
      if (found) return found;
    }
    return null;
  }

  const sound = () => stage()?.querySelector("audio");
  const playhead = () => currentTime.get.call(sound());

  // What the stage reads, to compare it with what it draws.
  Object.defineProperty(HTMLMediaElement.prototype, "currentTime", {
    ...currentTime,
    get() {
      read = currentTime.get.call(this);
      return read;
    },
  });

  const painted = [];
  const moments = []; // of the pictures that animation callbacks were called for
  let observer = null;

  /** Note every picture from now on: the frame, the moment it was drawn for, the moment it came. */
  function follow() {
    observer?.disconnect();
    painted.length = moments.length = 0;
    observer = new MutationObserver(() => {
      painted.push({ ...facts(), at: performance.now(), read, heard: playhead(), paused: sound().paused });
    });
    observer.observe(stage(), { attributes: true, attributeFilter: ["data-frame"] });
  }

  const heard = [];

  /** Note from now on whatever happens to the sound, besides its running on. */
  function listen() {
    heard.length = 0;
    const names = ["play", "playing", "pause", "ended", "emptied", "loadstart", "seeking", "ratechange"];
    for (const name of names) sound().addEventListener(name, () => heard.push(name));
  }

  window.requestAnimationFrame = (callback) =>
    frameOf((moment) => {
      moments.push(performance.now());
      if (callbacks) callbacks.set(moment, (callbacks.get(moment) ?? 0) + 1);
      callback(moment);
    });

  /** How many animation callbacks run in each of the display's next pictures. */
  function loops(pictures) {
    callbacks = new Map();
    const moments = [];
    return new Promise((resolve) => {
      const count = (moment) => {
        moments.push(moment);
        if (moments.length <= pictures) return frameOf(count);
        const found = moments.slice(0, pictures).map((at) => callbacks.get(at) ?? 0);
        callbacks = null;
        return resolve(found);
      };
      frameOf(count);
    });
  }

  /** Whether the page rests: nothing runs on the server, nothing fades in the browser. */
  function still() {
    const app = document.querySelector("[data-testid=stApp]");
    if (app?.dataset.testScriptState !== "notRunning") return false;
    for (let node = stage(); node; node = node.parentElement ?? node.getRootNode().host) {
      if (getComputedStyle(node).opacity !== "1") return false;
    }
    return Boolean(stage()) && charted();
  }

  /** Whether the chart that follows a layer's first picture is there. */
  function charted() {
    if (!facts().layer) return true;
    return document.querySelectorAll("[data-testid=stVegaLiteChart]").length >= 1;
  }

  /** The hub where the parts of the first picture meet. */
  const hub = () => window[Symbol.for("cnnviz.pictures")].get("");

  const LOOKS = { scale: "layer", colours: "viridis", order: "number", speed: 1 };

  /** Let the stage report that it rests at a frame or with a filter opened, as it would itself. */
  function report(changes) {
    const { clip, layer } = facts();
    hub().reports.publish({ network: "han2016", clip, layer, frame: 0, filter: null, looks: LOOKS, ...changes });
  }

  /** Whether any of the layer's picture differs from bare ground. */
  function isPainted() {
    const drawn = stage().querySelector(".grid canvas");
    // A copy: a canvas that is read from often draws differently, and says so in the console.
    const canvas = new OffscreenCanvas(drawn.width, drawn.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(drawn, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.some((pixel) => pixel !== pixels[0]);
  }

  const api = { stage, outOfSight, control, facts, says, sound, playhead, follow, painted, moments, listen, heard, loops, still, hub, report };
  window.watch = { ...api, isPainted };
})();
