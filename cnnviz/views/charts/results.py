"""The charts of "How good is it?", as Altair specifications from plain arrays.

**Conventions**: figures and the ends of their intervals are in [0, 1]; arrays are (class,) in the
order in which the classes are drawn, top to bottom.
"""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cnnviz.analyses.results import Estimates

# After Okabe & Ito, told apart with any colour vision; each stands out 3:1 from the background of
# the light and of the dark theme. Shapes say the same once more.
COLOURS = ("#3b8fd0", "#d55e00", "#009e73", "#cc79a7", "#8c8c8c", "#b8860b")
SHAPES = ("circle", "diamond", "triangle-up", "square", "cross", "triangle-down")
COUNT_COLOURS = ("#8c8c8c", "#b8860b")
LINE_STEP = 14  # pixels for one system in a row of classes
LEAST_ROW_STEP = 40  # leaves room for two bars with numbers
CELL_STEP = 26
INK = "currentColor"  # the page's; the theme colours the words of axes, not those that are marks
OUTLINE = COLOURS[1]  # stands out from both ends of viridis
TICKS_HEIGHT = 18  # below charts that stand side by side, whether the ticks have words or not
WIDEST_BAR = 0.72  # of the width; the rest is for the number behind it
LIGHT_TEXT_BELOW = 0.44  # share from which black stands out from viridis more than white does


def colour(system: int) -> str:
    """Return the colour of a system, numbered from 0 in the order in which they are drawn."""
    return COLOURS[system % len(COLOURS)]


def row_step(n_systems: int) -> int:
    """Return the pixels of a row, one for charts side by side so that their rows meet."""
    return max(LEAST_ROW_STEP, LINE_STEP * (n_systems + 1))


def dots(figures: Mapping[str, Estimates], *, rows: Sequence[str], title: str) -> alt.TopLevelMixin:
    """Draw each system's figures as points with their intervals as lines, one row for each class.

    Parameters
    ----------
    figures : mapping of str to Estimates
        A system's name to its figures; nan for the ends where there is no interval.
    rows : sequence of str
        Names of the classes, top to bottom.
    title : str
        What the figures are.
    """
    table = pd.concat(
        pd.DataFrame(
            {
                "instrument": list(rows),
                "system": name,
                "value": of.value,
                "low": of.low,
                "high": of.high,
                "interval": [*map(_interval, of.low, of.high)],
            }
        )
        for name, of in figures.items()
    )
    names = list(figures)
    base = alt.Chart(table).encode(
        y=_rows(rows),
        yOffset=alt.YOffset("system:N", sort=names),
        color=alt.Color(
            "system:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=_cycle(COLOURS, len(names))),
            legend=_legend(),
        ),
        tooltip=[
            alt.Tooltip("instrument:N", title="row"),
            alt.Tooltip("system:N"),
            alt.Tooltip("value:Q", title=title, format=".3f"),
            alt.Tooltip("interval:N", title="95 % interval"),
        ],
    )
    ends = base.transform_filter("isValid(datum.low)")
    whiskers = ends.mark_rule(strokeWidth=1.5).encode(x=_share("low", title), x2="high")
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=_share("value", title),
        shape=alt.Shape(
            "system:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=_cycle(SHAPES, len(names))),
            legend=_legend(),
        ),
    )
    return _sized(whiskers + points, height=len(rows) * row_step(len(names)))


def counts(
    kinds: Mapping[str, NDArray[np.int64]], *, rows: Sequence[str], step: int
) -> alt.TopLevelMixin:
    """Draw how many clips there are of each class, as bars with their numbers.

    Parameters
    ----------
    kinds : mapping of str to np.ndarray [shape=(class,)]
        "training" and "testing", say. Each kind fills the width with its own largest: a few dozen
        beside many hundreds would all look alike.
    rows : sequence of str
        Names of the classes, top to bottom.
    step : int
        Pixels of a row.
    """
    table = pd.concat(
        pd.DataFrame(
            {
                "instrument": list(rows),
                "kind": kind,
                "clips": n,
                "length": WIDEST_BAR * n / max(1, n.max()),
            }
        )
        for kind, n in kinds.items()
    )
    names = list(kinds)
    axis = alt.Axis(
        labels=False, ticks=False, grid=False, minExtent=TICKS_HEIGHT, maxExtent=TICKS_HEIGHT
    )
    base = alt.Chart(table).encode(
        y=_rows(rows),
        yOffset=alt.YOffset("kind:N", sort=names),
        x=alt.X("length:Q", title="clips", scale=alt.Scale(domain=[0, 1]), axis=axis),
        tooltip=["instrument:N", "kind:N", alt.Tooltip("clips:Q", format=",")],
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "kind:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=_cycle(COUNT_COLOURS, len(names))),
            legend=_legend(),
        )
    )
    numbers = base.mark_text(align="left", dx=4, color=INK).encode(
        text=alt.Text("clips:Q", format=",")
    )
    return _sized(bars + numbers, height=len(rows) * step)


