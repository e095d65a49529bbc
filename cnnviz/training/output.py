"""Files that a command writes at its end.

Their places are checked before the command's work, and a file is there whole or not at all.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from cnnviz.errors import BadInput


def check(
    places: Mapping[str, Path | None],
    *,
    read: Mapping[str, Path],
    ours: Mapping[str, Callable[[Path], bool]],
) -> None:
    """Check that files can be written.

    Parameters
    ----------
    places : mapping of str to Path or None
        Option to the file that it names, None where it was not given.
    read : mapping of str to Path
        Option to what the command reads, which must not be written over.
    ours : mapping of str to callable
        Option to what tells whether a file is one that the command wrote; others are not written
        over, unless they are empty.

    Raises
    ------
    BadInput
        Naming the option.
    """
    taken = {path.resolve(): option for option, path in read.items()}
    for option, path in places.items():
        if path is None:
            continue
        if path.is_dir():
            raise BadInput(f"{option} must name a file, but '{path}' is a folder. Add a name.")
        if not path.parent.is_dir():
            raise BadInput(
                f"{option} must name a file in a folder that exists, but '{path.parent}' does not. "
                "Create it or choose another."
            )
        if not os.access(path.parent, os.W_OK):
            raise BadInput(
                f"{option} must name a file in a folder that can be written to, but "
                f"'{path.parent}' cannot. Choose another."
            )
        other = taken.setdefault(path.resolve(), option)
        if other != option:
            raise BadInput(
                f"{option} must name a file of its own, but '{path}' is that of {other}. "
                "Choose another name."
            )
        if path.is_file() and path.stat().st_size and not ours[option](path):
            raise BadInput(
                f"{option} must name a new file or one that `evaluate` wrote, but '{path}' is "
                "another. Choose another name or delete it."
            )


def write(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a file beside its place, then move it there."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(text, encoding=encoding, newline="")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
