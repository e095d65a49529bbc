"""Where clips come from: the samples that travel with the app, and IRMAS folders.

**Conventions**: labels are codes of `CODES`; a clip's id is its address within its collection, with
`/` between folders and without the file's ending. Nothing is decoded here.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cnnviz.errors import BadInput
from cnnviz.instruments import CODES, NAMES

COLUMNS = ("file", "title", "labels", "kind", "seconds", "origin", "licence", "seed", "wrong")
KINDS = ("alone", "manner", "accompanied", "ensemble")
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")
MAX_DEPTH = 4  # folders below the one that is named; IRMAS as unpacked needs two
MAX_FILES = 20_000  # IRMAS has 6,705 + 2 * 2,874; more means that another folder was named
MAX_TEXT = 1000  # characters of a .txt with labels; five codes take 20

IRMAS_ORIGIN = "IRMAS (Bosch, Fuhrmann & Herrera), from your own copy"
IRMAS_LICENCE = "non-commercial, no redistribution"
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
class Clip:
    """A sound that can be chosen.

    Attributes
    ----------
    id : str
        Stable and safe in an address, as `samples/[flu][nod]0001__1`.
    title : str
        What the dropdown shows; no two clips of a collection share one.
    group : str
        Collection and instrument, as "Samples · flute".
    labels : tuple of str
        Codes of what plays, the predominant one first; empty when unknown.
    path : Path
    origin, licence : str
        Who made it, and under which terms it may be used.
    """

    id: str
    title: str
    group: str
    labels: tuple[str, ...]
    path: Path
    origin: str
    licence: str


@dataclass(frozen=True)
class TrainingName:
    """What the file name of an IRMAS training clip says.

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


def samples(folder: Path) -> tuple[Clip, ...]:
    """Read the clips that travel with the app, instrument by instrument, ensembles last.

    Raises
    ------
    BadInput
        If `clips.csv` is missing or a line of it does not hold; the line is named.
    """
    table = folder / "clips.csv"
    clips = []
    try:
        with table.open(newline="", encoding="utf-8") as file:
            lines = csv.reader(file, strict=True)
            try:
                if (head := next(lines, [])) != list(COLUMNS):
                    raise _bad_line(table, 1, f"name the columns {','.join(COLUMNS)}", head)
                for line in lines:
                    clips.append(_sample(folder, line, table=table, number=lines.line_num))
            except csv.Error as error:
                raise _bad_line(table, lines.line_num, "be CSV", error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"The samples must be listed in a UTF-8 file, but {table.name} in {folder} cannot be "
            f"read: {error}. Render the samples again."
        ) from error
    for field in ("id", "title"):
        for value, n in Counter(getattr(clip, field) for clip in clips).items():
            if n > 1:
                raise BadInput(
                    f"Each clip in {table} must have its own {field}, but {n} have “{value}”. "
                    "Correct it or render the samples again."
                )
    return tuple(sorted(clips, key=lambda clip: (len(clip.labels) > 1, _rank(clip.labels))))


def irmas(folder: Path) -> tuple[Clip, ...]:
    """List IRMAS as its authors distribute it, instrument by instrument.

    The folder may be the training data (a folder for each code), a part of the testing data (a
    `.txt` of codes beside each sound), or one that holds several of these.

    Raises
    ------
    BadInput
        If there is no such folder, it holds no sound, or far more than IRMAS does.
    """
    if not folder.is_dir():
        raise BadInput(
            f"CNNVIZ_IRMAS must name a folder, but {folder} is none. "
            "Set it to an IRMAS training or testing folder and start again."
        )
    clips = []
    for place, names in _folders(folder):
        inside = place.relative_to(folder).parts
        clips += [
            _irmas_clip(place / name, inside, text=f"{name.rpartition('.')[0]}.txt" in names)
            for name in names
            if name.lower().endswith(SUFFIXES)
        ]
        if len(clips) > MAX_FILES:
            raise BadInput(
                f"An IRMAS folder must hold at most {MAX_FILES:,} sounds, but {folder} has more. "
                "Set CNNVIZ_IRMAS to the folder of IRMAS itself and start again."
            )
    if not clips:
        raise BadInput(
            f"An IRMAS folder must hold sounds, but none was found in {folder}. Set CNNVIZ_IRMAS "
            "to a folder of unpacked IRMAS training or testing data and start again."
        )
    return tuple(sorted(_distinct(clips), key=lambda clip: (_rank(clip.labels), clip.title)))


