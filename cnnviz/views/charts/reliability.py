"""The reliability curve, as an Altair specification.

**Conventions**: scores and parts are in [0, 1]; arrays are (bin,).
"""

import altair as alt
import numpy as np
import pandas as pd

from cnnviz.analyses.reliability import Reliability

HEIGHT = 360  # pixels
AREAS = (40, 420)  # square pixels of the smallest and the largest dot
DIAGONAL = "#8c8c8c"  # stands out 3:1 from both themes
FOOT = -0.1  # of the y axis, which has the numbers of clips below 0
NUMBERS_AT = -0.05


def table(of: Reliability) -> pd.DataFrame:
    """Return one line for each bin that holds clips."""
    each = pd.DataFrame(
        {
            "score": [f"{a:.1f} to {b:.1f}" for a, b in zip(of.edges, of.edges[1:], strict=False)],
            "mean score": of.score,
            "right": of.right.value,
            "low": of.right.low,
            "high": of.right.high,
            "clips": of.clips,
            "recordings": of.recordings,
        }
    )
    return each[each["clips"] > 0].reset_index(drop=True)


def curve(of: Reliability, *, colour: str) -> alt.TopLevelMixin:
    """Draw a dot for each bin, how often it is right over its mean score, with intervals as lines.

    A dot's area says how many clips there are, and so does the number at the foot; it is hollow
    where there is no interval.

    Parameters
    ----------
    of : Reliability
    colour : str
        Of the system, as in the charts beside.
    """
    bins = table(of)
    bins["interval"] = [
        "not estimable" if np.isnan(low) else f"{low:.2f} to {high:.2f}"
        for low, high in zip(bins["low"], bins["high"], strict=True)
    ]
    axis = alt.Axis(format=".1f", values=of.edges.tolist())
    x = alt.X(
        "mean score:Q",
        title="highest score of a clip",
        scale=alt.Scale(domain=[0, 1]),
        axis=axis,
    )
    scale = alt.Scale(domain=[FOOT, 1], nice=False)
    title = "part of these clips that is right"
    y, low = (alt.Y(f"{end}:Q", title=title, scale=scale, axis=axis) for end in ("right", "low"))
    base = alt.Chart(bins).encode(
        x=x,
        tooltip=[
            alt.Tooltip("score:N", title="highest score"),
            alt.Tooltip("mean score:Q", format=".2f"),
            alt.Tooltip("right:Q", title="part right", format=".2f"),
            alt.Tooltip("interval:N", title="95 % interval"),
            alt.Tooltip("clips:Q", format=","),
            alt.Tooltip("recordings:Q", format=","),
        ],
    )
    ends = pd.DataFrame({"mean score": [0, 1], "right": [0, 1]})
    line = alt.Chart(ends).mark_line(color=DIAGONAL, strokeDash=[4, 4]).encode(x=x, y=y)
    known = base.transform_filter("isValid(datum.low)")
    whiskers = known.mark_rule(strokeWidth=1.5, color=colour).encode(y=low, y2="high")
    dots = base.mark_circle(color=colour, stroke=colour, strokeWidth=1.5, opacity=1).encode(
        y=y,
        size=alt.Size("clips:Q", legend=None, scale=alt.Scale(range=AREAS, zero=True)),
        fillOpacity=alt.condition("isValid(datum.low)", alt.value(1), alt.value(0)),
    )
    numbers = base.mark_text(color="currentColor").encode(
        y=alt.datum(NUMBERS_AT, type="quantitative"), text=alt.Text("clips:Q", format=",")
    )
    return (line + whiskers + dots + numbers).properties(
        height=HEIGHT, autosize=alt.AutoSizeParams(contains="padding", type="fit-x")
    )
