import numpy as np
import pytest
from sklearn.metrics import f1_score

from cnnviz.aggregate import half_overlap, prf, thresholds, verdict_s1, verdict_s2

PREDICTIONS = np.array([[0.9, 0.1, 0.0], [0.5, 0.3, 0.2]])


def test_s1_is_the_mean_of_the_windows():
    assert verdict_s1(PREDICTIONS) == pytest.approx([0.7, 0.2, 0.1])


def test_s2_gives_the_leading_class_one():
    assert verdict_s2(PREDICTIONS) == pytest.approx([1.0, 0.4 / 1.4, 0.2 / 1.4])


def test_s2_of_silence_is_zero_and_not_nan():
    assert verdict_s2(np.zeros((2, 3))) == pytest.approx([0, 0, 0])


def test_windows_of_43_frames_overlap_by_half():
    assert half_overlap(43) == 21


def test_precision_recall_and_f1_agree_with_scikit_learn():
    rng = np.random.default_rng(3)
    truth, decided = rng.random((2, 60, 5)) < 0.4
    found = prf(decided, truth)
    assert found.micro[2] == pytest.approx(f1_score(truth, decided, average="micro"))
    assert found.macro[2] == pytest.approx(f1_score(truth, decided, average="macro"))
    assert found.f1 == pytest.approx(f1_score(truth, decided, average=None))


def test_a_class_that_does_not_occur_leaves_the_macro_figures_alone():
    truth = np.array([[True, False], [True, False]])
    assert prf(truth.copy(), truth).macro == pytest.approx((1.0, 1.0, 1.0))


def test_the_threshold_parts_heard_from_unheard():
    truth = np.array([[True, False]] * 4)
    scores = np.where(truth, 0.61, 0.42)
    assert 0.42 < thresholds(scores, truth) <= 0.61
