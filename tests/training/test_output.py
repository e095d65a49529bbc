import os

import pytest

from cnnviz.errors import BadInput
from cnnviz.training import output


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none/out.csv", "--clips must name a file in a folder that exists, but '.*none' does not"),
        ("", "--clips must name a file, but '.*' is a folder"),
        ("mine.csv", "--clips must name a file of its own, but '.*' is that of --collection"),
        ("x/../out.json", "--clips must name a file of its own, but '.*' is that of --json"),
    ],
)
def test_a_place_that_will_not_do_is_refused_before_the_work(tmp_path, name, says):
    (tmp_path / "x").mkdir()
    read = {"--collection": tmp_path / "mine.csv"}
    places = {"--json": tmp_path / "out.json", "--clips": tmp_path / name}
    with pytest.raises(BadInput, match=says):
        output.check(places, read=read, ours={})


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(BadInput, match="that can be written to, but"):
        output.check({"--json": tmp_path / "a.json"}, read={}, ours={})


def test_places_that_will_do_pass(tmp_path):
    output.check({"--json": tmp_path / "a.json", "--clips": None}, read={}, ours={})


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.csv"
    output.write(path, "one\r\n")
    assert path.read_bytes() == b"one\r\n"
    with pytest.raises(UnicodeEncodeError):
        output.write(path, "two\ud800")
    assert path.read_bytes() == b"one\r\n"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
