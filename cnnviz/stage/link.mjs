// The invisible component beside the frame slider: carries frames between it and the stage.

import { meetingOf, order } from "./meeting.mjs";

export default function mountLink({ data, setStateValue, parentElement }) {
  const meeting = meetingOf(window);
  // The time makes two reports of one frame differ: Streamlit calls back for changes only, and
  // the slider may have moved in between.
  const report = (place) => setStateValue("frame", { ...place, at_ms: Date.now() });
  meeting.report = report;
  const shown = (picture) => setStateValue("shown", picture);
  if (!meeting.shown && meeting.picture) shown(meeting.picture);
  meeting.shown = shown;
  parentElement.host?.setAttribute("aria-hidden", "true");
  order(meeting, data);
  return () => {
    if (meeting.report === report) meeting.report = null;
    if (meeting.shown === shown) meeting.shown = null;
  };
}
