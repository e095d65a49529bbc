"""Precision, recall and F1 of verdicts, and the threshold that makes F1 largest.

**Conventions**: scores are (clip, class) in [0, 1]; truth and decisions are boolean (clip, class).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
CANDIDATES = np.arange(0.02, 0.99, 0.02)


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1, once over all decisions (micro), once averaged over classes.

    Attributes
    ----------
    micro, macro : tuple of float
        (precision, recall, F1).
    f1 : np.ndarray [shape=(class,)]
        F1 of each class; nan where a class neither occurs nor is named.
    """

    micro: tuple[float, float, float]
    macro: tuple[float, float, float]
    f1: NDArray[np.float64]


def prf(decided: Bools, truth: Bools) -> Scores:
    """Compare decisions with the truth.

    Parameters
    ----------
    decided, truth : np.ndarray [shape=(clip, class)], bool

    Returns
    -------
    Scores
        Macro figures average over the classes that occur in `truth`.
    """
    right = np.sum(decided & truth, axis=0).astype(np.float64)
    named, there = np.sum(decided, axis=0), np.sum(truth, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * right / (named + there)
    occurs = there > 0
    precision = _ratio(right, named)[occurs]
    recall = _ratio(right, there)[occurs]
    micro_p = float(right.sum() / max(1, named.sum()))
    micro_r = float(right.sum() / max(1, there.sum()))
    return Scores(
        micro=(micro_p, micro_r, 2 * float(right.sum()) / max(1, named.sum() + there.sum())),
        macro=(float(precision.mean()), float(recall.mean()), float(f1[occurs].mean())),
        f1=f1,
    )


def _ratio(part: NDArray[np.floating], whole: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.asarray(part / np.maximum(whole, 1), dtype=np.float64)


def thresholds(scores: NDArray[np.floating], truth: Bools) -> float:
    """Return the threshold, one for all classes, with the best micro F1.

    Call it with clips held out of training, never with those that are reported.
    """
    found = [prf(scores >= candidate, truth).micro[2] for candidate in CANDIDATES]
    return float(CANDIDATES[int(np.argmax(found))])
