"""The table: how often a network is right about a collection, class by class, with intervals.

**Conventions**: truth is boolean (clip, class), scores are (clip, class). *Top-1 recall* of a class
is the part of its clips whose highest score (S1) is one of their labels; *macro* is the mean over
classes. An interval is 95 % over recordings, [low, high]: percentiles over bootstrap draws of
recordings; where these have no width, an exact interval or [None, None], and none of few
recordings, see `bootstrap.ends`. The interval of a difference of two systems is *paired*: of the
differences in draws that both share. Draws are *stratified* (Davison & Hinkley 1997), see
`strata_of`: every class occurs in every draw, so that every macro figure is a mean of all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import label_ranking_average_precision_score

from cnnviz.analyses import bootstrap
from cnnviz.analyses.bootstrap import DRAWS, ends
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.training.collection import Item
from cnnviz.training.metrics import prf

Float64 = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Thresholds:
    """Score from which a class counts as named, by S1 and by S2, chosen on validation clips."""

    s1: float
    s2: float


class Tested:
    """The clips that systems are judged on, with draws of their recordings.

    Every figure is an array with one line for all clips, then one for each draw: (1 + draw, ...).

    Attributes
    ----------
    truth : np.ndarray [shape=(clip, class)], bool
    codes : dict of str to int
        The classes that occur, each with its column.
    n_recordings : int
    n_each : np.ndarray [shape=(class,)]
        Recordings in which each class occurs.
    """

    def __init__(self, items: Sequence[Item], *, draws: int = DRAWS) -> None:
        self.truth, self._groups = truth_of(items), recordings_of(items)
        self.codes = {code: i for i, code in enumerate(CODES) if self.truth[:, i].any()}
        self.n_recordings = len(np.unique(self._groups))
        self.n_each = recordings_per_class(self.truth, self._groups)
        strata = strata_of(self.truth, self._groups)
        weights = bootstrap.drawn(self._groups, strata=strata, draws=draws)
        self._weights = np.vstack([np.ones(self.n_recordings), weights])

    def top1(self, scores: Float64) -> Float64:
        """Return the top-1 recall of each class, then macro, (1 + draw, class + 1).

        A class that does not occur has none (nan).
        """
        right = self.truth[np.arange(len(self.truth)), scores.argmax(axis=1)]
        return _with_mean(self._sums(right[:, None] & self.truth), self._sums(self.truth))

    def f1(self, decided: Bools) -> Float64:
        """Return the F1 of each class, then macro, then micro, (1 + draw, class + 2)."""
        hits, named, there = map(self._sums, (decided & self.truth, decided, self.truth))
        both = named + there
        micro = 2 * hits.sum(axis=1) / np.maximum(1, both.sum(axis=1))
        # A class that does not occur has no F1, as it has no recall.
        return np.column_stack([_with_mean(2 * hits, np.where(there > 0, both, 0)), micro])

    def _sums(self, of_clips: Bools) -> Float64:
        return np.asarray(self._weights @ bootstrap.summed(of_clips, self._groups))


def _with_mean(part: Float64, whole: Float64) -> Float64:
    each = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return np.column_stack([each, np.nanmean(each, axis=1)])


def truth_of(items: Sequence[Item]) -> Bools:
    """Return the labels of a collection as (clip, class)."""
    return np.array([[code in item.labels for code in CODES] for item in items])


def recordings_of(items: Sequence[Item]) -> NDArray[np.int64]:
    """Return a number for each clip's recording; a clip without one stands for itself."""
    names = [item.recording or str(item.path) for item in items]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def strata_of(truth: Bools, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each recording, (recording,), shared by those to draw for one another.

    A stratum holds the recordings whose clips bear the same set of labels, so that a class is in
    every draw. A recording whose set is its own would be in every draw itself and never vary: those
    whose labels all occur in strata of several share one stratum.
    """
    bears = bootstrap.summed(truth, groups) > 0
    sets, of, sizes = np.unique(bears, axis=0, return_inverse=True, return_counts=True)
    present = sets[sizes > 1].any(axis=0)  # in every draw, whatever becomes of the others
    shared = (sizes == 1) & (sets <= present).all(axis=1)
    merged = np.where(shared, shared.argmax(), np.arange(len(sets)))
    return np.unique(merged[of.reshape(-1)], return_inverse=True)[1].astype(np.int64)


def confusion(scores: Float64, truth: Bools) -> NDArray[np.int64]:
    """Count, for clips with one label, true class (row) against the highest score (column)."""
    single = truth.sum(axis=1) == 1
    table = np.zeros((truth.shape[1],) * 2, dtype=np.int64)
    np.add.at(table, (truth[single].argmax(axis=1), scores[single].argmax(axis=1)), 1)
    return table


def recordings_per_class(truth: Bools, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the recordings in which each class occurs; groups as of `recordings_of`."""
    counts = [len(np.unique(groups[there])) for there in truth.T]
    return np.array(counts, dtype=np.int64)


def table(s1: Float64, s2: Float64, tested: Tested, thresholds: Thresholds) -> dict[str, Any]:
    """Return every figure of one system on one collection, ready for JSON.

    Parameters
    ----------
    s1, s2 : np.ndarray [shape=(clip, class)]
        Scores by the two strategies.
    tested : Tested
    thresholds : Thresholds
        Chosen on validation clips, never on these.
    """
    truth = tested.truth
    figures: dict[str, Any] = {
        "top1": _recall(tested.top1(s1), tested, exact=True)
        | {"micro": _round(truth[np.arange(len(truth)), s1.argmax(axis=1)].mean())},
        "lrap": _round(label_ranking_average_precision_score(truth, s1)),
        "confusion": confusion(s1, truth).tolist(),
    }
    for name, scores, chosen in (("s1", s1, thresholds.s1), ("s2", s2, thresholds.s2)):
        threshold = _round(chosen)  # figures are of what the files hold
        figures[name] = _strategy(scores >= threshold, tested) | {"threshold": threshold}
    return figures


def differences(
    network: Mapping[str, Any], other: Mapping[str, Any], tested: Tested
) -> dict[str, Any]:
    """Return the figures of a network less those of another system, ready for JSON.

    Parameters
    ----------
    network, other : mapping
        Of a results' file: `table` and S1 scores of each clip. F1 is at each one's own threshold.
    """
    (ours, our_f1), (theirs, their_f1) = (_drawn(one, tested) for one in (network, other))
    f1 = our_f1 - their_f1
    means = {
        mean: {"f1": _round(f1[0, i]), "interval": _ends(f1[:, i], tested)}
        for mean, i in (("micro", -1), ("macro", -2))
    }
    return {"top1": _recall(ours - theirs, tested), "s1": means}


def _drawn(system: Mapping[str, Any], tested: Tested) -> tuple[Float64, Float64]:
    scores = np.array(system["scores"])
    return tested.top1(scores), tested.f1(scores >= system["s1"]["threshold"])


def _recall(drawn: Float64, tested: Tested, *, exact: bool = False) -> dict[str, Any]:
    return {
        "macro": _round(drawn[0, -1]),
        "interval": _ends(drawn[:, -1], tested),
        "recall": {code: _round(drawn[0, i]) for code, i in tested.codes.items()},
        "intervals": {
            code: ends(
                bootstrap.middle(drawn[1:, i]),
                n_recordings=int(tested.n_each[i]),
                recall=float(drawn[0, i]) if exact else None,
            )
            for code, i in tested.codes.items()
        },
    }


def _strategy(decided: Bools, tested: Tested) -> dict[str, Any]:
    whole, drawn = prf(decided, tested.truth), tested.f1(decided)
    means = {
        mean: dict(zip(("precision", "recall", "f1"), map(_round, figures), strict=True))
        | {"interval": _ends(drawn[:, i], tested)}
        for mean, figures, i in (("micro", whole.micro, -1), ("macro", whole.macro, -2))
    }
    return means | {
        "f1": {code: _round(drawn[0, i]) for code, i in tested.codes.items()},
        "intervals": {
            code: ends(bootstrap.middle(drawn[1:, i]), n_recordings=int(tested.n_each[i]))
            for code, i in tested.codes.items()
        },
    }


def _ends(drawn: Float64, tested: Tested) -> list[float] | list[None]:
    return ends(bootstrap.middle(drawn[1:]), n_recordings=tested.n_recordings)


def _round(value: Any) -> float:
    return round(float(value), bootstrap.DIGITS)


def printed(
    systems: Mapping[str, Any],
    *,
    clips: Mapping[str, int],
    recordings: Mapping[str, int],
    differences: Mapping[str, Any] | None = None,
) -> str:
    """Set systems side by side as a Markdown table, one line per class and figure.

    Parameters
    ----------
    systems : mapping of str to dict
        Name to `table`, the network first.
    clips, recordings : mapping of str to int
        Of each class, in the order of the lines. No class of `FEW` recordings or fewer has an
        interval, also where an older file holds one.
    differences : mapping of str to dict, optional
        Name to `differences` from the network; each is a further column.
    """
    less = differences or {}
    columns = [(one, "") for one in systems.values()] + [(one, "+") for one in less.values()]
    names = [*systems, *(f"{next(iter(systems))} − {name}" for name in less)]
    lines = [_line("top-1 recall", names, "clips", "recordings")]
    lines.append(_line("---", ["---"] * len(names), "---", "---"))
    for code, n in clips.items():
        tops = [(one["top1"], sign) for one, sign in columns]
        few = recordings[code] <= bootstrap.FEW
        between = [(None, None) if few else top["intervals"][code] for top, _ in tops]
        cells = [
            _cell(top["recall"][code], spread, sign)
            for (top, sign), spread in zip(tops, between, strict=True)
        ]
        lines.append(_line(NAMES[code], cells, n, recordings[code]))
    macros = [(one["top1"]["macro"], one["top1"]["interval"], sign) for one, sign in columns]
    lines.append(_line("macro", [_cell(*macro) for macro in macros]))
    for strategy, mean in product(("s1", "s2"), ("micro", "macro")):
        name = f"{strategy.upper()} {mean}"
        means = [(one[strategy][mean], sign) for one, sign in columns if strategy in one]
        f1s = [_cell(of["f1"], of["interval"], sign) for of, sign in means]
        lines.append(_line(f"{name} F1", f1s, width=len(names)))
        for key in ("precision", "recall"):
            bare = [f"{one[strategy][mean][key]:.3f}" for one in systems.values()]
            lines.append(_line(f"{name} {key}", bare, width=len(names)))
    lraps = [f"{one['lrap']:.3f}" for one in systems.values()]
    return "\n".join([*lines, _line("LRAP", lraps, width=len(names))])


def _line(
    name: str, cells: Sequence[str], clips: object = "", recordings: object = "", *, width: int = 0
) -> str:
    start = f"| {name:18} | {clips!s:5} | {recordings!s:10} |"
    padded = [*cells, *[""] * (width - len(cells))]
    return start + "".join(f" {cell:24} |" for cell in padded)


def _cell(value: float, ends: Sequence[float | None], sign: str = "") -> str:
    low, high = ends
    between = "not estimable"
    if low is not None and high is not None:
        between = f"{low:{sign}.2f}, {high:{sign}.2f}"
    return f"{value:{sign}.3f} [{between}]".replace("-", "−")
