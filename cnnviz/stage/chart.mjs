// A chart in a panel, drawn from what the stage has already: it costs the server nothing, follows
// the playhead, and steers the stage.

import { mountOnce } from "./mounting.mjs";
import { hubOf } from "./pictures.mjs";
import { makeOverTime } from "./over_time.mjs";
import { makeRanking } from "./ranking.mjs";

const KINDS = { over_time: makeOverTime, ranking: makeRanking };

function makeChart(parentElement, data) {
  const hub = hubOf(window, data.picture);
  const chart = KINDS[data.chart](() => hub.stage);
  chart.root.classList.add("stage");
  parentElement.append(chart.root);
  const stop = hub.views.subscribe((view) => chart.show(view));
  const leave = () => {
    stop();
    chart.leave();
    chart.root.remove();
  };
  return { leave };
}

export default function mountChart({ data, parentElement }) {
  const [, cleanUp] = mountOnce(parentElement, () => makeChart(parentElement, data));
  return cleanUp;
}
