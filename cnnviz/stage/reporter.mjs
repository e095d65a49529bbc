// Tells Python where the stage came to rest. Its script rides in every report: keep it small.

import { hubOf } from "./pictures.mjs";

export default function mountReporter({ data, setStateValue, parentElement: element }) {
  element.stop?.();
  const stop = hubOf(window, data.picture).reports.subscribe((report) => {
    const text = JSON.stringify(report);
    if (text === element.sent) return;
    element.sent = text;
    setStateValue("rest", report);
  });
  element.stop = stop;
  element.host?.setAttribute("aria-hidden", "true");
  return stop; // its own: Streamlit may clean up an overtaken mount after the later one
}
