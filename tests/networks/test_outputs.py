import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnnviz.networks.outputs import Outputs, Segment, packed


def segment(codes: np.ndarray, first: int = 0) -> Segment:
    low = np.arange(len(codes), dtype=np.float32)
    return Segment(first, (codes,), low, low + 2)


@given(
    codes=arrays(np.uint8, array_shapes(min_dims=4, max_dims=4, max_side=5)), turned=st.booleans()
)
def test_packed_segments_come_back_as_they_were(codes: np.ndarray, turned: bool) -> None:
    codes = codes.transpose(3, 2, 1, 0) if turned else codes
    segments = segment(codes), segment(codes[:, :1], 7)
    for one, small in zip(segments, packed(segments), strict=True):
        again = small.whole()
        assert (again.first, small.n_windows) == (one.first, one.n_windows)
        assert np.array_equal(again.codes, one.codes)
        assert np.array_equal(again.values(), one.values())


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
    one, codes = sharing(n_windows, hop)
    (small,) = packed([one])
    for same in (one, small.whole()):
        assert (same.first, same.n_windows) == (7, n_windows)
        assert np.array_equal(same.codes, codes)
        for index in range(3):
            assert np.array_equal(same.filter(index), codes[index])
        for window in range(n_windows):
            assert np.array_equal(same.window(window), codes[:, window])


PARTS = [
    slice(0, 7),
    slice(2, 5),
    slice(0, 1),
    slice(1, 6),
    slice(6, 7),
    slice(0, 0),
    slice(2, None),
]


@pytest.mark.parametrize("frames", PARTS, ids=str)
@pytest.mark.parametrize("hop", [1, 3, 6])
def test_a_part_of_every_map_is_cut_and_counted_as_from_whole_windows(
    frames: slice, hop: int
) -> None:
    mels = slice(1, 4)
    for one, codes in (sharing(5, hop), sharing(1, hop)):
        wanted = codes[:, :, frames, mels]
        for same in (one, segment(codes)):
            part = same.cut(frames, mels)
            assert np.array_equal(part.codes, wanted)
            assert np.array_equal(part.filter(2), wanted[2])
            counts = [np.bincount(codes.ravel(), minlength=256) for codes in wanted]
            assert np.array_equal(part.counts(), counts)


def test_large_blocks_go_in_parts_and_what_repeats_becomes_small() -> None:
    maps = np.zeros((16, 50, 30, 30), np.uint8)
    maps[3] = 7
    (small,) = packed([segment(maps)])
    assert len(small.parts[0]) > 1
    assert sum(map(len, small.parts[0])) < 10_000
    assert np.array_equal(small.whole().codes, maps)


def test_outputs_say_what_they_hold() -> None:
    one, _ = sharing(6, 1)
    outputs = Outputs(np.zeros((6, 2), np.float32), {"a": (one,), "b": (one, one)})
    assert outputs.nbytes == 6 * 2 * 4 + 3 * sum(block.nbytes for block in one.blocks)
