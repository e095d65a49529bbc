"""The disk cache: bounded, whole values only, and every failure a cache miss."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.clips.archive.cache import DiskCache


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_folder_that_cannot_be_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = DiskCache(tmp_path / "file" / "folder", max_bytes=10)
    cache.put("a", b"1")
    assert cache.get("a") is None


def test_what_cannot_be_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = DiskCache(tmp_path, max_bytes=20)
    cache.put("a", b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    cache.put("a", b"new")
    assert cache.get("a") == b"old"
    assert len(names(tmp_path)) == 1


@settings(deadline=None, max_examples=40)  # a busy disk
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=20))
def test_never_more_than_the_bound(put: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = DiskCache(Path(folder), max_bytes=100)
        for key, n in put:
            cache.put(str(key), b"x" * n)
            assert cache.get(str(key)) == b"x" * n
            assert sum(path.stat().st_size for path in Path(folder).iterdir()) <= 100


@settings(deadline=None, max_examples=40)  # a busy disk
@given(st.text())
def test_no_key_is_a_path(key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = DiskCache(Path(folder) / "cache", max_bytes=100)
        cache.put(key, b"1")
        assert cache.get(key) == b"1"
        (name,) = names(Path(folder) / "cache")
        assert len(name) == 64 and name.isalnum()
        assert len(names(Path(folder))) == 2


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=10)
    for age, key in enumerate("ab"):
        cache.put(key, key.encode())
        for path in tmp_path.iterdir():
            if path.read_bytes().startswith(key.encode()):
                os.utime(path, (age, age))
    assert cache.get("a") == b"a"  # used again
    cache.put("c", b"c")
    assert [cache.get(key) for key in "abc"] == [b"a", None, b"c"]


def test_another_process_reads_what_one_wrote(tmp_path: Path) -> None:
    DiskCache(tmp_path, max_bytes=10).put("a", b"1")
    assert DiskCache(tmp_path, max_bytes=10).get("a") == b"1"
    DiskCache(tmp_path, max_bytes=10).put("b", b"x" * 11)
    assert DiskCache(tmp_path, max_bytes=10).get("b") is None


def test_a_damaged_value_is_a_cache_miss(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=100)
    cache.put("a", b"12345")
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for damaged in (whole[:-1], b"0" + whole[1:], whole + b"0", b""):
        path.write_bytes(damaged)
        assert cache.get("a") is None
    path.write_bytes(whole)
    assert cache.get("a") == b"12345"
