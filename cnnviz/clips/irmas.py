"""IRMAS as its authors distribute it: what its folders, file names and `.txt` files say.

One reader serves folders on disk and lists of names, as zips hold them.

**Conventions**: codes are those of `CODES`. Training clips lie in a folder for each code and are
named `[cel][cla]0019__3.wav` or `008__[cel][nod][cla]0058__1.wav` (instrument, drums, genre,
recording, excerpt); testing clips are named freely, with a `.txt` of codes beside each. Nothing is
decoded here.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.errors import BadInput

ORIGIN = "IRMAS (Bosch, Fuhrmann & Herrera), from your own copy"
ARCHIVE_ORIGIN = "IRMAS (Bosch, Fuhrmann & Herrera), from its authors' archive"
ORIGINS = (ORIGIN, ARCHIVE_ORIGIN)
ADDRESS = "https://zenodo.org/records/1290750/files"
ZIPS = (
    "IRMAS-TrainingData.zip",
    "IRMAS-TestingData-Part1.zip",
    "IRMAS-TestingData-Part2.zip",
    "IRMAS-TestingData-Part3.zip",
)
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

Where = TypeVar("Where")


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
class Excerpt(Generic[Where]):
    """One sound of IRMAS.

    Attributes
    ----------
    path : Path, or what stands for one
        Where it lies.
    text : Path, or what stands for one, or None
        Where the `.txt` beside it lies.
    place : str
        Its address below the folder that was named, without the file's ending.
    part : str
        "training" or "testing".
    labels : tuple of str or None
        Codes; empty when there are none, None while the `.txt` has not been read.
    title : str
        Instrument, recording and excerpt, and what else its name says.
    ending : str
        Of the file's name, with its dot.
    genre : str or None
        As IRMAS abbreviates it; None where the name does not say.
    drums : bool or None
        Whether drums play; None where the name does not say.
    """

    path: Where
    text: Where | None
    place: str
    part: str
    labels: tuple[str, ...] | None
    title: str
    ending: str
    genre: str | None = None
    drums: bool | None = None


def excerpts(folder: Path) -> list[Excerpt[Path]]:
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
    sounds: list[Excerpt[Path]] = []
    for inside, names in _folders(folder):
        place = folder.joinpath(*inside)
        for excerpt in _sounds({name: place / name for name in names}, inside, folder=place.name):
            text = excerpt.text
            sounds.append(excerpt if text is None else labelled(excerpt, _read_codes(text)))
        if len(sounds) > MAX_FILES:
            raise BadInput(
                f"An IRMAS folder must hold at most {MAX_FILES:,} sounds, but {folder} has more. "
                "Name the folder of IRMAS itself."
            )
    if not sounds:
        raise BadInput(
            f"An IRMAS folder must hold sounds, but none was found in {folder}. "
            "Name a folder of unpacked IRMAS training or testing data."
        )
    return sounds


def packed(files: Mapping[str, Where], *, within: str) -> list[Excerpt[Where]]:
    """List the sounds of IRMAS among the files of a zip; labels in a `.txt` are not read.

    Parameters
    ----------
    files : mapping of str to any
        Names in the zip, with `/` between folders, and what to read each by.
    within : str
        The zip's name without its ending. Places begin with it, as if unpacked beside the zip.
    """
    folders: dict[tuple[str, ...], dict[str, Where]] = {}
    for name, where in files.items():
        *inside, last = name.split("/")
        if not any(part.startswith(".") for part in (*inside, last)):
            top = [] if inside[:1] == [within] else [within]
            folders.setdefault((*top, *inside), {})[last] = where
    return [
        excerpt
        for inside, named in folders.items()
        for excerpt in _sounds(named, inside, folder=inside[-1])
    ]


def labelled(excerpt: Excerpt[Where], labels: tuple[str, ...]) -> Excerpt[Where]:
    """Return a testing clip with its labels, and a title that says them."""
    instruments = ", ".join(NAMES[code] for code in labels) or "not labelled"
    stem = excerpt.place.rpartition("/")[2]
    return replace(excerpt, labels=labels, title=f"{instruments.capitalize()} · {stem}")


def parse_codes(text: str) -> tuple[str, ...]:
    """Return the codes that a `.txt` names, in the order written, each once."""
    return tuple(dict.fromkeys(word for word in text[:MAX_TEXT].split() if word in CODES))


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


def _sounds(
    files: Mapping[str, Where], inside: tuple[str, ...], *, folder: str
) -> Iterator[Excerpt[Where]]:
    """Read the names of one folder's files; `folder` is its own name."""
    for name, where in files.items():
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending
        if ending.lower() not in SUFFIXES:
            continue
        place = "/".join(map(_writable, (*inside, stem)))
        text = files.get(f"{stem}.txt")
        if text is not None:
            title = f"Testing clip · {_writable(stem)}"
            yield Excerpt(where, text, place, "testing", None, title, ending)
            continue
        parsed = parse_training_name(stem)
        codes = (folder, parsed.code if parsed else "")  # the folder is the authors' word
        labels = tuple(code for code in codes if code in CODES)[:1]
        excerpt = Excerpt(where, None, place, "training", labels, "", ending)
        if parsed and labels:
            title = training_title(parsed, code=labels[0])
            yield replace(excerpt, title=title, genre=parsed.genre, drums=parsed.drums)
        else:
            yield labelled(excerpt, labels)


def _read_codes(path: Path) -> tuple[str, ...]:
    """Return the codes of a testing clip in the order written, each once."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return parse_codes(file.read(MAX_TEXT))
    except OSError as error:
        raise BadInput(
            f"The labels beside an IRMAS clip must be readable, but {path} is not: "
            f"{error.strerror}. Correct that or name another folder."
        ) from error


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
