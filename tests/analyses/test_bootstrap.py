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


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.data())
def test_every_draw_holds_each_stratum_in_full(names, data):
    groups = np.unique(names, return_inverse=True)[1]
    n = int(groups.max()) + 1
    names = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    strata = np.unique(names, return_inverse=True)[1]
    weights = bootstrap.drawn(groups, strata=strata, draws=5)
    for stratum, size in enumerate(np.bincount(strata)):
        of = weights[:, strata == stratum]
        np.testing.assert_allclose(of.sum(axis=1), size)
        assert (of == 1).all() or size > 1
        times = of * (size - 1) / size
        np.testing.assert_allclose(times, times.round(), atol=1e-9)


def test_draws_vary_as_much_as_the_figures_of_recordings_do():
    values, strata = np.array([0.0, 1, 2, 5, 9, 3, 3.5]), np.array([0, 0, 0, 0, 0, 1, 1])
    weights = bootstrap.drawn(np.arange(7), strata=strata, draws=20_000)
    # the variance of a sum is estimated by that of each stratum, with n - 1, times n
    expected = 5 * values[:5].var(ddof=1) + 2 * values[5:].var(ddof=1)
    assert (weights @ values).var() == pytest.approx(expected, rel=0.03)
    assert (weights == bootstrap.drawn(np.arange(7), strata=strata, draws=20_000)).all()


@pytest.mark.parametrize("n", [6, 7, 8, 100])
def test_all_or_no_recording_right_has_the_exact_interval(n):
    # Clopper & Pearson: quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k)
    low = bootstrap.ends([1.0, 1.0], n_recordings=n, recall=1.0)
    assert low == [pytest.approx(beta.ppf(0.025, n, 1), abs=5e-5), 1.0]
    high = bootstrap.ends([0.0, 0.0], n_recordings=n, recall=0.0)
    assert high == [0.0, pytest.approx(beta.ppf(0.975, 1, n), abs=5e-5)]


def test_other_figures_without_width_are_not_estimable():
    assert bootstrap.ends([1.0, 1.0], n_recordings=7) == [None, None]  # F1
    assert bootstrap.ends([0.5, 0.5], n_recordings=7, recall=0.5) == [None, None]


@pytest.mark.parametrize("n", [1, 2, bootstrap.FEW])
def test_few_recordings_have_no_interval_at_all(n):
    assert bootstrap.ends([0.2, 0.8], n_recordings=n, recall=0.5) == [None, None]
    assert bootstrap.ends([1.0, 1.0], n_recordings=n, recall=1.0) == [None, None]
    assert bootstrap.ends([0.2, 0.8], n_recordings=bootstrap.FEW + 1, recall=0.5) == [0.2, 0.8]
