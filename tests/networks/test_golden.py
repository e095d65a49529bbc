"""The shipped network's answer to one sample, as `scripts/make_golden.py` wrote it down."""

import numpy as np
import pytest

from scripts.make_golden import GOLDEN, answer


@pytest.fixture(scope="module")
def found():
    return answer()


@pytest.fixture(scope="module")
def golden():
    with np.load(GOLDEN) as file:
        return dict(file)


def test_the_same_things_are_answered(found, golden):
    assert {k: v.shape for k, v in found.items()} == {k: v.shape for k, v in golden.items()}


def test_the_log_mel_is_the_same(found, golden):
    # another FFT or resampler rounds differently in the last bits, and the logarithm of quiet
    # cells makes that visible
    np.testing.assert_allclose(found["log_mel"], golden["log_mel"], atol=5e-3)


def test_the_predictions_are_the_same(found, golden):
    np.testing.assert_allclose(found["predictions"], golden["predictions"], atol=5e-3)


def test_the_activations_are_the_same(found, golden):
    for key in golden.keys() - {"log_mel", "predictions"}:
        scale = np.abs(golden[key]).max()
        np.testing.assert_allclose(found[key], golden[key], atol=5e-3 * scale, err_msg=key)
