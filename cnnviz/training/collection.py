"""Labelled clips, whatever they come from: a manifest, a rendered folder, or IRMAS as distributed.

**Conventions**: labels are tuples of codes of `cnnviz.clips.instruments`; paths are absolute; a
*recording* (player, track or instrument) is the unit that never stands on two sides of a split.

A manifest is a CSV with the columns path (from its own folder) and labels (codes joined by `+`),
and, where known, split, source, recording and kind.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import soundfile as sf

from cnnviz.clips import irmas
from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput

SHOWN = 20


@dataclass(frozen=True)
class Item:
    """One labelled file.

    Attributes
    ----------
    path : Path
        The sound.
    labels : tuple of str
        Codes, at least one.
    split : str
        "train", "validation", "check" or whatever the manifest says; "" where it says nothing.
    source, recording : str
        Where it comes from; what must not be split.
    kind : str
        note, phrase, music, or "".
    """

    path: Path
    labels: tuple[str, ...]
    split: str = ""
    source: str = ""
    recording: str = ""
    kind: str = ""


def read(place: Path) -> tuple[Item, ...]:
    """Read a collection.

    Parameters
    ----------
    place : Path
        A manifest CSV, a folder with a `manifest.csv`, or an IRMAS training or testing folder.

    Raises
    ------
    BadInput
        With the list of lines that do not hold, before any sound is used.
    """
    if place.is_dir():
        manifest = place / "manifest.csv"
        return read_manifest(manifest) if manifest.exists() else read_irmas(place)
    if not place.exists():
        raise BadInput(
            f"a collection is a CSV or a folder, but '{place}' does not exist. Check the path."
        )
    return read_manifest(place)


def read_manifest(path: Path) -> tuple[Item, ...]:
    """Read and check a manifest: files there and decodable, codes known, recordings unsplit."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = {"path", "labels"} - set(reader.fieldnames or ())
        if missing:
            raise BadInput(
                f"a manifest needs the columns path and labels, but '{path.name}' has no "
                f"{' and no '.join(sorted(missing))}. Add it in the first line."
            )
        rows = [(reader.line_num, row) for row in reader]
    items: list[tuple[int, Item]] = []
    faults: list[str] = []
    for line, row in rows:
        labels = tuple(filter(None, (row["labels"] or "").split("+")))
        unknown = [label for label in labels if label not in CODES]
        if unknown or not labels:
            said = ", ".join(unknown) or "no label at all"
            faults.append(f"line {line}: {said}; known codes are {' '.join(CODES)}")
        item = Item(
            path=(path.parent / (row["path"] or "")).resolve(),
            labels=labels,
            split=row.get("split") or "",
            source=row.get("source") or "",
            recording=row.get("recording") or "",
            kind=row.get("kind") or "",
        )
        fault = _undecodable(item.path)
        if fault:
            faults.append(f"line {line}: {row['path']} {fault}")
        items.append((line, item))
    faults += _split_recordings(items)
    if faults:
        more = f"\n  and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise BadInput(
            f"every line of a manifest must name a sound that decodes, with known codes, and each "
            f"recording must keep to one split, but '{path.name}' has {len(faults)} faults:\n  "
            + "\n  ".join(faults[:SHOWN])
            + more
            + "\nCorrect or remove these lines."
        )
    return tuple(item for _, item in items)


def _undecodable(path: Path) -> str:
    """Return why a file cannot be used, "" if it can; reads its header only."""
    if not path.is_file():
        return "is missing"
    try:
        with sf.SoundFile(path) as sound:
            return "" if sound.frames else "holds no sound"
    except sf.LibsndfileError:
        return "does not decode"


def _split_recordings(items: Iterable[tuple[int, Item]]) -> list[str]:
    sides: dict[str, dict[str, int]] = defaultdict(dict)
    for line, item in items:
        if item.recording and item.split:
            sides[item.recording].setdefault(item.split, line)
    return [
        f"recording {recording} is on {len(splits)} sides: "
        + ", ".join(f"{split} (line {line})" for split, line in splits.items())
        for recording, splits in sides.items()
        if len(splits) > 1
    ]


def read_irmas(folder: Path) -> tuple[Item, ...]:
    """Read IRMAS as its authors distribute it, with the reader that the app uses.

    Training clips belong to the recording numbered in their name, testing excerpts to the track
    named before the last hyphen.

    Raises
    ------
    BadInput
        If the folder holds no labelled clips.
    """
    items = []
    for excerpt in irmas.excerpts(folder):
        stem = excerpt.path.stem
        name = irmas.parse_training_name(stem)
        if excerpt.part == "testing":
            recording = stem.rpartition("-")[0] or stem
        else:
            recording = name.recording if name else stem
        path = excerpt.path.resolve()
        if excerpt.labels:
            found = Item(path, excerpt.labels, "", "irmas", f"irmas:{recording}", "music")
            items.append(found)
    if not items:
        raise BadInput(
            f"a folder must hold a manifest.csv or IRMAS clips (folders named by code, or a .txt "
            f"beside each sound), but '{folder}' has neither. Choose IRMAS-TrainingData, a "
            "testing part, or a rendered folder."
        )
    return tuple(sorted(items, key=lambda item: str(item.path)))


def write_manifest(path: Path, items: Iterable[Item]) -> None:
    """Write a manifest beside its sounds."""
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(("path", "labels", "split", "source", "recording", "kind"))
        for item in items:
            relative = item.path.relative_to(path.parent.resolve())
            lines.writerow((relative, "+".join(item.labels), item.split, item.source,
                            item.recording, item.kind))  # fmt: skip
