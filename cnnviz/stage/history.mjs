// The browser's Back and Forward between what the stage showed: one entry for each clip, layer or opened filter.
//
// The stage alone writes the address of its page.

/** Make the keeper of a page's entries; `page` is the browser's window. */
export function makeHistory(page) {
  let place = null; // what the current entry is about, as text; null if the visitor went there

  /** The stage shows a place, with this address: another place than before gets an entry of its own. */
  function show(next, here) {
    const how = place === null || place === next ? "replaceState" : "pushState";
    place = next;
    if (here === page.location.href) return;
    page.history[how](page.history.state, "", here);
    // Community Cloud shows the page in a frame, and its own address: tell it as Streamlit does.
    const message = { stCommVersion: 1, type: "SET_QUERY_PARAM", queryParams: page.location.search };
    if (page.parent !== page) page.parent.postMessage(message, "*");
  }

  /** The visitor went Back or Forward: what is shown next belongs to that entry. */
  function travel() {
    place = null;
  }

  return { show, travel };
}
