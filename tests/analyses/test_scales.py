"""The scales of a layer: percentiles against NumPy's own, on activations that are codes."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.analyses.scales import inside, scales
from cnnviz.networks.card import Layer
from cnnviz.networks.outputs import CODES_MAX, Segment

FRONT_END = SimpleNamespace(window_frames=4, n_mels=5)
# One cell of padding at each end of the frames, two below and one above the bands.
MAPS = Layer("conv", "convolution", 3, 6, 8, frame_start=-1.0, mel_start=-2.0)
ALL = Layer("conv", "convolution", 3, 4, 5)


def made(layer=MAPS, *, seed=0, n_windows=(7, 4)):
    rng = np.random.default_rng(seed)
    shape = layer.filters, layer.frames, layer.mels
    first, segments = 0, []
    for n in n_windows:
        codes = rng.integers(0, 256, (shape[0], n, *shape[1:]), dtype=np.uint8)
        codes[:, 0, 0, 0], codes[:, 0, 0, 1] = 0, CODES_MAX  # in the border of MAPS
        low = -rng.random(layer.filters, np.float32)
        segments.append(Segment(first, (codes,), low, low + 3))
        first += n
    return tuple(segments)


def values_of(segments, frames=slice(1, 5), mels=slice(2, 7)):
    """All activations (filter, window, frame, mel), exactly as a cell's code says."""
    parts = []
    for segment in segments:
        low = segment.low.astype(np.float64)[:, None, None, None]
        step = (segment.high - segment.low).astype(np.float64)[:, None, None, None] / CODES_MAX
        parts.append((low + segment.codes * step).astype(np.float32)[:, :, frames, mels])
    return np.concatenate(parts, axis=1)


def test_the_border_is_not_inside():
    assert MAPS.inside(FRONT_END) == (slice(1, 5), slice(2, 7))
    found = scales(made(), MAPS, FRONT_END)
    assert (found.frames, found.mels) == (slice(1, 5), slice(2, 7))
    values = values_of(made())
    np.testing.assert_array_equal(found.low, values.min(axis=(1, 2, 3)))
    np.testing.assert_array_equal(found.high, values.max(axis=(1, 2, 3)))
    (first, _) = inside(made(), MAPS, FRONT_END)
    assert first.codes.shape == (3, 7, 4, 5)


@given(st.integers(0, 1000), st.sampled_from([(1,), (1, 1), (7, 4), (30,)]))
def test_the_usual_scale_is_numpys_percentiles(seed, n_windows):
    segments = made(seed=seed, n_windows=n_windows)
    values = values_of(segments)
    scale = scales(segments, MAPS, FRONT_END).choices["layer"]
    low, high = np.percentile(values, [1, 99.7], method="inverted_cdf")
    assert (scale.low, scale.high) == (low, high)
    assert scale.below == pytest.approx((values < low).mean())
    assert scale.above == pytest.approx((values > high).mean())
    assert scale.below <= 0.01 and scale.above <= 0.003 + 1e-9


@given(st.integers(0, 1000))
def test_the_diverging_scale_is_as_far_on_both_sides(seed):
    segments = made(seed=seed)
    sizes = np.abs(values_of(segments))
    scale = scales(segments, MAPS, FRONT_END).choices["diverging"]
    assert scale.high == np.percentile(sizes, 99.5, method="inverted_cdf")
    assert scale.low == -scale.high
    assert scale.below + scale.above == pytest.approx((sizes > scale.high).mean())


def test_the_full_scale_clips_nothing_not_even_in_the_border():
    scale = scales(made(), MAPS, FRONT_END).choices["full"]
    values = values_of(made(), slice(None), slice(None))
    assert (scale.low, scale.high) == (values.min(), values.max())
    assert (scale.below, scale.above) == (0, 0)


def test_a_scale_per_filter_has_no_limits_of_its_own():
    scale = scales(made(), MAPS, FRONT_END).choices["filter"]
    assert (scale.low, scale.high) == (None, None)


def test_a_scale_that_a_layer_does_not_have_is_the_usual_one():
    found = scales(made(), MAPS, FRONT_END)
    assert (found.known("full"), found.known("none")) == ("full", "layer")


def still(value, layer=ALL):
    codes = np.zeros((layer.filters, 3, layer.frames, layer.mels), np.uint8)
    ends = np.full(layer.filters, value, np.float32)
    return (Segment(0, (codes,), ends, ends),)


@pytest.mark.parametrize("value", [0.0, 1.5, -2.0])
def test_a_layer_where_all_is_equal_has_one_value(value):
    found = scales(still(value), ALL, FRONT_END)
    assert (found.choices["layer"].low, found.choices["layer"].high) == (value, value)
    far = found.choices["diverging"]
    assert (far.low, far.high) == (-(abs(value) or 1), abs(value) or 1)  # zero is the middle
    assert {s.below + s.above for s in found.choices.values()} == {0}


def test_where_nearly_all_is_equal_the_rest_is_seen():
    codes = np.zeros((1, 1, 40, 50), np.uint8)
    codes[0, 0, 3, 3] = 255  # one cell of 2000, above the 99.7th percentile
    layer = Layer("relu", "convolution", 1, 40, 50)
    front_end = SimpleNamespace(window_frames=40, n_mels=50)
    one = np.ones(1, np.float32)
    found = scales((Segment(0, (codes,), 0 * one, 4 * one),), layer, front_end)
    assert (found.choices["layer"].low, found.choices["layer"].high) == (0, 4)
    assert "lowest to highest" in found.choices["layer"].about
    assert found.choices["diverging"].high == 4


def test_cells_have_scales_as_maps_have():
    layer = Layer("dense", "dense", 40)
    segments = cells(layer)
    values = values_of(segments, slice(None), slice(None))
    scale = scales(segments, layer, FRONT_END).choices["layer"]
    assert scale.low == np.percentile(values, 1, method="inverted_cdf")


def cells(layer, *, low=0.0, high=1.0):
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 256, (layer.filters, 9, 1, 1), dtype=np.uint8)
    ends = (np.full(layer.filters, end, np.float32) for end in (low, high))
    return (Segment(0, (codes,), *ends),)


def test_predictions_are_always_drawn_from_0_to_1():
    layer = Layer("output", "output", 4)
    found = scales(cells(layer, low=0.2, high=0.4), layer, FRONT_END)
    assert list(found.choices) == ["layer"]
    assert (found.choices["layer"].low, found.choices["layer"].high) == (0, 1)
    for low, high in ((-3, 0.5), (0, 4)):
        logits = scales(cells(layer, low=low, high=high), layer, FRONT_END)
        assert list(logits.choices) == ["layer", "full", "filter", "diverging"]
