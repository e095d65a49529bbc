"""Draws of recordings: the same for the same seed, and intervals that claim nothing they lack."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from cnnviz.analyses import bootstrap


def spread(right, groups):
    """Return the interval of the part of clips that are right."""
    weights = bootstrap.drawn(groups, draws=300)
    sums = (weights @ bootstrap.summed(one, groups) for one in (right, np.ones(len(right))))
    part, whole = sums
    return bootstrap.middle(part / whole)


def test_intervals_draw_recordings_not_clips():
    right = np.array([1.0] * 50 + [0.0] * 50)
    by_clip = spread(right, np.arange(100))
    by_recording = spread(right, np.repeat([0, 1], 50))
    assert by_clip[1] - by_clip[0] < 0.3
    assert by_recording.tolist() == [0.0, 1.0]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(0, 3))
def test_sums_of_recordings_are_those_of_the_clips_drawn(names, seed):
    groups = np.unique(names, return_inverse=True)[1]
    values = np.arange(2 * len(groups)).reshape(-1, 2)
    n = groups.max() + 1
    rng = np.random.default_rng(seed)
    weights = bootstrap.drawn(groups, draws=3, seed=seed)
    assert (weights.sum(axis=1) == n).all()
    for line in weights @ bootstrap.summed(values, groups):
        clips = np.concatenate([np.flatnonzero(groups == g) for g in rng.integers(n, size=n)])
        assert line.tolist() == values[clips].sum(axis=0).tolist()


@pytest.mark.parametrize("n", [2, 7, 8, 100])
def test_all_or_no_recording_right_has_the_exact_interval(n):
    # Clopper & Pearson: quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k)
    low = bootstrap.ends([1.0, 1.0], n_recordings=n, recall=1.0)
    assert low == [pytest.approx(beta.ppf(0.025, n, 1), abs=5e-5), 1.0]
    high = bootstrap.ends([0.0, 0.0], n_recordings=n, recall=0.0)
    assert high == [0.0, pytest.approx(beta.ppf(0.975, 1, n), abs=5e-5)]


def test_other_figures_without_width_are_not_estimable():
    assert bootstrap.ends([1.0, 1.0], n_recordings=7) == [None, None]  # F1
    assert bootstrap.ends([0.5, 0.5], n_recordings=7, recall=0.5) == [None, None]
    assert bootstrap.ends([1.0, 1.0], n_recordings=1, recall=1.0) == [None, None]
    assert bootstrap.ends([0.2, 0.8], n_recordings=1) == [None, None]
    assert bootstrap.ends([0.2, 0.8], n_recordings=2, recall=0.5) == [0.2, 0.8]
