"""Finds what somebody means who writes a name by hand, as in an address.

A name is looked up among those that exist; it is never made into a path.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence


def fitting(text: str, named: Mapping[str, Sequence[str]], *, loosely: bool = True) -> list[str]:
    """Return the keys whose names fit a text best.

    Parameters
    ----------
    text : str
    named : mapping of str to sequence of str
        What each thing is called, by its key.
    loosely : bool
        Whether it is enough that every word of the text begins a word of the names.

    Returns
    -------
    list of str
        Keys with exactly this name; without one, those with a name of the same words, whatever
        stands between them, in small letters or capitals; without one, those that fit loosely.
    """
    if exact := [key for key, names in named.items() if text in names]:
        return exact
    asked = _words(text)
    if not asked:
        return []
    words = {key: [_words(name) for name in names] for key, names in named.items()}
    if same := [key for key, names in words.items() if asked in names]:
        return same
    return [key for key, names in words.items() if loosely and _begin(set(asked), names)]


def _begin(asked: set[str], names: list[list[str]]) -> bool:
    known = [word for name in names for word in name]
    return all(any(word.startswith(start) for word in known) for start in asked)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
