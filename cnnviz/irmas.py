"""IRMAS as its authors distribute it: what its folders, file names and `.txt` files say.

**Conventions**: codes are those of `CODES`. Training clips lie in a folder for each code and are
named `[cel][cla]0019__3.wav` or `008__[cel][nod][cla]0058__1.wav` (instrument, drums, genre,
recording, excerpt); testing clips are named freely, with a `.txt` of codes beside each. Nothing is
decoded here.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnviz.errors import BadInput
from cnnviz.instruments import CODES, NAMES

ORIGIN = "IRMAS (Bosch, Fuhrmann & Herrera), from your own copy"
LICENCE = "non-commercial, no redistribution"
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")
MAX_DEPTH = 4  # folders below the one that is named; IRMAS as unpacked needs two
MAX_FILES = 20_000  # IRMAS has 6,705 + 2,874; far more means that another folder was named
MAX_TEXT = 1000  # characters of a .txt; five codes take 20
GENRES = {  # as IRMAS abbreviates them
    "cou_fol": "country-folk",
    "cla": "classical",
    "pop_roc": "pop-rock",
    "lat_sou": "latin-soul",
    "jaz_blu": "jazz-blues",
}
DRUMS = {"dru": True, "nod": False}
TRAINING_NAME = re.compile(
    r"(?:[0-9]+__)?\[([a-z]{3})\](?:\[(dru|nod)\])?(?:\[([a-z_]+)\])?([0-9]+)__([0-9]+)"
)


@dataclass(frozen=True)
class TrainingName:
    """What the file name of a training clip says.

    Attributes
    ----------
    code : str
        The predominant instrument.
    drums : bool or None
        Whether drums play; None where the name does not say.
    genre : str or None
        As IRMAS abbreviates it; None where the name does not say.
    recording, excerpt : str
        Number of the recording and of the excerpt from it, as written.
    """

    code: str
    drums: bool | None
    genre: str | None
    recording: str
    excerpt: str


@dataclass(frozen=True)
class Excerpt:
    """One sound of IRMAS.

    Attributes
    ----------
    path : Path
    place : str
        Its address below the folder that was named, without the file's ending.
    part : str
        "training" or "testing".
    labels : tuple of str
        Codes; empty when unknown.
    title : str
        Instrument, recording and excerpt, and what else its name says.
    """

    path: Path
    place: str
    part: str
    labels: tuple[str, ...]
    title: str


def excerpts(folder: Path) -> list[Excerpt]:
    """List the sounds of IRMAS in no order.

    The folder may be the training data, a part of the testing data, or one that holds several.

    Raises
    ------
    BadInput
        If there is no such folder, it holds no sound, or far more than IRMAS does.
    """
    if not folder.is_dir():
        raise BadInput(
            f"An IRMAS folder must exist, but there is none at {folder}. "
            "Name a folder of unpacked IRMAS training or testing data."
        )
    found: list[Excerpt] = []
    for inside, names in _folders(folder):
        for name in names:
            if name.lower().endswith(SUFFIXES):
                text = f"{name.rpartition('.')[0]}.txt" in names
                found.append(_excerpt(folder.joinpath(*inside, name), inside, text=text))
        if len(found) > MAX_FILES:
            raise BadInput(
                f"An IRMAS folder must hold at most {MAX_FILES:,} sounds, but {folder} has more. "
                "Name the folder of IRMAS itself."
            )
    if not found:
        raise BadInput(
            f"An IRMAS folder must hold sounds, but none was found in {folder}. "
            "Name a folder of unpacked IRMAS training or testing data."
        )
    return found


def parse_training_name(stem: str) -> TrainingName | None:
    """Read a name such as `[cel][cla]0019__3` or `008__[cel][nod][cla]0058__1`.

    Returns
    -------
    TrainingName or None
        None if the name is of another kind or its first code is not one of `CODES`.
    """
    match = TRAINING_NAME.fullmatch(stem)
    if match is None or match[1] not in CODES:
        return None
    return TrainingName(match[1], DRUMS.get(match[2]), match[3], match[4], match[5])


def training_title(name: TrainingName, *, code: str) -> str:
    """Return what to call a training clip of the class `code`: "Cello 0019-3 · classical"."""
    drums = {True: "with drums", False: "no drums", None: ""}[name.drums]
    genre = GENRES.get(name.genre, name.genre) if name.genre else ""
    more = ", ".join(word for word in (genre, drums) if word)
    return f"{NAMES[code].capitalize()} {name.recording}-{name.excerpt}" + (more and f" · {more}")


def _excerpt(path: Path, inside: tuple[str, ...], *, text: bool) -> Excerpt:
    name = parse_training_name(path.stem)
    if text:
        part, labels = "testing", _read_codes(path.with_suffix(".txt"))
    else:
        codes = (path.parent.name, name.code if name else "")  # the folder is the authors' word
        part, labels = "training", tuple(code for code in codes if code in CODES)[:1]
    stem = _writable(path.stem)
    if name and labels and not text:
        title = training_title(name, code=labels[0])
    else:
        instruments = ", ".join(NAMES[code] for code in labels) or "not labelled"
        title = f"{instruments.capitalize()} · {stem}"
    return Excerpt(path, "/".join((*map(_writable, inside), stem)), part, labels, title)


def _read_codes(path: Path) -> tuple[str, ...]:
    """Return the codes of a testing clip in the order written, each once."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            words = file.read(MAX_TEXT).split()
    except OSError as error:
        raise BadInput(
            f"The labels beside an IRMAS clip must be readable, but {path} is not: "
            f"{error.strerror}. Correct that or name another folder."
        ) from error
    return tuple(dict.fromkeys(word for word in words if word in CODES))


def _folders(root: Path) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Walk folders, links among them but each once; yield where and the names of their files."""
    seen: set[str] = set()
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        inside = waiting.pop()
        place = root.joinpath(*inside)
        real = os.path.realpath(place)
        if real in seen or not os.access(place, os.R_OK | os.X_OK):
            continue
        seen.add(real)
        names = []
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.startswith("."):  # macOS leaves ._… beside each sound
                    continue
                if entry.is_file():
                    names.append(entry.name)
                elif len(inside) < MAX_DEPTH and entry.is_dir():
                    waiting.append((*inside, entry.name))
        yield inside, frozenset(names)


def _writable(name: str) -> str:
    """Return a file name that UTF-8 can write; unpacked archives hold some in other encodings."""
    return name.encode("utf-8", "backslashreplace").decode()
