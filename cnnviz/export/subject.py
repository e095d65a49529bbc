"""One layer of one clip as the stage shows it: what is drawn, written down and counted here.

**Conventions**: codes are uint8 (filter, window, frame, mel), as in `cnnviz.networks.outputs`;
times are seconds of the clip. What the stage's modules (`clock.mjs`, `summary.mjs`) say is the
same here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.scales import Scales, inside
from cnnviz.analyses.scales import scales as scales_of
from cnnviz.audio import Float32
from cnnviz.clips.clip import Clip
from cnnviz.clips.instruments import NAMES
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.outputs import CODES_MAX, Outputs, Segment
from cnnviz.networks.verdict import Verdict, judge


class Limits(NamedTuple):
    """What the first and the last colour mean; the share of cells beyond each, None if none is."""

    low: float
    high: float
    below: float | None
    above: float | None


@dataclass(frozen=True)
class Subject:
    """A clip, the network's outputs for it, and the layer chosen.

    Attributes
    ----------
    clip : Clip
    card : Card
        Of the network.
    layer : Layer
        With its place in the window, as `Network.layer` gives it.
    segments : tuple of Segment
        The layer's maps.
    predictions : np.ndarray [shape=(window, class)], float32
    verdict : Verdict
        Of the whole clip.
    scales : Scales
        What the layer's colours can span.
    rankings : mapping of str to np.ndarray [shape=(filter,)]
        Numbers by which the filters can be ordered, by their name.
    """

    clip: Clip
    card: Card
    layer: Layer
    segments: tuple[Segment, ...]
    predictions: Float32
    verdict: Verdict
    scales: Scales
    rankings: Mapping[str, Float32]

    @property
    def classes(self) -> Mapping[str, str]:
        """Code to name, in the order of the outputs; a code without a name is its own."""
        return {code: NAMES.get(code, code) for code in self.card.labels}

    @property
    def n_windows(self) -> int:
        """How many windows the clip has."""
        return len(self.predictions)

    @property
    def period_s(self) -> float:
        """Seconds from one window to the next."""
        return self.clip.hop_frames * self.clip.front_end.frame_s

    def window_at(self, time_s: float) -> int:
        """Return the window whose centre is nearest; the first and the last hold at the ends."""
        front_end = self.clip.front_end
        frame = time_s / front_end.frame_s - (front_end.window_frames - 1) / 2
        nearest = math.floor(frame / self.clip.hop_frames + 0.5)
        return max(0, min(self.n_windows - 1, nearest))

    def time_of(self, window: int) -> float:
        """Return where the playhead stands to see a window, in seconds."""
        if window == 0:
            return 0.0
        return min(self.centre_s(window), self.clip.seconds)

    def centre_s(self, window: int) -> float:
        """Return the time at the middle of a window."""
        front_end = self.clip.front_end
        frame = window * self.clip.hop_frames + (front_end.window_frames - 1) / 2
        return frame * front_end.frame_s

    def segment_of(self, window: int) -> Segment:
        """Return the segment that holds a window."""
        return next(s for s in self.segments if window < s.first + s.n_windows)

    def codes(self, window: int) -> NDArray[np.uint8]:
        """Return the maps of a window (filter, frame, mel)."""
        segment = self.segment_of(window)
        return segment.window(window - segment.first)

    def range_of(self, filter_: int) -> tuple[float, float]:
        """Return a filter's lowest and highest activation inside the window's own second."""
        return float(self.scales.low[filter_]), float(self.scales.high[filter_])

    def limits(self, scale: str, filter_: int | None = None) -> Limits | None:
        """Return what the first and the last colour mean for a filter, or for the whole layer.

        None for the layer in a scale in which each filter has its own range.
        """
        choice = self.scales.choices[scale]
        if choice.low is not None and choice.high is not None:
            low, high, some = choice.low, choice.high, slice(None)
        elif filter_ is not None:
            (low, high), some = self.range_of(filter_), slice(filter_, filter_ + 1)
        else:
            return None
        lowest = min(float(segment.low[some].min()) for segment in self.segments)
        highest = max(float(segment.high[some].max()) for segment in self.segments)
        below = choice.below if lowest < low else None
        return Limits(low, high, below, choice.above if highest > high else None)

    def order(self, column: str) -> list[int]:
        """Return the filters as the stage orders them: the highest of a column first, or by number.

        Equal ones stand by number, and so do all if there is no such column.
        """
        values = self.rankings.get(column)
        if values is None:
            return list(range(self.layer.filters))
        return [int(filter_) for filter_ in np.argsort(-values, kind="stable")]

    def dead(self) -> NDArray[np.bool_]:
        """Return which filters never move in this clip."""
        low = np.min([segment.low for segment in self.segments], axis=0)
        high = np.max([segment.high for segment in self.segments], axis=0)
        return np.asarray(low == high)

    def course(self, filter_: int) -> tuple[Float32, Float32]:
        """Return mean and strongest activation of a filter inside the second of every window."""
        means, peaks = [], []
        for segment in inside(self.segments, self.layer, self.clip.front_end):
            codes = segment.filter(filter_).reshape(segment.n_windows, -1)
            low = float(segment.low[filter_])
            step = (float(segment.high[filter_]) - low) / CODES_MAX
            means.append(low + step * codes.mean(axis=1, dtype=np.float64))
            peaks.append(low + step * codes.max(axis=1).astype(np.float64))
        join = (np.concatenate(course).astype(np.float32) for course in (means, peaks))
        return next(join), next(join)

    def label(self, filter_: int) -> str:
        """Return what stands on a tile: its number, or its class where filters are classes."""
        if self.layer.kind == "output":
            return list(self.classes.values())[filter_]
        return str(filter_)

    def title(self, filter_: int) -> str:
        """Return what stands above one filter."""
        label, layer = self.label(filter_), self.layer.name
        if self.layer.kind == "output":
            return f"Score of {label} ({layer})"
        return f"{'Filter' if self.layer.is_map else 'Cell'} {label} of {layer}"


def subject_of(
    clip: Clip,
    outputs: Outputs,
    *,
    card: Card,
    layer: Layer,
    scales: Scales | None = None,
    rankings: Mapping[str, Float32] | None = None,
) -> Subject:
    """Put together what the page has: a clip, the network's outputs, the layer chosen.

    Scales that are not given are computed.
    """
    segments = outputs.layers[layer.name]
    return Subject(
        clip=clip,
        card=card,
        layer=layer,
        segments=segments,
        predictions=outputs.predictions,
        verdict=judge(outputs.predictions, card=card, hop_frames=clip.hop_frames),
        scales=scales or scales_of(segments, layer, clip.front_end),
        rankings=rankings or {},
    )
