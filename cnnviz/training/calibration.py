"""Scores nearer to how often they are right: the output layer, scaled after the learning.

**Conventions**: predictions are (window, class) in (0, 1); truth is boolean (clip, class).

Two numbers for all classes, a scale and a shift of the logits, are chosen where the scores of clips
that validate have the least cross-entropy with their labels (Platt 1999; Guo et al. 2017,
arXiv 1706.04599), and are written into the weights: the network's scores are the calibrated ones.
They fit clips like those that validate, over all classes together; how far they hold for others,
and for the class that leads, the reliability curve of an evaluation shows.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

Bools = NDArray[np.bool_]
MARGIN = 1e-6  # a score of 0 or 1 has no logit
# A network that has learned nothing would get a scale near 0, and the same score for every class.
BOUNDS = ((0.25, 4.0), (-8.0, 8.0))


class Calibration(NamedTuple):
    """What the logits of the output are multiplied with, and what is added then."""

    scale: float
    shift: float


def calibration(predictions: Sequence[NDArray[np.float32]], truth: Bools) -> Calibration:
    """Find scale and shift for the clips' mean scores (S1).

    Parameters
    ----------
    predictions : sequence of np.ndarray [shape=(window, class)]
        Of each clip; clips held out of the learning.
    truth : np.ndarray [shape=(clip, class)]
    """
    logits = _logits(np.concatenate(predictions))
    starts = np.cumsum([0, *map(len, predictions[:-1])])
    n_windows = np.array([*map(len, predictions)])[:, None]

    def cross_entropy(numbers: NDArray[np.float64]) -> float:
        scores = np.add.reduceat(expit(numbers[0] * logits + numbers[1]), starts) / n_windows
        scores = np.clip(scores, MARGIN, 1 - MARGIN)
        return float(-np.mean(np.where(truth, np.log(scores), np.log(1 - scores))))

    found = minimize(cross_entropy, (1.0, 0.0), method="Nelder-Mead", bounds=BOUNDS)
    return Calibration(*map(float, found.x))


def calibrated(predictions: NDArray[np.float32], found: Calibration) -> NDArray[np.float32]:
    """Return the predictions that the network gives once it is calibrated."""
    scores = expit(found.scale * _logits(predictions) + found.shift)
    return np.asarray(scores, dtype=np.float32)


def _logits(predictions: NDArray[np.float32]) -> NDArray[np.float64]:
    within = np.clip(predictions.astype(np.float64), MARGIN, 1 - MARGIN)
    return np.asarray(logit(within), dtype=np.float64)


def calibrate(model: Any, found: Calibration) -> None:
    """Write scale and shift into the output layer of a network."""
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([found.scale * kernel, found.scale * bias + found.shift])
