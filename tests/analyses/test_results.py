"""The results of an evaluation: whatever the file holds, one sentence or figures that hold."""

import contextlib
import copy
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.analyses.results import read_results
from cnnviz.errors import BadInput
from tests.conftest import ROOT
from tests.evaluations import evaluation

SHIPPED = ROOT / "models" / "han2016" / "results.json"


def read(folder, raw):
    path = folder / "results.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    return read_results(path)


def places(value, at=()):
    """Yield the address of every value in JSON."""
    yield at
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*at, key))


def put(raw, at, value):
    """Return JSON with the value at an address replaced."""
    if not at:
        return value
    changed = copy.deepcopy(raw)
    holder = changed
    for key in at[:-1]:
        holder = holder[key]
    holder[at[-1]] = value
    return changed


PLACES = [at for at in places(evaluation()) if at]


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (("format",), 2, "format"),
        (("command",), "", "command"),
        (("date",), "yesterday", "date such as"),
        (("collection",), None, "object for collection"),
        (("collection", "name"), "\ud800", "'name' in text"),
        (("collection", "split"), 3, "'split' in text"),
        (("collection", "sha256"), "0a", "64 hexadecimal"),
        (("collection", "clips"), 0, "collection.clips"),
        (("collection", "recordings"), 7.5, "collection.recordings"),
        (("classes",), ["cel", "cel", "voi"], "different codes"),
        (("classes",), [["cel"]], "different codes"),
        (("counts", "test"), {}, "one class or more"),
        (("counts", "test"), {"oboe": 3}, "classes of the network"),
        (("counts", "test", "flu"), 10**30, "counts.test.flu"),
        (("counts", "train"), {"cel": 10}, "counts.train.flu"),
        (("counts", "train", "cel"), True, "counts.train.cel"),
        (("systems",), {}, "one system or more"),
        (("systems", "small", "top1", "recall", "flu"), 1.5, "small.top1.recall.flu"),
        (("systems", "small", "top1", "macro"), float("nan"), "small.top1.macro"),
        (("systems", "small", "s1", "intervals", "flu"), [0.6, 0.2], "lower end first"),
        (("systems", "small", "s1", "intervals", "flu"), [0.6], "two ends"),
        (("systems", "small", "s2"), None, "small.s2"),
        (("systems", "small", "s2", "micro", "f1"), "high", "small.s2.f1"),
        (("systems", "mfcc_svm", "s1", "threshold"), -1, "mfcc_svm.s1.threshold"),
        (("systems", "mfcc_svm", "confusion"), [[1, 2, 3]], "3 rows of 3"),
        (("systems", "mfcc_svm", "confusion", 0, 0), -1, "mfcc_svm.confusion"),
        (("systems", "mfcc_svm", "confusion", 0, 0), 5, "at most the 5 clips of cel"),
        (("systems", "small", "s1", "f1"), {"cel": 0.5, "voi": 0.5}, "small.s1 for the classes"),
        (("systems", "small", "top1", "intervals", "sax"), [0, 1], "and no other.*sax"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, at, value, says):
    with pytest.raises(BadInput, match=says):
        read(tmp_path, put(evaluation(), at, value))


@pytest.mark.parametrize("text", ["", '{"format": 1, ', "[" * 100_000, "\ufeff{}"])
def test_a_broken_file_is_said(tmp_path, text):
    with pytest.raises(BadInput, match=r"readable results\.json"):
        read(tmp_path, text)


def test_a_missing_file_is_said_with_what_to_do(tmp_path):
    with pytest.raises(BadInput, match="evaluate --json"):
        read_results(tmp_path / "results.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(at=st.sampled_from([(), *PLACES]), value=json_values)
def test_no_json_breaks_the_reader(tmp_path_factory, at, value):
    with contextlib.suppress(BadInput):
        read(tmp_path_factory.getbasetemp(), put(evaluation(), at, value))


@given(at=st.sampled_from(PLACES))
def test_what_lacks_a_field_is_refused_unless_nothing_needs_it(tmp_path_factory, at):
    raw = evaluation()
    holder = raw
    for key in at[:-1]:
        holder = holder[key]
    del holder[at[-1]]
    unneeded = {"lrap", "precision", "recall", "split", "micro"}
    if at[-1] in unneeded or at in (("systems", "small"), ("systems", "mfcc_svm")):
        return
    with pytest.raises(BadInput):
        read(tmp_path_factory.getbasetemp(), raw)


def test_figures_arrive_as_written(tmp_path):
    found = read(tmp_path, evaluation())
    assert [system.name for system in found.systems] == ["small", "mfcc_svm"]
    assert found.network.name == "small"
    assert found.baseline is found.systems[1]
    assert found.classes == ("cel", "flu", "voi")
    assert found.train.tolist() == [10, 30, 20]
    assert found.test.tolist() == [5, 6, 9]
    assert (found.collection, found.split, found.clips, found.recordings) == (
        "MANIFEST",
        "check",
        20,
        7,
    )
    assert found.day.isoformat() == "2026-01-31"
    np.testing.assert_allclose(found.network.recall.value, (0.8, 0.5, 1.0))
    np.testing.assert_allclose(found.network.recall.low, (0.7, 0.4, 0.9))
    np.testing.assert_allclose(found.network.strategies["s1"].f1.high, (0.7, 0.5, 1.0))
    assert found.network.strategies["s2"].micro.low == 0.5
    assert found.network.confusion.tolist() == [[4, 1, 0], [0, 3, 3], [0, 0, 9]]


def test_a_class_that_does_not_occur_has_no_row_but_a_column(tmp_path):
    raw = evaluation()
    del raw["counts"]["test"]["flu"]
    for system in raw["systems"].values():
        system["confusion"][1] = [0, 0, 0]
        for part, key in (("top1", "recall"), ("s1", "f1"), ("s2", "f1")):
            del system[part][key]["flu"], system[part]["intervals"]["flu"]
    found = read(tmp_path, raw)
    assert found.classes == ("cel", "voi")
    assert found.named == ("cel", "flu", "voi")
    assert found.train.tolist() == [10, 20]
    np.testing.assert_allclose(found.network.recall.value, (0.8, 1.0))
    assert found.network.confusion.tolist() == [[4, 1, 0], [0, 0, 9]]


def test_training_counts_and_baseline_may_be_unknown(tmp_path):
    raw = evaluation()
    raw["counts"]["train"] = {}
    del raw["systems"]["mfcc_svm"]
    raw["collection"]["split"] = None
    found = read(tmp_path, raw)
    assert found.train is None
    assert found.baseline is None
    assert found.split == ""


def test_the_shipped_file_reads_and_agrees_with_itself():
    found = read_results(SHIPPED)
    assert found.network.name == "han2016"
    for system in found.systems:
        right = np.array(
            [system.confusion[i, found.named.index(c)] for i, c in enumerate(found.classes)]
        )
        # every clip of this collection has one label, so the matrix holds them all
        np.testing.assert_array_equal(system.confusion.sum(axis=1), found.test)
        np.testing.assert_allclose(system.recall.value, right / found.test, atol=5e-5)
        assert system.macro_recall.value == pytest.approx(system.recall.value.mean(), abs=1e-4)
        for strategy in system.strategies.values():
            assert strategy.macro.value == pytest.approx(strategy.f1.value.mean(), abs=1e-4)
