"""Where clips come from: what travels with the app, IRMAS folders and archives.

**Conventions**: labels are codes of `CODES`; a clip's id is its address within its collection, with
`/` between folders and without the file's ending. Nothing is decoded here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic

from cnnviz.clips.credit import Credit
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.clips.irmas import ARCHIVE_ORIGIN, LICENCE, ORIGIN, Excerpt, Where, excerpts
from cnnviz.clips.table import Line, lines

COLUMNS = ("file", "title", "labels", "kind", "seconds", "origin", "licence", "seed")
KINDS = ("alone", "manner", "accompanied", "ensemble")


@dataclass(frozen=True)
class Entry(Generic[Where]):
    """An entry of the clip list: a sound that can be chosen.

    Attributes
    ----------
    id : str
        Stable and safe in an address, as `recordings/cello-phrase`.
    title : str
        What the dropdown shows; no two entries of a collection share one.
    group : str
        Collection and instrument, as "Samples · flute".
    labels : tuple of str
        Codes of what plays, the predominant one first; empty when unknown.
    path : Path, or what stands for one
        Where it lies.
    credit : Credit
        Who made it, and under which terms it may be used.
    excerpt : Excerpt or None
        What IRMAS says of it, if it is of IRMAS.
    """

    id: str
    title: str
    group: str
    labels: tuple[str, ...]
    path: Where
    credit: Credit
    excerpt: Excerpt[Where] | None = None


def samples(folder: Path) -> tuple[Entry[Path], ...]:
    """Read the list of the rendered clips, instrument by instrument, ensembles last.

    Raises
    ------
    BadInput
        If `clips.csv` is missing or a line of it does not hold; the line is named.
    """
    return told_apart((line, _sample(line)) for line in lines(folder / "clips.csv", COLUMNS))


def told_apart(listed: Iterable[tuple[Line, Entry[Path]]]) -> tuple[Entry[Path], ...]:
    """Return entries instrument by instrument, ensembles last; refuse a second of the same name."""
    entries: list[Entry[Path]] = []
    for line, entry in listed:
        if any(entry.id == other.id or entry.title == other.title for other in entries):
            must = "have a file and a title of its own"
            raise line.refused(must, f"{line['file']}, {entry.title}")
        entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: (len(entry.labels) > 1, _rank(entry.labels))))


def irmas(folder: Path) -> tuple[Entry[Path], ...]:
    """List an IRMAS training or testing folder, or one that holds several, by instrument.

    Raises
    ------
    BadInput
        If there is no such folder, it holds no sound, or far more than IRMAS does.
    """
    return _in_order(excerpts(folder), origin=ORIGIN)


def archived(excerpts: Iterable[Excerpt[Where]]) -> tuple[Entry[Where], ...]:
    """List excerpts of IRMAS's own archive, by instrument, as `irmas` lists those of a folder."""
    return _in_order(excerpts, origin=ARCHIVE_ORIGIN)


def _sample(line: Line) -> Entry[Path]:
    """Read one line of clips.csv."""
    if line["kind"] not in KINDS:
        raise line.refused(f"have a kind among {', '.join(KINDS)}", line["kind"])
    path, labels = line.path, line.labels
    instrument = NAMES[labels[0]] if len(labels) == 1 else "ensembles"
    return Entry(
        id=f"samples/{path.stem}",
        title=line.title,
        group=f"Samples · {instrument}",
        labels=labels,
        path=path,
        credit=Credit(line["origin"], line["licence"]),
    )


def _in_order(excerpts: Iterable[Excerpt[Where]], *, origin: str) -> tuple[Entry[Where], ...]:
    entries = [_from_irmas(excerpt, origin=origin) for excerpt in excerpts]
    return tuple(sorted(_unique(entries), key=lambda entry: (_rank(entry.labels), entry.title)))


def _from_irmas(excerpt: Excerpt[Where], *, origin: str) -> Entry[Where]:
    instrument = NAMES[excerpt.labels[0]] if excerpt.labels else "not labelled"
    return Entry(
        id=f"irmas/{excerpt.place}",
        title=excerpt.title,
        group=f"IRMAS {excerpt.part} · {instrument}",
        labels=excerpt.labels or (),
        path=excerpt.path,
        credit=Credit(origin, LICENCE),
        excerpt=excerpt,
    )


def _unique(entries: list[Entry[Where]]) -> Iterator[Entry[Where]]:
    """Make ids unique by the files' endings, and titles by the ids."""
    ids = Counter(entry.id for entry in entries)
    entries = [
        replace(entry, id=entry.id + entry.excerpt.ending)
        if ids[entry.id] > 1 and entry.excerpt
        else entry
        for entry in entries
    ]
    titles = Counter(entry.title for entry in entries)
    for entry in entries:
        repeated = titles[entry.title] > 1
        yield replace(entry, title=f"{entry.title} ({entry.id})") if repeated else entry


def _rank(labels: tuple[str, ...]) -> int:
    return CODES.index(labels[0]) if labels else len(CODES)
