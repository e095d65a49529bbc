"""The chart of a filter's activations: true to its arrays."""

import numpy as np

from cnnviz.views import charts


def test_it_holds_to_the_schema():
    edges = np.linspace(-1, 1, 6, dtype=np.float32)
    assert "$schema" in charts.activations(edges, np.arange(5.0)).to_dict(validate=True)


def test_bars_are_shares_of_all_cells():
    chart = charts.activations(np.array([-1, 0, 1], np.float32), np.array([1.0, 3.0]))
    bars = chart.layer[0].data
    assert bars["share"].tolist() == [0.25, 0.75]
    assert (bars["low"].tolist(), bars["high"].tolist()) == ([-1, 0], [0, 1])


def test_zero_is_marked_where_it_lies_within():
    counts = np.array([1.0, 3.0])
    inside = charts.activations(np.array([-1, 0, 1], np.float32), counts)
    outside = charts.activations(np.array([1, 2, 3], np.float32), counts)
    assert (len(inside.layer), len(outside.layer)) == (2, 1)
