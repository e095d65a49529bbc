"""Text that others wrote, shown as it is written."""

import re

BRIEF = 60  # characters: longer than any title of the samples


def plain(text: str) -> str:
    """Return text that cannot act as Markdown: no link, no picture, no formula."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$~:&-])", r"\\\1", text)


def brief(text: str) -> str:
    """Return the beginning of a text of any length, on one line and without control characters."""
    start = text[: BRIEF + 1]
    line = " ".join("".join(char if char.isprintable() else " " for char in start).split())
    return f"{line[:BRIEF]}…" if len(text) > BRIEF else line
