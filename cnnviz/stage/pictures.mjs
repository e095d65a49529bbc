// Where the parts of one picture meet: the stage, its frame control, the charts, the reporter.
//
// They run in one page as separate scripts and mount in any order. The stage publishes what it
// shows and where it comes to rest; the others subscribe, and steer it by its commands.

const PLACE = Symbol.for("cnnviz.pictures");

/**
 * The hub of the picture with an id, made by whoever asks first.
 *
 * `stage` holds the stage's commands, or null while there is none: `seek(time)`, `go(frame)`, `settle()` after either,
 * `hold(isHeld)` while a control is dragged, `toggle()` to play or pause, `open(filter)`, `obey()` when there is an order.
 * `order` is what Python ordered last, or null: `{ clip, token, isOpen }`, to play a clip once it is on the stage.
 * `views` carries `{ model, frame, time, playing, filter }` at every picture,
 * `reports` what Python hears when the stage comes to rest.
 */
export function hubOf(page, id) {
  page[PLACE] ??= new Map();
  const hub = page[PLACE].get(id) ?? { stage: null, order: null, views: makeChannel(), reports: makeChannel() };
  page[PLACE].set(id, hub);
  return hub;
}

/** A channel that tells each new subscriber the last value. */
export function makeChannel() {
  const listeners = new Set();
  let last = null;
  return {
    publish(value) {
      last = value;
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          reportError(error); // a fault of one part stops no other
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      if (last !== null) listener(last);
      return () => listeners.delete(listener);
    },
  };
}
