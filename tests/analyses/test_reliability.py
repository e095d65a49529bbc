"""Reliability: what scores mean, with intervals that do not claim more than the clips show."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.analyses.bootstrap import FEW
from cnnviz.analyses.reliability import groups_of, reliability, truth_of
from cnnviz.analyses.results import read_results
from tests.conftest import ROOT
from tests.evaluations import evaluation


def clips(highest, right):
    """Return scores and truth of two classes, of which the first leads."""
    highest, right = np.asarray(highest, dtype=float), np.asarray(right, dtype=bool)
    return np.column_stack([highest, np.zeros(len(highest))]), np.column_stack([right, ~right])


def simulated(n, *, too_high=0.0, seed=0):
    """Return scores and truth of clips whose scores are too high by as much."""
    rng = np.random.default_rng(seed)
    highest = rng.uniform(0.3, 0.99, n)
    return clips(highest, rng.random(n) < highest - too_high)


@pytest.mark.parametrize(
    ("scores", "truth", "groups", "says"),
    [
        (np.zeros((2, 3)), np.zeros((2, 2), bool), np.arange(2), "must be"),
        (np.zeros((2, 3)), np.zeros((2, 3), bool), np.arange(3), "must be"),
        (np.zeros(3), np.zeros(3, bool), np.arange(3), "must be"),
        (np.zeros((0, 3)), np.zeros((0, 3), bool), np.arange(0), "there is none"),
        (np.full((1, 1), 1.1), np.ones((1, 1), bool), np.arange(1), "span 1.1 to 1.1"),
        (np.full((1, 1), np.nan), np.ones((1, 1), bool), np.arange(1), "from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(scores, truth, groups, says):
    with pytest.raises(ValueError, match=says):
        reliability(scores, truth, groups)


def test_a_curve_by_hand():
    highest = [0.1, 0.3, 0.35, 0.8, 0.9, 1.0]
    of = reliability(*clips(highest, [0, 1, 0, 1, 1, 1]), np.array([0, 1, 1, 2, 3, 3]))
    np.testing.assert_allclose(of.edges, (0, 0.2, 0.4, 0.6, 0.8, 1))
    assert of.clips.tolist() == [1, 2, 0, 0, 3]  # 0.8 is where its bin begins, 1 in the last
    assert of.recordings.tolist() == [1, 1, 0, 0, 2]
    np.testing.assert_allclose(of.score, (0.1, 0.325, np.nan, np.nan, 0.9))
    np.testing.assert_allclose(of.right.value, (0, 0.5, np.nan, np.nan, 1))
    # |0.1 - 0| * 1/6 + |0.325 - 0.5| * 2/6 + |0.9 - 1| * 3/6
    assert of.error.value == pytest.approx((0.1 + 0.35 + 0.3) / 6)
    assert of.gap.value == pytest.approx((3.45 - 4) / 6)


def test_scores_that_mean_what_they_say_err_by_chance_alone():
    for seed in range(5):
        of = reliability(*simulated(2000, seed=seed), np.arange(2000))
        assert len(of.clips) == 10
        assert of.error.value < 2 * of.chance < 0.06
        assert of.may_be_chance
        assert of.error.low == 0
        assert of.gap.low < 0 < of.gap.high


def test_scores_too_high_err_by_as_much():
    of = reliability(*simulated(2000, too_high=0.2), np.arange(2000))
    assert of.error.value == pytest.approx(0.2, abs=0.03)
    assert 0.1 < of.error.low < 0.2 < of.error.high < 0.3
    assert not of.may_be_chance
    assert of.gap.value == pytest.approx(0.2, abs=0.03)
    back = reliability(*simulated(2000, too_high=-0.2), np.arange(2000))
    assert back.gap.high < 0


def test_the_error_that_chance_shows_is_that_of_simulated_clips():
    scores, _ = simulated(200)
    errors = []
    for seed in range(200):
        right = np.random.default_rng(seed).random(200) < scores[:, 0]
        errors.append(reliability(*clips(scores[:, 0], right), np.arange(200), draws=2).error.value)
    assert reliability(*simulated(200), np.arange(200)).chance == pytest.approx(
        np.mean(errors), rel=0.1
    )


def test_few_clips_are_said_to_show_little():
    few = reliability(*simulated(35, too_high=0.1, seed=2), np.arange(35))
    many = reliability(*simulated(2000, too_high=0.1, seed=2), np.arange(2000))
    assert (len(few.clips), len(many.clips)) == (5, 10)
    assert few.error.high - few.error.low > 3 * (many.error.high - many.error.low)
    assert few.chance > 3 * many.chance
    tiny = reliability(*simulated(FEW), np.arange(FEW))
    assert np.isnan([*tiny.error[1:], *tiny.gap[1:]]).all()


def test_clips_of_one_recording_count_as_one():
    highest, right = np.full(60, 0.7), np.arange(60) < 30
    by_clip = reliability(*clips(highest, right), np.arange(60)).right
    by_recording = reliability(*clips(highest, right), np.arange(60) // 10).right
    assert by_recording.high[3] - by_recording.low[3] > 2 * (by_clip.high[3] - by_clip.low[3])
    of_few = reliability(*clips(highest, right), np.arange(60) // 15).right
    assert of_few.value[3] == 0.5
    assert np.isnan([of_few.low[3], of_few.high[3]]).all()


def test_a_bin_that_is_right_throughout_has_the_exact_interval():
    right = reliability(*clips([0.7] * 14, [1] * 14), np.arange(14) // 2).right
    assert right.low[3] == pytest.approx(0.025 ** (1 / 7), abs=1e-4)
    assert right.high[3] == 1
    few = reliability(*clips([0.7] * 10, [1] * 10), np.arange(10) // 2).right
    assert np.isnan([few.low[3], few.high[3]]).all()


def together(n_recordings, n_each, *, seed, part=0.6, too_high=0.0):
    """Return clips of which a part is right or wrong by one number of their recording."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_recordings), n_each)
    highest = rng.uniform(0.3, 0.99, len(groups))
    shared = rng.random(len(groups)) < part
    number = np.where(shared, rng.random(n_recordings)[groups], rng.random(len(groups)))
    return *clips(highest, number < highest - too_high), groups


