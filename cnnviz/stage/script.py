"""Joins JavaScript modules into the one text that Streamlit mounts.

Streamlit imports a component's script from a Blob URL, where no relative import survives; node
tests the modules one by one. So the modules stay apart in the tree and become one scope here.
"""

import re
from collections.abc import Sequence
from pathlib import Path

_IMPORT = re.compile(r"^import\s[^;]*?from\s+\"\./([\w.]+)\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?!default\b)", re.MULTILINE)
_NAME = re.compile(
    r"^(?:export\s+)?(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)", re.MULTILINE
)


def join(folder: Path, names: Sequence[str]) -> str:
    """Return modules as one script, in the order given.

    Parameters
    ----------
    folder : Path
        Holds the modules.
    names : sequence of str
        File names, each after those that it imports from. The last one holds the default export.

    Raises
    ------
    ValueError
        A module imports one that does not stand before it, or two modules use one name at their
        top level: joined, they would overwrite each other.
    """
    owners: dict[str, str] = {}
    parts = []
    for index, name in enumerate(names):
        text = (folder / name).read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            if needed not in names[:index]:
                raise ValueError(
                    f"a module must stand after those it imports, but {name} imports {needed}, "
                    f"which is not among {list(names[:index])}. Move or add it."
                )
        for defined in _NAME.findall(text):
            if defined in owners:
                raise ValueError(
                    f"a top-level name must be used once, but {defined!r} stands in "
                    f"{owners[defined]} and in {name}. Rename one."
                )
            owners[defined] = name
        parts.append(_EXPORT.sub("", _IMPORT.sub("", text)))
    return "\n".join(parts)
