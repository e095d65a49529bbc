"""Intervals by drawing whole recordings again and again, with replacement.

**Conventions**: a draw has as many recordings as there are; every figure must be one of sums over
clips, so that a draw's figure follows from the sums of its recordings. Intervals are 95 %.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
FEW = 5  # recordings: so few tell little, however many clips were cut from them
TAIL = 0.025  # left out at either end of a 95 % interval
DIGITS = 4  # after the point
Float64 = NDArray[np.float64]


def drawn(groups: NDArray[np.int64], *, draws: int = DRAWS, seed: int = 0) -> Float64:
    """Return how often each recording is drawn; the same for the same recordings and seed.

    Parameters
    ----------
    groups : np.ndarray [shape=(clip,)]
        The recording of each clip, numbered from 0 without gaps.

    Returns
    -------
    np.ndarray [shape=(draw, recording)]
        Times the sums of recordings (`summed`), these give the sums of each draw.
    """
    n = int(groups.max()) + 1
    picked = np.random.default_rng(seed).integers(n, size=(draws, n))
    return np.stack([np.bincount(one, minlength=n) for one in picked]).astype(np.float64)


def summed(values: NDArray[Any], groups: NDArray[np.int64]) -> Float64:
    """Sum (clip, ...) over the clips of each recording, to (recording, ...)."""
    sums = np.zeros((int(groups.max()) + 1, *values.shape[1:]))
    np.add.at(sums, groups, values)
    return sums


def middle(figures: Float64) -> Float64:
    """Return the ends of the middle 95 % of draws, (2, ...), of figures (draw, ...).

    A draw in which a figure is nan says nothing of it.
    """
    percents = (100 * TAIL, 100 * (1 - TAIL))
    return np.asarray(np.nanpercentile(figures, percents, axis=0))


def ends(
    spread: Sequence[float] | Float64, *, n_recordings: int, recall: float | None = None
) -> list[float] | list[None]:
    """Return the interval of a figure, ready for JSON.

    A bootstrap has no width where every recording says the same. Where all of a class's recordings
    are entirely right, so are k = n of n; the exact interval (Clopper & Pearson 1934) of the part
    of recordings that are entirely right is then [(alpha / 2)^(1 / n), 1]. Where none has a right
    clip, it is the mirror image. Every other figure without width, and every figure of one
    recording, is not estimable.

    Parameters
    ----------
    spread : sequence of float
        Ends by the bootstrap.
    n_recordings : int
        Recordings that the figure is of.
    recall : float, optional
        The figure, if it is a part of clips that are right.

    Returns
    -------
    list
        [low, high], or [None, None] where the interval is not estimable.
    """
    low, high = (round(float(end), DIGITS) for end in spread)
    if n_recordings > 1 and low < high:
        return [low, high]
    if n_recordings > 1 and recall in (0.0, 1.0):
        far = TAIL ** (1 / n_recordings)
        return [round(far, DIGITS), 1.0] if recall else [0.0, round(1 - far, DIGITS)]
    return [None, None]
