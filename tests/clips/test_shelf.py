"""The shelf: bounded, whole values only, and nothing that depends on it."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.clips.archive.shelf import Shelf


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_folder_that_cannot_be_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file" / "folder", max_bytes=10)
    shelf.put("a", b"1")
    assert shelf.get("a") is None
    shelf.drop("a")


def test_what_cannot_be_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path, max_bytes=10)
    shelf.put("a", b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    shelf.put("a", b"new")
    assert shelf.get("a") == b"old"
    assert len(names(tmp_path)) == 1


@settings(deadline=None, max_examples=40)  # a busy disk
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=20))
def test_never_more_than_the_bound(put: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), max_bytes=100)
        for key, n in put:
            shelf.put(str(key), b"x" * n)
            assert shelf.get(str(key)) == b"x" * n
            assert sum(path.stat().st_size for path in Path(folder).iterdir()) <= 100


@settings(deadline=None, max_examples=40)  # a busy disk
@given(st.text())
def test_no_key_is_a_path(key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder) / "shelf", max_bytes=100)
        shelf.put(key, b"1")
        assert shelf.get(key) == b"1"
        (name,) = names(Path(folder) / "shelf")
        assert len(name) == 64 and name.isalnum()
        assert len(names(Path(folder))) == 2
        shelf.drop(key)
        assert shelf.get(key) is None


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, max_bytes=2)
    for age, key in enumerate("ab"):
        shelf.put(key, key.encode())
        for path in tmp_path.iterdir():
            if path.read_bytes() == key.encode():
                os.utime(path, (age, age))
    assert shelf.get("a") == b"a"  # used again
    shelf.put("c", b"c")
    assert [shelf.get(key) for key in "abc"] == [b"a", None, b"c"]


def test_another_process_reads_what_one_wrote(tmp_path: Path) -> None:
    Shelf(tmp_path, max_bytes=10).put("a", b"1")
    assert Shelf(tmp_path, max_bytes=10).get("a") == b"1"
    Shelf(tmp_path, max_bytes=10).put("b", b"x" * 11)
    assert Shelf(tmp_path, max_bytes=10).get("b") is None
