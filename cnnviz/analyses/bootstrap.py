"""Intervals by drawing whole recordings again and again, with replacement.

**Conventions**: of n recordings a draw takes n - 1, and each counts n / (n - 1) times: a draw of n
shows only (n - 1) / n of the variance (Rao & Wu 1988), half of it where there are two. Every figure
must be one of sums over clips, so that a draw's figure follows from the sums of its recordings.
Intervals are 95 %. No figure of `FEW` recordings or fewer has one.
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


def drawn(
    groups: NDArray[np.int64],
    *,
    strata: NDArray[np.int64] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Float64:
    """Return how often each recording counts in a draw; the same for the same ones and seed.

    Parameters
    ----------
    groups : np.ndarray [shape=(clip,)]
        The recording of each clip, numbered from 0 without gaps.
    strata : np.ndarray [shape=(recording,)], optional
        The stratum of each recording, numbered from 0 without gaps; each is drawn from by itself
        (stratified bootstrap; Davison & Hinkley 1997, chapter 3), and a recording that is alone in
        one is in every draw. One for all by default.

    Returns
    -------
    np.ndarray [shape=(draw, recording)]
        Times the sums of recordings (`summed`), these give the sums of each draw.
    """
    n = int(groups.max()) + 1
    of = np.zeros(n, dtype=np.int64) if strata is None else strata
    rng = np.random.default_rng(seed)
    weights = np.ones((draws, n))
    for stratum in range(int(of.max()) + 1):
        members = np.flatnonzero(of == stratum)
        size = len(members)
        if size > 1:
            times = rng.multinomial(size - 1, np.full(size, 1 / size), size=draws)
            weights[:, members] = times * size / (size - 1)
    return weights


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
    # Sums of weights that are no whole numbers may differ in their last digits alone.
    return np.asarray(np.nanpercentile(figures, percents, axis=0)).round(12)


def ends(
    spread: Sequence[float] | Float64, *, n_recordings: int, recall: float | None = None
) -> list[float] | list[None]:
    """Return the interval of a figure, ready for JSON; there is none of `FEW` recordings or fewer.

    A bootstrap has no width where every recording says the same. Where all of a class's recordings
    are entirely right, so are k = n of n; the exact interval (Clopper & Pearson 1934) of the part
    of recordings that are entirely right is then [(alpha / 2)^(1 / n), 1]. Where none has a right
    clip, it is the mirror image. Every other figure without width is not estimable.

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
    if n_recordings <= FEW:
        return [None, None]
    if low < high:
        return [low, high]
    if recall in (0.0, 1.0):
        far = TAIL ** (1 / n_recordings)
        return [round(far, DIGITS), 1.0] if recall else [0.0, round(1 - far, DIGITS)]
    return [None, None]
