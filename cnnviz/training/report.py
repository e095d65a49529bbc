"""What `evaluate` writes: its results for the app, and a line for each clip.

**Conventions**: scores are those of S1, by which the page judges a clip, (clip, class) in the order
of `CODES`, with `DIGITS` digits after the point; every figure was computed from these digits. The
*top* class of a clip is the one with its highest score.
"""

import csv
import json
import os
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.clips.instruments import CODES
from cnnviz.training import sheet
from cnnviz.training.collection import Item

DIGITS = 6
START = ("path", "labels", "recording", "top", "right", "named")  # columns before the scores


@dataclass(frozen=True)
class Judged:
    """A system and what it reached.

    Attributes
    ----------
    scores : np.ndarray [shape=(clip, class)]
    figures : dict
        Of `cnnviz.training.evaluate.table`.
    weights_sha256 : str
        "" where it has no weights.
    """

    scores: NDArray[np.float64]
    figures: dict[str, Any]
    weights_sha256: str = ""


def folder_of(items: Sequence[Item]) -> Path:
    """Return the deepest folder that holds all sounds."""
    return Path(os.path.commonpath([item.path.parent for item in items]))


def clips(items: Sequence[Item]) -> list[dict[str, str | int]]:
    """Return what results say of each clip: its path from `folder_of`, labels, recording, size."""
    folder = folder_of(items)
    return [
        {
            "path": item.path.relative_to(folder).as_posix(),
            "labels": "+".join(item.labels),
            "recording": item.recording,
            "bytes": item.path.stat().st_size,
        }
        for item in items
    ]


def table(items: Sequence[Item], judged: Judged) -> str:
    """Return a CSV with one line for each clip.

    Its columns are path (from the folder that holds all clips), labels and recording; top, the top
    class; right, 1 if that is one of the labels, else 0; named, the classes whose score reaches the
    threshold; and one column for the score of each class.

    Paths and recordings that a spreadsheet would take for formulas are `sheet.marked`: they begin
    with a ', which `cnnviz.training.sheet` takes off when it reads the file, and pandas does not.
    """
    file = StringIO()
    lines = csv.writer(file)
    lines.writerow((*START, *CODES))
    threshold = judged.figures["s1"]["threshold"]
    for clip, item, scores in zip(clips(items), items, judged.scores, strict=True):
        top = CODES[int(scores.argmax())]
        named = [code for code, score in zip(CODES, scores, strict=True) if score >= threshold]
        path, recording = sheet.marked(str(clip["path"])), sheet.marked(item.recording)
        start = (path, clip["labels"], recording)
        lines.writerow((*start, top, int(top in item.labels), "+".join(named), *scores.tolist()))
    return file.getvalue()


def systems(
    judged: Mapping[str, Judged], earlier: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, str], list[dict[str, Any]]]:
    """Return what results say of each system, those kept of an earlier report last.

    Parameters
    ----------
    judged : mapping of str to Judged
    earlier : mapping or None
        A report of the same collection.

    Returns
    -------
    dict, dict of str to str, list of dict
        Name to figures and scores; name to checksum of the weights; date and command of each
        report that systems are kept from.
    """
    each = {name: one.figures | {"scores": one.scores.tolist()} for name, one in judged.items()}
    weights = {name: one.weights_sha256 for name, one in judged.items() if one.weights_sha256}
    if earlier is None:
        return each, weights, []
    kept = {name: one for name, one in earlier["systems"].items() if name not in judged}
    source = {"date": earlier["date"], "command": earlier["command"], "systems": [*kept]}
    sources = [
        one | {"systems": [name for name in one["systems"] if name in kept]}
        for one in earlier.get("kept", [])
    ]
    older = {name for one in sources for name in one["systems"]}
    sources.append(source | {"systems": [name for name in kept if name not in older]})
    weights = earlier.get("weights_sha256", {}) | weights
    return each | kept, weights, [one for one in sources if one["systems"]]


def is_table(path: Path) -> bool:
    """Whether a file begins as `table` does."""
    head = ",".join((*START, *CODES)).encode()
    with path.open("rb") as file:
        return file.read(len(BOM_UTF8) + len(head)).removeprefix(BOM_UTF8).startswith(head)


def is_results(path: Path) -> bool:
    """Whether a file holds results, of whatever format."""
    try:
        raw = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and raw.keys() >= {"format", "collection", "systems"}


def text(value: Any, indent: str = "") -> str:
    """Write JSON with one line for each object or list that holds no other."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(one, dict | list) for one in inner):
        return json.dumps(value)
    deeper = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {text(one, deeper)}" for key, one in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + text(one, deeper) for one in value) + f"\n{indent}]"
