"""The curve of scores: a valid chart, and sentences that say no more than the figures."""

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.analyses.reliability import reliability
from cnnviz.analyses.results import Estimate
from cnnviz.views import reliability as view
from cnnviz.views.charts import reliability as charts
from tests.analyses.test_reliability import clips, simulated

WHY = "they are too few, or too alike."


def of(n, too_high=0.0):
    return reliability(*simulated(n, too_high=too_high), np.arange(n))


def test_a_dot_for_each_bin_with_clips_and_a_line_for_each_interval():
    curve = reliability(*clips([*[0.5] * 9, *[0.9] * 3], [*[1, 0, 1] * 3, 1, 0, 1]), np.arange(12))
    spec = charts.curve(curve, colour="#3b8fd0").to_dict(validate=True)
    line, whiskers, dots, numbers = spec["layer"]
    assert line["mark"]["strokeDash"]
    assert whiskers["transform"] == [{"filter": "isValid(datum.low)"}]
    assert (whiskers["encoding"]["y"]["field"], whiskers["encoding"]["y2"]["field"]) == (
        "low",
        "high",
    )
    assert dots["encoding"]["size"]["field"] == numbers["encoding"]["text"]["field"] == "clips"
    hollow = dots["encoding"]["fillOpacity"]
    assert (hollow["condition"]["test"], hollow["value"]) == ("isValid(datum.low)", 0)
    table = charts.table(curve)
    assert table["score"].tolist() == ["0.4 to 0.6", "0.8 to 1.0"]
    assert table["clips"].tolist() == [9, 3]
    assert np.isnan(table["low"]).tolist() == [False, True]


@pytest.mark.parametrize(
    ("too_high", "says"),
    [
        (0.2, "They are too high (over-confident), by 0.17 [0.1"),
        (-0.2, "They are too low (under-confident), by 0.1"),
        (0.0, "These clips show no difference: they are off by"),
    ],
)
def test_on_average_scores_are_too_high_or_too_low_or_neither(too_high, says):
    said = view._on_average(of(1500, too_high), "first weights")
    assert said.startswith("Scores of first weights: the highest of a clip is **0.6")
    assert says in said
    assert "[0." in said or "includes 0" in said
    assert "cannot be said of these recordings" in view._on_average(of(5), "x")


def test_the_example_is_where_most_clips_are():
    curve = reliability(*clips([*[0.72] * 50, *[0.2] * 20], [*[1] * 29, *[0] * 41]), np.arange(70))
    said = view._example(curve)
    assert said.startswith("When it says 0.72 (0.6 to 0.8, where most clips are), it is right in ")
    assert "**29 of 50** clips: 58 of 100 (95 %: " in said
    few = reliability(*clips([0.72] * 5, [1, 1, 1, 0, 0]), np.arange(5))
    assert view._example(few).endswith("**3 of 5** clips: 60 of 100.")


def test_the_error_is_held_against_chance():
    assert "this may be chance as well" in view._error(of(300))
    assert "would show 0.0" in view._error(of(300)) and "recordings" in view._error(of(300))
    assert view._error(of(5)).endswith("cannot be said of these recordings: " + WHY)
    both = replace(of(300), error=Estimate(0.1, 0.03, 0.2))
    assert "by this measure alone this may be chance as well." in view._error(both)
    said = view._error(of(1500, 0.2))
    assert "the expected calibration error (ECE)" in said
    assert "this is more than chance explains" in said


def test_the_table_has_every_bin_with_clips():
    table = view._table(of(1500, 0.2))
    assert table["clips"].sum() == 1500
    assert table["highest score"].tolist()[0] == "0.3 to 0.4"
    assert all("[" in cell for cell in table["part right"])
