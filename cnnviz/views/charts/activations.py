"""How often each activation of a filter occurs.

**Conventions**: activations are in their own units.
"""

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.networks.card import Layer


def activations(edges: Float32, counts: NDArray[np.float64], *, layer: Layer) -> alt.TopLevelMixin:
    """Draw the distribution of one filter's activations, with zero marked.

    Parameters
    ----------
    edges : np.ndarray [shape=(n_bins + 1,)]
    counts : np.ndarray [shape=(n_bins,)]
    layer : Layer
        The filter's.
    """
    share = counts / max(1, counts.sum())
    rows = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": share})
    bars = (
        alt.Chart(rows)
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X(
                "low:Q",
                bin="binned",
                title=layer.quantity,
                scale=alt.Scale(zero=False, nice=False),
            ),
            x2="high",
            y=alt.Y("share:Q", title=_share_of(layer), axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("low:Q", title="from", format=".3f"),
                alt.Tooltip("high:Q", title="to", format=".3f"),
                alt.Tooltip("share:Q", format=".2%"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeDash=[4, 3]).encode(x="zero:Q")
    return bars + zero if edges[0] <= 0 <= edges[-1] else alt.layer(bars)


def table(edges: Float32, counts: NDArray[np.float64], *, layer: Layer) -> pd.DataFrame:
    """Return what `activations` draws as a table."""
    share = counts / max(1, counts.sum())
    return pd.DataFrame(
        {
            "from": [f"{low:.3f}" for low in edges[:-1]],
            "to": [f"{high:.3f}" for high in edges[1:]],
            _share_of(layer): [f"{part:.2%}" for part in share],
        }
    )


def _share_of(layer: Layer) -> str:
    """Return what is counted: a filter has many cells in each window, or a single one."""
    return "share of cells" if layer.is_map else "share of windows"
