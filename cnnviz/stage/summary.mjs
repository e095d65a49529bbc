// What the stage says in words: verdict, text alternatives, facts of a filter.

import { columnTime, centreOf } from "./clock.mjs";
import { filterRange, isDead } from "./colour.mjs";
import { mapStart, segmentOf, valueOf } from "./decode.mjs";
import { hzAt, hzText, numberText, timeText } from "./axes.mjs";
import LOOKS from "./looks.json" with { type: "json" };

const { most_named: MOST_NAMED } = LOOKS;

/**
 * Mean and strongest activation of every filter in every window, in the cells inside the window's
 * own second: Float32Arrays (filter, window).
 */
export function traces(model) {
  const { filters, mels } = model.layer;
  const { frames: [left, right], mels: [bottom, top] } = model.inside;
  const size = (right - left) * (top - bottom);
  const means = new Float32Array(filters * model.windows);
  const peaks = new Float32Array(filters * model.windows);
  for (const segment of model.segments) {
    for (let filter = 0; filter < filters; filter += 1) {
      for (let index = 0; index < segment.windows; index += 1) {
        const window = segment.first + index;
        const start = mapStart(model, segment, { filter, window });
        let [sum, highest] = [0, 0];
        for (let frame = left; frame < right; frame += 1) {
          const end = start + frame * mels + top;
          for (let at = start + frame * mels + bottom; at < end; at += 1) {
            const code = segment.codes[at];
            sum += code;
            if (code > highest) highest = code;
          }
        }
        means[filter * model.windows + window] = valueOf(segment, { filter, code: sum / size });
        peaks[filter * model.windows + window] = valueOf(segment, { filter, code: highest });
      }
    }
  }
  return { means, peaks };
}

/** Facts of one filter over the clip: range, mean, and its peak's value, time and band in Hz. */
export function factsOf(model, { filter, means, peaks }) {
  const { windows } = model;
  const [low, high] = filterRange(model, filter);
  let [sum, window] = [0, 0];
  const first = filter * windows;
  for (let index = 0; index < windows; index += 1) {
    sum += means[first + index];
    if (peaks[first + index] > peaks[first + window]) window = index;
  }
  const [name, dead] = [filterName(model, filter), isDead(model, filter)];
  const place = peakPlace(model, { filter, window });
  return { name, low, high, dead, mean: sum / windows, peak: peaks[first + window], ...place };
}

function peakPlace(model, { filter, window }) {
  const { frames, mels } = model.layer;
  if (frames * mels === 1) return { time: centreOf(model, window), hz: null, atEdge: false };
  const segment = segmentOf(model, window);
  const start = mapStart(model, segment, { filter, window });
  const { frames: [left, right], mels: [bottom, top] } = model.inside;
  let [best, highest] = [left * mels + bottom, -1];
  for (let frame = left; frame < right; frame += 1) {
    for (let place = frame * mels + bottom; place < frame * mels + top; place += 1) {
      if (segment.codes[start + place] > highest) [best, highest] = [place, segment.codes[start + place]];
    }
  }
  const [column, row] = [Math.floor(best / mels), best % mels];
  const time = clip(columnTime(model, { window, column }), model.clip.seconds);
  const atEdge = isAtEdge(column, [left, right], frames) || isAtEdge(row, [bottom, top], mels);
  return { time, hz: rowHz(model, row), atEdge };
}

// Where no cell lies further inside, the edge tells it from none.
function isAtEdge(place, [first, last], count) {
  if (last - first < 3) return false;
  return (place === first && first > 0) || (place === last - 1 && last < count);
}

/** Whether a cell of a map lies inside the window's own second. */
export function isInside({ inside: { frames, mels } }, { column, row }) {
  return column >= frames[0] && column < frames[1] && row >= mels[0] && row < mels[1];
}

/** Frequency at the middle of a row of a map. */
export function rowHz(model, row) {
  const { mel_start: start, mel_step: step } = model.layer;
  return hzAt(model.spectrogram.mel_hz, start + row * step);
}

/** A tile in words. */
export function alternative(facts) {
  if (facts.dead) return `${facts.name}, dead: it stays at ${numberText(facts.low)}`;
  return `${facts.name}, mean ${numberText(facts.mean)}, ${peakText(facts)}`;
}

