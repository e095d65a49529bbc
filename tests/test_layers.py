import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnnviz.layers import Layers, Segment


def segment(codes: np.ndarray, first: int = 0) -> Segment:
    low = np.arange(len(codes), dtype=np.float32)
    return Segment(first, codes, low, low + 2)


def test_an_unknown_layer_is_a_key_error() -> None:
    layers = Layers({"a": ()})
    for _ in range(2):
        with pytest.raises(KeyError):
            layers["b"]
        layers.pack()


@given(
    codes=arrays(np.uint8, array_shapes(min_dims=4, max_dims=4, max_side=5)), turned=st.booleans()
)
def test_packed_is_the_same_and_no_larger_by_much(codes: np.ndarray, turned: bool) -> None:
    codes = codes.transpose(3, 2, 1, 0) if turned else codes
    layers = Layers({"a": (segment(codes), segment(codes[:, :1], 7)), "b": ()})
    before = [(s.first, s.codes.copy(), s.values()) for s in layers["a"]]
    layers.pack()
    layers.pack()
    assert list(layers) == ["a", "b"] and len(layers) == 2 and layers["b"] == ()
    for (first, was, values), s in zip(before, layers["a"], strict=True):
        assert s.first == first and np.array_equal(s.codes, was)
        assert np.array_equal(s.values(), values)


def test_packing_makes_what_repeats_small() -> None:
    layers = Layers({"a": (segment(np.zeros((8, 50, 20, 20), np.uint8)),)})
    assert layers.nbytes == 8 * 50 * 20 * 20
    layers.pack()
    assert 0 < layers.nbytes < 2000


def test_others_read_while_it_packs() -> None:
    maps = np.random.default_rng(0).integers(0, 9, (16, 20, 20, 20), dtype=np.uint8)
    layers = Layers({str(i): (segment(maps + np.uint8(i)),) for i in range(20)})
    packing = threading.Thread(target=layers.pack)
    packing.start()
    while packing.is_alive():
        for i in range(20):
            assert layers[str(i)][0].codes[0, 0, 0, 0] == maps[0, 0, 0, 0] + i
        assert layers.nbytes > 0
    packing.join()
