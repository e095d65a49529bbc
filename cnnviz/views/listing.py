"""What the list of clips shows for each of them, and which one opens first."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cnnviz.analyses import marks
from cnnviz.clips.catalogue import Entry

RENDERED = "Rendered · "
WRONG = "✗ "
FIRST = "recordings/piano-bach-prelude-in-c"
HELP = (
    "Type to search. Upload and Record take a sound of your own; IRMAS fetches one clip from its "
    "authors' archive. Real recordings come next, then clips rendered from soundfonts. "
    f"{WRONG.strip()} marks clips in which the network names something that is not labelled, or "
    "nothing."
)


def first(entries: Mapping[str, Entry[Path]]) -> str:
    """Return the title of the clip that opens first: `FIRST`, if it is among them."""
    ids = {entry.id: title for title, entry in entries.items()}
    return ids.get(FIRST, next(iter(entries)))


def words(
    title: str, entries: Mapping[str, Entry[Path]], named: Mapping[str, Sequence[str]]
) -> str:
    """Return what the list shows for a title: also whether it is rendered and the network errs.

    Parameters
    ----------
    title : str
        Of a clip, or of what else stands on the list.
    entries : mapping of str to Entry
        The clips by their titles.
    named : mapping of str to sequence of str
        Codes that the network names in clips, by their ids, as far as that is known.
    """
    entry = entries.get(title)
    if entry is None:
        return title
    shown = f"{RENDERED}{title}" if entry.id.startswith("samples/") else title
    is_wrong = entry.id in named and marks.is_wrong(named[entry.id], entry.labels)
    return f"{WRONG}{shown}" if is_wrong else shown
