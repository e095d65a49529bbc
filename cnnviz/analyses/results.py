"""What a network reached on a collection, as `python -m cnnviz.training evaluate` wrote it.

**Conventions**: arrays are (class,) in the order of `Results.classes`, the classes that occur in
the collection; figures are in [0, 1]; an interval is 95 % over recordings, and both of its ends are
nan where it is not estimable.
"""

import json
import re
import reprlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import BadInput

RESULTS_FORMAT = 2  # since 2, an interval may be [null, null], and recordings are counted by class
BASELINE = "mfcc_svm"
STRATEGIES = ("s1", "s2")  # as in `cnnviz.networks.verdict`
MOST_CLIPS = 10_000_000  # far beyond any collection, and well inside int64


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
        counts = {"test": NAMES, "recordings": NAMES}
        _check(raw, {"format": FORMAT, "classes": NAMES, "counts": counts, "systems": NAMES})
        _check(raw, _shape(raw))
    except (OSError, ValueError, RecursionError) as error:  # BadInput is a ValueError
        raise BadInput(
            f"{path.name} in '{path.parent.name}' must hold what `evaluate` writes, but {error}. "
            "Write it again with: python -m cnnviz.training evaluate --json."
        ) from error
    return _results(raw)


class _Leaf(NamedTuple):
    words: str
    holds: Callable[[Any], bool]


def _check(raw: Any, shape: Any, where: str = "") -> None:
    """Hold JSON to a shape of dicts, lists and leaves; it may have fields beyond the shape's."""
    inner: list[tuple[str, Any, Any]] = []
    if isinstance(shape, dict):
        holds, words = isinstance(raw, dict), "an object"
        inner = [(key, raw.get(key), each) for key, each in shape.items() if holds]
    elif isinstance(shape, list):
        holds, words = isinstance(raw, list) and len(raw) == len(shape), f"a list of {len(shape)}"
        inner = [(str(i), raw[i], each) for i, each in enumerate(shape) if holds]
    else:
        holds, words = shape.holds(raw), shape.words
    if not holds:
        raise BadInput(f"it has {reprlib.repr(raw)} in {where or 'the file'}, not {words}")
    for key, value, each in inner:
        _check(value, each, f"{where}.{key}" if where else key)


def _is_text(raw: Any, pattern: str = "[^\ud800-\udfff]+") -> bool:
    # JSON may hold halves of characters, which UTF-8 cannot write
    return isinstance(raw, str) and bool(re.fullmatch(pattern, raw))


def _is_day(raw: Any) -> bool:
    try:
        return bool(date.fromisoformat(raw))
    except (TypeError, ValueError):
        return False


def _are_names(raw: Any) -> bool:
    return isinstance(raw, list | dict) and all(map(_is_text, raw)) and 0 < len({*raw}) == len(raw)


def _are_ends(raw: Any) -> bool:
    if not isinstance(raw, list) or len(raw) != 2:
        return False
    return raw == [None, None] or (all(map(SHARE.holds, raw)) and raw[0] <= raw[1])


def _whole(least: int) -> _Leaf:
    return _Leaf(
        f"a whole number from {least} to {MOST_CLIPS:,}",
        lambda raw: type(raw) is int and least <= raw <= MOST_CLIPS,  # the type of true is bool
    )


FORMAT = _Leaf(f"the number {RESULTS_FORMAT}", lambda raw: bool(raw == RESULTS_FORMAT))
TEXT = _Leaf("text", _is_text)
OPTIONAL = _Leaf("text or null", lambda raw: raw is None or _is_text(raw))
NAMES = _Leaf("one name or more, none of them twice", _are_names)
DAY = _Leaf("a date such as 2026-01-31", _is_day)
SHA256 = _Leaf("64 hexadecimal digits", lambda raw: _is_text(raw, "[0-9a-f]{64}"))
SHARE = _Leaf("a number from 0 to 1", lambda raw: type(raw) in (int, float) and 0 <= raw <= 1)
ENDS = _Leaf("two ends from 0 to 1, the lower end first, or two nulls", _are_ends)
COUNT, POSITIVE = _whole(0), _whole(1)


def _shape(raw: Any) -> dict[str, Any]:
    """Return what a file must hold that has these classes, these of them tested, these systems."""
    n, tested = len(raw["classes"]), sorted({*raw["counts"]["test"], *raw["counts"]["recordings"]})
    if unknown := {*tested} - {*raw["classes"]}:
        raise BadInput(f"it has {reprlib.repr(unknown)} in counts, but not in classes")
    counts, shares, ends = (dict.fromkeys(tested, leaf) for leaf in (POSITIVE, SHARE, ENDS))
    mean = {"f1": SHARE, "interval": ENDS}
    strategy = {"f1": shares, "intervals": ends, "micro": mean, "macro": mean, "threshold": SHARE}
    system = {
        "top1": {"recall": shares, "intervals": ends, "macro": SHARE, "interval": ENDS},
        "confusion": [[COUNT] * n] * n,
    } | dict.fromkeys(STRATEGIES, strategy)
    collection = {"name": TEXT, "split": OPTIONAL, "sha256": SHA256}
    train = dict.fromkeys(tested, COUNT) if raw["counts"].get("train") != {} else {}
    return {
        "command": TEXT,
        "date": DAY,
        "collection": collection | {"clips": POSITIVE, "recordings": POSITIVE},
        "counts": {"train": train, "test": counts, "recordings": counts},
        "systems": dict.fromkeys(raw["systems"], system),
    }


def _results(raw: Any) -> Results:
    """Build the results from JSON that was checked."""
    counts, collection = raw["counts"], raw["collection"]
    classes = [code for code in raw["classes"] if code in counts["test"]]

    def array(of: dict[str, Any], dtype: type = np.int64) -> NDArray[Any]:
        return np.array([of[code] for code in classes], dtype=dtype)  # null becomes nan

    def estimates(part: Any, key: str) -> Estimates:
        return Estimates(array(part[key], np.float64), *array(part["intervals"], np.float64).T)

    def estimate(part: Any, key: str) -> Estimate:
        return Estimate(*np.array([part[key], *part["interval"]], dtype=np.float64).tolist())

    def strategy(part: Any) -> Strategy:
        micro, macro = (estimate(part[mean], "f1") for mean in ("micro", "macro"))
        return Strategy(estimates(part, "f1"), micro, macro, float(part["threshold"]))

    systems = tuple(
        System(
            name=name,
            recall=estimates(part["top1"], "recall"),
            macro_recall=estimate(part["top1"], "macro"),
            strategies={key: strategy(part[key]) for key in STRATEGIES},
            confusion=array(dict(zip(raw["classes"], part["confusion"], strict=True))),
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
    )
