"""The comparison: the order of classes, and what counts explain."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.analyses import comparison
from cnnviz.analyses.results import read_results
from tests.evaluations import compared, evaluation


@pytest.fixture
def results(tmp_path):
    def read(raw=None):
        path = tmp_path / "results.json"
        path.write_text(json.dumps(raw or evaluation()))
        return read_results(path)

    return read


def test_equal_values_share_their_ranks():
    assert comparison.ranks(np.array([30, 10, 20, 10, 30, 30])).tolist() == [5, 1.5, 3, 1.5, 5, 5]


def test_rank_correlation_by_hand():
    # ranks 1 2 3 4 5 against 2 1 4 3 5: squared differences 1+1+1+1+0 = 4,
    # 1 - 6 * 4 / (5 * (25 - 1)) = 0.8
    assert comparison.rank_correlation(
        np.array([1, 2, 30, 40, 500]), np.array([0.2, 0.1, 0.8, 0.7, 0.9])
    ) == pytest.approx(0.8)


def test_rank_correlation_with_ties_by_hand():
    # ranks 1, 2.5, 2.5, 4 against 1 3 2 4, about their mean 2.5:
    # products 2.25 + 0 + 0 + 2.25 = 4.5; squares 4.5 and 5; 4.5 / sqrt(22.5)
    rho = comparison.rank_correlation(np.array([1, 2, 2, 3]), np.array([0.1, 0.3, 0.2, 0.4]))
    assert rho == pytest.approx(4.5 / np.sqrt(22.5))


@given(arrays(float, 11, elements=st.floats(0, 1, width=16)))
def test_only_the_order_of_values_counts(values):
    ordered = np.arange(11)
    rho = comparison.rank_correlation(ordered, values)
    if np.ptp(values) == 0:
        assert np.isnan(rho)
    else:
        assert -1 - 1e-12 <= rho <= 1 + 1e-12
        assert comparison.rank_correlation(ordered, np.exp(values)) == pytest.approx(rho)
        assert comparison.rank_correlation(ordered, -values) == pytest.approx(-rho)


def test_classes_stand_in_order_of_the_gap(results):
    # F1 is ahead by 0.1, 0.05 and 0.7, recall by 0.5, 0.1 and 0.8
    assert comparison.order(results(), measure="F1").tolist() == [2, 0, 1]
    assert comparison.order(results(), measure="Recall").tolist() == [2, 0, 1]
    raw = evaluation()
    raw["systems"]["mfcc_svm"]["s1"]["f1"]["voi"] = 0.88
    assert comparison.order(results(raw), measure="F1").tolist() == [0, 1, 2]


def test_without_a_baseline_the_best_class_comes_first(results):
    raw = evaluation()
    raw["systems"]["other"] = raw["systems"].pop("mfcc_svm")
    assert comparison.order(results(raw), measure="F1").tolist() == [2, 0, 1]
    assert comparison.order(results(raw), measure="Recall").tolist() == [2, 0, 1]


def test_counts_are_held_against_figures(results):
    # 10, 30, 20 clips and an F1 of 0.6, 0.4, 0.9: ranks 1 3 2 and 2 1 3, so 1 - 6 * 6 / 24
    verdict = comparison.counts_verdict(results(), measure="F1")
    assert "F1: ρ = −0.50, n = 3 instruments" in verdict


def test_equal_counts_explain_nothing(results):
    raw = evaluation()
    raw["counts"]["train"] = dict.fromkeys(("cel", "flu", "voi"), 1580)
    verdict = comparison.counts_verdict(results(raw), measure="Recall")
    assert "the same number of clips (1,580)" in verdict
    assert "none of the differences in recall (n = 3)" in verdict


def test_unknown_counts_and_equal_figures_are_verdict(results):
    raw = evaluation()
    raw["systems"]["small"]["s1"]["f1"] = dict.fromkeys(("cel", "flu", "voi"), 0.5)
    assert "is the same for every" in comparison.counts_verdict(results(raw), measure="F1")
    raw["counts"]["train"] = {}
    assert "not written down" in comparison.counts_verdict(results(raw), measure="F1")


def test_rows_hold_every_figure(results):
    rows = comparison.rows(results())
    assert [(row["system"], row["class"]) for row in rows] == [
        (name, code)
        for name in ("small", "mfcc_svm")
        for code in ("cel", "flu", "voi", "macro", "micro")
    ]
    assert len({tuple(row) for row in rows}) == 1
    assert rows[1] == {
        "system": "small",
        "class": "flu",
        "training_clips": 30,
        "testing_clips": 6,
        "testing_recordings": 6,
        "recall": 0.5,
        "recall_low": 0.4,
        "recall_high": 0.6,
        "f1_s1": 0.4,
        "f1_s1_low": pytest.approx(0.3),
        "f1_s1_high": 0.5,
        "f1_s2": 0.4,
        "f1_s2_low": pytest.approx(0.3),
        "f1_s2_high": 0.5,
    }
    assert rows[3]["testing_clips"] == 20
    assert rows[3]["testing_recordings"] == 20
    assert rows[3]["recall"] == pytest.approx(2.3 / 3)


def test_what_is_not_estimable_is_said_in_words(results):
    raw = evaluation()
    raw["systems"]["small"]["top1"]["intervals"]["voi"] = [None, None]
    raw["systems"]["small"]["s1"]["macro"]["interval"] = [None, None]
    read = results(raw)
    rows = comparison.rows(read)
    assert (rows[2]["recall_low"], rows[2]["recall_high"]) == ("not estimable",) * 2
    assert (rows[3]["f1_s1_low"], rows[3]["f1_s1_high"]) == ("not estimable",) * 2
    figures = map(comparison.words, comparison.each(read.network.recall))
    assert list(figures) == ["0.80 [not estimable]", "0.50 [0.40, 0.60]", "1.00 [not estimable]"]


@pytest.mark.parametrize(
    ("macro", "interval", "says"),
    [
        (0.1, (0.02, 0.2), "**+0.10 [+0.02, +0.20]**. The interval of the difference leaves 0 out"),
        (0.1, (0.02, 0.2), "the network is better than the old"),
        (-0.1, (-0.2, -0.01), "the network is worse than the old"),
        (0.1, (-0.02, 0.2), "**+0.10 [−0.02, +0.20]**. The interval of the difference includes 0"),
        (0.1, (0.0, 0.2), "includes 0"),
        (
            0.0,
            (None, None),
            "**+0.00 [not estimable]**. The recordings are too few, or the two too",
        ),
    ],
)
def test_a_difference_is_said_with_what_its_interval_means(results, macro, interval, says):
    difference = results(compared(macro=macro, interval=interval)).systems[2].difference
    said = comparison.difference_verdict(difference, than="the old")
    assert says in said
    assert said.startswith("Macro recall, difference from the old on the same clips: ")


def test_differences_stand_in_rows_of_their_own(results):
    rows = comparison.rows(results(compared()))
    assert len({tuple(row) for row in rows}) == 1
    apart = {row["class"]: row for row in rows if row["system"] == "small − first_weights"}
    assert [*apart] == ["cel", "flu", "voi", "macro", "micro"]
    flute = [apart["flu"][key] for key in ("recall", "recall_low", "f1_s1", "f1_s2")]
    assert flute == [pytest.approx(0.1), -0.1, None, None]
    assert apart["macro"]["f1_s1_high"] == "not estimable"
    assert (apart["micro"]["recall"], apart["micro"]["f1_s1"]) == (None, -0.01)
    assert not [row for row in rows if row["system"] == "small − mfcc_svm"]
