"""The table: how often a network is right about a collection, class by class, with intervals.

**Conventions**: truth is boolean (clip, class), scores are (clip, class). *Top-1 recall* of a class
is the part of its clips whose highest score (S1) is one of their labels; *macro* is the mean over
classes. An interval is 95 % over recordings, [low, high]: percentiles over `DRAWS` bootstrap draws
of recordings; where these have no width, an exact interval or [None, None], see `ends`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import label_ranking_average_precision_score

from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.training.collection import Item
from cnnviz.training.metrics import prf

DRAWS = 1000
TAIL = 0.025  # left out at either end of a 95 % interval
Float64 = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Thresholds:
    """Score from which a class counts as named, by S1 and by S2, chosen on validation clips."""

    s1: float
    s2: float


def truth_of(items: Sequence[Item]) -> Bools:
    """Return the labels of a collection as (clip, class)."""
    return np.array([[code in item.labels for code in CODES] for item in items])


def recordings_of(items: Sequence[Item]) -> NDArray[np.int64]:
    """Return a number for each clip's recording; a clip without one stands for itself."""
    names = [item.recording or str(item.path) for item in items]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def top1_recall(scores: Float64, truth: Bools) -> Float64:
    """Return the top-1 recall of each class, nan where it does not occur."""
    right = truth[np.arange(len(truth)), scores.argmax(axis=1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((right[:, None] & truth).sum(axis=0) / truth.sum(axis=0))


def confusion(scores: Float64, truth: Bools) -> NDArray[np.int64]:
    """Count, for clips with one label, true class (row) against the highest score (column)."""
    single = truth.sum(axis=1) == 1
    table = np.zeros((truth.shape[1],) * 2, dtype=np.int64)
    np.add.at(table, (truth[single].argmax(axis=1), scores[single].argmax(axis=1)), 1)
    return table


def interval(
    figure: Callable[[NDArray[np.int64]], Float64 | float],
    groups: NDArray[np.int64],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Draw whole recordings again and again, and return the middle 95 % of a figure.

    Parameters
    ----------
    figure : callable
        Takes the indices of the clips drawn, returns a number or an array.
    groups : np.ndarray [shape=(clip,)]
        The recording of each clip.

    Returns
    -------
    np.ndarray [shape=(2, ...)]
        Lower and upper end.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(groups))[:-1])
    figures = [
        figure(np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))]))
        for _ in range(draws)
    ]
    percents = (100 * TAIL, 100 * (1 - TAIL))
    return np.asarray(np.nanpercentile(np.array(figures), percents, axis=0))


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
        The figure, if it is the top-1 recall of a class.

    Returns
    -------
    list
        [low, high], or [None, None] where the interval is not estimable.
    """
    low, high = map(_round, spread)
    if n_recordings > 1 and low < high:
        return [low, high]
    if n_recordings > 1 and recall in (0.0, 1.0):
        far = TAIL ** (1 / n_recordings)
        return [_round(far), 1.0] if recall else [0.0, _round(1 - far)]
    return [None, None]


def recordings_per_class(truth: Bools, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the recordings in which each class occurs; groups as in `interval`."""
    counts = [len(np.unique(groups[there])) for there in truth.T]
    return np.array(counts, dtype=np.int64)


def table(
    s1: Float64, s2: Float64, items: Sequence[Item], thresholds: Thresholds, *, draws: int = DRAWS
) -> dict[str, Any]:
    """Return every figure of one system on one collection, ready for JSON.

    Parameters
    ----------
    s1, s2 : np.ndarray [shape=(clip, class)]
        Scores by the two strategies.
    thresholds : Thresholds
        Chosen on validation clips, never on these.
    """
    truth, groups = truth_of(items), recordings_of(items)
    there = truth.any(axis=0)
    codes = [CODES[i] for i in np.flatnonzero(there)]

    def recall(picked: NDArray[np.int64]) -> Float64:
        each = top1_recall(s1[picked], truth[picked])[there]
        return np.append(each, np.nanmean(each))

    each, spread = recall(np.arange(len(items))), interval(recall, groups, draws=draws)
    n_each, n = recordings_per_class(truth, groups)[there], len(np.unique(groups))
    figures: dict[str, Any] = {
        "top1": {
            "macro": _round(each[-1]),
            "interval": ends(spread[:, -1], n_recordings=n),
            "micro": _round(truth[np.arange(len(truth)), s1.argmax(axis=1)].mean()),
            "recall": {code: _round(each[i]) for i, code in enumerate(codes)},
            "intervals": {
                code: ends(spread[:, i], n_recordings=int(n_each[i]), recall=each[i])
                for i, code in enumerate(codes)
            },
        },
        "lrap": _round(label_ranking_average_precision_score(truth, s1)),
        "confusion": confusion(s1, truth).tolist(),
    }
    for name, scores, threshold in (("s1", s1, thresholds.s1), ("s2", s2, thresholds.s2)):
        figures[name] = _strategy(scores >= threshold, truth, groups, draws) | {
            "threshold": _round(threshold)
        }
    return figures


