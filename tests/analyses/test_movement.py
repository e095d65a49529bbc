import numpy as np

from cnnviz.analyses.movement import movement
from tests.analyses.segments import segment


def test_movement_is_the_mean_change():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(3, 9, 4, 5)).astype(np.float32)
    expected = np.abs(np.diff(values, axis=1)).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(movement((segment(values),)), expected, rtol=0.02)


def test_one_window_does_not_move():
    assert movement((segment(np.random.default_rng(0).normal(size=(2, 1, 3, 3))),)).tolist() == [
        0,
        0,
    ]
