// Watches the stage from within the page: what it painted and when, where the sound was, and what
// went over the wire. All times are performance.now(), in ms. Installed before the page's scripts.

(() => {
  const bench = (window.bench = {
    stage: null, sound: null, pictures: [], moves: [], wire: [], cleared: 0, moving: null, gesture: null, released: null,
  });

  // The stage lives in a shadow root, which no query finds from outside.
  const roots = [];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    roots.push(root);
    return root;
  };

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => note("received", data));
    }
    send(data) {
      note("sent", data);
      super.send(data);
    }
  };
  function note(way, data) {
    bench.wire.push({ at: performance.now(), way, bytes: data.byteLength ?? data.size ?? data.length });
  }

  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, () => { bench.gesture = performance.now(); }, true);
  }

  document.addEventListener("pointerup", () => { bench.released = performance.now(); }, true);

  // Each input event of the frame control, before the control itself hears of it. The animation
  // frame asked for here comes first in its turn, so what is painted when it comes was painted
  // before it.
  window.addEventListener("input", (event) => {
    const input = event.composedPath()[0];
    if (input.getAttribute("aria-label") !== "Frame") return;
    const move = { at: performance.now(), frame: Number(input.value) };
    bench.moves.push(move);
    requestAnimationFrame(() => { move.inTime = Number(bench.stage.dataset.frame) === move.frame; });
  }, true);

  // A message is handled once the picture under way has been handed to the screen.
  const waiting = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => waiting.shift()();
  const afterwards = (task) => {
    waiting.push(task);
    channel.port2.postMessage(null);
  };
  const onceShown = (task) => requestAnimationFrame(() => afterwards(task));

  const observer = new MutationObserver(() => {
    const { frame, clip, layer, state } = bench.stage.dataset;
    const picture = { at: performance.now(), screen: document.timeline.currentTime, frame: Number(frame), clip, layer, state };
    bench.pictures.push(picture);
    afterwards(() => { picture.sound = bench.sound.currentTime; });
    onceShown(() => { picture.shown = performance.now(); });
    if (awaited && layer && state === "paused" && clip !== awaited.but) start(picture);
  });
  setInterval(() => {
    const stage = roots.map((root) => root.querySelector?.(".stage")).find((found) => found?.isConnected);
    if (!stage || stage === bench.stage) return;
    [bench.stage, bench.sound] = [stage, stage.querySelector("audio")];
    observer.disconnect();
    observer.observe(stage, { attributes: true });
    if (stage.dataset.frame !== undefined) stage.dataset.frame = stage.dataset.frame; // as if painted now
  }, 20);

  // Press play as soon as another clip (any, with `but` undefined) stands there with its layer.
  let awaited = null;
  bench.awaitMoving = (but) => {
    [awaited, bench.moving] = [{ but }, null];
  };
  function start(picture) {
    awaited = null;
    const began = bench.sound.currentTime;
    const moving = { picture };
    bench.play();
    const look = () => {
      if (!bench.sound.paused && bench.sound.currentTime > began) {
        onceShown(() => { bench.moving = { ...moving, at: performance.now() }; });
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }
  bench.play = () => bench.stage.querySelector(".play").click();
  bench.clear = () => {
    [bench.pictures, bench.moves, bench.wire] = [[], [], []];
    bench.cleared = performance.now();
  };
  bench.bytes = () => bench.wire.reduce((sum, { bytes }) => sum + bytes, 0);
  bench.quietFor = () => performance.now() - Math.max(bench.cleared, ...bench.wire.map(({ at }) => at));
})();
