"""The results of an evaluation: whatever the file holds, one sentence or figures that hold."""

import contextlib
import copy
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.analyses.bootstrap import FEW
from cnnviz.analyses.results import read_results
from cnnviz.errors import BadInput
from tests.conftest import ROOT
from tests.evaluations import compared, evaluation

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


PLACES = [at for at in places(compared()) if at]


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        ((), [], r"has \[\] in the file, not an object"),
        (("format",), 1, r"has 1 in format, not one of the numbers \(2, 3, 4\)"),
        (("command",), "", "'' in command, not text"),
        (("date",), "yesterday", "in date, not a date such as"),
        (("collection",), None, "None in collection, not an object"),
        (("collection", "name"), "\ud800", "collection.name, not text"),
        (("collection", "split"), 3, "collection.split, not text or null"),
        (("collection", "sha256"), "0a", "collection.sha256, not 64 hexadecimal"),
        (("collection", "sha256"), int("1" * 64), "collection.sha256, not 64 hexadecimal"),
        (("collection", "clips"), 0, "collection.clips, not a whole number from 1"),
        (("collection", "recordings"), 7.5, "collection.recordings"),
        (("classes",), ["cel", "cel", "voi"], "classes, not one name or more, none of them twice"),
        (("classes",), [["cel"]], "in classes"),
        (("counts", "test"), {}, "counts.test, not one name or more"),
        (("counts", "test"), ["cel"], "counts.test, not an object"),
        (("counts", "test"), {"flu": 6, "voi": 9}, "None in counts.test.cel"),
        (("counts", "test"), {"oboe": 3}, "'oboe'} in counts, but not in"),
        (("counts", "test", "flu"), 10**30, "counts.test.flu"),
        (("counts", "recordings"), {"flu": 3}, "None in counts.recordings.cel"),
        (("counts", "recordings"), {}, "counts.recordings, not one name or more"),
        (("counts", "train"), {"cel": 10}, "counts.train.flu"),
        (("counts", "train"), [], "counts.train, not an object"),
        (("counts", "train", "cel"), True, "True in counts.train.cel, not a whole number from 0"),
        (("systems",), {}, "systems, not one name or more"),
        (("systems",), ["small"], "systems, not an object"),
        (("systems", "small", "top1", "recall", "flu"), 1.5, "systems.small.top1.recall.flu"),
        (("systems", "small", "top1", "macro"), float("nan"), "small.top1.macro"),
        (("systems", "small", "s1", "intervals", "flu"), [0.6, 0.2], "the lower end first"),
        (("systems", "small", "s1", "intervals", "flu"), [0.6], "two ends"),
        (("systems", "small", "s1", "intervals", "flu"), [None, 0.2], "or two nulls"),
        (("systems", "small", "s2"), None, "small.s2, not an object"),
        (("systems", "small", "s2", "micro", "f1"), "high", "small.s2.micro.f1"),
        (("systems", "mfcc_svm", "s1", "threshold"), -1, "-1 in systems.mfcc_svm.s1.threshold"),
        (("systems", "mfcc_svm", "confusion"), [[1, 2, 3]], "confusion, not a list of 3"),
        (("systems", "mfcc_svm", "confusion", 0, 2), -1, "mfcc_svm.confusion.0.2"),
        (("clips",), None, "None in clips, not a list of 20"),
        (("clips",), [{}], "clips, not a list of 20"),
        (("clips", 3, "path"), "/etc/passwd", r"clips\.3\.path, not a path within"),
        (("clips", 3, "path"), "a/../../b.wav", r"clips\.3\.path, not a path within"),
        (("clips", 3, "labels"), "cel+oboe", r"clips\.3\.labels, not classes"),
        (("clips", 3, "labels"), "flu", "confusion of systems.small is not that of its scores"),
        (("clips", 3, "recording"), None, r"clips\.3\.recording"),
        (("clips", 3, "bytes"), -1, r"clips\.3\.bytes"),
        (("systems", "small", "scores"), [[1, 0, 0]], "small.scores, not 20 lists of 3 numbers"),
        (("systems", "small", "scores", 2, 1), 1.5, "small.scores, not 20 lists"),
        (("systems", "small", "scores", 2), [1, 0], "small.scores, not 20 lists"),
        (("systems", "small", "scores", 2, 1), "x", "small.scores, not 20 lists"),
        (("kept",), {}, "kept, not a list"),
        (("kept",), [3], r"kept\.0, not an object"),
        (("systems", "small", "s1", "f1"), {"cel": 0.5, "voi": 0.5}, "None in .*small.s1.f1.flu"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, at, value, says):
    with pytest.raises(BadInput, match=says):
        read(tmp_path, put(evaluation(), at, value))


