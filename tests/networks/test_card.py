"""The card: every field that is missing or wrong is named."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.card import Layer, parse_card, read_card
from tests.conftest import card_of


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 2}, "format"),
        ({"labels": []}, "labels"),
        ({"labels": ["cel", "cel", "voi"]}, "labels"),
        ({"labels": [1, 2, 3]}, "labels"),
        ({"threshold": "high"}, "threshold"),
        ({"layers": []}, "layers"),
        ({"layers": [{"name": "x"}]}, "output"),
        ({"layers": ["x"]}, "objects"),
        ({"layers": [{"name": "x", "output": "x", "kind": "magic", "shape": [1]}]}, "kinds"),
        ({"layers": [{"name": "x", "output": "x", "kind": "dense", "shape": [0]}]}, "shape"),
        ({"layers": [{"name": "output", "output": "x", "kind": "dense", "shape": [1]}]}, "output"),
        ({"front_end": {"hop": 512}}, "hop"),
        ({"front_end": {"n_mels": 0}}, "n_mels"),
        ({"front_end": {"n_mels": 12.5}}, "n_mels"),
        ({"front_end": {"std": -1.0}}, "std"),
        ({"weights_sha256": None}, "weights_sha256"),
    ],
)
def test_a_wrong_field_is_named(small_model, changes, says):
    with pytest.raises(BadInput, match=says):
        parse_card(card_of(small_model, **changes))


def test_a_missing_card_is_said(tmp_path):
    with pytest.raises(BadInput, match="readable card"):
        read_card(tmp_path)


def test_a_half_written_card_is_said(tmp_path):
    (tmp_path / "card.json").write_text('{"format": 1, "name": ')
    with pytest.raises(BadInput, match="readable card"):
        read_card(tmp_path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
keys = ["format", "name", "title", "front_end", "labels", "threshold", "layers", "output"]


@given(key=st.sampled_from(keys), value=json_values)
def test_no_json_breaks_the_parser(small_model, key, value):
    with contextlib.suppress(BadInput):
        parse_card(card_of(small_model, **{key: value}))


def test_sizes_in_words():
    assert Layer("conv2_2", "convolution", 64, 19, 48).size == "64 filters of 19×48"
    assert Layer("dense", "dense", 1024).size == "1024 cells"
    assert Layer("output", "output", 11).size == "11 classes"


@pytest.mark.parametrize(
    ("layer", "frames", "mels"),
    [
        (Layer("conv1_1", "convolution", 1, 45, 130, -1, 1, -1, 1), (1, 44), (1, 129)),
        (Layer("conv2_2", "convolution", 1, 19, 48, -7, 3, -7, 3), (3, 17), (3, 45)),
        (Layer("even", "convolution", 1, 4, 128, -0.5, 14.5), (0, 3), (0, 128)),
        (Layer("beside", "convolution", 1, 4, 5, 100, 1), (0, 4), (0, 5)),
        (Layer("dense", "dense", 1024), (0, 1), (0, 1)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_cells_over_the_window_are_those_centred_on_it(layer, frames, mels):
    assert layer.inside(LogMel()) == (slice(*frames), slice(*mels))
