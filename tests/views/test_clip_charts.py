"""The charts: small enough to travel with the frame, and true to their arrays."""

import numpy as np

from cnnviz.views.charts import clip as charts


def test_every_chart_holds_to_the_schema():
    numbers = np.linspace(-1, 1, 6, dtype=np.float32)
    over_time = charts.prediction_over_time(
        np.ones((5, 2), np.float32), names=("a", "b"), centres_s=numbers + 1.5, seconds=3.0, frame=1
    )
    moved = charts.most_moved(numbers, chosen=2)
    counts = charts.activation_counts(numbers, np.arange(5))
    for chart in (over_time, moved, counts):
        assert "$schema" in chart.to_dict(validate=True)


def test_prediction_over_time_holds_one_byte_per_value():
    predictions = np.random.default_rng(0).random((88, 11)).astype(np.float32)
    chart = charts.prediction_over_time(
        predictions,
        names=tuple("abcdefghijk"),
        centres_s=np.arange(88) * 0.0232 + 0.49,
        seconds=3.0,
        frame=40,
    )
    heat, playhead = chart.layer
    assert heat.data["code"].dtype == np.uint8
    np.testing.assert_array_equal(
        heat.data["code"].to_numpy().reshape(11, 88), np.rint(predictions.T * 255)
    )
    assert playhead.data["playhead"].tolist() == [40 * 0.0232 + 0.49]


def test_the_playhead_of_a_shorter_clip_stays_inside():
    chart = charts.prediction_over_time(
        np.ones((1, 2), np.float32),
        names=("a", "b"),
        centres_s=np.array([0.49]),
        seconds=1.0,
        frame=40,
    )
    assert chart.layer[1].data["playhead"].tolist() == [0.49]


def test_the_filters_that_moved_most_come_first():
    movement = np.random.default_rng(0).random(100).astype(np.float32)
    rows = charts.most_moved(movement, chosen=int(movement.argmax())).data
    assert rows["filter"].tolist() == [str(i) for i in np.argsort(-movement)[:24]]
    assert rows["chosen"].tolist() == [True] + [False] * 23


def test_zero_is_marked_where_it_lies_within():
    counts = np.array([1, 3])
    inside = charts.activation_counts(np.array([-1, 0, 1], np.float32), counts)
    outside = charts.activation_counts(np.array([1, 2, 3], np.float32), counts)
    assert len(inside.layer) == 2
    assert len(outside.layer) == 1
    assert inside.layer[0].data["share"].tolist() == [0.25, 0.75]
