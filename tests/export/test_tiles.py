import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.export.tiles import Room, tiles
from cnnviz.networks.card import Layer

HAN = [(32, 47, 132), (64, 19, 48), (128, 10, 20), (256, 7, 10), (256, 1, 1), (1024, 1, 1)]


@pytest.mark.parametrize(
    "size", [(1232, 370, 1.0), (1232, 370, 1.5), (1392, 520, 2), (752, 250, 1)]
)
@pytest.mark.parametrize(("filters", "frames", "mels"), [*HAN, (11, 1, 1)])
def test_every_filter_has_a_place_of_its_own_within_the_room(filters, frames, mels, size):
    width, height, ratio = size
    check(Layer("x", "convolution", filters, frames, mels), Room(24, 300, width, height), ratio)


@settings(max_examples=60, deadline=None)
@given(
    filters=st.integers(1, 300),
    frames=st.integers(1, 60),
    mels=st.integers(1, 140),
    width=st.integers(500, 1400),
    height=st.integers(230, 600),
    ratio=st.sampled_from([1.0, 1.5, 2.0]),
)
def test_any_layer_fits(filters, frames, mels, width, height, ratio):
    check(Layer("x", "convolution", filters, frames, mels), Room(10, 20, width, height), ratio)


@pytest.mark.parametrize("n_maps", [600, 2048])
def test_too_many_maps_for_numbers_of_their_own_have_them_at_the_margin(n_maps):
    layer, room = Layer("x", "convolution", n_maps, 7, 10), Room(24, 230, 752, 250)
    check(layer, room, 1.0)
    layout = tiles(layer, room, ratio=1.0)
    assert layout.numbers == "margin"
    assert min(area.left for area in layout.areas) == 24 + 34
    assert min(area.top for area in layout.areas) == 230 + 15


@pytest.mark.parametrize("size", [(1232, 370), (1392, 520), (752, 250)])
@pytest.mark.parametrize(("filters", "frames", "mels"), HAN[:4])
def test_maps_with_numbers_are_as_large_as_the_stages_limits(filters, frames, mels, size):
    layer = Layer("x", "convolution", filters, frames, mels)
    layout = tiles(layer, Room(24, 300, *size), ratio=1.0)
    assert layout.numbers == "above"
    assert layout.areas[0].width >= 18 - 1 and layout.areas[0].height >= 10


def check(layer, room, ratio):
    layout = tiles(layer, room, ratio=ratio)
    assert len(layout.areas) == layer.filters
    for area in layout.areas:
        assert area.width >= 1 and area.height >= 1
        assert area.left >= room.left * ratio - 1 and area.top >= room.top * ratio - 1
        assert area.left + area.width <= (room.left + room.width) * ratio + 1
        assert area.top + area.height <= (room.top + room.height) * ratio + 1
    for one, other in itertools.pairwise(layout.areas):
        beside = one.top == other.top and one.left + one.width <= other.left
        assert beside or one.top + one.height <= other.top
