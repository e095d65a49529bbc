"""One layer of one clip as the stage shows it: what is drawn, written down and counted here.

**Conventions**: codes are uint8 (filter, window, frame, mel), as in `cnnviz.networks.outputs`;
times are seconds of the clip. What the stage's modules (`clock.mjs`, `summary.mjs`) say is the
same here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.clips.clip import Clip
from cnnviz.clips.instruments import NAMES
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.outputs import CODES_MAX, Outputs, Segment
from cnnviz.networks.verdict import Verdict, judge


@dataclass(frozen=True)
class Subject:
    """A clip, the network's answer to it, and the layer chosen.

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
    """

    clip: Clip
    card: Card
    layer: Layer
    segments: tuple[Segment, ...]
    predictions: Float32
    verdict: Verdict

    @property
    def classes(self) -> Mapping[str, str]:
        """Code to name, in the order of the outputs; a code without a name is its own."""
        return {code: NAMES.get(code, code) for code in self.card.labels}

    @property
    def n_windows(self) -> int:
        """How many windows the network answered to."""
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

    def ranges(self) -> tuple[Float32, Float32]:
        """Return the lowest and the highest activation of every filter over the clip."""
        low = np.min([segment.low for segment in self.segments], axis=0)
        high = np.max([segment.high for segment in self.segments], axis=0)
        return low, high

    def range_of(self, filter_: int | None) -> tuple[float, float]:
        """Return the lowest and highest activation of a filter, or of the layer if None."""
        low, high = self.ranges()
        if filter_ is None:
            return float(low.min()), float(high.max())
        return float(low[filter_]), float(high[filter_])

    def dead(self) -> NDArray[np.bool_]:
        """Return which filters never move in this clip."""
        low, high = self.ranges()
        return np.asarray(low == high)

    def course(self, filter_: int) -> tuple[Float32, Float32]:
        """Return the mean and the strongest activation of a filter in every window."""
        means, peaks = [], []
        for segment in self.segments:
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


def subject_of(clip: Clip, outputs: Outputs, *, card: Card, layer: Layer) -> Subject:
    """Put together what the page has: a clip, the network's answer, the layer chosen."""
    return Subject(
        clip=clip,
        card=card,
        layer=layer,
        segments=outputs.layers[layer.name],
        predictions=outputs.predictions,
        verdict=judge(outputs.predictions, card=card, hop_frames=clip.hop_frames),
    )
