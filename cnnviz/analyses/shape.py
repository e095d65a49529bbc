"""JSON held to a shape of dicts, lists and leaves, so that a refusal names the field.

**Conventions**: a shape is a dict, a list or a `Leaf`; JSON may have fields beyond its shape's.
"""

import re
import reprlib
from collections.abc import Callable
from datetime import date
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np

from cnnviz.errors import BadInput

MOST = 10_000_000  # far beyond what any collection counts, and well inside int64


class Leaf(NamedTuple):
    """What one value must be, in words and as a test."""

    words: str
    holds: Callable[[Any], bool]


def check(raw: Any, shape: Any, where: str = "") -> None:
    """Hold JSON to a shape of dicts, lists and leaves; it may have fields beyond the shape's."""
    inner: list[tuple[str, Any, Any]] = []
    if isinstance(shape, dict):
        holds, words = isinstance(raw, dict), "an object"
        inner = [(key, raw.get(key), each) for key, each in shape.items() if holds]
    elif isinstance(shape, list):
        holds, words = isinstance(raw, list) and len(raw) == len(shape), f"a list of {len(shape)}"
        inner = [(str(i), raw[i], each) for i, each in enumerate(shape) if holds]
    else:
        holds, words = shape.holds(raw), shape.words
    if not holds:
        raise BadInput(f"it has {reprlib.repr(raw)} in {where or 'the file'}, not {words}")
    for key, value, each in inner:
        check(value, each, f"{where}.{key}" if where else key)


def _is_text(raw: Any, pattern: str = "[^\ud800-\udfff]+") -> bool:
    # JSON may hold halves of characters, which UTF-8 cannot write
    return isinstance(raw, str) and bool(re.fullmatch(pattern, raw))


def _is_inner(raw: Any) -> bool:
    path = PurePosixPath(raw if _is_text(raw) else "/")
    return not path.is_absolute() and ".." not in path.parts and "\x00" not in str(path)


def _is_day(raw: Any) -> bool:
    try:
        return bool(date.fromisoformat(raw))
    except (TypeError, ValueError):
        return False


def _are_names(raw: Any) -> bool:
    return isinstance(raw, list | dict) and all(map(_is_text, raw)) and 0 < len({*raw}) == len(raw)


def _are_ends(raw: Any, end: Leaf) -> bool:
    if not isinstance(raw, list) or len(raw) != 2:
        return False
    return raw == [None, None] or (all(map(end.holds, raw)) and raw[0] <= raw[1])


def _number(least: int) -> Leaf:
    return Leaf(
        f"a number from {least} to 1".replace("-", "−"),
        lambda raw: type(raw) in (int, float) and least <= raw <= 1,
    )


def _ends(end: Leaf) -> Leaf:
    return Leaf(
        f"two ends{end.words.removeprefix('a number')}, the lower end first, or two nulls",
        lambda raw: _are_ends(raw, end),
    )


def table(n_lines: int, n_columns: int) -> Leaf:
    """Return the leaf of a list of lists of shares."""
    return Leaf(
        f"{n_lines:,} lists of {n_columns} numbers from 0 to 1",
        lambda raw: _is_table(raw, (n_lines, n_columns)),
    )


def _is_table(raw: Any, shape: tuple[int, int]) -> bool:
    try:
        numbers = np.asarray(raw)
    except ValueError:  # of different lengths
        return False
    return (
        numbers.dtype.kind in "fi"
        and numbers.shape == shape
        and bool(((numbers >= 0) & (numbers <= 1)).all())
    )


def whole(least: int) -> Leaf:
    """Return the leaf of a count."""
    return Leaf(
        f"a whole number from {least} to {MOST:,}",
        lambda raw: type(raw) is int and least <= raw <= MOST,  # the type of true is bool
    )


TEXT = Leaf("text", _is_text)
ANY_TEXT = Leaf("text, if only empty", lambda raw: raw == "" or _is_text(raw))
LIST = Leaf("a list", lambda raw: isinstance(raw, list))
OPTIONAL = Leaf("text or null", lambda raw: raw is None or _is_text(raw))
NAMES = Leaf("one name or more, none of them twice", _are_names)
PATH = Leaf("a path within the collection's folder, with / between names", _is_inner)
DAY = Leaf("a date such as 2026-01-31", _is_day)
SHA256 = Leaf("64 hexadecimal digits", lambda raw: _is_text(raw, "[0-9a-f]{64}"))
SHARE, DIFFERENCE = _number(0), _number(-1)
ENDS, DIFFERENCE_ENDS = _ends(SHARE), _ends(DIFFERENCE)
COUNT, POSITIVE = whole(0), whole(1)
