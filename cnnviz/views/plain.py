"""Text that others wrote, shown as it is written."""

import re


def plain(text: str) -> str:
    """Return text that cannot act as Markdown: no link, no picture, no formula."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$~:&-])", r"\\\1", text)
