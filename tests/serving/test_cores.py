import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.serving.cores import usable

ALL = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("says", "cores"),
    [
        ("max 100000\n", ALL),
        ("50000 100000\n", 1),
        ("100000 100000\n", 1),
        (f"{(ALL + 1) * 100000} 100000\n", ALL),
        ("0 0", ALL),
        ("", ALL),
    ],
)
def test_the_limit_counts(tmp_path: Path, says: str, cores: int) -> None:
    (tmp_path / "cpu.max").write_text(says)
    assert usable(tmp_path / "cpu.max") == cores


def test_without_a_limit_the_machine_counts(tmp_path: Path) -> None:
    assert usable(tmp_path / "gone") == ALL


@given(says=st.binary(max_size=40))
def test_whatever_the_limit_says(tmp_path_factory: pytest.TempPathFactory, says: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "cpu.max"
    path.write_bytes(says)
    assert 1 <= usable(path) <= ALL
