// A page that does as much of a browser's work as the parts of the stage ask for: shared by the tests.

class FakeElement extends EventTarget {
  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
    this.attributes = new Map();
    [this.childNodes, this.parentNode, this.text] = [[], null, ""];
    [this.hidden, this.disabled, this.tabIndex, this.title, this.value, this.max] = [false, false, -1, "", "", ""];
    this.dataset = {};
    this.style = { setProperty(name, value) { this[name] = String(value); } };
    const names = new Set();
    this.classList = {
      add: (name) => names.add(name),
      contains: (name) => names.has(name),
      toggle: (name, on = !names.has(name)) => (on ? names.add(name) : names.delete(name)),
    };
    [this.clientWidth, this.clientHeight, this.scrollTop] = [900, 300, 0];
    [this.paused, this.currentTime, this.playbackRate] = [true, 0, 1];
  }

  /** A sound begins anew with another source. */
  set src(_address) {
    this.currentTime = 0;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
    if (name === "class") String(value).split(" ").forEach((one) => this.classList.add(one));
    else if (name.startsWith("data-")) this.dataset[name.slice(5).replace(/-./g, (at) => at[1].toUpperCase())] = String(value);
    else if (name === "hidden") this.hidden = true;
    else if (["value", "max"].includes(name)) this[name] = String(value);
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  append(...children) {
    for (const child of children) {
      const node = child instanceof FakeElement ? child : Object.assign(new FakeElement("#text"), { text: String(child) });
      node.parentNode = this;
      this.childNodes.push(node);
    }
  }

  prepend(child) {
    child.parentNode = this;
    this.childNodes.unshift(child);
  }

  replaceChildren(...children) {
    this.childNodes = [];
    this.append(...children);
  }

  remove() {
    const siblings = this.parentNode?.childNodes ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
  }

  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }

  get options() {
    return this.childNodes;
  }

  get textContent() {
    return this.text + this.childNodes.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    [this.text, this.childNodes] = [String(text), []];
  }

  /** Every element below that satisfies a condition. */
  all(where) {
    return this.childNodes.flatMap((child) => [...(where(child) ? [child] : []), ...child.all(where)]);
  }

  /** The first one of a class. */
  one(name) {
    return this.all(({ classList }) => classList.contains(name))[0];
  }

  closest() {
    return null;
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, width: 100, height: 100 };
  }

  getContext() {
    const createImageData = (width, height) => ({ data: new Uint8ClampedArray(4 * width * height) });
    return { createImageData, putImageData() {}, drawImage() {}, clearRect() {} };
  }

  /** Let something happen to the element. */
  meet(type, facts = {}) {
    this.dispatchEvent(Object.assign(new Event(type), facts));
  }

  getRootNode() {
    return {};
  }

  showModal() {
    this.open = true;
  }

  close() {
    this.open = false;
    this.meet("close");
  }

  focus() {}
  scrollIntoView() {}
  setPointerCapture() {}
  hasPointerCapture() {}

  play() {
    this.paused = false;
    this.meet("play");
    return Promise.resolve();
  }

  pause() {
    if (this.paused) return;
    this.paused = true;
    this.meet("pause");
  }
}

/** An element on no page. */
export function element(tag = "div") {
  return new FakeElement(tag);
}

/**
 * A list of the browser's entries with the part of `window` that writes them.
 *
 * Listeners hear of every write and step at once; `go(by)` is the visitor's Back and Forward.
 */
export function browserAt(address) {
  const entries = [address];
  const listeners = new Set();
  let at = 0;
  const absolute = (text) => new URL(text, entries[at]).href;
  const tell = (navigationType) => listeners.forEach((listener) => listener({ navigationType }));
  const page = {
    entries: () => [...entries],
    location: {
      get href() { return entries[at]; },
      get search() { return new URL(this.href).search; },
      get origin() { return new URL(this.href).origin; },
      get pathname() { return new URL(this.href).pathname; },
      hash: "",
    },
    history: {
      state: null,
      get length() { return entries.length; },
      replaceState(_state, _title, next) {
        entries[at] = absolute(next);
        tell("replace");
      },
      pushState(_state, _title, next) {
        entries.splice(at + 1, Infinity, absolute(next));
        at += 1;
        tell("push");
      },
    },
    onentrychange: (listener) => listeners.add(listener),
    go(by) {
      at += by;
      tell("traverse");
    },
  };
  page.parent = page;
  return page;
}

/** Let the globals that the stage's parts read be those of a page that opened at an address. */
export function openPage(address = "http://page.test/") {
  const [page, store, pictures] = [browserAt(address), new Map(), []];
  const events = new EventTarget();
  const listening = {
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  };
  Object.assign(page, listening);
  page.onentrychange(({ navigationType }) => {
    if (navigationType === "traverse") events.dispatchEvent(new Event("popstate"));
  });
  let n_requested = 0;
  page.requested = () => n_requested;
  page.paint = () => pictures.splice(0).forEach((callback) => callback());
  const globals = {
    window: page,
    location: page.location,
    document: Object.assign(new EventTarget(), {
      createElement: element, createElementNS: (_space, tag) => element(tag), body: element("body"),
    }),
    sessionStorage: { getItem: (name) => store.get(name) ?? null, setItem: (name, text) => store.set(name, text) },
    ResizeObserver: class { observe() {} disconnect() {} },
    requestAnimationFrame: (callback) => (n_requested += 1) && pictures.push(callback),
    devicePixelRatio: 1,
    navigator: {},
    getComputedStyle: () => ({ backgroundColor: "rgb(255, 255, 255)" }),
    innerHeight: 900,
    innerWidth: 1440,
    reportError(error) {
      throw error;
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return page;
}
