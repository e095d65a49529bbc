"""Whether scores mean what they say, so that 7 of 10 clips with a highest score of 0.7 are right.

A *reliability curve* (Niculescu-Mizil & Caruana 2005; Guo et al. 2017, arXiv 1706.04599) sets the
highest score of a clip against how often its class, the leading class, is one of the labels.

**Conventions**: bins are of equal width, [low, high), the last with 1: their edges are the same for
every system and collection, and the bin of a score on the page can be looked up. Bins with the same
number of clips would move with each system, and lie close together where scores pile up near 1.
Intervals are 95 % over recordings; both ends are nan where one is not estimable. Recordings are
drawn without strata: every figure is of all clips, none a mean over classes that a draw may lack.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses import bootstrap
from cnnviz.analyses.bootstrap import DRAWS, FEW, Float64
from cnnviz.analyses.results import Estimate, Estimates, Results

BINS = 10  # a tenth of the scores each, as marks on an axis
FEWER_BINS = 5  # 35 clips in ten bins would be three or four each, too few to show anything
MANY = 100  # recordings from which there are `BINS`


@dataclass(frozen=True)
class Reliability:
    """How often a system is right, by its highest score; arrays are (bin,), nan in an empty bin.

    Attributes
    ----------
    edges : np.ndarray [shape=(bin + 1,)]
    clips, recordings : np.ndarray [shape=(bin,)]
    score : np.ndarray [shape=(bin,)]
        Mean of the highest scores.
    right : Estimates
        Part of the clips whose leading class is a label.
    gap : Estimate
        Mean highest score less the part right, of all clips: above 0 if scores are too high. Its
        interval is at least as wide as chance alone makes it: draws of clips that happen to be all
        right vary too little.
    error : Estimate
        Expected calibration error (ECE): how far score and part right of a bin are apart, each bin
        weighted by its clips.
    chance : float
        The error that scores with the meaning they should have show on average in as many
        recordings: by draws of clips or of recordings, whichever shows more.
    may_be_chance : bool
        Whether such scores show this error, or a larger one, in more than 2.5 % of cases. Says
        nothing where the error has no interval.
    """

    edges: Float64
    clips: NDArray[np.int64]
    recordings: NDArray[np.int64]
    score: Float64
    right: Estimates
    gap: Estimate
    error: Estimate
    chance: float
    may_be_chance: bool


def reliability(
    scores: Float64, truth: NDArray[np.bool_], groups: NDArray[np.int64], *, draws: int = DRAWS
) -> Reliability:
    """Set the highest scores of clips against how often they are right.

    Parameters
    ----------
    scores : np.ndarray [shape=(clip, class)]
        In [0, 1].
    truth : np.ndarray [shape=(clip, class)], bool
        The labels, one of them or more for each clip.
    groups : np.ndarray [shape=(clip,)]
        The recording of each clip, numbered from 0 without gaps.
    draws : int
        Of the bootstrap, and of outcomes by chance.

    Raises
    ------
    ValueError
        If arrays do not fit together, there is no clip, or a score lies outside [0, 1].
    """
    _check(scores, truth, groups)
    highest = scores.max(axis=1)
    right = truth[np.arange(len(truth)), scores.argmax(axis=1)]
    edges = np.arange(n_bins(groups) + 1) / n_bins(groups)
    is_in = np.digitize(highest, edges[1:-1])[:, None] == np.arange(len(edges) - 1)  # (clip, bin)
    clips = is_in.sum(axis=0)
    gaps = is_in * (highest - right)[:, None]
    error = float(np.abs(gaps.mean(axis=0)).sum())
    weights = bootstrap.drawn(groups, draws=draws)
    by_clips = _by_chance(highest, is_in, draws)
    by_recordings = _mean(gaps, groups, weights) - gaps.mean(axis=0)  # clips of one go together
    chance = np.abs([by_clips, by_recordings]).sum(axis=-1)  # (way, draw)
    gap = _gap(highest - right, groups, weights, by_chance=by_clips.sum(axis=-1))
    least = max(0.0, gap.low, -gap.high)  # no error is below its gap; 0 first, as ends may be nan
    may_be_chance = bool(error <= np.quantile(chance, 1 - bootstrap.TAIL, axis=1).max())
    recordings = (bootstrap.summed(is_in, groups) > 0).sum(axis=0)
    return Reliability(
        edges=edges,
        clips=clips,
        recordings=recordings,
        score=_ratio((is_in * highest[:, None]).sum(axis=0), clips),
        right=_right(is_in, right, groups, weights, recordings),
        gap=gap,
        error=_error(error, gaps, groups, weights, least=least, may_be_chance=may_be_chance),
        chance=float(chance.mean(axis=1).max()),
        may_be_chance=may_be_chance,
    )


def truth_of(results: Results) -> NDArray[np.bool_]:
    """Return the labels of the clips tested on, (clip, named)."""
    return np.array([[code in one.labels for code in results.named] for one in results.tested])


def groups_of(results: Results) -> NDArray[np.int64]:
    """Return a number for the recording of each clip; a clip without one stands for itself."""
    names = [one.recording or one.path for one in results.tested]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def n_bins(groups: NDArray[np.int64]) -> int:
    """Return how many bins there are; few where recordings are few."""
    return BINS if groups.max() + 1 >= MANY else FEWER_BINS


def _check(scores: Float64, truth: NDArray[np.bool_], groups: NDArray[np.int64]) -> None:
    if scores.ndim != 2 or scores.shape != truth.shape or groups.shape != scores.shape[:1]:
        raise ValueError(
            "scores and truth must be (clip, class) and groups (clip,), but are "
            f"{scores.shape}, {truth.shape} and {groups.shape}"
        )
    if not scores.size:
        raise ValueError("there must be a clip and a class, but there is none")
    if not ((scores >= 0) & (scores <= 1)).all():  # nan is neither
        raise ValueError(
            f"scores must lie from 0 to 1, but span {scores.min():g} to {scores.max():g}"
        )


def _by_chance(highest: Float64, is_in: NDArray[np.bool_], draws: int, *, seed: int = 0) -> Float64:
    """Return the mean gaps, (draw, bin), of clips that are right as often as their score says.

    Clips are drawn one by one: those of one recording, which may go together, would show more.
    """
    right = np.random.default_rng(seed).random((draws, len(highest))) < highest
    return np.asarray((highest - right) @ is_in / len(highest))


def _right(
    is_in: NDArray[np.bool_],
    right: NDArray[np.bool_],
    groups: NDArray[np.int64],
    weights: Float64,
    recordings: NDArray[np.int64],
) -> Estimates:
    hits = is_in & right[:, None]
    value = _ratio(hits.sum(axis=0), is_in.sum(axis=0))
    spread = np.full((2, is_in.shape[1]), np.nan)
    many = recordings > FEW  # what others show is not used, and a draw may miss them
    if many.any():
        parts = (weights @ bootstrap.summed(one[:, many], groups) for one in (hits, is_in))
        spread[:, many] = bootstrap.middle(_ratio(*parts))
    each = [
        bootstrap.ends(both, n_recordings=int(n), recall=float(part))
        for both, n, part in zip(spread.T, recordings, value, strict=True)
    ]
    return Estimates(value, *np.array(each, dtype=np.float64).T)  # None becomes nan


def _gap(
    gaps: Float64, groups: NDArray[np.int64], weights: Float64, *, by_chance: Float64
) -> Estimate:
    value = float(gaps.mean())
    low, high = bootstrap.middle(_mean(gaps, groups, weights))
    if low < high:
        half = np.quantile(np.abs(by_chance), 1 - 2 * bootstrap.TAIL)
        low, high = max(min(low, value - half), -1.0), min(max(high, value + half), 1.0)
    return _estimate(value, (low, high), n_recordings=weights.shape[1])


def _error(
    error: float,
    gaps: Float64,
    groups: NDArray[np.int64],
    weights: Float64,
    *,
    least: float,
    may_be_chance: bool,
) -> Estimate:
    """Return the error with the *basic* bootstrap interval: its percentiles, mirrored at it.

    Chance adds to a mean of absolute values, and drawing adds it once more: percentiles lie too
    high, and never include the 0 of scores that mean what they say. The lower end is `least` or
    above, and no more if the error may be chance. The coverage is approximate: for how many
    intervals held the true error, see `python benchmarks/run.py --only intervals`.
    """
    shown = bootstrap.middle(np.abs(_mean(gaps, groups, weights)).sum(axis=-1))
    n_recordings = weights.shape[1]
    if shown[0] == shown[1]:
        return _estimate(error, shown, n_recordings=n_recordings)
    low, high = 2 * error - shown[::-1]
    ends = least if may_be_chance else max(low, least), min(max(high, error), 1.0)
    return _estimate(error, ends, n_recordings=n_recordings)


def _estimate(
    value: float, spread: tuple[float, float] | Float64, *, n_recordings: int
) -> Estimate:
    ends = bootstrap.ends(spread, n_recordings=n_recordings)
    return Estimate(value, *np.array(ends, dtype=np.float64).tolist())


def _mean(values: Float64, groups: NDArray[np.int64], weights: Float64) -> Float64:
    """Return the means of (clip, ...) in each draw, (draw, ...)."""
    sums = weights @ bootstrap.summed(values, groups)
    clips = weights @ bootstrap.summed(np.ones(len(values)), groups)
    return np.asarray(sums / (clips if sums.ndim == 1 else clips[:, None]))


def _ratio(part: NDArray[np.floating], whole: NDArray[np.floating]) -> Float64:
    out = np.full(np.shape(part), np.nan)
    return np.asarray(np.divide(part, whole, out=out, where=whole > 0))