/** The strongest activation in words: "peak 4.20 at 1.56 s near 1.2 kHz"; padding may have made one at the edge. */
export function peakText({ peak, time, hz, atEdge }) {
  const near = hz === null ? "" : ` near ${hzText(hz)}`;
  return `peak ${numberText(peak)} at ${timeText(time)}${near}${atEdge ? ", next to padding" : ""}`;
}

/** What is known of the clip and of the layer, each a part of the line beside the clip's title. */
export function subline(model) {
  const { layer, clip } = model;
  const names = clip.labels.map((code) => nameOf(model, code));
  const labels = names.length ? `labelled ${names.join(" + ")}` : "no label";
  return layer ? [labels, `${layer.name}, ${sizeText(layer)}`] : [labels];
}

/**
 * The verdict on the whole clip in words: pieces [text, whether it says what is named].
 *
 * Exported pictures say the same (cnnviz/export/words.py).
 */
export function verdictWords(model) {
  const { first, named, rival, threshold } = model.verdict;
  const said = (code) => `${nameOf(model, code)} ${scoreText(scoreOf(model, code), threshold)}`;
  if (!named.length) {
    return [[`Whole clip: nothing reaches ${threshold.toFixed(2)} (${said(first)} comes nearest)`, false]];
  }
  const pieces = [["Whole clip: ", false]];
  const codes = rival && !named.includes(rival) ? [...named, rival] : named;
  codes.slice(0, MOST_NAMED).forEach((code, place) => {
    if (place) pieces.push([", ", false]);
    pieces.push([said(code), named.includes(code)]);
    if (code === rival) pieces.push([" (nearly a tie)", false]);
  });
  if (codes.length > MOST_NAMED) pieces.push([` and ${codes.length - MOST_NAMED} more`, false]);
  return pieces;
}

/** The class with the highest score in a window, in words. */
export function nowWords(model, window) {
  const { classes, predictions, verdict } = model;
  const scores = predictions.subarray(window * classes.length, (window + 1) * classes.length);
  const first = scores.indexOf(Math.max(...scores));
  const below = scores[first] < verdict.threshold ? `, below ${verdict.threshold.toFixed(2)}` : "";
  return `${nowName(model)}: ${classes[first].name} ${scoreText(scores[first], verdict.threshold)}${below}`;
}

/** What the sound of the window shown is called: windows of most networks are a second long. */
export function nowName({ window_frames: frames, frame_s: frameS }) {
  return Math.round(10 * frames * frameS) === 10 ? "this second" : "this window";
}

/** A score in two figures; in three where it would look as if it reached the threshold. */
export function scoreText(score, threshold) {
  const text = score.toFixed(2);
  return score < threshold && text === threshold.toFixed(2) ? (Math.floor(score * 1000) / 1000).toFixed(3) : text;
}

function scoreOf({ classes, verdict }, code) {
  return verdict.scores[classes.findIndex((item) => item.code === code)];
}

/** What stands on a tile: its number, or its class where filters are classes. */
export function labelOf(model, filter) {
  return model.layer.kind === "output" ? model.classes[filter].name : String(filter);
}

/** What a tile is called in a sentence: "filter 5", or its class. */
export function filterName(model, filter) {
  return model.layer.kind === "output" ? labelOf(model, filter) : `${nounOf(model.layer)} ${filter}`;
}

/** What stands above a tile that was opened. */
export function titleOf(model, filter) {
  const { kind, name } = model.layer;
  const of = filterName(model, filter);
  return kind === "output" ? `Score of ${of} (${name})` : `${of[0].toUpperCase()}${of.slice(1)} of ${name}`;
}

/** What the tiles of a layer are. */
export function nounOf({ kind, frames, mels }) {
  if (kind === "output") return "class";
  return frames * mels === 1 ? "cell" : "filter";
}

/** Count and size of a layer: "64 filters of 19×48". */
export function sizeText({ kind, filters, frames, mels }) {
  if (kind === "output") return `${filters} classes`;
  return frames * mels === 1 ? `${filters} cells` : `${filters} filters of ${frames}×${mels}`;
}

/** Whether a clip is the visitor's, and nobody else's to open. */
export function isOwn({ clip }) {
  return clip.id.startsWith("own/");
}

/** What a person calls a class. */
export function nameOf(model, code) {
  return model.classes.find((item) => item.code === code)?.name ?? code;
}

function clip(time, seconds) {
  return Math.max(0, Math.min(seconds, time));
}