@pytest.mark.parametrize("shape", [(80, 4), (35, 9)])
def test_clips_that_go_together_are_not_taken_for_more_than_chance(shape):
    # By draws of recordings, 3 and 6 of 100 are called more; by draws of clips, 8 and 22.
    said = [reliability(*together(*shape, seed=i), draws=200) for i in range(100)]
    assert sum(not one.may_be_chance for one in said) <= 7
    more = [reliability(*together(*shape, seed=i, too_high=0.25), draws=200) for i in range(20)]
    assert not any(one.may_be_chance for one in more)


def test_the_chance_of_clips_that_go_together_is_larger():
    scores, truth, groups = together(100, 10, seed=0, part=1.0)
    by_recording = reliability(scores, truth, groups).chance
    assert by_recording > 1.2 * reliability(scores, truth, np.arange(1000)).chance


def test_clips_that_happen_to_be_all_right_do_not_show_that_scores_are_too_low():
    # 8 clips, 0.9 each: all right in 43 of 100 cases, and draws of them do not vary
    of = reliability(*clips(np.linspace(0.88, 0.92, 8), [1] * 8), np.arange(8))
    assert of.gap.low < 0 < of.gap.high
    assert of.may_be_chance


def test_a_figure_that_is_the_same_in_every_draw_has_no_interval():
    of = reliability(*clips([0.7] * 8, [1] * 8), np.arange(8))
    assert of.error.value == of.gap.value * -1 == pytest.approx(0.3)
    assert np.isnan([of.error.low, of.error.high, of.gap.low, of.gap.high]).all()


def test_a_clip_with_several_labels_is_right_by_any():
    scores = np.array([[0.2, 0.7, 0.1]] * 8)
    truth = np.array([[True, True, False]] * 8)
    assert reliability(scores, truth, np.arange(8)).right.value[3] == 1


shares = st.floats(0, 1)


@given(
    scores=arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=shares),
    data=st.data(),
)
def test_whatever_the_scores_the_figures_hold(scores, data):
    n = len(scores)
    truth = data.draw(arrays(bool, scores.shape))
    names = data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    groups = np.unique(names, return_inverse=True)[1]
    of = reliability(scores, truth, groups, draws=20)
    assert of.clips.sum() == n
    assert (of.recordings <= of.clips).all()
    full = of.clips > 0
    assert np.isnan(of.score[~full]).all() and np.isnan(of.right.value[~full]).all()
    inside = (of.edges[:-1] - 1e-9 <= of.score) & (of.score <= of.edges[1:] + 1e-9)
    assert inside[full].all()
    apart = np.abs(of.right.value - of.score)[full] @ of.clips[full] / n
    assert of.error.value == pytest.approx(apart, abs=1e-9)
    assert abs(of.gap.value) <= of.error.value + 1e-9
    for one in (of.error, of.gap):
        assert np.isnan(one[1:]).all() or (-1 <= one.low <= one.high <= 1)
    known = ~np.isnan(of.right.low)
    assert (of.right.low[known] < of.right.high[known]).all()
    assert not known[of.recordings < 2].any()


def test_labels_and_recordings_are_those_of_the_results(tmp_path):
    raw = evaluation()
    raw["clips"][0]["recording"] = raw["clips"][1]["recording"] = ""
    path = tmp_path / "results.json"
    path.write_text(json.dumps(raw))
    results = read_results(path)
    assert truth_of(results).sum(axis=0).tolist() == [5, 6, 9]
    assert groups_of(results).max() + 1 == 6 + 2


def test_the_shipped_results_have_a_curve():
    results = read_results(ROOT / "models" / "han2016" / "results.json")
    network = results.network
    of = reliability(network.scores, truth_of(results), groups_of(results))
    assert of.clips.sum() == results.clips
    right = np.nansum(of.right.value * of.clips)
    # every clip of this collection has one label
    assert right == pytest.approx(np.trace(network.confusion))
