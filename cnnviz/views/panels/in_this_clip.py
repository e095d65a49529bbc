"""The panel *In this clip*: the prediction over time, and what the layer's filters did."""

import streamlit as st

from cnnviz import stage
from cnnviz.analyses.distribution import distribution
from cnnviz.views import chart, charts, computed
from cnnviz.views.session import Picture, Session, name_of

title = "In this clip"
follows = frozenset({"is_drawn", "filter"})


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
    outputs, layer = computed.outputs(picture), picture.layer
    changed = computed.rankings(picture, outputs)["movement"]
    filter_ = int(changed.argmax()) if picture.filter is None else picture.filter
    why = (
        "the one that changed most; open a tile to choose another"
        if picture.filter is None
        else "the tile you opened"
    )
    names = [*computed.class_names(picture.loader.card).values()]
    of = f"Activations of {'filter' if layer.is_map else 'cell'} {filter_}"
    if layer.kind == "output":
        of = f"Scores of {names[filter_]}"
    st.subheader(of, anchor=False)
    border = " Cells in the border, which padding makes, are left out." if layer.is_map else ""
    st.caption(f"Over all windows of this clip ({why}).{border}")
    edges, counts = distribution(computed.inside(picture, outputs), filter_=filter_)
    chart.show(
        charts.activations(edges, counts, layer=layer).to_dict(),
        alt=f"{of}: how often each value occurs, from {edges[0]:.3g} to {edges[-1]:.3g}.",
    )
    with st.expander("As a table"):
        st.dataframe(charts.activations_table(edges, counts, layer=layer), hide_index=True)
