"""Activations: quantised within half a step, and the convolution is the one in the book."""

import numpy as np
import pytest

from cnnviz.networks.card import parse_card
from cnnviz.networks.keras_network import SEGMENT_WINDOWS, KerasNetwork
from tests import rounding
from tests.conftest import SMALL, card_of

pytestmark = pytest.mark.kernels
# To a code and back: each of a dozen operations rounds what is at most twice the largest magnitude.
CODING = 24
LAYERS = ("conv1", "pool1", "conv2", "global_pool", "dense", "output")


@pytest.fixture(scope="module", params=["plain", "XLA"])
def network(small_model, request):
    network = KerasNetwork(small_model, parse_card(card_of(small_model)))
    network.compile(fast=request.param == "XLA")
    return network


@pytest.fixture(scope="module")
def clip_input():
    return np.random.default_rng(5).normal(size=(120, SMALL.n_mels)).astype(np.float32)


@pytest.fixture(scope="module")
def windows(clip_input):
    return SMALL.windows(clip_input)  # 105 of them


@pytest.fixture(scope="module")
def bounds(small_model, windows):
    return rounding.of_layers(small_model, windows[..., None])


@pytest.fixture(scope="module")
def found(network, clip_input):
    return network.run(clip_input, layers=LAYERS)


def test_each_pass_of_a_clip_has_its_segment(found, windows):
    segments = found.layers["conv1"]
    assert len(segments) > 2
    assert [s.first for s in segments] == [*range(0, len(windows), SEGMENT_WINDOWS)]
    assert sum(s.codes.shape[1] for s in segments) == len(windows) == len(found.predictions)


@pytest.mark.parametrize("name", LAYERS)
def test_codes_give_the_activations_within_half_a_step(small_model, found, windows, bounds, name):
    import keras

    tapped = keras.Model(small_model.input, small_model.get_layer(name).output)
    exact = np.asarray(tapped(windows[..., None]))
    for segment in found.layers[name]:
        values = segment.values()
        here = slice(segment.first, segment.first + values.shape[1])
        # two passes, each with its own order of sums
        bound = half_steps(segment) + 2 * by_filter(bounds[name])[:, here]
        rounding.assert_within(values, by_filter(exact)[:, here], bound)


def by_filter(maps):
    """Maps (window, [frame, mel,] filter) as a segment has them, (filter, window, frame, mel)."""
    maps = np.asarray(maps)
    return maps.reshape(len(maps), *(maps.shape[1:-1] or (1, 1)), -1).transpose(3, 0, 1, 2)


def half_steps(segment):
    """Half a step of a segment's codes, and what coding rounds, (filter, 1, 1, 1)."""
    largest = np.maximum(np.abs(segment.low), np.abs(segment.high))
    half = (segment.high - segment.low) / 255 / 2 + rounding.gamma(CODING) * largest
    return half[:, None, None, None]


def test_predictions_and_maps_are_of_one_pass(found, bounds):
    shown, halves = spread(found.layers["output"])
    bound = halves + 2 * by_filter(bounds["output"])  # XLA may compute a layer for each of its uses
    rounding.assert_within(shown, by_filter(found.predictions), bound)


def test_a_filter_is_the_convolution_written_by_hand(small_model, windows):
    kernel, bias = (w.astype(float) for w in small_model.get_layer("conv1").get_weights())
    import keras

    tapped = keras.Model(small_model.input, small_model.get_layer("conv1").output)
    maps = np.asarray(tapped(windows[:1, ..., None]))[0]
    padded = np.pad(windows[0], 2)
    by_hand = np.zeros(maps.shape[:2])
    for i in range(maps.shape[0]):
        for j in range(maps.shape[1]):
            by_hand[i, j] = bias[3]
            for a in range(3):
                for b in range(3):
                    by_hand[i, j] += kernel[a, b, 0, 3] * padded[i + a, j + b]
    bound = rounding.of_sum(9 + 1, np.abs(kernel).max() * np.abs(padded).max())  # and the bias
    rounding.assert_within(maps[..., 3], by_hand, bound)


def test_every_second_window_is_answered_as_among_all(network, clip_input, found, bounds):
    thinned = network.run(clip_input, hop_frames=2, layers=LAYERS)
    bound = 2 * bounds["output"][::2]
    rounding.assert_within(thinned.predictions, found.predictions[::2], bound)
    for name in LAYERS:
        among_all, halves = spread(found.layers[name])
        values, thinned_halves = spread(thinned.layers[name])
        bound = halves[:, ::2] + thinned_halves + 2 * by_filter(bounds[name])[:, ::2]
        rounding.assert_within(values, among_all[:, ::2], bound)


def spread(segments):
    """Activations (filter, window, frame, mel), and half a step of their codes."""
    values = [s.values() for s in segments]
    halves = [np.ones_like(v) * half_steps(s) for s, v in zip(segments, values, strict=True)]
    return np.concatenate(values, axis=1), np.concatenate(halves, axis=1)


def test_a_dead_filter_has_no_range_and_no_nan(network, clip_input):
    still = np.zeros_like(clip_input[:20])
    segment = network.run(still, layers=("conv1",)).layers["conv1"][0]
    # zeros everywhere: every cell is the bias
    np.testing.assert_array_equal(segment.low, segment.high)
    assert np.isfinite(segment.values()).all()


def test_progress_ends_at_one(network, clip_input):
    told = []
    network.run(clip_input, layers=(), progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0