def find(clips: Iterable[Clip], id: str) -> Clip | None:
    """Return the clip with exactly this id, or None; an id is never made into a path."""
    return next((clip for clip in clips if clip.id == id), None)


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
    """Return what the dropdown calls a training clip of the class `code`."""
    drums = {True: "with drums", False: "no drums", None: ""}[name.drums]
    genre = GENRES.get(name.genre, name.genre) if name.genre else ""
    more = ", ".join(word for word in (genre, drums) if word)
    return f"{_capital(NAMES[code])} {name.recording}-{name.excerpt}" + (more and f" · {more}")


def _sample(folder: Path, line: list[str], *, table: Path, number: int) -> Clip:
    if len(line) != len(COLUMNS):
        raise _bad_line(table, number, f"have {len(COLUMNS)} fields", len(line))
    row = dict(zip(COLUMNS, line, strict=True))
    labels = tuple(row["labels"].split("+"))
    if not set(labels) <= set(CODES):
        raise _bad_line(table, number, f"have labels among {'+'.join(CODES)}", row["labels"])
    if row["kind"] not in KINDS:
        raise _bad_line(table, number, f"have a kind among {', '.join(KINDS)}", row["kind"])
    if not row["title"].strip():
        raise _bad_line(table, number, "have a title", row["title"])
    path = folder / row["file"]
    if path.parent != folder or not path.is_file():
        raise _bad_line(table, number, "name a file beside it", row["file"])
    kind = NAMES[labels[0]] if len(labels) == 1 else "ensembles"
    return Clip(
        id=f"samples/{path.stem}",
        title=row["title"],
        group=f"Samples · {kind}",
        labels=labels,
        path=path,
        origin=row["origin"],
        licence=row["licence"],
    )


def _bad_line(table: Path, number: int, must: str, came: object) -> BadInput:
    return BadInput(
        f"Line {number} of {table} must {must}, but has “{came}”. "
        "Correct it or render the samples again."
    )


def _folders(root: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Walk folders, links among them but each once, and yield the names of the files in each."""
    seen: set[str] = set()
    waiting = [(root, 0)]
    while waiting:
        place, depth = waiting.pop()
        real = os.path.realpath(place)
        if real in seen:
            continue
        seen.add(real)
        names = []
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.name.startswith("."):  # macOS leaves ._… beside each sound
                        continue
                    if entry.is_file():
                        names.append(entry.name)
                    elif depth < MAX_DEPTH and entry.is_dir():
                        waiting.append((place / entry.name, depth + 1))
        except PermissionError:
            continue
        yield place, frozenset(names)


def _irmas_clip(path: Path, inside: tuple[str, ...], *, text: bool) -> Clip:
    """Describe one sound, which lies in the folders `inside` the named one."""
    name = parse_training_name(path.stem)
    if text:
        part, labels = "testing", _read_codes(path.with_suffix(".txt"))
    else:
        codes = (path.parent.name, name.code if name else "")
        part, labels = "training", tuple(code for code in codes if code in CODES)[:1]
    instrument = NAMES[labels[0]] if labels else "not labelled"
    if name and labels and not text:
        title = training_title(name, code=labels[0])
    else:
        title = (
            f"{_capital(' + '.join(NAMES[code] for code in labels) or instrument)} · {path.stem}"
        )
    return Clip(
        id="/".join(("irmas", *inside, path.stem)),
        title=title,
        group=f"IRMAS {part} · {instrument}",
        labels=labels,
        path=path,
        origin=IRMAS_ORIGIN,
        licence=IRMAS_LICENCE,
    )


def _read_codes(path: Path) -> tuple[str, ...]:
    """Return the codes of a testing clip in the order written, each once."""
    with path.open(encoding="utf-8", errors="replace") as file:
        words = file.read(MAX_TEXT).split()
    return tuple(dict.fromkeys(word for word in words if word in CODES))


def _distinct(clips: list[Clip]) -> Iterator[Clip]:
    """Tell apart clips of the same title by their ids, and of the same id by their endings."""
    ids = Counter(clip.id for clip in clips)
    told = [
        replace(clip, id=f"{clip.id}{clip.path.suffix}") if ids[clip.id] > 1 else clip
        for clip in clips
    ]
    titles = Counter(clip.title for clip in told)
    for clip in told:
        yield replace(clip, title=f"{clip.title} ({clip.id})") if titles[clip.title] > 1 else clip


def _rank(labels: tuple[str, ...]) -> int:
    return CODES.index(labels[0]) if labels else len(CODES)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
