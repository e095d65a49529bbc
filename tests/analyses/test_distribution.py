import numpy as np
import pytest

from cnnviz.analyses.distribution import distribution
from cnnviz.networks.outputs import Segment
from tests.analyses.segments import segment


def test_the_distribution_counts_every_cell():
    values = np.random.default_rng(4).normal(size=(2, 9, 4, 5)).astype(np.float32)
    edges, counts = distribution((segment(values),), filter_=1)
    assert counts.sum() == pytest.approx(9 * 4 * 5)
    mean = (counts * (edges[:-1] + edges[1:]) / 2).sum() / counts.sum()
    assert mean == pytest.approx(values[1].mean(), abs=0.05)


def test_activations_spread_evenly_fill_all_bins_evenly():
    # 256 codes in 60 bins: some bins hold four codes, some five
    values = np.linspace(-1, 3, 256 * 40, dtype=np.float32).reshape(1, 4, 40, 64)
    _, counts = distribution((segment(values),), filter_=0)
    assert counts[1:-1] == pytest.approx(counts[1:-1].mean(), rel=0.02)


def test_segments_of_different_ranges_add_up():
    rng = np.random.default_rng(6)
    parts = rng.uniform(-1, 0, (1, 5, 8, 9)), rng.uniform(0, 4, (1, 5, 8, 9))
    edges, counts = distribution(
        tuple(segment(part.astype(np.float32)) for part in parts), filter_=0
    )
    assert counts.sum() == pytest.approx(2 * 5 * 8 * 9)
    exact, _ = np.histogram(np.concatenate(parts, axis=1), bins=edges)
    # Each segment's codes lie within half a step of their activations, so a cell may count in the
    # neighbouring bin.
    assert np.abs(np.cumsum(counts) - np.cumsum(exact)).max() < 12


def test_a_filter_that_stays_the_same_fills_one_bin():
    still = Segment(0, (np.zeros((2, 2, 3, 4), np.uint8),), *[np.array([0, 1.5], np.float32)] * 2)
    edges, counts = distribution((still,), filter_=1)
    assert edges[0] == 1.5
    assert counts.tolist() == [24.0, *[0.0] * 59]


def test_codes_that_no_cell_has_take_no_room():
    """Of a map without its border, the highest codes may be those of the border."""
    values = np.random.default_rng(5).uniform(0, 1, (1, 6, 7, 8)).astype(np.float32)
    values[:, :, 0], values[:, :, -1] = 9, -9
    cut = segment(values).cut(slice(1, -1), slice(None))
    edges, counts = distribution((cut,), filter_=0)
    inside = values[:, :, 1:-1]
    assert [edges[0], edges[-1]] == pytest.approx([inside.min(), inside.max()], abs=9 / 255)
    assert counts.sum() == pytest.approx(inside.size)
