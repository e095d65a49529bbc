// The browser's Back and Forward between what the stage showed: one entry for each clip, layer or
// opened filter at which it came to rest.
//
// Streamlit writes the choice of a clip or layer over the current entry. So when the stage rests at
// another place, the entry gets back the address that it had, and the new address gets its own.

// Tells all stages of a page that one of them writes the address: they keep it one at a time.
const WRITING = Symbol.for("cnnviz.writing");

/** Make the keeper of a page's entries; `page` is the browser's window. */
export function makeHistory(page) {
  let place = null; // what the stage showed when it rested last, as text
  let address = null; // its address then
  let entry = null; // the browser's entry then
  const entryOf = () => page.navigation?.currentEntry?.key ?? page.history.length;

  function write(how, here) {
    page[WRITING] = true;
    try {
      page.history[how](page.history.state, "", here); // a browser may refuse too many in a row
    } finally {
      page[WRITING] = false;
    }
  }

  function rest(next, here) {
    // Another entry since: Python wrote a new one, or the visitor went Back.
    const moved = entry !== null && entry !== entryOf();
    if (place !== null && place !== next && !moved) {
      write("replaceState", address);
      write("pushState", here);
    } else if (here !== page.location.href) write("replaceState", here);
    [place, address, entry] = [next, here, entryOf()];
  }

  /** The visitor went Back or Forward: what stands at that entry is not to be written over. */
  function traverse() {
    entry = NaN; // like no other
  }

  /** The frame or the looks have changed where the stage rests. */
  function amend(here) {
    repair(here);
    if (place !== null && entry === entryOf()) address = here;
  }

  /** Put back what somebody else who wrote the address left out. */
  function repair(here) {
    if (!page[WRITING] && here !== page.location.href) write("replaceState", here);
  }

  return { rest, traverse, amend, repair };
}
