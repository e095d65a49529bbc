"""The verdict on a clip: the mean over half-overlapping windows."""

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.networks.card import parse_card
from cnnviz.networks.verdict import Verdict, half_overlap, judge, verdict_s1, verdict_s2
from tests.conftest import SMALL, card_of


@pytest.fixture
def card(small_model):
    return replace(parse_card(card_of(small_model)), front_end=SMALL)  # windows of 16 frames


def test_windows_overlap_by_half(card):
    predictions = np.zeros((17, 3), np.float32)
    predictions[[0, 8, 16], 1] = 0.9, 0.6, 0.3
    verdict = judge(predictions, card=card, hop_frames=1)
    assert verdict.named == ("flu",)
    assert verdict.scores == pytest.approx([0, 0.6, 0])


def test_a_wider_hop_skips_fewer_windows(card):
    predictions = np.zeros((5, 3), np.float32)
    predictions[[0, 2, 4], 2] = 0.3
    assert judge(predictions, card=card, hop_frames=4).scores[2] == pytest.approx(0.3)


@pytest.mark.parametrize("hop_frames", [1, 8, 40])
def test_one_window_is_its_own_verdict(card, hop_frames):
    verdict = judge(np.array([[0.1, 0.2, 0.7]], np.float32), card=card, hop_frames=hop_frames)
    assert verdict.order[0] == "voi"
    assert verdict.scores == pytest.approx([0.1, 0.2, 0.7])


@pytest.mark.parametrize(
    ("scores", "named", "rival"),
    [
        ([0.4, 0.9, 0.1], ("b", "a"), None),
        ([0.4, 0.44, 0.1], ("b", "a"), "a"),
        ([0.30, 0.34, 0.1], ("b",), "a"),  # the second need not be named to come near
        ([0.33, 0.1, 0.32], (), None),  # where nothing is named, nothing ties
        ([0.5, 0.45, 0.5], ("a", "c", "b"), "c"),
    ],
)
def test_what_reaches_the_threshold_is_named_and_what_is_near_the_first_ties(scores, named, rival):
    verdict = Verdict(("a", "b", "c"), np.array(scores, np.float32), 0.34)
    assert (verdict.named, verdict.rival) == (named, rival)


def test_one_class_has_no_rival():
    assert Verdict(("a",), np.array([0.9], np.float32), 0.34).rival is None


PREDICTIONS = np.array([[0.9, 0.1, 0.0], [0.5, 0.3, 0.2]])


def test_s1_is_the_mean_of_the_windows():
    assert verdict_s1(PREDICTIONS) == pytest.approx([0.7, 0.2, 0.1])


def test_s2_gives_the_leading_class_one():
    assert verdict_s2(PREDICTIONS) == pytest.approx([1.0, 0.4 / 1.4, 0.2 / 1.4])


def test_s2_of_silence_is_zero_and_not_nan():
    assert verdict_s2(np.zeros((2, 3))) == pytest.approx([0, 0, 0])


def test_windows_of_43_frames_overlap_by_half():
    assert half_overlap(43) == 21
