"""What a file of results must hold, and whether what it says twice agrees.

**Conventions**: format 2 has no scores of clips, format 3 no differences of systems.
"""

import reprlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.shape import (
    ANY_TEXT,
    COUNT,
    DAY,
    DIFFERENCE,
    DIFFERENCE_ENDS,
    ENDS,
    LIST,
    NAMES,
    OPTIONAL,
    PATH,
    POSITIVE,
    SHA256,
    SHARE,
    TEXT,
    Leaf,
    check,
    table,
)
from cnnviz.errors import BadInput

RESULTS_FORMAT = 4
READ_FORMATS = (2, 3, RESULTS_FORMAT)
STRATEGIES = ("s1", "s2")  # as in `cnnviz.networks.verdict`
ROUNDING = 2e-4  # of three figures with four digits each
FORMAT = Leaf(
    f"one of the numbers {READ_FORMATS}", lambda raw: type(raw) is int and raw in READ_FORMATS
)


def check_evaluation(raw: Any) -> None:
    """Check JSON that `evaluate` may have written.

    Raises
    ------
    BadInput
        If a field is missing or misstated; it is named.
    """
    counts = {"test": NAMES, "recordings": NAMES}
    check(raw, {"format": FORMAT, "classes": NAMES, "counts": counts, "systems": NAMES})
    check(raw, _shape(raw))
    if raw["format"] > 2:
        _check_clips(raw)
    if raw["format"] > 3:
        _check_differences(raw)


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
    collection = {"name": TEXT, "split": OPTIONAL, "folder": OPTIONAL, "sha256": SHA256}
    train = dict.fromkeys(tested, COUNT) if raw["counts"].get("train") != {} else {}
    return {
        "command": TEXT,
        "date": DAY,
        "collection": collection | {"clips": POSITIVE, "recordings": POSITIVE},
        "counts": {"train": train, "test": counts, "recordings": counts},
        "systems": dict.fromkeys(raw["systems"], system),
    }


def _check_clips(raw: Any) -> None:
    """Check what a file that is checked otherwise says of every clip."""
    n, n_classes = raw["collection"]["clips"], len(raw["classes"])
    check(raw, {"clips": Leaf(f"a list of {n}", lambda each: _is_list(each, n)), "kept": LIST})
    known = Leaf("classes joined by +", lambda labels: _are_classes(labels, raw["classes"]))
    clip = {"path": PATH, "labels": known, "recording": ANY_TEXT, "bytes": COUNT}
    scored = [name for name, part in raw["systems"].items() if "scores" in part]
    check(
        raw,
        {
            "clips": [clip] * n,
            "kept": [{"command": TEXT, "date": DAY, "systems": NAMES}] * len(raw["kept"]),
            "systems": {name: {"scores": table(n, n_classes)} for name in scored},
        },
    )
    for name in scored:
        part = raw["systems"][name]
        if _counted(raw, np.array(part["scores"])) != part["confusion"]:
            raise BadInput(f"the confusion of systems.{name} is not that of its scores")


def _check_differences(raw: Any) -> None:
    """Check what a file that is checked otherwise says of the network beside other systems."""
    network = next(iter(raw["systems"].values()))
    scored = [name for name, part in [*raw["systems"].items()][1:] if "scores" in part]
    tested = raw["counts"]["test"]
    mean = {"interval": DIFFERENCE_ENDS}
    top1 = {
        "recall": dict.fromkeys(tested, DIFFERENCE),
        "intervals": dict.fromkeys(tested, DIFFERENCE_ENDS),
    }
    f1 = dict.fromkeys(("micro", "macro"), mean | {"f1": DIFFERENCE})
    each = {"top1": top1 | mean | {"macro": DIFFERENCE}, "s1": f1}
    check(raw, {"differences": dict.fromkeys(scored, each)})
    if unknown := {*raw["differences"]} - {*scored}:
        raise BadInput(
            f"it has {reprlib.repr(unknown)} in differences, but no scores of such a system"
        )
    for name in scored:
        apart = network["top1"]["macro"] - raw["systems"][name]["top1"]["macro"]
        if abs(raw["differences"][name]["top1"]["macro"] - apart) > ROUNDING:
            raise BadInput(f"differences.{name}.top1.macro is not that of the systems")


def _is_list(raw: Any, length: int) -> bool:
    return isinstance(raw, list) and len(raw) == length


def _are_classes(raw: Any, classes: Any) -> bool:
    return isinstance(raw, str) and {*raw.split("+")} <= {*classes}


def _counted(raw: Any, scores: NDArray[np.float64]) -> list[list[int]]:
    """Count, for clips with one label, its class (row) against the top class (column)."""
    classes = raw["classes"]
    table = np.zeros((len(classes),) * 2, dtype=np.int64)
    for clip, top in zip(raw["clips"], scores.argmax(axis=1), strict=True):
        if clip["labels"] in classes:
            table[classes.index(clip["labels"]), top] += 1
    counts: list[list[int]] = table.tolist()
    return counts