def confusion(
    table: NDArray[np.int64],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    chosen: tuple[int, int] | None = None,
) -> alt.TopLevelMixin:
    """Draw which class was named for which: counts as text, their share of the row as colour.

    Parameters
    ----------
    table : np.ndarray [shape=(class, named)]
        True class against the class with the highest score.
    rows, columns : sequence of str
        Their names. A row without clips is left dark.
    chosen : tuple of int, optional
        Row and column of the cell to outline.

    The selection "cell" holds the cell that is clicked, as "row,column".
    """
    true, named = np.indices(table.shape).reshape(2, -1)
    share = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    cells = pd.DataFrame(
        {
            "true": np.array(rows)[true],
            "named": np.array(columns)[named],
            "clips": table.ravel(),
            "share": share.ravel(),
            "cell": [f"{i},{j}" for i, j in zip(true, named, strict=True)],
        }
    )
    flat = alt.Axis(grid=False, labelOverlap=False, labelFlush=False, domain=False, ticks=False)
    base = alt.Chart(cells).encode(
        x=alt.X(
            "named:N",
            sort=list(columns),
            title="named by the system",
            axis=alt.Axis(
                orient="top", labelAngle=-45, labelOverlap=False, labelFlush=False, domain=False
            ),
            scale=alt.Scale(paddingInner=0.04),
        ),
        y=alt.Y(
            "true:N",
            sort=list(rows),
            title="what plays",
            axis=flat,
            scale=alt.Scale(paddingInner=0.04),
        ),
        tooltip=[
            alt.Tooltip("true:N", title="what plays"),
            alt.Tooltip("named:N", title="named"),
            alt.Tooltip("clips:Q", format=","),
            alt.Tooltip("share:Q", title="share of what plays", format=".0%"),
        ],
    )
    squares = base.mark_rect(cursor="pointer").encode(
        color=alt.Color(
            "share:Q",
            title="share of row",
            scale=alt.Scale(domain=[0, 1], scheme="viridis"),
            legend=alt.Legend(format=".0%", orient="bottom", gradientLength=200),
        )
    )
    numbers = (
        base.transform_filter("datum.clips > 0")
        .mark_text()
        .encode(
            text=alt.Text("clips:Q", format=","),
            color=alt.condition(
                f"datum.share < {LIGHT_TEXT_BELOW}", alt.value("white"), alt.value("black")
            ),
        )
    )
    clicked = alt.selection_point(name="cell", fields=["cell"], on="click", toggle=False)
    layers = squares.add_params(clicked) + numbers
    if chosen is not None:
        outlined = base.transform_filter(alt.datum.cell == f"{chosen[0]},{chosen[1]}")
        layers += outlined.mark_rect(filled=False, stroke=OUTLINE, strokeWidth=3)
    return _sized(layers, height=len(rows) * CELL_STEP)


def _sized(chart: alt.LayerChart, *, height: int) -> alt.LayerChart:
    # Streamlit fits legend and axes into the height, so that rows side by side would not meet.
    return chart.properties(
        height=height, autosize=alt.AutoSizeParams(contains="padding", type="fit-x")
    )


def _interval(low: float, high: float) -> str:
    return "none" if np.isnan(low) else f"{low:.2f} to {high:.2f}"


def _rows(names: Sequence[str]) -> alt.Y:
    return alt.Y(
        "instrument:N",
        sort=list(names),
        title=None,
        axis=alt.Axis(labelOverlap=False, labelFlush=False, grid=True, tickBand="extent"),
    )


def _share(field: str, title: str) -> alt.X:
    axis = alt.Axis(format=".1f", tickCount=5, minExtent=TICKS_HEIGHT, maxExtent=TICKS_HEIGHT)
    return alt.X(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=axis)


def _legend() -> alt.Legend:
    return alt.Legend(orient="bottom", direction="vertical", labelLimit=400, symbolOpacity=1)


def _cycle(of: Sequence[str], n: int) -> list[str]:
    return [of[index % len(of)] for index in range(n)]
