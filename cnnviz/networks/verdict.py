"""The verdict on a whole clip, from the predictions of its windows.

**Conventions**: predictions are (window, class) and scores (class,), both in [0, 1]. S1 and S2 are
the two strategies of Han, Kim & Lee 2016 (arXiv 1605.09507, section III-D) for windows that overlap
by half.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.networks.card import Card

# How far the first two scores may lie apart to be nearly a tie. Where the half-overlapping windows
# begin is arbitrary, and moving them by less than their hop changes the distance by 0.028 in the
# median and by 0.10 in a tenth of cases (37 samples); only where it is below 0.05 does the order
# of the two change (`python benchmarks/run.py --only near_ties`).
NEAR_TIE = 0.05


@dataclass(frozen=True)
class Verdict:
    """A clip's scores, and what they name.

    Attributes
    ----------
    codes : tuple of str
        The classes, in the order of the scores.
    scores : np.ndarray [shape=(class,)], float32
    threshold : float
        Score from which a class counts as named.
    """

    codes: tuple[str, ...]
    scores: Float32
    threshold: float

    @property
    def order(self) -> tuple[str, ...]:
        """The classes, the one with the highest score first."""
        return tuple(self.codes[index] for index in np.argsort(-self.scores, kind="stable"))

    @property
    def named(self) -> tuple[str, ...]:
        """The classes that reach the threshold, the one with the highest score first."""
        n_named = np.count_nonzero(self.scores >= np.float32(self.threshold))
        return self.order[:n_named]

    @property
    def rival(self) -> str | None:
        """The class that comes second, if the first one is named and the two nearly tie."""
        if not self.named or len(self.codes) < 2:
            return None
        second, first = np.sort(self.scores)[-2:]
        return self.order[1] if first - second < NEAR_TIE else None


def judge(predictions: Float32, *, card: Card, hop_frames: int) -> Verdict:
    """Average the predictions of windows that overlap by about half (S1).

    Of the windows at hand every n-th counts, n such that their hop is as near to half a window as
    it can be: 21 of 43 frames at a hop of one frame; 15 to 28 where a long clip skips frames.

    Parameters
    ----------
    predictions : np.ndarray [shape=(n_windows, n_classes)]
        One row per window, `hop_frames` frames apart.
    card : Card
        Gives labels, window length and threshold.
    hop_frames : int
    """
    stride = max(1, round(half_overlap(card.front_end.window_frames) / hop_frames))
    scores = np.asarray(verdict_s1(predictions[::stride]), dtype=np.float32)
    return Verdict(tuple(card.labels), scores, card.threshold)


def half_overlap(window_frames: int) -> int:
    """Return the hop, in frames, of windows that overlap by half."""
    return max(1, window_frames // 2)


def verdict_s1(predictions: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean of the windows' predictions: how present a class is throughout."""
    return np.asarray(np.mean(predictions, axis=0, dtype=np.float64))


def verdict_s2(predictions: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the sum over windows, divided by its largest class: the leading class is always 1."""
    total = np.sum(predictions, axis=0, dtype=np.float64)
    return np.asarray(total / max(float(np.max(total)), float(np.finfo(np.float64).tiny)))
