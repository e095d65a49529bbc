import csv
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.clips.instruments import CODES
from cnnviz.training import report
from cnnviz.training.collection import Item


def item(path, *labels, recording=""):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"12345")
    return Item(path, labels, recording=recording)


def judged(*tops, threshold=0.4):
    scores = [[0.5 if code == top else 0.125 for code in CODES] for top in tops]
    figures = {"s1": {"threshold": threshold}, "confusion": [[1]]}
    return report.Judged(np.array(scores), figures, "0" * 64)


@pytest.fixture
def items(tmp_path):
    first = item(tmp_path / "a" / "bow, 1.wav", "vio", recording="Müller")
    return [first, item(tmp_path / "b" / "2.flac", "gel", "voi")]


def test_clips_are_named_from_the_folder_that_holds_them_all(tmp_path, items):
    assert report.folder_of(items) == tmp_path
    assert report.folder_of(items[:1]) == tmp_path / "a"
    assert report.clips(items) == [
        {"path": "a/bow, 1.wav", "labels": "vio", "recording": "Müller", "bytes": 5},
        {"path": "b/2.flac", "labels": "gel+voi", "recording": "", "bytes": 5},
    ]


def test_the_table_of_clips_reads_back_in_pandas(tmp_path, items):
    path = tmp_path / "clips.csv"
    one = judged("cel", "voi")
    one.scores[1, CODES.index("org")] = 0.4  # reaches the threshold exactly
    path.write_text(report.table(items, one), encoding="utf-8-sig", newline="")
    table = pd.read_csv(path)
    start = ["path", "labels", "recording", "top", "right", "named"]
    assert table.columns.tolist() == [*start, *CODES]
    assert table["path"].tolist() == ["a/bow, 1.wav", "b/2.flac"]
    assert table["recording"][0] == "Müller"
    assert table["top"].tolist() == ["cel", "voi"]
    assert table["right"].tolist() == [0, 1]
    assert table["named"].tolist() == ["cel", "org+voi"]
    np.testing.assert_array_equal(table[[*CODES]].to_numpy(), one.scores)


def test_the_table_of_clips_reads_back_line_by_line(items):
    lines = [*csv.reader(report.table(items, judged("cel", "voi", threshold=0.9)).splitlines())]
    assert [len(line) for line in lines] == [17] * 3
    assert lines[1][5] == ""  # nothing reaches the threshold


def test_names_that_a_spreadsheet_would_compute_are_marked_as_text(tmp_path):
    one = item(tmp_path / "x" / "=HYPERLINK(1).wav", "vio", recording="+4")
    (line,) = csv.DictReader(report.table([one], judged("vio")).splitlines())
    assert (line["path"], line["recording"]) == ("'=HYPERLINK(1).wav", "'+4")
    assert line["cla"] == "0.125"


def test_what_was_written_is_known_again_and_nothing_else_is(tmp_path, items):
    path = tmp_path / "x"
    path.write_text(report.table(items, judged("cel", "voi")), encoding="utf-8-sig", newline="")
    assert report.is_table(path) and not report.is_results(path)
    path.write_text(report.text({"format": 1, "collection": {}, "systems": {}}))
    assert report.is_results(path) and not report.is_table(path)
    for other in (b"{}", b"[1]", b"path,labels,recording\n", b"\xff\xfe{", b"{" * 100_000):
        path.write_bytes(other)
        assert not report.is_results(path) and not report.is_table(path)


def test_figures_that_are_not_computed_anew_keep_their_source(items):
    old = {"confusion": [[7]]}
    earlier = {
        "date": "2026-01-02",
        "command": "second",
        "systems": {"ours": old, "svm": old, "older": old},
        "weights_sha256": {"ours": "1" * 64, "older": "2" * 64},
        "kept": [{"date": "2026-01-01", "command": "first", "systems": ["older", "gone"]}],
    }
    systems, weights, kept = report.systems({"ours": judged("cel", "voi")}, earlier)
    assert [*systems] == ["ours", "svm", "older"]
    assert (systems["ours"]["confusion"], systems["svm"]) == ([[1]], old)
    assert weights == {"ours": "0" * 64, "older": "2" * 64}
    assert kept == [
        {"date": "2026-01-01", "command": "first", "systems": ["older"]},
        {"date": "2026-01-02", "command": "second", "systems": ["svm"]},
    ]
    assert report.systems({"ours": judged("cel", "voi")}, None)[2] == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_what_is_written_is_json(value):
    assert json.loads(report.text(value)) == value


def test_a_clip_takes_one_line():
    text = report.text({"clips": [{"path": "a"}, {"path": "b"}], "scores": [[1, 2]]})
    assert '  {"path": "a"},\n' in text
    assert "  [1, 2]\n" in text
