import numpy as np
import pytest
from sklearn.metrics import f1_score

from cnnviz.training.metrics import prf, thresholds


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
