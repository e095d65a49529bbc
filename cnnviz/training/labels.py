"""Labels as people write them: codes or names, in any case, several in one cell.

**Conventions**: a *cell* is the text of one field of a collection's CSV; codes and names are those
of `cnnviz.clips.instruments`. Between labels stands `+`, `,`, `;` or space.
"""

import re
from difflib import get_close_matches

from cnnviz.clips.instruments import CODES, NAMES

WRITTEN = {code: code for code in CODES} | {name: code for code, name in NAMES.items()}
LONGEST = max(len(name.split()) for name in WRITTEN)  # words of a name
LIKENESS = 0.6  # of difflib, from which a word is taken for a slip of another


def known() -> str:
    """Return all codes with their names, for messages."""
    return ", ".join(f"{code} ({name})" for code, name in NAMES.items())


def read(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read a cell.

    Returns
    -------
    tuple of str, tuple of str
        Codes in the order written, each once; and what was not understood.
    """
    codes: list[str] = []
    strange: list[str] = []
    for part in re.split(r"[+,;]", cell):
        of_part, rest = _read_words(part.split())
        # Without one label in it, a part is one name written wrongly, however many words it has.
        strange += rest if of_part else filter(None, [part.strip()])
        codes += of_part
    return tuple(dict.fromkeys(codes)), tuple(strange)


def _read_words(words: list[str]) -> tuple[list[str], list[str]]:
    """Take the name that begins at each word; collect the words that begin none."""
    codes: list[str] = []
    strange: list[str] = []
    at = 0
    while at < len(words):
        for n in range(1, LONGEST + 1):
            code = WRITTEN.get(_plain(" ".join(words[at : at + n])))
            if code and at + n <= len(words):
                codes.append(code)
                at += n
                break
        else:
            strange.append(words[at])
            at += 1
    return codes, strange


def refusal(strange: str) -> str:
    """Say that a label is not understood, and what is nearest to it."""
    said = f"“{strange}” is no instrument of this network"
    written = _plain(strange)
    near = get_close_matches(written, WRITTEN, n=1, cutoff=LIKENESS)
    # "guitar" is part of two names, and nearer to neither.
    near = [name for name in WRITTEN if written in name.split()] or near
    if not near:
        return said
    return f"{said}; did you mean {' or '.join(f'“{name}”' for name in near)}?"


def _plain(written: str) -> str:
    return re.sub(r"[\s_-]+", " ", written).strip().casefold()
