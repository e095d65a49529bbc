"""Labelled clips, whatever they come from: a manifest, a rendered folder, or IRMAS as distributed.

**Conventions**: labels are tuples of codes of `cnnviz.clips.instruments`; paths are absolute; a
*recording* (player, track or instrument) is the unit that never stands on two sides of a split.

A manifest is a CSV with the columns path (from its own folder) and labels, and, where known, split,
source, recording and kind. `sheet` says which CSV, `labels` how labels may be written.
"""

import csv
import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile as sf
from tqdm import tqdm

from cnnviz.audio.decoding import decode
from cnnviz.clips import irmas
from cnnviz.errors import BadInput
from cnnviz.training import labels, sheet

SHOWN = 20
SAMPLES = Path(__file__).parents[2] / "sample_audio"
COLUMNS = ("path", "labels", "split", "source", "recording", "kind")
SYNONYMS = {"file": "path", "label": "labels"}
NO_UTF8 = "has a path that is not UTF-8; rename it"
LONGEST_S = 600.0  # of one clip; the page opens what is shorter than a minute


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


def read(place: Path, *, split: str | None = None) -> tuple[Item, ...]:
    """Read a collection, whose paths must be UTF-8, as they stand in what is written of it.

    Parameters
    ----------
    place : Path
        A manifest CSV, a folder with a `manifest.csv`, or an IRMAS training or testing folder.
    split : str, optional
        Decode the sounds of this split alone; without it, of all lines.

    Raises
    ------
    BadInput
        With the list of lines that do not hold, before any sound is used.
    """
    if not _is_utf8(place.resolve()):
        raise BadInput(
            f"a collection must have a path that is UTF-8, but '{_shown(place)}' is not. "
            "Rename the folder or file."
        )
    if place.is_dir():
        manifest = place / "manifest.csv"
        return read_manifest(manifest, split=split) if manifest.exists() else read_irmas(place)
    if not place.exists():
        raise BadInput(
            f"a collection is a CSV or a folder, but '{place}' does not exist. Check the path."
        )
    return read_manifest(place, split=split)


def of_split(place: Path, split: str | None) -> tuple[Item, ...]:
    """Read the clips of one split of a collection; of all without one.

    Raises
    ------
    BadInput
        As `read`, and if the split has no clip.
    """
    items = read(place, split=split)
    picked = tuple(item for item in items if split in (None, item.split))
    if not picked:
        there = ", ".join(sorted({item.split or "(none)" for item in items}))
        raise BadInput(
            f"--split must name a split of the collection, but '{split}' has no row. It has: "
            f"{there}. Choose one of them."
        )
    return picked


def read_manifest(path: Path, *, split: str | None = None) -> tuple[Item, ...]:
    """Read and check a manifest: sounds that decode, labels understood, recordings unsplit."""
    names, lines = sheet.read(path, columns=COLUMNS, synonyms=SYNONYMS)
    missing = [name for name in ("path", "labels") if name not in names]
    if missing:
        raise BadInput(
            f"a manifest needs the columns path and labels, but '{path.name}' has no "
            f"{' and no '.join(missing)}: its first line names {', '.join(names) or 'nothing'}. "
            "Add it in the first line."
        )
    if not lines:
        raise BadInput(
            f"a manifest must list sounds, but '{path.name}' has no line below its head."
        )
    items: list[tuple[int, Item]] = []
    faults: list[str] = []
    for line in tqdm(lines, unit="clip", disable=None, desc="checking"):
        item, wrong = _item(path.parent, line, n_columns=len(names))
        if not wrong and split in (None, item.split):
            wrong = _undecodable(item.path, named=line.values["path"])
        faults += [f"line {line.number}: {fault}" for fault in wrong]
        items.append((line.number, item))
    faults += _split_recordings(items)
    if faults:
        more = f"\n  and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise BadInput(
            f"every line of a manifest must name a sound that decodes, with labels of the network, "
            f"and each recording must keep to one split, but '{path.name}' has "
            f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}:\n  "
            + "\n  ".join(faults[:SHOWN])
            + more
            + f"\nCorrect or remove these lines. Codes: {labels.known()}."
        )
    return tuple(item for _, item in items)


def _item(folder: Path, line: sheet.Line, *, n_columns: int) -> tuple[Item, list[str]]:
    """Return what a line names, and what is wrong with it."""
    values = line.values
    codes, strange = labels.read(values["labels"])
    faults = [labels.refusal(one) for one in strange]
    if line.surplus:
        faults.append(
            f"it has {n_columns + line.surplus} fields for {n_columns} columns; join several "
            "labels by +, or put them between quotation marks"
        )
    elif not codes and not strange:
        faults.append("it has no label")
    item = Item(
        path=(folder / values["path"]).resolve(),
        labels=codes,
        split=values.get("split", ""),
        source=values.get("source", ""),
        recording=values.get("recording", ""),
        kind=values.get("kind", ""),
    )
    if not values["path"]:
        faults.append("it has no path")
    elif not item.path.is_file():
        faults.append(f"{values['path']} is missing")
    elif not _is_utf8(item.path):
        faults.append(f"{values['path']} {NO_UTF8}")
    return item, faults


