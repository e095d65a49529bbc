import keras
import numpy as np
import pytest
from scipy.special import expit, logit

from cnnviz.training.calibration import Calibration, calibrate, calibration

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(-1, 2, (4000, 3))
TRUTH = RNG.random(LOGITS.shape) < expit(LOGITS)


def clips(logits, windows=1):
    """Predictions of clips whose windows all say the same."""
    return [np.repeat(expit(row)[None], windows, axis=0).astype(np.float32) for row in logits]


def test_scores_that_mean_what_they_say_are_left_alone():
    found = calibration(clips(LOGITS), TRUTH)
    assert found == pytest.approx((1.0, 0.0), abs=0.07)


def test_scores_that_say_too_much_are_taken_back():
    found = calibration(clips(3 * LOGITS + 1.5, windows=2), TRUTH)
    assert found == pytest.approx((1 / 3, -0.5), abs=0.07)


def test_clips_of_several_windows_are_judged_by_their_mean():
    """Windows of 0.9 and 0.1: the mean is right, though each window is not."""
    predictions = [np.array([[0.9], [0.1]], np.float32)] * 1000
    truth = np.arange(1000)[:, None] < 500
    found = calibration(predictions, truth)
    mean = expit(found.scale * logit([0.9, 0.1]) + found.shift).mean()
    assert mean == pytest.approx(0.5, abs=0.01)


def test_scores_that_tell_nothing_keep_their_order():
    found = calibration(clips(LOGITS), RNG.permutation(TRUTH))
    assert found.scale >= 0.25


def test_scores_of_nothing_and_one_are_taken():
    found = calibration([np.array([[0.0, 1.0]], np.float32)] * 2, np.array([[0, 1], [0, 1]]) > 0)
    assert np.isfinite(found).all()


def test_a_network_s_scores_become_the_calibrated_ones():
    inputs = keras.Input((4,))
    outputs = keras.layers.Dense(3, activation="sigmoid")(inputs)
    model = keras.Model(inputs, outputs)
    x = RNG.normal(0, 1, (5, 4)).astype(np.float32)
    before = logit(model.predict_on_batch(x))
    calibrate(model, Calibration(2.0, -0.5))
    np.testing.assert_allclose(logit(model.predict_on_batch(x)), 2 * before - 0.5, atol=1e-4)