@pytest.mark.parametrize("text", ["", '{"format": 1, ', "[" * 100_000, "\ufeff{}"])
def test_a_broken_file_is_said(tmp_path, text):
    with pytest.raises(BadInput, match=r"results\.json .* must hold what `evaluate` writes, but"):
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
        read(tmp_path_factory.getbasetemp(), put(compared(), at, value))


@given(at=st.sampled_from(PLACES))
def test_what_lacks_a_field_is_refused_unless_nothing_needs_it(tmp_path_factory, at):
    raw = compared()
    holder = raw
    for key in at[:-1]:
        holder = holder[key]
    del holder[at[-1]]
    unneeded = {"lrap", "split", "folder"}
    in_means = at[0] == "systems" and at[-1] in {"precision", "recall"} and len(at) > 4
    in_means |= at[-2:] == ("top1", "micro") or at == ("systems", "small", "scores")
    whole = (("systems", "small"), ("systems", "mfcc_svm"), ("kept", 0))
    if at[-1] in unneeded or in_means or at in whole:
        return
    with pytest.raises(BadInput):
        read(tmp_path_factory.getbasetemp(), raw)


def test_figures_arrive_as_written(tmp_path):
    results = read(tmp_path, evaluation())
    assert [system.name for system in results.systems] == ["small", "mfcc_svm"]
    assert results.network.name == "small"
    assert results.baseline is results.systems[1]
    assert results.classes == ("cel", "flu", "voi")
    assert results.train.tolist() == [10, 30, 20]
    assert results.test.tolist() == [5, 6, 9]
    assert results.test_recordings.tolist() == [5, 6, 9]
    assert (results.collection, results.split, results.clips, results.recordings) == (
        "MANIFEST",
        "check",
        20,
        20,
    )
    assert results.day.isoformat() == "2026-01-31"
    np.testing.assert_allclose(results.network.recall.value, (0.8, 0.5, 1.0))
    np.testing.assert_allclose(results.network.recall.low, (np.nan, 0.4, 0.9))
    np.testing.assert_allclose(results.network.strategies["s1"].f1.high, (np.nan, 0.5, 1.0))
    assert results.network.strategies["s2"].micro.low == 0.5
    assert results.network.confusion.tolist() == [[4, 1, 0], [0, 3, 3], [0, 0, 9]]


def test_clips_arrive_as_written(tmp_path):
    raw = evaluation()
    raw["collection"]["folder"] = "/somewhere"
    raw["clips"][1] |= {"recording": ""}
    results = read(tmp_path, raw)
    assert results.folder == Path("/somewhere")
    assert len(results.tested) == 20
    assert results.tested[0] == ("cel/cel 0.wav", ("cel",), "cel:0", 1000)
    assert results.tested[1].recording == ""
    assert results.network.scores.shape == (20, 3)
    assert results.network.kept_from == ""
    assert results.baseline.scores is None
    assert results.baseline.kept_from.endswith("--baseline work")


def test_clips_with_several_labels_are_in_no_cell(tmp_path):
    raw = evaluation()
    raw["clips"][0]["labels"] = "cel+flu"
    raw["systems"]["small"]["confusion"][0][0] -= 1
    assert read(tmp_path, raw).tested[0].labels == ("cel", "flu")


def test_a_file_without_clips_is_read_too(tmp_path):
    raw = evaluation(format=2)
    del raw["clips"], raw["kept"], raw["systems"]["small"]["scores"], raw["collection"]["folder"]
    results = read(tmp_path, raw)
    assert (results.tested, results.folder, results.network.scores) == ((), None, None)


HERE = ("differences", "first_weights")


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (("differences",), [], r"\[\] in differences, not an object"),
        (("differences",), {}, "None in differences.first_weights, not an object"),
        (("differences", "mfcc_svm"), {}, "'mfcc_svm'} in differences, but no scores of such"),
        ((*HERE, "top1", "macro"), -1.5, "first_weights.top1.macro, not a number from −1 to 1"),
        ((*HERE, "top1", "macro"), 0.2, "first_weights.top1.macro is not that of the systems"),
        ((*HERE, "top1", "interval"), [0.2, -0.1], "two ends from −1 to 1, the lower end first"),
        ((*HERE, "top1", "recall", "flu"), None, "None in .*first_weights.top1.recall.flu"),
        ((*HERE, "top1", "intervals", "flu"), [None, 1], "first_weights.top1.intervals.flu"),
        ((*HERE, "s1", "micro", "f1"), "more", "first_weights.s1.micro.f1"),
        ((*HERE, "s1", "macro"), None, "first_weights.s1.macro, not an object"),
    ],
)
def test_a_wrong_difference_is_named(tmp_path, at, value, says):
    with pytest.raises(BadInput, match=says):
        read(tmp_path, put(compared(), at, value))