def _strategy(
    decided: Bools, truth: Bools, groups: NDArray[np.int64], draws: int
) -> dict[str, Any]:
    there = truth.any(axis=0)
    codes = [CODES[i] for i in np.flatnonzero(there)]

    def f1s(picked: NDArray[np.int64]) -> Float64:
        scored = prf(decided[picked], truth[picked])
        # A class that was not drawn has no F1, as it has no recall.
        each = np.where(truth[picked].any(axis=0), scored.f1, np.nan)[there]
        return np.array([scored.micro[2], np.nanmean(each), *each])

    whole, spread = prf(decided, truth), interval(f1s, groups, draws=draws)
    n_each, n = recordings_per_class(truth, groups)[there], len(np.unique(groups))
    means = {
        mean: dict(zip(("precision", "recall", "f1"), map(_round, figures), strict=True))
        | {"interval": ends(spread[:, i], n_recordings=n)}
        for i, (mean, figures) in enumerate((("micro", whole.micro), ("macro", whole.macro)))
    }
    return means | {
        "f1": {code: _round(f1) for code, f1 in zip(codes, whole.f1[there], strict=True)},
        "intervals": {
            code: ends(spread[:, 2 + i], n_recordings=int(n_each[i]))
            for i, code in enumerate(codes)
        },
    }


def _round(value: Any) -> float:
    return round(float(value), 4)


def printed(
    systems: dict[str, dict[str, Any]], *, clips: dict[str, int], recordings: dict[str, int]
) -> str:
    """Set systems side by side as a Markdown table, one line per class and figure.

    Parameters
    ----------
    systems : dict of str to dict
        Name to `table`.
    clips, recordings : dict of str to int
        Of each class, in the order of the lines.
    """
    each = list(systems.values())
    lines = [_line("top-1 recall", systems, "clips", "recordings")]
    lines.append(_line("---", ["---"] * len(each), "---", "---"))
    for code, n in clips.items():
        cells = [_cell(one["top1"]["recall"][code], one["top1"]["intervals"][code]) for one in each]
        lines.append(_line(NAMES[code], cells, n, recordings[code]))
    lines.append(
        _line("macro", [_cell(one["top1"]["macro"], one["top1"]["interval"]) for one in each])
    )
    for strategy, mean in product(("s1", "s2"), ("micro", "macro")):
        name, figures = f"{strategy.upper()} {mean}", [one[strategy][mean] for one in each]
        lines.append(_line(f"{name} F1", [_cell(one["f1"], one["interval"]) for one in figures]))
        for key in ("precision", "recall"):
            lines.append(_line(f"{name} {key}", [f"{one[key]:.3f}" for one in figures]))
    lines.append(_line("LRAP", [f"{one['lrap']:.3f}" for one in each]))
    return "\n".join(lines)


def _line(name: str, cells: Iterable[str], clips: object = "", recordings: object = "") -> str:
    start = f"| {name:18} | {clips!s:5} | {recordings!s:10} |"
    return start + "".join(f" {cell:24} |" for cell in cells)


def _cell(value: float, ends: Sequence[float | None]) -> str:
    low, high = ends
    if low is None or high is None:
        return f"{value:.3f} [not estimable]"
    return f"{value:.3f} [{low:.2f}, {high:.2f}]"
