"""What a network says of a whole clip, from what it says of the clip's windows.

**Conventions**: predictions are (window, class); scores (class,), both in [0, 1].
"""

from dataclasses import dataclass

import numpy as np

from cnnviz.aggregate import half_overlap, verdict_s1
from cnnviz.card import Card
from cnnviz.frontend import Floats


@dataclass(frozen=True)
class Verdict:
    """A clip's scores, and the class that leads them.

    Attributes
    ----------
    code : str
        The class with the highest score.
    scores : np.ndarray [shape=(class,)], float32
    threshold : float
        Score from which a class counts as heard.
    """

    code: str
    scores: Floats
    threshold: float


def judge(predictions: Floats, *, card: Card, hop_frames: int) -> Verdict:
    """Average the predictions of half-overlapping windows (S1 of Han, Kim & Lee 2016).

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
