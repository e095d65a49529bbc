"""The chart of a filter's activations: true to its arrays."""

import numpy as np
import pytest

from cnnviz.networks.card import Layer
from cnnviz.views import charts

MAPS = Layer("conv", "convolution", 6, 9, 12)
CELLS = Layer("dense", "dense", 70)
OUTPUT = Layer("output", "output", 11)


def test_it_holds_to_the_schema():
    edges = np.linspace(-1, 1, 6, dtype=np.float32)
    chart = charts.activations(edges, np.arange(5.0), layer=MAPS)
    assert "$schema" in chart.to_dict(validate=True)


@pytest.mark.parametrize(
    ("layer", "value", "share"),
    [
        (MAPS, "activation", "share of cells"),
        (CELLS, "activation", "share of windows"),
        (OUTPUT, "score", "share of windows"),
    ],
)
def test_axes_and_table_name_what_is_counted(layer, value, share):
    edges, counts = np.array([0, 1], np.float32), np.array([3.0])
    axes = charts.activations(edges, counts, layer=layer).to_dict()["layer"][0]["encoding"]
    assert (axes["x"]["title"], axes["y"]["title"]) == (value, share)
    assert [*charts.activations_table(edges, counts, layer=layer)] == ["from", "to", share]


def test_bars_are_shares_of_all_cells():
    chart = charts.activations(np.array([-1, 0, 1], np.float32), np.array([1.0, 3.0]), layer=MAPS)
    bars = chart.layer[0].data
    assert bars["share"].tolist() == [0.25, 0.75]
    assert (bars["low"].tolist(), bars["high"].tolist()) == ([-1, 0], [0, 1])


def test_zero_is_marked_where_it_lies_within():
    counts = np.array([1.0, 3.0])
    inside = charts.activations(np.array([-1, 0, 1], np.float32), counts, layer=MAPS)
    outside = charts.activations(np.array([1, 2, 3], np.float32), counts, layer=MAPS)
    assert (len(inside.layer), len(outside.layer)) == (2, 1)
