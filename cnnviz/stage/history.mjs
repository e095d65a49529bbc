// The browser's Back and Forward between what the stage showed: one entry for each clip, layer or
// opened filter at which it came to rest.
//
// Streamlit writes the choice of a clip or layer over the current entry. So when the stage rests at
// another place, the entry gets back the address that it had, and the new address gets its own.

/** Make the keeper of a page's entries; `page` is the browser's window. */
export function makeHistory(page) {
  let place = null; // what the stage showed when it rested last, as text
  let address = null; // its address then
  let entry = null; // the browser's entry then
  let writing = false;
  const entryOf = () => page.navigation?.currentEntry?.key ?? page.history.length;

  function rest(next, here) {
    const { history } = page;
    // Another entry since: Python wrote a new one, or the visitor went Back.
    const moved = entry !== null && entry !== entryOf();
    if (place !== null && place !== next && !moved) {
      writing = true; // not to be taken for somebody else's
      history.replaceState(history.state, "", address);
      history.pushState(history.state, "", here);
      writing = false;
    } else if (here !== page.location.href) history.replaceState(history.state, "", here);
    [place, address, entry] = [next, here, entryOf()];
  }

  /** The frame or the looks have changed where the stage rests. */
  function amend(here) {
    repair(here);
    if (place !== null && entry === entryOf()) address = here;
  }

  /** Put back what somebody else who wrote the address left out. */
  function repair(here) {
    if (!writing && here !== page.location.href) page.history.replaceState(page.history.state, "", here);
  }

  return { rest, amend, repair };
}
