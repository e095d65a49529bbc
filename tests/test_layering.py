"""Imports run one way, and only the page, its views and the stage know Streamlit."""

import ast

import pytest

from tests.conftest import ROOT

# Each module may import those before it; those of one group do not import each other.
ORDER = [
    {"errors", "instruments", "memory", "store", "aggregate", "overlap"},
    {"turns", "cores", "layers"},
    {"frontend", "irmas"},
    {"card", "archive", "audio", "results"},
    {"network", "clips", "listening", "verdict"},
    {"activations"},
    {"charts", "export", "stage"},
    {"views"},
]
FILES = [path for path in sorted((ROOT / "cnnviz").rglob("*.py")) if "training" not in path.parts]


def room(path):
    parts = path.relative_to(ROOT / "cnnviz").with_suffix("").parts
    return parts[0]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def level(name):
    return next(index for index, group in enumerate(ORDER) if name in group)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path):
    here = room(path)
    if here == "__init__":
        return
    for name in imported(path):
        package, _, rest = name.partition(".")
        there = rest.split(".")[0]
        if package != "cnnviz" or not there or there == here:
            continue
        assert there != "training", f"{path.name} imports the training wing"
        assert level(there) < level(here), f"{here} imports {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_page_views_and_stage_know_streamlit(path):
    knows = any(name.split(".")[0] == "streamlit" for name in imported(path))
    assert not knows or room(path) in {"views", "stage"}
