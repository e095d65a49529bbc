"""The charts below the stage, as Altair specifications from plain arrays.

**Conventions**: times are seconds, activations in their own units, predictions in [0, 1].
"""

import json

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cnnviz.audio import Float32

MOST_FILTERS = 24
ROW_HEIGHT = 18
CHOICE = "choice"  # name of the selection in `most_moved`
AXIS_HEIGHT = 60  # Streamlit counts the axis into a chart's height


def prediction_over_time(
    predictions: Float32,
    *,
    names: tuple[str, ...],
    centres_s: NDArray[np.float64],
    seconds: float,
    frame: int,
) -> alt.TopLevelMixin:
    """Draw instrument × time, with the playhead's frame marked.

    The chart is sent again at each move of the frame, so it is small: one byte per value, and the
    browser computes time and class from its place in the row.

    Parameters
    ----------
    predictions : np.ndarray [shape=(n_windows, n_classes)]
    names : tuple of str
        One per class.
    centres_s : np.ndarray [shape=(n_windows,)]
        Middle of each window.
    seconds : float
        Length of the clip, which the time axis spans as the spectrogram's does.
    frame : int
        Index of the window at the playhead.
    """
    n_windows = len(predictions)
    step_s = float(centres_s[1] - centres_s[0]) if n_windows > 1 else 0.0232
    cells = pd.DataFrame({"code": np.rint(predictions.T * 255).astype(np.uint8).ravel()})
    time = alt.Scale(domain=[0, seconds], nice=False)
    plain = alt.Axis(grid=False)
    heat = (
        alt.Chart(cells)
        .transform_window(row="row_number()", frame=[None, None])
        .transform_calculate(
            prediction="datum.code / 255",
            instrument=f"{json.dumps(names)}[floor((datum.row - 1) / {n_windows})]",
            middle=f"{centres_s[0]} + ((datum.row - 1) % {n_windows}) * {step_s}",
        )
        # a little beyond the next window's start, or the background shines through the seams
        .transform_calculate(
            start=f"datum.middle - {step_s / 2}", end=f"datum.middle + {step_s * 0.6}"
        )
        .mark_rect()
        .encode(
            x=alt.X("start:Q", title="middle of the window (s)", scale=time, axis=plain),
            x2="end:Q",
            y=alt.Y(
                "instrument:N",
                sort=list(names),
                title=None,
                axis=alt.Axis(labelOverlap=False, grid=False),
            ),
            color=alt.Color(
                "prediction:Q",
                title="prediction",
                scale=alt.Scale(domain=[0, 1], scheme="viridis"),
            ),
            tooltip=[
                alt.Tooltip("instrument:N"),
                alt.Tooltip("middle:Q", title="middle of the window (s)", format=".2f"),
                alt.Tooltip("prediction:Q", format=".2f"),
            ],
        )
    )
    playhead = (
        alt.Chart(pd.DataFrame({"playhead": [float(centres_s[min(frame, n_windows - 1)])]}))
        .mark_rule(color="#ff4b4b", strokeWidth=2)
        .encode(x=alt.X("playhead:Q", scale=time, axis=plain))
    )
    return (heat + playhead).properties(height=ROW_HEIGHT * len(names) + AXIS_HEIGHT)


def most_moved(movement: Float32, *, chosen: int | None) -> alt.TopLevelMixin:
    """Draw the filters that moved most, the most first; a click selects one, by its `filter`.

    Parameters
    ----------
    movement : np.ndarray [shape=(n_filters,)]
        Mean change from one window to the next.
    chosen : int or None
        Filter to set apart.
    """
    order = np.argsort(-movement, kind="stable")[:MOST_FILTERS]
    rows = pd.DataFrame(
        {
            "filter": [str(index) for index in order],
            "movement": movement[order],
            "chosen": [bool(index == chosen) for index in order],
        }
    )
    return (
        alt.Chart(rows)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("movement:Q", title="mean change per window"),
            y=alt.Y("filter:N", sort=None, title="filter", axis=alt.Axis(labelOverlap=False)),
            opacity=alt.condition("datum.chosen", alt.value(1.0), alt.value(0.6)),
            tooltip=["filter:N", alt.Tooltip("movement:Q", format=".4f")],
        )
        .add_params(alt.selection_point(CHOICE, fields=["filter"], on="click"))
        .properties(height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT)
    )


def activation_counts(edges: Float32, counts: NDArray[np.int64]) -> alt.TopLevelMixin:
    """Draw the distribution of one filter's activations, with zero marked.

    Parameters
    ----------
    edges : np.ndarray [shape=(n_bins + 1,)]
    counts : np.ndarray [shape=(n_bins,)]
    """
    share = counts / max(1, counts.sum())
    rows = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": share})
    bars = (
        alt.Chart(rows)
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X(
                "low:Q", bin="binned", title="activation", scale=alt.Scale(zero=False, nice=False)
            ),
            x2="high",
            y=alt.Y("share:Q", title="share of cells", axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("low:Q", title="from", format=".3f"),
                alt.Tooltip("high:Q", title="to", format=".3f"),
                alt.Tooltip("share:Q", format=".2%"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeDash=[4, 3]).encode(x="zero:Q")
    return bars + zero if edges[0] <= 0 <= edges[-1] else alt.layer(bars)
