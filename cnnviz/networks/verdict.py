"""What a network says of a whole clip, from what it says of the clip's windows.

**Conventions**: predictions are (window, class) and scores (class,), both in [0, 1]. S1 and S2 are
the two strategies of Han, Kim & Lee 2016 (arXiv 1605.09507, section III-D) for windows that overlap
by half.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.networks.card import Card


@dataclass(frozen=True)
class Verdict:
    """A clip's scores, and the class that leads them.

    Attributes
    ----------
    code : str
        The class with the highest score.
    scores : np.ndarray [shape=(class,)], float32
    threshold : float
        Score from which a class counts as named.
    """

    code: str
    scores: Float32
    threshold: float


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
    return Verdict(card.labels[int(scores.argmax())], scores, card.threshold)


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
