"""What travels with the app: real recordings, and the rendered clips behind them.

**Conventions**: as in `cnnviz.clips.catalogue`. `recordings/clips.csv` among the
samples is written by `python -m cnnviz.training recordings`.
"""

from dataclasses import replace
from pathlib import Path

from cnnviz.clips.catalogue import Entry, samples, told_apart
from cnnviz.clips.credit import Credit
from cnnviz.clips.instruments import NAMES
from cnnviz.clips.table import Line, lines

COLUMNS = (
    "file",
    "title",
    "labels",
    "seconds",
    "work",
    "performer",
    "source",
    "source_url",
    "licence",
    "licence_url",
    "evidence",
    "changes",
    "start_s",
)
SITES = {
    "commons.wikimedia.org": "Wikimedia Commons",
    "freesound.org": "Freesound",
}


def shipped(folder: Path) -> tuple[Entry[Path], ...]:
    """List what travels with the app: recordings, then rendered clips.

    A rendered clip of an instrument without a recording says that there is none.

    Raises
    ------
    BadInput
        As `samples` and `recordings`.
    """
    real = recordings(folder / "recordings")
    recorded = {code for entry in real for code in entry.labels}
    return (*real, *(_remarked(entry, recorded) for entry in samples(folder)))


def recordings(folder: Path) -> tuple[Entry[Path], ...]:
    """Read the list of the recordings in a folder, instrument by instrument, ensembles last.

    Raises
    ------
    BadInput
        If `clips.csv` is missing or a line of it does not hold; the line is named.
    """
    return told_apart((line, _entry(line)) for line in lines(folder / "clips.csv", COLUMNS))


def _entry(line: Line) -> Entry[Path]:
    for column in ("source_url", "licence_url"):
        if not line[column].startswith("https://"):
            raise line.refused(f"have an https address as {column}", line[column])
    path = line.path
    return Entry(
        id=f"recordings/{path.stem}",
        title=line.title,
        group="Recordings",
        labels=line.labels,
        path=path,
        credit=Credit(
            work=line["work"],
            performer=line["performer"],
            origin=_site(line["source_url"]),
            origin_url=line["source_url"],
            licence=line["licence"],
            licence_url=line["licence_url"],
            changes=line["changes"],
        ),
    )


def _remarked(entry: Entry[Path], recorded: set[str]) -> Entry[Path]:
    """Say of a rendered clip which of its instruments has no recording."""
    missing = [NAMES[code] for code in entry.labels if code not in recorded]
    if not missing:
        return entry
    remark = (
        f"No recording of {' or '.join(missing)} is among the clips: none was found whose licence "
        "is certain."
    )
    return replace(entry, credit=replace(entry.credit, remark=remark))


def _site(address: str) -> str:
    """Name a page: by its site, or by its own address where that is short and tells more."""
    bare = address.removeprefix("https://")
    return SITES.get(bare.partition("/")[0], bare)