def _is_utf8(path: Path) -> bool:
    """Whether a path is UTF-8; Linux allows any bytes, old archives hold Latin-1."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: Path) -> str:
    """Return a path with its bytes that are not UTF-8 in hexadecimal digits."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _undecodable(path: Path, *, named: str) -> list[str]:
    """Return why a file cannot be used, [] if it can."""
    try:
        decode(path, name=named, max_s=LONGEST_S)
    except BadInput as error:
        return [str(error)]
    return []


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


def check_sides(items: Sequence[Item]) -> None:
    """Refuse clips of several manifests if a recording is on two sides, or a file is named twice.

    Raises
    ------
    BadInput
    """
    faults = _split_recordings(enumerate(items, start=1))
    twice = [path.name for path, n in Counter(item.path for item in items).items() if n > 1]
    if faults or twice:
        said = [one.partition(":")[0] for one in faults] + [
            f"{name} is named twice" for name in twice
        ]
        raise BadInput(
            "each recording must keep to one split and each file to one manifest, but "
            f"{'; '.join(said[:SHOWN])}. Correct the manifests."
        )


def check_learnable(paths: Iterable[Path], *, samples: Path = SAMPLES) -> None:
    """Refuse to learn from clips that travel with the app, whatever they are called.

    Visitors look at the network's errors there: on sound that it learned from it makes none.

    Raises
    ------
    BadInput
        If a file is, byte for byte, one of the sounds in `samples` or its folders.
    """
    shipped = list(samples.rglob("*.flac"))
    sizes = {path.stat().st_size for path in shipped}
    digests = {_digest(path) for path in shipped}
    known = [
        path.name for path in paths if path.stat().st_size in sizes and _digest(path) in digests
    ]
    if known:
        raise BadInput(
            f"nothing may be learned from the app's own clips, but {len(known)} are among the "
            f"files to learn from ({', '.join(known[:5])}). Remove them or give them another split."
        )


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def read_irmas(folder: Path) -> tuple[Item, ...]:
    """Read IRMAS as its authors distribute it, with the reader that the app uses.

    Training clips have the split "train" and belong to the recording numbered in their name;
    testing excerpts have the split "test" and belong to the track named before the last hyphen.

    Raises
    ------
    BadInput
        If the folder holds no labelled clips, or files that do not decode or whose path is not
        UTF-8; these are listed.
    """
    items = []
    for excerpt in irmas.excerpts(folder):
        stem = excerpt.path.stem
        name = irmas.parse_training_name(stem)
        split = "test" if excerpt.part == "testing" else "train"
        if split == "test":
            recording = stem.rpartition("-")[0] or stem
        else:
            recording = name.recording if name else stem
        path = excerpt.path.resolve()
        if excerpt.labels:
            found = Item(path, excerpt.labels, split, "irmas", f"irmas:{recording}", "music")
            items.append(found)
    if not items:
        raise BadInput(
            f"a folder must hold a manifest.csv or IRMAS clips (folders named by code, or a .txt "
            f"beside each sound), but '{folder}' has neither. Choose IRMAS-TrainingData, a "
            "testing part, or a rendered folder."
        )
    items.sort(key=lambda item: str(item.path))
    faults = [f"{_shown(item.path)} {fault}" for item in items if (fault := _unreadable(item.path))]
    refuse_undecodable(faults, n_clips=len(items))
    return tuple(items)


def _unreadable(path: Path) -> str:
    """Return why a file cannot be used, "" if it can; reads its header only, of 9,579 files."""
    if not _is_utf8(path):
        return NO_UTF8
    try:
        with sf.SoundFile(path) as sound:
            return "" if sound.frames else "holds no sound"
    except sf.LibsndfileError:
        return "does not decode"


def refuse_undecodable(faults: Sequence[str], *, n_clips: int) -> None:
    """Raise a `BadInput` with the files that do not decode, if there are any."""
    if faults:
        more = f"\n  and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise BadInput(
            f"every clip must decode, but {len(faults)} of {n_clips:,} cannot be used:\n  "
            + "\n  ".join(faults[:SHOWN])
            + more
            + "\nFetch them again or remove them."
        )


def write_manifest(path: Path, items: Iterable[Item]) -> None:
    """Write a manifest beside its sounds."""
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        for item in items:
            relative = item.path.relative_to(path.parent.resolve())
            lines.writerow((relative, "+".join(item.labels), item.split, item.source,
                            item.recording, item.kind))  # fmt: skip


def checksum(items: Sequence[Item]) -> str:
    """Return one SHA-256 over labels and sounds of a collection, whatever folder it lies in."""
    total = hashlib.sha256()
    for item in items:
        total.update("+".join(item.labels).encode())
        total.update(hashlib.sha256(item.path.read_bytes()).digest())
    return total.hexdigest()
