"""Which activations the colours of a layer span: the choices of its colour scale.

**Conventions**: as in `cnnviz.networks.outputs`. Counted are the cells *inside*: those that lie
over the window's own frames and mel bands, in all windows of the clip. What lies in the border,
which padding makes, sets no scale; it is drawn with the others, and clipped where it goes beyond.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.front_ends import FrontEnd
from cnnviz.networks.card import Layer
from cnnviz.networks.outputs import CODES_MAX, Segment

# Measured with benchmarks/scales.py: from the 1st to the 99.7th percentile, the middle 98 % of the
# cells take 80 to 90 % of the colours. Less is cut off above, where a filter answers.
CLIPPED = (1.0, 99.7)
DIVERGING = 99.5
USUAL = "layer"
ROUNDED = 1e-6  # of a softmax in float32


@dataclass(frozen=True)
class Scale:
    """One choice of a colour scale.

    Attributes
    ----------
    low, high : float or None
        Activations of the first and the last colour; None if each filter has its own range.
    below, above : float
        Share of the cells inside that lie below `low` and above `high`, 0 to 1.
    about : str
        What it spans, in words.
    """

    low: float | None
    high: float | None
    below: float
    above: float
    about: str


@dataclass(frozen=True)
class Scales:
    """What a layer's colours can span in a clip.

    Attributes
    ----------
    frames, mels : slice
        The cells of a map that are counted.
    low, high : np.ndarray [shape=(filter,)], float32
        Lowest and highest activation of each filter among them.
    choices : mapping of str to Scale
        By name, the usual one first.
    """

    frames: slice
    mels: slice
    low: Float32
    high: Float32
    choices: Mapping[str, Scale]

    def known(self, name: str) -> str:
        """Return the name of the scale wanted, or the usual one if the layer lacks that."""
        return name if name in self.choices else USUAL


def inside(segments: Iterable[Segment], layer: Layer, front_end: FrontEnd) -> tuple[Segment, ...]:
    """Return the cells that lie over the window's own frames and mel bands."""
    return tuple(segment.cut(*layer.inside(front_end)) for segment in segments)


def scales(segments: Iterable[Segment], layer: Layer, front_end: FrontEnd) -> Scales:
    """Return the scales of a layer's maps over a clip.

    Parameters
    ----------
    segments : iterable of Segment
        The whole maps.
    layer : Layer
    front_end : FrontEnd
    """
    whole = tuple(segments)
    values, numbers, low, high = _activations(inside(whole, layer, front_end))
    ends = float(min(s.low.min() for s in whole)), float(max(s.high.max() for s in whole))
    if layer.kind == "output" and low.min() >= -ROUNDED and high.max() <= 1 + ROUNDED:
        choices = {USUAL: Scale(0.0, 1.0, 0.0, 0.0, "predictions, always from 0 to 1")}
    else:
        choices = _choices(values, numbers, ends)
    return Scales(*layer.inside(front_end), low, high, choices)


def _choices(
    values: Float32, numbers: NDArray[np.int64], ends: tuple[float, float]
) -> dict[str, Scale]:
    """Return the scales of activations in ascending order, each with its number of cells."""
    low, high = (_percentile(values, numbers, q) for q in CLIPPED)
    about = f"{_ordinal(CLIPPED[0])} to {_ordinal(CLIPPED[1])} percentile"
    if low == high:  # nearly all cells are equal: their percentiles would leave nothing to see
        low, high, about = float(values[0]), float(values[-1]), "lowest to highest in the window"
    sizes = np.abs(values)
    order = sizes.argsort()
    far = _percentile(sizes[order], numbers[order], DIVERGING) or float(sizes[order[-1]])
    far = far or 1.0  # all are zero, which is to stay the middle
    both_ways = f"zero in the middle, to the {_ordinal(DIVERGING)} percentile of the sizes"

    def scale(low: float, high: float, about: str) -> Scale:
        total = numbers.sum()
        below, above = (int(numbers[out].sum()) / total for out in (values < low, values > high))
        return Scale(low, high, float(below), float(above), about)

    return {
        USUAL: scale(low, high, about),
        "full": scale(*ends, "lowest to highest, padding included"),
        "filter": Scale(None, None, 0.0, 0.0, "each filter's own lowest to highest"),
        "diverging": scale(-far, far, both_ways),
    }


def _activations(
    segments: tuple[Segment, ...],
) -> tuple[Float32, NDArray[np.int64], Float32, Float32]:
    """Return the activations that occur, ascending, how many cells have each, and filters' ends."""
    values, numbers, lows, highs = [], [], [], []
    for segment in segments:
        counts = segment.counts()
        step = (segment.high - segment.low).astype(np.float64)[:, None] / CODES_MAX
        behind = (segment.low[:, None] + np.arange(CODES_MAX + 1) * step).astype(np.float32)
        behind[:, CODES_MAX] = segment.high  # which rounding might miss
        occurs = counts > 0
        values.append(behind[occurs])
        numbers.append(counts[occurs])
        lows.append(np.where(occurs, behind, np.inf).min(axis=1))
        highs.append(np.where(occurs, behind, -np.inf).max(axis=1))
    joined = np.concatenate(values)
    order = joined.argsort()
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return joined[order], np.concatenate(numbers)[order], low, high


def _percentile(values: Float32, numbers: NDArray[np.int64], q: float) -> float:
    """Return the lowest value that is not exceeded by `q` percent; values are ascending."""
    upto = np.cumsum(numbers)
    return float(values[np.searchsorted(upto, q / 100 * upto[-1])])


def _ordinal(number: float) -> str:
    return f"{number:g}st" if number == 1 else f"{number:g}th"
