"""What a network reached on a collection, as `python -m cnnviz.training evaluate` wrote it.

**Conventions**: arrays are (class,) in the order of `Results.classes`, the classes that occur in
the collection; figures are in [0, 1]; an interval is the middle 95 % over draws of recordings.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import BadInput

RESULTS_FORMAT = 1
BASELINE = "mfcc_svm"
STRATEGIES = ("s1", "s2")  # as in `cnnviz.networks.aggregate`
MOST_CLIPS = 10_000_000  # far beyond any collection, and well inside int64
SHA256_DIGITS = 64

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One figure and the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimates:
    """One figure for each class and the ends of its interval.

    Attributes
    ----------
    value, low, high : np.ndarray [shape=(class,)], float64
        A value may lie outside its interval where a class has few recordings.
    """

    value: Float64
    low: Float64
    high: Float64


@dataclass(frozen=True)
class Strategy:
    """F1 when every class whose score reaches the threshold counts as named.

    Attributes
    ----------
    f1 : Estimates
        Of each class.
    micro, macro : Estimate
        F1 over all decisions, and its mean over classes.
    threshold : float
    """

    f1: Estimates
    micro: Estimate
    macro: Estimate
    threshold: float


@dataclass(frozen=True)
class System:
    """What one system reached.

    Attributes
    ----------
    name : str
    recall : Estimates
        Part of a class's clips for which its score, or that of another label, was the highest.
    macro_recall : Estimate
        Mean over classes.
    strategies : dict of str to Strategy
        By the names in `STRATEGIES`.
    confusion : np.ndarray [shape=(class, named)], int64
        Clips with one label: how often each class of the network was named. The columns are those
        of `Results.named`.
    """

    name: str
    recall: Estimates
    macro_recall: Estimate
    strategies: dict[str, Strategy]
    confusion: NDArray[np.int64]


@dataclass(frozen=True)
class Results:
    """One evaluation: what was measured on what.

    Attributes
    ----------
    systems : tuple of System
        The network that was evaluated first, then what it is compared with.
    classes : tuple of str
        Codes of the classes that occur in the collection.
    named : tuple of str
        Codes of all classes a network can name.
    train, test : np.ndarray [shape=(class,)], int64
        Clips of each class learned from (None where the file does not say), and tested on.
    collection, split : str
        What it was measured on; the split is empty for the whole of it.
    clips, recordings : int
        How many there are in it.
    sha256 : str
        Of its labels and sounds.
    day : date
    command : str
        What was run.
    """

    systems: tuple[System, ...]
    classes: tuple[str, ...]
    named: tuple[str, ...]
    train: NDArray[np.int64] | None
    test: NDArray[np.int64]
    collection: str
    split: str
    clips: int
    recordings: int
    sha256: str
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
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"How good a network is stands in a readable {path.name}, but '{path.parent.name}' has "
            f"none: {error}. Write it with: python -m cnnviz.training evaluate --json."
        ) from error
    return _Reader(path.name).results(raw)


class _Reader:
    """Checks the JSON of one file; its methods share the file's name."""

    def __init__(self, file: str) -> None:
        self._file = file

    def results(self, raw: Any) -> Results:
        self._object(raw, "the file")
        form = raw.get("format")
        self._must(form == RESULTS_FORMAT, f'have "format": {RESULTS_FORMAT}', form)
        named = self._codes(raw)
        counts = self._object(raw.get("counts"), "counts")
        test = self._object(counts.get("test"), "counts.test")
        self._must(bool(test), "count the clips of one class or more in counts.test", test)
        self._must(set(test) <= set(named), "count classes of the network in counts.test", test)
        classes = tuple(code for code in named if code in test)
        tested = self._counts(test, classes, "counts.test", least=1)
        tested_of = dict(zip(classes, tested.tolist(), strict=True))
        train = self._object(counts.get("train"), "counts.train")
        collection = self._object(raw.get("collection"), "collection")
        systems = self._object(raw.get("systems"), "systems")
        self._must(bool(systems), "hold one system or more in 'systems'", systems)
        sha256 = self._text(collection, "sha256")
        self._must(
            len(sha256) == SHA256_DIGITS and set(sha256) <= set("0123456789abcdef"),
            f"give a sha256 of {SHA256_DIGITS} hexadecimal digits",
            sha256,
        )
        return Results(
            systems=tuple(self._system(n, one, named, tested_of) for n, one in systems.items()),
            classes=classes,
            named=named,
            train=self._counts(train, classes, "counts.train", least=0) if train else None,
            test=tested,
            collection=self._text(collection, "name"),
            split="" if collection.get("split") is None else self._text(collection, "split"),
            clips=self._count(collection.get("clips"), "collection.clips", least=1),
            recordings=self._count(collection.get("recordings"), "collection.recordings", least=1),
            sha256=sha256,
            day=self._day(raw),
            command=self._text(raw, "command"),
        )

    def _system(
        self, name: str, raw: Any, named: tuple[str, ...], tested: dict[str, int]
    ) -> System:
        classes = tuple(tested)
        self._must(_is_text(name), "name its systems in text", name)
        self._object(raw, name)
        top1 = self._object(raw.get("top1"), f"{name}.top1")
        strategies = {
            key: self._strategy(raw.get(key), classes, f"{name}.{key}") for key in STRATEGIES
        }
        return System(
            name=name,
            recall=self._estimates(top1, "recall", classes, f"{name}.top1"),
            macro_recall=self._estimate(top1, "macro", f"{name}.top1"),
            strategies=strategies,
            confusion=self._confusion(raw.get("confusion"), named, tested, name),
        )

    def _strategy(self, raw: Any, classes: tuple[str, ...], where: str) -> Strategy:
        self._object(raw, where)
        means = {
            key: self._estimate(self._object(raw.get(key), f"{where}.{key}"), "f1", where)
            for key in ("micro", "macro")
        }
        return Strategy(
            f1=self._estimates(raw, "f1", classes, where),
            threshold=self._figure(raw.get("threshold"), f"{where}.threshold"),
            **means,
        )

    def _estimates(
        self, raw: dict[str, Any], key: str, classes: tuple[str, ...], where: str
    ) -> Estimates:
        values = self._object(raw.get(key), f"{where}.{key}")
        ends = self._object(raw.get("intervals"), f"{where}.intervals")
        known = set(values) == set(ends) == set(classes)
        must = f"give {key} and intervals in {where} for the classes of counts.test and no other"
        self._must(known, must, sorted({*values, *ends} ^ {*classes}) or list(values))
        value = [self._figure(values.get(code), f"{where}.{key}.{code}") for code in classes]
        spread = [self._interval(ends.get(code), f"{where}.intervals.{code}") for code in classes]
        return Estimates(np.array(value), *np.array(spread).T)

    def _estimate(self, raw: dict[str, Any], key: str, where: str) -> Estimate:
        value = self._figure(raw.get(key), f"{where}.{key}")
        return Estimate(value, *self._interval(raw.get("interval"), f"{where}.interval"))

    def _interval(self, raw: Any, where: str) -> tuple[float, float]:
        self._must(isinstance(raw, list) and len(raw) == 2, f"give two ends in {where}", raw)
        low, high = (self._figure(end, where) for end in raw)
        self._must(low <= high, f"give the lower end first in {where}", raw)
        return low, high

    def _figure(self, raw: Any, where: str) -> float:
        holds = isinstance(raw, int | float) and not isinstance(raw, bool) and 0 <= raw <= 1
        self._must(holds, f"give a number from 0 to 1 in {where}", raw)
        return float(raw)

    def _confusion(
        self, raw: Any, named: tuple[str, ...], tested: dict[str, int], name: str
    ) -> NDArray[np.int64]:
        n, where = len(named), f"{name}.confusion"
        square = isinstance(raw, list) and len(raw) == n
        square = square and all(isinstance(row, list) and len(row) == n for row in raw)
        self._must(square, f"have {n} rows of {n} counts in {where}", raw)
        table = np.array([[self._count(cell, where, least=0) for cell in row] for row in raw])
        for code, row in zip(named, table, strict=True):
            most = tested.get(code, 0)
            must = f"count at most the {most} clips of {code} in its row of {where}"
            self._must(int(row.sum()) <= most, must, row.tolist())
        return np.asarray(table[[named.index(code) for code in tested]], dtype=np.int64)

    def _counts(
        self, raw: dict[str, Any], classes: tuple[str, ...], where: str, *, least: int
    ) -> NDArray[np.int64]:
        counted = [self._count(raw.get(code), f"{where}.{code}", least=least) for code in classes]
        return np.array(counted, dtype=np.int64)

    def _count(self, raw: Any, where: str, *, least: int) -> int:
        whole = isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= MOST_CLIPS
        self._must(whole, f"give a whole number from {least} to {MOST_CLIPS:,} in {where}", raw)
        return int(raw)

    def _codes(self, raw: dict[str, Any]) -> tuple[str, ...]:
        codes = raw.get("classes")
        different = isinstance(codes, list) and all(map(_is_text, codes))
        different = different and 0 < len(set(raw["classes"])) == len(raw["classes"])
        self._must(different, "have different codes in 'classes'", codes)
        return tuple(raw["classes"])

    def _day(self, raw: dict[str, Any]) -> date:
        text = self._text(raw, "date")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._bad("give a date such as 2026-01-31", text) from None

    def _text(self, raw: dict[str, Any], key: str) -> str:
        value = raw.get(key)
        self._must(_is_text(value), f"give '{key}' in text", value)
        return str(value)

    def _object(self, raw: Any, where: str) -> dict[str, Any]:
        self._must(isinstance(raw, dict), f"have an object for {where}", raw)
        return dict(raw)

    def _must(self, holds: bool, what: str, came: object) -> None:
        if not holds:
            raise self._bad(what, came)

    def _bad(self, what: str, came: object) -> BadInput:
        return BadInput(
            f"{self._file} must {what}, but it has {_shown(came)}. "
            "Write it again with: python -m cnnviz.training evaluate --json."
        )


def _is_text(value: object) -> bool:
    """Whether this is text that UTF-8 can write; JSON may hold halves of characters."""
    return (
        isinstance(value, str) and bool(value) and not any("\ud800" <= c <= "\udfff" for c in value)
    )


def _shown(value: object) -> str:
    return ascii(value)[:100]
