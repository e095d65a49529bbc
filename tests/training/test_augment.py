import numpy as np
import pytest

from cnnviz.training import augment

RNG = np.random.default_rng(0)
FRONT = RNG.normal(-4, 1, (6, 43, 128)).astype(np.float32)
BACK = RNG.normal(-6, 1, (6, 43, 128)).astype(np.float32)
LABELS = np.eye(11, dtype=np.float32)[:6]


def test_mixing_adds_magnitudes_at_the_level_asked_for():
    below_db = np.full(6, 20.0)
    added = np.exp(augment.mixed(FRONT, BACK, below_db=below_db)) - np.exp(FRONT)
    ratio = np.exp(FRONT).mean(axis=(1, 2)) / added.mean(axis=(1, 2))
    assert 20 * np.log10(ratio) == pytest.approx(below_db, abs=0.05)


def test_two_instruments_are_both_labelled():
    recipe = augment.Recipe(smoothing=0.0)
    _, y = augment.changed(
        FRONT, BACK, LABELS, np.roll(LABELS, 1, axis=1), np.random.default_rng(0), recipe
    )
    assert y.sum(axis=1) == pytest.approx(2)


def test_an_accompaniment_adds_no_label_and_targets_are_smoothed():
    recipe = augment.Recipe(smoothing=0.02)
    x, y = augment.changed(
        FRONT, BACK, LABELS, np.zeros_like(LABELS), np.random.default_rng(0), recipe
    )
    assert y[LABELS == 1] == pytest.approx(0.98)
    assert y[LABELS == 0] == pytest.approx(0.02)
    assert x.shape == FRONT.shape
    assert x.min() >= augment.FLOOR - 1e-6


def test_masks_blank_bands_and_stretches():
    x = augment.masked(np.zeros((40, 43, 128), np.float32), np.random.default_rng(0), count=1)
    blank = (x == augment.FLOOR).mean()
    assert 0.05 < blank < 0.3


def test_the_input_is_left_as_it_was():
    before = FRONT.copy()
    augment.changed(FRONT, BACK, LABELS, LABELS * 0, np.random.default_rng(1), augment.Recipe())
    assert np.array_equal(before, FRONT)
