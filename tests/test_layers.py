import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnnviz.layers import Layers, Segment


def segment(codes: np.ndarray, first: int = 0) -> Segment:
    low = np.arange(len(codes), dtype=np.float32)
    return Segment(first, (codes,), low, low + 2)


def test_an_unknown_layer_is_a_key_error() -> None:
    layers = Layers({"a": ()})
    for _ in range(2):
        with pytest.raises(KeyError):
            layers["b"]
        with pytest.raises(KeyError):
            layers.packed("b")
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


def sharing(n_windows: int, hop: int) -> tuple[Segment, np.ndarray]:
    """Windows that share their rows, and what their codes are, window by window."""
    n_rows, rng = 4, np.random.default_rng(0)
    left = rng.integers(0, 256, (3, n_windows, 1, 5), np.uint8)
    rows = rng.integers(0, 256, (3, (n_windows - 1) * hop + n_rows, 5), np.uint8)
    right = rng.integers(0, 256, (3, n_windows, 2, 5), np.uint8)
    windows = [
        np.concatenate([left[:, w], rows[:, w * hop : w * hop + n_rows], right[:, w]], axis=1)
        for w in range(n_windows)
    ]
    low = np.arange(3, dtype=np.float32)
    return Segment(7, (left, rows, right), low, low + 2, hop), np.stack(windows, axis=1)


@pytest.mark.parametrize("hop", [1, 3, 6])
@pytest.mark.parametrize("n_windows", [1, 6])
def test_what_windows_share_is_in_each_of_them(n_windows: int, hop: int) -> None:
    segment, codes = sharing(n_windows, hop)
    layers = Layers({"a": (segment,)})
    layers.pack()
    for same in (segment, *layers["a"]):
        assert (same.first, same.n_windows) == (7, n_windows)
        assert np.array_equal(same.codes, codes)
        for index in range(3):
            assert np.array_equal(same.filter(index), codes[index])
        for window in range(n_windows):
            assert np.array_equal(same.window(window), codes[:, window])


def test_what_was_packed_to_be_sent_is_not_packed_again() -> None:
    segment, codes = sharing(6, 1)
    layers = Layers({"a": (segment,), "b": (segment,)})
    sent = layers.packed("a")
    assert np.array_equal(sent[0].whole().codes, codes)
    layers.pack()
    assert layers.packed("a") is sent
    assert layers.nbytes == sum(p.nbytes for name in "ab" for p in layers.packed(name))


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
