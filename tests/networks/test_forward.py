"""Activations: quantised within half a step, and the convolution is the one in the book."""

import numpy as np
import pytest

from cnnviz.networks.card import parse_card
from cnnviz.networks.keras_network import SEGMENT_WINDOWS, KerasNetwork
from tests.conftest import SMALL, card_of

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
def found(network, clip_input):
    return network.run(clip_input, layers=LAYERS)


def test_each_pass_of_a_clip_has_its_segment(found, windows):
    segments = found.layers["conv1"]
    assert len(segments) > 2
    assert [s.first for s in segments] == [*range(0, len(windows), SEGMENT_WINDOWS)]
    assert sum(s.codes.shape[1] for s in segments) == len(windows) == len(found.predictions)


@pytest.mark.parametrize("name", LAYERS)
def test_codes_give_the_activations_within_half_a_step(small_model, found, windows, name):
    import keras

    tapped = keras.Model(small_model.input, small_model.get_layer(name).output)
    exact = np.asarray(tapped(windows[..., None]))
    exact = exact.reshape(len(windows), -1, exact.shape[-1])  # (window, cell, filter)
    for segment in found.layers[name]:
        values = segment.values()
        here = exact[segment.first : segment.first + values.shape[1]].transpose(2, 0, 1)
        half = (segment.high - segment.low)[:, None, None] / 255 / 2
        error = np.abs(values.reshape(here.shape) - here)
        # XLA adds in another order: 1e-5 on activations of about one
        assert np.all(error <= half + 1e-5)


def test_predictions_and_maps_are_of_one_pass(found):
    shown = np.concatenate([s.values()[:, :, 0, 0] for s in found.layers["output"]], axis=1).T
    np.testing.assert_allclose(shown, found.predictions, atol=1 / 255)


def test_a_filter_is_the_convolution_written_by_hand(small_model, windows):
    kernel, bias = (np.asarray(w) for w in small_model.get_layer("conv1").weights)
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
    np.testing.assert_allclose(maps[..., 3], by_hand, atol=1e-5)


def test_every_second_window_is_answered_as_among_all(network, clip_input, found):
    thinned = network.run(clip_input, hop_frames=2, layers=LAYERS)
    np.testing.assert_allclose(thinned.predictions, found.predictions[::2], atol=1e-5)
    for name in LAYERS:
        among_all, steps = spread(found.layers[name])
        values, thinned_steps = spread(thinned.layers[name])
        half_steps = (among_all[:, ::2] - values) / (steps[:, ::2] + thinned_steps + 1e-5)
        assert np.abs(half_steps).max() <= 0.5 + 1e-3


def spread(segments):
    """Activations (filter, window, frame, mel), and the step of their codes."""
    values = [s.values() for s in segments]
    steps = [
        np.ones_like(v) * ((s.high - s.low) / 255)[:, None, None, None]
        for s, v in zip(segments, values, strict=True)
    ]
    return np.concatenate(values, axis=1), np.concatenate(steps, axis=1)


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
