"""Joins JavaScript modules into the one text that Streamlit mounts.

Streamlit imports a component's script from a Blob URL, where no relative import survives; node
tests the modules one by one. So the modules stay apart in the tree and become one scope here.
The script rides in every message of its component: comments stay behind.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

_IMPORT = re.compile(r"^import\s[^;]*?from\s+\"\./([\w.]+)\";\n", re.MULTILINE)
_JSON_IMPORT = re.compile(
    r"^import\s+(\w+)\s+from\s+\"\./([\w.]+\.json)\"\s+with\s+\{[^}]*\};\n", re.MULTILINE
)
_EXPORT = re.compile(r"^export\s+(?!default\b)", re.MULTILINE)
_NAME = re.compile(
    r"^(?:export\s+)?(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)", re.MULTILINE
)

# Lines that are a comment, and JSDoc blocks that end their line.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)


def join(folder: Path, names: Sequence[str]) -> str:
    """Return modules as one script, in the order given.

    Parameters
    ----------
    folder : Path
        Holds the modules.
    names : sequence of str
        File names, each after those that it imports from. The last one holds the default export.
        JSON that they import becomes a constant, once under each name; it is not listed here.

    Raises
    ------
    ValueError
        A module imports one that does not stand before it; two modules use one name at their top
        level: joined, they would overwrite each other; or a template literal spans lines.
    """
    owners: dict[str, str] = {}
    parts = []
    for index, name in enumerate(names):
        text = _without_comments((folder / name).read_text(encoding="utf-8"), name)
        for needed in _IMPORT.findall(text):
            if needed not in names[:index]:
                raise ValueError(
                    f"a module must stand after those it imports, but {name} imports {needed}, "
                    f"which is not among {list(names[:index])}. Move or add it."
                )
        for constant, file in _JSON_IMPORT.findall(text):
            if owners.get(constant) != file:
                _own(owners, constant, file)
                values = json.loads((folder / file).read_text(encoding="utf-8"))
                parts.append(f"const {constant} = {json.dumps(values, separators=(',', ':'))};\n")
        for defined in _NAME.findall(text):
            _own(owners, defined, name)
        for pattern in (_JSON_IMPORT, _IMPORT, _EXPORT):
            text = pattern.sub("", text)
        parts.append(text)
    return "\n".join(parts)


def _without_comments(text: str, name: str) -> str:
    """Return a module without its whole-line comments.

    Strings and regular expressions end on their line, so a line of theirs never looks like one; a
    template literal may go on, and is refused where it does.
    """
    stripped = _COMMENT.sub("", text)
    for line in stripped.splitlines():
        if line.count("`") % 2:
            raise ValueError(
                f"a template literal must end on its line, or its lines could be taken for "
                f"comments, but in {name} one does not: {line.strip()!r}. Join strings instead."
            )
    return stripped


def _own(owners: dict[str, str], name: str, file: str) -> None:
    if name in owners:
        raise ValueError(
            f"a top-level name must be used once, but {name!r} stands in {owners[name]} and in "
            f"{file}. Rename one."
        )
    owners[name] = file
