"""Imports run one way, only page, views and stage know Streamlit, and the map names every room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "cnnviz"
# Each room may import from those before it; those of one group do not import each other.
ORDER = [
    {"errors"},
    {"audio", "serving"},
    {"front_ends"},
    {"clips", "networks"},
    {"analyses"},
    {"stage", "export"},
    {"views"},
    {"page"},
]
# Training stands beside: nothing imports it, and it imports nothing of the page.
TRAINING = "training"
NOT_FOR_TRAINING = {"stage", "export", "views"}
MOST_ROOMS = 12
FILES = [ROOT / "streamlit_app.py", *sorted(PACKAGE.rglob("*.py"))]

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def room(path: Path) -> str:
    if path.parent == ROOT:
        return "page"
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def without_types(tree: ast.Module) -> ast.Module:
    """Drop what is imported for annotations only."""
    guarded = [
        n for n in tree.body if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)
    ]
    return ast.Module([node for node in tree.body if node not in guarded], [])


def rooms() -> set[str]:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return folders | {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}


def level(name: str) -> int:
    return next(index for index, group in enumerate(ORDER) if name in group)


@every_file
def test_imports_run_one_way(path):
    here = room(path)
    for name in imported(parsed(path)):
        package, _, rest = name.partition(".")
        there = rest.split(".")[0]
        if package != "cnnviz" or not there or there == here:
            continue
        if here == TRAINING:
            assert there not in NOT_FOR_TRAINING, f"training imports {there}"
        else:
            assert there != TRAINING, f"{path.name} imports the training wing"
            assert level(there) < level(here), f"{here} imports {there}"


@every_file
def test_only_page_views_and_stage_know_streamlit(path):
    knows = any(name.split(".")[0] == "streamlit" for name in imported(parsed(path)))
    in_charts = path.is_relative_to(PACKAGE / "views" / "charts")
    mounts = path == PACKAGE / "stage" / "__init__.py"
    assert not knows or mounts or (room(path) in {"page", "views"} and not in_charts)


@every_file
def test_nothing_uses_what_is_inside_streamlit(path):
    tree = parsed(path)
    for name in imported(without_types(tree)):
        assert not name.startswith(("streamlit.runtime", "streamlit.web", "streamlit.proto")), name
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"runtime", "get_script_run_ctx", "uploaded_file_mgr"}


@every_file
def test_nothing_changes_the_modules_of_python(path):
    for node in ast.walk(parsed(path)):
        assert not (isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.modules")
        assert not (isinstance(node, ast.ImportFrom) and node.module == "sys")


def test_the_ground_floor_is_small_and_on_the_map():
    assert len(rooms()) <= MOST_ROOMS
    assert rooms() == set().union(*ORDER) - {"page"} | {TRAINING}
    lines = (ast.get_docstring(parsed(PACKAGE / "__init__.py")) or "").splitlines()
    named = [line.split()[0] for line in lines if line.strip()]
    assert not [name for name in rooms() if name not in named]
