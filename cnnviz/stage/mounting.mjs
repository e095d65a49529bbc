// One stage, control or chart in an element, however often Streamlit mounts it there.
//
// Streamlit calls a component's default export again for every change, and cleans up when the
// component leaves the page. It also cleans up a mount that was overtaken while the script loaded,
// after the later mount: that must not remove what the later one shows.

const MOUNTED = new WeakMap();

/** What `make()` made at an element's first mount, and the cleanup to give to Streamlit. */
export function mountOnce(element, make) {
  const mounted = MOUNTED.get(element) ?? { made: make(), times: 0 };
  MOUNTED.set(element, mounted);
  const time = (mounted.times += 1);
  const cleanUp = () => {
    if (time !== mounted.times) return;
    mounted.made.leave();
    MOUNTED.delete(element);
  };
  return [mounted.made, cleanUp];
}
