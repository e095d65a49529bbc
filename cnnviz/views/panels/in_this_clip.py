"""The panel *In this clip*: the prediction over time, and what the layer's filters did."""

from typing import Any

import streamlit as st

from cnnviz import stage
from cnnviz.analyses.distribution import distribution
from cnnviz.views import charts, computed
from cnnviz.views.session import Picture, Session, name_of

title = "In this clip"


def show(session: Session) -> None:
    """Show the panel for the first picture.

    The browser draws what follows the playhead or opens filters, from what it has already. The
    activations of one filter come once the stage has its picture, which they would delay.
    """
    picture = session.picture
    if not picture.loader.ready:
        st.caption("The network is loading.")
        return
    stage.over_time(picture.id, key=name_of("over_time", picture.id))
    left, right = st.columns(2)
    with left:
        stage.ranking(picture.id, key=name_of("ranking", picture.id))
    with right, st.container(key="activations"):
        if picture.is_drawn:
            _activations(picture)


def _activations(picture: Picture) -> None:
    outputs = computed.outputs(picture)
    moved = computed.rankings(picture, outputs)["movement"]
    filter_ = int(moved.argmax()) if picture.filter is None else picture.filter
    why = (
        "the one that moved most; open a tile to choose another"
        if picture.filter is None
        else "the tile you opened"
    )
    st.markdown(f"#### Activations of filter {filter_}")
    st.caption(f"Over all windows of this clip ({why}).")
    edges, counts = distribution(outputs.layers[picture.layer.name], filter_=filter_)
    spec: dict[str, Any] = charts.activations(edges, counts).to_dict()
    st.vega_lite_chart(spec, width="stretch")
