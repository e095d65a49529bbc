"""The charts of the results: valid, in the order given, with every interval drawn."""

import numpy as np
import pytest
from matplotlib.cm import viridis
from matplotlib.colors import to_hex

from cnnviz.analyses.results import Estimates
from cnnviz.views.charts import results as charts

ROWS = ("voice", "cello", "flute")


def estimates(*value):
    value = np.array(value)
    return Estimates(value, value - 0.1, value + 0.05)


@pytest.fixture
def dots():
    return charts.dots(
        {"ours": estimates(0.9, 0.6, 0.4), "theirs": estimates(0.2, 0.5, 0.35)},
        rows=ROWS,
        title="F1",
    )


@pytest.fixture
def counts():
    kinds = {"learned from": np.array([580, 580, 290]), "tested on": np.array([10, 40, 20])}
    return charts.counts(kinds, rows=ROWS, step=charts.row_step(2))


@pytest.fixture
def matrix():
    table = np.array([[8, 2, 0], [0, 0, 0]])
    return charts.confusion(table, rows=("cello", "voice"), columns=("cello", "oboe", "voice"))


def test_every_chart_holds_to_the_schema(dots, counts, matrix):
    for chart in (dots, counts, matrix):
        assert "$schema" in chart.to_dict(validate=True)


def test_rows_stand_in_the_order_given_and_meet(dots, counts):
    spec, beside = dots.to_dict(), counts.to_dict()
    for layer in (*spec["layer"], *beside["layer"]):
        assert layer["encoding"]["y"]["sort"] == list(ROWS)
    assert spec["height"] == beside["height"] == 3 * charts.row_step(2)
    ticks = [chart["layer"][0]["encoding"]["x"]["axis"] for chart in (spec, beside)]
    assert len({(axis["minExtent"], axis["maxExtent"]) for axis in ticks}) == 1


def test_intervals_are_drawn_from_end_to_end(dots):
    whiskers, points = dots.to_dict()["layer"]
    assert whiskers["mark"]["type"] == "rule"
    assert (whiskers["encoding"]["x"]["field"], whiskers["encoding"]["x2"]["field"]) == (
        "low",
        "high",
    )
    assert points["encoding"]["x"]["field"] == "value"
    table = dots.data
    ours = table[table["system"] == "ours"]
    assert ours["instrument"].tolist() == list(ROWS)
    np.testing.assert_allclose(ours["low"], (0.8, 0.5, 0.3))
    np.testing.assert_allclose(ours["high"], (0.95, 0.65, 0.45))
    assert ours["interval"].tolist() == ["0.80 to 0.95", "0.50 to 0.65", "0.30 to 0.45"]


def test_a_figure_without_interval_is_a_point_alone():
    unknown = Estimates(np.array([0.5]), np.array([np.nan]), np.array([np.nan]))
    chart = charts.dots({"published": unknown}, rows=("micro",), title="F1").to_dict()
    (row,) = next(iter(chart["datasets"].values()))
    assert row["low"] is None
    assert row["interval"] == "none"
    assert chart["layer"][0]["transform"] == [{"filter": "isValid(datum.low)"}]
    assert "transform" not in chart["layer"][1]


def test_systems_differ_in_colour_and_in_shape():
    figures = {f"system {i}": estimates(0.5, 0.5, 0.5) for i in range(6)}
    points = charts.dots(figures, rows=ROWS, title="F1").to_dict()["layer"][1]["encoding"]
    for channel in ("color", "shape"):
        assert points[channel]["scale"]["domain"] == list(figures)
        assert len(set(points[channel]["scale"]["range"])) == 6


def test_systems_beyond_the_colours_still_draw():
    figures = {f"system {i}": estimates(0.5, 0.5, 0.5) for i in range(8)}
    chart = charts.dots(figures, rows=ROWS, title="F1").to_dict()
    assert len(chart["layer"][1]["encoding"]["color"]["scale"]["range"]) == 8
    assert chart["height"] == 3 * charts.row_step(8) > 3 * charts.row_step(1)


def luminance(colour):
    linear = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in linear]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("colour", sorted({*charts.COLOURS, *charts.COUNT_COLOURS}))
def test_colours_stand_out_in_both_themes(colour):
    # WCAG 2.1, 1.4.11: graphics need 3:1; white, and Streamlit's dark background
    here = luminance(colour)
    assert 1.05 / (here + 0.05) >= 3
    assert (here + 0.05) / (luminance("#0e1117") + 0.05) >= 3


@pytest.mark.parametrize("share", np.linspace(0, 1, 41))
def test_counts_can_be_read_on_every_colour(share):
    # WCAG 2.1, 1.4.3: words need 4.5:1
    here = luminance(to_hex(viridis(share)))
    light = share < charts.LIGHT_TEXT_BELOW
    assert (1.05 / (here + 0.05) if light else (here + 0.05) / 0.05) >= 4.5


def test_bars_are_drawn_to_the_largest_of_their_kind(counts):
    table = counts.data
    assert table["clips"].tolist() == [580, 580, 290, 10, 40, 20]
    share = table["length"] / charts.WIDEST_BAR
    np.testing.assert_allclose(share, (1, 1, 0.5, 0.25, 1, 0.5))


def test_the_matrix_holds_counts_and_shares_of_rows(matrix):
    cells = matrix.data
    assert cells["true"].tolist() == ["cello"] * 3 + ["voice"] * 3
    assert cells["named"].tolist() == ["cello", "oboe", "voice"] * 2
    assert cells["clips"].tolist() == [8, 2, 0, 0, 0, 0]
    np.testing.assert_allclose(cells["share"], (0.8, 0.2, 0, 0, 0, 0))
    spec = matrix.to_dict()["layer"]
    assert spec[0]["encoding"]["color"]["field"] == "share"
    assert spec[1]["encoding"]["text"]["field"] == "clips"