def test_differences_arrive_as_written(tmp_path):
    network, baseline, other = read(tmp_path, compared()).systems
    assert network.difference is None and baseline.difference is None
    assert other.difference.macro_recall == (0.1, 0.02, 0.2)
    np.testing.assert_allclose(other.difference.recall.value, 0.1)
    np.testing.assert_allclose(other.difference.recall.low, (np.nan, -0.1, -0.1))
    assert other.difference.micro_f1 == (-0.01, -0.05, 0.04)
    assert other.difference.macro_f1.value == 0.0667
    assert np.isnan(other.difference.macro_f1[1:]).all()


def test_a_file_without_differences_is_read_too(tmp_path):
    raw = compared() | {"format": 3, "differences": ["of", "no", "meaning"]}
    assert all(system.difference is None for system in read(tmp_path, raw).systems)


def test_intervals_of_few_recordings_are_not_read(tmp_path):
    raw = compared()
    assert raw["counts"]["recordings"]["cel"] == FEW
    network = read(tmp_path, raw).network
    for each in (network.recall, network.strategies["s1"].f1):
        assert np.isnan([each.low, each.high]).tolist() == [[True, False, False]] * 2
    raw["collection"]["recordings"] = FEW
    network, _, other = read(tmp_path, raw).systems
    for one in (
        network.macro_recall,
        network.strategies["s2"].micro,
        other.difference.macro_recall,
    ):
        assert np.isnan(one[1:]).all()


def test_an_interval_that_is_not_estimable_has_no_ends(tmp_path):
    raw = evaluation()
    small = raw["systems"]["small"]
    small["top1"]["intervals"]["flu"] = small["s2"]["micro"]["interval"] = [None, None]
    network = read(tmp_path, raw).network
    np.testing.assert_allclose(network.recall.low, (np.nan, np.nan, 0.9))
    np.testing.assert_allclose(network.recall.high, (np.nan, np.nan, 1.0))
    assert network.strategies["s2"].micro.value == 0.6
    assert np.isnan(network.strategies["s2"].micro[1:]).all()


def test_a_class_that_does_not_occur_has_no_row_but_a_column(tmp_path):
    raw = evaluation()
    del raw["counts"]["test"]["flu"], raw["counts"]["recordings"]["flu"]
    for system in raw["systems"].values():
        system["confusion"][1] = [0, 0, 0]
        system.pop("scores", None)
        for part, key in (("top1", "recall"), ("s1", "f1"), ("s2", "f1")):
            del system[part][key]["flu"], system[part]["intervals"]["flu"]
    results = read(tmp_path, raw)
    assert results.classes == ("cel", "voi")
    assert results.named == ("cel", "flu", "voi")
    assert results.train.tolist() == [10, 20]
    np.testing.assert_allclose(results.network.recall.value, (0.8, 1.0))
    assert results.network.confusion.tolist() == [[4, 1, 0], [0, 0, 9]]


def test_training_counts_and_baseline_may_be_unknown(tmp_path):
    raw = evaluation()
    raw["counts"]["train"] = {}
    del raw["systems"]["mfcc_svm"]
    raw["collection"]["split"] = None
    results = read(tmp_path, raw)
    assert results.train is None
    assert results.baseline is None
    assert results.split == ""


def test_the_shipped_file_reads_and_agrees_with_itself():
    results = read_results(SHIPPED)
    assert results.network.name == "han2016"
    assert results.folder is None, "where the sounds lay is nobody's business"
    assert len(results.tested) == results.clips
    for system in results.systems:
        right = np.array(
            [system.confusion[i, results.named.index(c)] for i, c in enumerate(results.classes)]
        )
        # every clip of this collection has one label, so the matrix holds them all
        np.testing.assert_array_equal(system.confusion.sum(axis=1), results.test)
        np.testing.assert_allclose(system.recall.value, right / results.test, atol=5e-5)
        assert system.macro_recall.value == pytest.approx(system.recall.value.mean(), abs=1e-4)
        for strategy in system.strategies.values():
            assert strategy.macro.value == pytest.approx(strategy.f1.value.mean(), abs=1e-4)


def test_no_interval_of_the_shipped_file_is_a_point():
    results = read_results(SHIPPED)
    for system in results.systems:
        strategies = system.strategies.values()
        for figures in (system.recall, *(strategy.f1 for strategy in strategies)):
            assert np.all((figures.low < figures.high) | np.isnan(figures.low))
        right = system.recall.value == 1
        exact = 0.025 ** (1 / results.test_recordings[right])
        np.testing.assert_allclose(system.recall.low[right], exact, atol=5e-5)
    assert (results.network.recall.value == 1).sum() == 2
