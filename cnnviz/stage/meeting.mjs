// Where the stage and the link beside the frame slider meet.
//
// They run in one page as two scripts, and either may mount first. The stage offers `obey`, the
// link offers `report` and `shown`; an order that comes before its stage, or before its clip, waits
// here, and so does the news of a picture that comes before the link.

const PLACE = Symbol.for("cnnviz.meeting");

/** The page's one meeting place. */
export function meetingOf(page) {
  page[PLACE] ??= { obey: null, report: null, shown: null, picture: null, waiting: null, lastCommand: null };
  return page[PLACE];
}

/** Tell that the first picture of a clip's layer stands. */
export function announce(meeting, picture) {
  meeting.picture = picture;
  meeting.shown?.(picture);
}

/** Hand the slider's frame or a chart's filter on, unless the command has been seen: then it is an echo. */
export function order(meeting, { frame, filter, command, clip }) {
  if (command === meeting.lastCommand) return;
  meeting.lastCommand = command;
  meeting.waiting = { frame, filter, clip };
  deliver(meeting);
}

/** Give a waiting order to the stage; true when the stage took one. */
export function deliver(meeting) {
  if (!meeting.waiting || !meeting.obey?.(meeting.waiting)) return false;
  meeting.waiting = null;
  return true;
}
