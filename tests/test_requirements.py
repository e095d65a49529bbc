"""requirements.txt lists what the app imports, each with a reason, and nothing else."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

FILES = [ROOT / "streamlit_app.py"] + [
    path for path in sorted((ROOT / "cnnviz").rglob("*.py")) if "training" not in path.parts
]
LINES = [
    line
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def imported(text: str) -> Iterator[str]:
    """Yield the top-level names of all absolute imports, those inside functions too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def distributions(files: list[Path]) -> set[str]:
    """Return the distributions that the files import, by their canonical names."""
    by_name = packages_distributions()
    names = {name for path in files for name in imported(path.read_text(encoding="utf-8"))}
    return {
        canonicalize_name(distribution)
        for name in names - set(sys.stdlib_module_names) - {"cnnviz"}
        for distribution in by_name.get(name, [f"{name} (not installed)"])
    }


def test_reads_every_form_of_import() -> None:
    text = "import a.b, c\nfrom d.e import f\nfrom . import g\ndef h():\n    import i"
    assert sorted(imported(text)) == ["a", "c", "d", "i"]


def test_lists_what_is_imported_and_nothing_else() -> None:
    assert {canonicalize_name(Requirement(_bare(line)).name) for line in LINES} == distributions(
        FILES
    )


@pytest.mark.parametrize("line", LINES, ids=lambda line: re.split("[<>=]", line)[0])
def test_each_line_has_a_bound_that_holds_and_a_reason(line: str) -> None:
    requirement = Requirement(_bare(line))
    assert requirement.specifier.contains(version(requirement.name))
    assert len(line.partition("  # ")[2].split()) >= 2


def _bare(line: str) -> str:
    return line.partition("#")[0].strip()
