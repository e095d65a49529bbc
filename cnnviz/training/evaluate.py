"""The table: how often a network is right about a collection, class by class, with intervals.

**Conventions**: truth is boolean (clip, class), scores are (clip, class). *Top-1 recall* of a class
is the part of its clips whose highest score (S1) is one of their labels; *macro* is the mean over
classes. Intervals are the 2.5th and 97.5th percentile over `DRAWS` bootstrap draws of recordings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import label_ranking_average_precision_score

from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.training.collection import Item
from cnnviz.training.metrics import prf

DRAWS = 1000
Float64 = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Thresholds:
    """Score from which a class counts as heard, by S1 and by S2, chosen on validation clips."""

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
    found = [
        figure(np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))]))
        for _ in range(draws)
    ]
    return np.asarray(np.nanpercentile(np.array(found), (2.5, 97.5), axis=0))


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
    found: dict[str, Any] = {
        "top1": {
            "macro": _round(each[-1]),
            "interval": _rounds(spread[:, -1]),
            "micro": _round(truth[np.arange(len(truth)), s1.argmax(axis=1)].mean()),
            "recall": {code: _round(each[i]) for i, code in enumerate(codes)},
            "intervals": {code: _rounds(spread[:, i]) for i, code in enumerate(codes)},
        },
        "lrap": _round(label_ranking_average_precision_score(truth, s1)),
        "confusion": confusion(s1, truth).tolist(),
    }
    for name, scores, threshold in (("s1", s1, thresholds.s1), ("s2", s2, thresholds.s2)):
        found[name] = _strategy(scores >= threshold, truth, groups, draws) | {
            "threshold": _round(threshold)
        }
    return found


def _strategy(
    decided: Bools, truth: Bools, groups: NDArray[np.int64], draws: int
) -> dict[str, Any]:
    there = truth.any(axis=0)
    codes = [CODES[i] for i in np.flatnonzero(there)]

    def f1s(picked: NDArray[np.int64]) -> Float64:
        got = prf(decided[picked], truth[picked])
        # A class that was not drawn has no F1, as it has no recall.
        each = np.where(truth[picked].any(axis=0), got.f1, np.nan)[there]
        return np.array([got.micro[2], np.nanmean(each), *each])

    whole, spread = prf(decided, truth), interval(f1s, groups, draws=draws)
    names = ("precision", "recall", "f1")
    return {
        "micro": dict(zip(names, _rounds(whole.micro), strict=True))
        | {"interval": _rounds(spread[:, 0])},
        "macro": dict(zip(names, _rounds(whole.macro), strict=True))
        | {"interval": _rounds(spread[:, 1])},
        "f1": {code: _round(f1) for code, f1 in zip(codes, whole.f1[there], strict=True)},
        "intervals": {code: _rounds(spread[:, 2 + i]) for i, code in enumerate(codes)},
    }


def _round(value: Any) -> float:
    return round(float(value), 4)


def _rounds(values: Any) -> list[float]:
    return [_round(value) for value in values]


def printed(systems: dict[str, dict[str, Any]], counts: dict[str, int]) -> str:
    """Set systems side by side as text, one line per class, classes in the network's order."""
    names = list(systems)
    lines = ["top-1 recall [95 % over recordings]".ljust(38) + "".join(n.rjust(26) for n in names)]

    def cell(value: float, ends: Sequence[float]) -> str:
        return f"{value:.3f} [{ends[0]:.2f}, {ends[1]:.2f}]".rjust(26)

    for code in counts:
        cells = "".join(
            cell(systems[n]["top1"]["recall"][code], systems[n]["top1"]["intervals"][code])
            for n in names
        )
        lines.append(f"  {NAMES[code]} ({counts[code]} clips)".ljust(38) + cells)
    macro = [cell(systems[n]["top1"]["macro"], systems[n]["top1"]["interval"]) for n in names]
    lines.append("macro".ljust(38) + "".join(macro))
    for strategy in ("s1", "s2"):
        for mean in ("micro", "macro"):
            got = [systems[n][strategy][mean] for n in names]
            cells = "".join(cell(one["f1"], one["interval"]) for one in got)
            lines.append(f"{strategy.upper()} {mean} F1".ljust(38) + cells)
            for key in ("precision", "recall"):
                cells = "".join(f"{one[key]:.3f}".rjust(26) for one in got)
                lines.append(f"  {strategy.upper()} {mean} {key}".ljust(38) + cells)
    lines.append("LRAP".ljust(38) + "".join(f"{systems[n]['lrap']:.3f}".rjust(26) for n in names))
    return "\n".join(lines)
