"""The panel *In this clip*: the prediction over time, and what the layer's filters did."""

import streamlit as st

from cnnviz import charts
from cnnviz.activations import Segment, distribution
from cnnviz.card import Layer
from cnnviz.frontend import Floats


def show(layer: Layer, segments: tuple[Segment, ...], *, moved: Floats, chosen: int | None) -> None:
    """Rank the layer's filters by movement and show the activations of the chosen one.

    Parameters
    ----------
    layer : Layer
    segments : tuple of Segment
        The layer's maps over the clip.
    moved : np.ndarray [shape=(filter,)]
        How much each filter moves.
    chosen : int or None
        The filter last opened on the stage.
    """
    filter_ = int(moved.argmax()) if chosen is None or chosen >= layer.filters else chosen
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Filters of {layer.name} that moved most**")
        st.caption(
            f"The {min(charts.MOST_FILTERS, layer.filters)} of {layer.filters} whose activations "
            "change most from one window to the next."
        )
        st.altair_chart(charts.most_moved(moved, chosen=filter_), width="stretch")
    with right:
        st.markdown(f"**Activations of filter {filter_}**")
        said = (
            "the one that moved most; open a tile to choose another"
            if chosen is None
            else "the tile you opened"
        )
        st.caption(f"Over all windows of this clip ({said}).")
        edges, counts = distribution(segments, filter_=filter_)
        st.altair_chart(charts.activation_counts(edges, counts), width="stretch")
