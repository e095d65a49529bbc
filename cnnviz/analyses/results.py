"""What a network reached on a collection, as `python -m cnnviz.training evaluate` wrote it.

**Conventions**: arrays are (class,) in the order of `Results.classes`, the classes that occur in
the collection; figures are in [0, 1], differences in [-1, 1]; an interval is 95 % over recordings,
and both of its ends are nan where it is not estimable. Older files have intervals of few recordings
too (`bootstrap.FEW`): these are not read.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.bootstrap import FEW
from cnnviz.analyses.evaluation_file import STRATEGIES, check_evaluation
from cnnviz.errors import BadInput

BASELINE = "mfcc_svm"


class Estimate(NamedTuple):
    """One figure and the ends of its interval."""

    value: float
    low: float
    high: float


class Estimates(NamedTuple):
    """One figure for each class; it may lie outside its interval where recordings are few."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Strategy:
    """F1 when every class whose score reaches the threshold counts as named."""

    f1: Estimates
    micro: Estimate  # over all decisions
    macro: Estimate  # mean over classes
    threshold: float


@dataclass(frozen=True)
class Difference:
    """What the network reached less what another system did, each interval of that difference.

    Attributes
    ----------
    recall : Estimates
    macro_recall : Estimate
    micro_f1, macro_f1 : Estimate
        By S1, each of the two at its own threshold.
    """

    recall: Estimates
    macro_recall: Estimate
    micro_f1: Estimate
    macro_f1: Estimate


@dataclass(frozen=True)
class System:
    """What one system reached.

    Recall is the part of a class's clips for which its score, or that of another label, was the
    highest.
    """

    name: str
    recall: Estimates
    macro_recall: Estimate  # mean over classes
    strategies: dict[str, Strategy]  # by the names in STRATEGIES
    confusion: NDArray[np.int64]  # (class, named): of clips with one label, the highest score
    scores: NDArray[np.float64] | None  # (clip, named) by S1, None where they were not kept
    kept_from: str  # command of the earlier evaluation that its figures are from, "" if of none
    difference: Difference | None  # the network less this system, None where the file has none


class TestedClip(NamedTuple):
    """One clip that was tested on."""

    path: str  # from the folder that holds all of them
    labels: tuple[str, ...]
    recording: str  # "" where unknown
    n_bytes: int


@dataclass(frozen=True)
class Results:
    """One evaluation: what was measured on what."""

    systems: tuple[System, ...]  # the network that was evaluated first
    classes: tuple[str, ...]  # codes of those that occur in the collection
    named: tuple[str, ...]  # codes of all that a network can name
    train: NDArray[np.int64] | None  # clips learned from, None where the file does not say
    test: NDArray[np.int64]  # clips tested on
    test_recordings: NDArray[np.int64]  # what these clips were cut from
    collection: str
    split: str  # "" for the whole collection
    clips: int
    recordings: int
    sha256: str  # of labels and sounds
    day: date
    command: str
    tested: tuple[TestedClip, ...]  # () where the file does not say
    folder: Path | None  # where they lay, None where the file does not say

    @property
    def network(self) -> System:
        """The network that was evaluated."""
        return self.systems[0]

    @property
    def baseline(self) -> System | None:
        """The system on task-specific features, if it was evaluated too."""
        return next((one for one in self.systems[1:] if one.name == BASELINE), None)


def read_results(path: Path) -> Results:
    """Read and check the results of an evaluation.

    Raises
    ------
    BadInput
        If the file is missing, is no JSON, or lacks or misstates a field; the field is named.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        check_evaluation(raw)
    except (OSError, ValueError, RecursionError) as error:  # BadInput is a ValueError
        raise BadInput(
            f"{path.name} in '{path.parent.name}' must hold what `evaluate` writes, but {error}. "
            "Write it again with: python -m cnnviz.training evaluate --json."
        ) from error
    return _results(raw)


def _tested(raw: Any) -> tuple[TestedClip, ...]:
    return tuple(
        TestedClip(one["path"], tuple(one["labels"].split("+")), one["recording"], one["bytes"])
        for one in raw.get("clips", ())
    )


def _results(raw: Any) -> Results:
    """Build the results from JSON that was checked."""
    counts, collection = raw["counts"], raw["collection"]
    classes = [code for code in raw["classes"] if code in counts["test"]]

    def array(of: dict[str, Any], dtype: type = np.int64) -> NDArray[Any]:
        return np.array([of[code] for code in classes], dtype=dtype)  # null becomes nan

    def estimates(part: Any, key: str) -> Estimates:
        ends = array(part["intervals"], np.float64)
        ends[array(counts["recordings"]) <= FEW] = np.nan
        return Estimates(array(part[key], np.float64), *ends.T)

    def difference(part: Any) -> Difference:
        top1, s1 = part["top1"], part["s1"]
        f1 = (estimate(s1[mean], "f1") for mean in ("micro", "macro"))
        return Difference(estimates(top1, "recall"), estimate(top1, "macro"), *f1)

    def estimate(part: Any, key: str) -> Estimate:
        ends = [None, None] if collection["recordings"] <= FEW else part["interval"]
        return Estimate(*np.array([part[key], *ends], dtype=np.float64).tolist())

    def strategy(part: Any) -> Strategy:
        micro, macro = (estimate(part[mean], "f1") for mean in ("micro", "macro"))
        return Strategy(estimates(part, "f1"), micro, macro, float(part["threshold"]))

    differences = raw["differences"] if raw["format"] > 3 else {}
    systems = tuple(
        System(
            name=name,
            recall=estimates(part["top1"], "recall"),
            macro_recall=estimate(part["top1"], "macro"),
            strategies={key: strategy(part[key]) for key in STRATEGIES},
            confusion=array(dict(zip(raw["classes"], part["confusion"], strict=True))),
            scores=np.array(part["scores"], np.float64) if "scores" in part else None,
            kept_from=next(
                (one["command"] for one in raw.get("kept", ()) if name in one["systems"]), ""
            ),
            difference=difference(differences[name]) if name in differences else None,
        )
        for name, part in raw["systems"].items()
    )
    return Results(
        systems=systems,
        classes=tuple(classes),
        named=tuple(raw["classes"]),
        train=array(counts["train"]) if counts["train"] else None,
        test=array(counts["test"]),
        test_recordings=array(counts["recordings"]),
        collection=collection["name"],
        split=collection.get("split") or "",
        clips=collection["clips"],
        recordings=collection["recordings"],
        sha256=collection["sha256"],
        day=date.fromisoformat(raw["date"]),
        command=raw["command"],
        tested=_tested(raw),
        folder=Path(collection["folder"]) if collection.get("folder") else None,
    )
