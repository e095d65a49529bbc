"""The panel *In this clip*: the prediction over time, and what the layer's filters did.

Its charts are fragments that run once the stage has its picture, which they would delay. Until then
they show what they last showed, so that nothing on the page jumps.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.clips.clip import Heard
from cnnviz.networks.activations import Answer, Listener, distribution
from cnnviz.networks.card import Layer
from cnnviz.views import answers, sidebar
from cnnviz.views.charts import clip as charts

PREDICTIONS = "predictions"
FILTERS = "filters"
FILTER_CHART = "most_moved"

Spec = dict[str, Any]  # of Vega-Lite; Altair checks one for longer than all else takes


def show(
    listener: Listener, heard: Heard, found: Answer, *, layer: Layer, chosen: int | None
) -> None:
    """Lay the panel out where it is called, and let its charts follow the stage.

    Parameters
    ----------
    listener, heard, found
        The network, the clip, and what the one said to the other.
    layer : Layer
    chosen : int or None
        The filter last opened on the stage.
    """
    with st.container(key="in_this_clip"):
        st.html(f"<style>{_heights(len(listener.network.card.labels), layer)}</style>")
        st.markdown("**Prediction over time**")
        with st.container(key="over_time"):
            _predictions(listener, heard, found, layer)
        with st.container(key="of_filters"):
            _filters(listener, heard, found, layer, chosen)
    sidebar.follow(frame=(PREDICTIONS,), picture=(PREDICTIONS, FILTERS))


@st.fragment(key=PREDICTIONS)
def _predictions(listener: Listener, heard: Heard, found: Answer, layer: Layer) -> None:
    def draw() -> Spec:
        n_windows, hop_frames = heard.n_windows, heard.hop_frames
        chart = charts.prediction_over_time(
            found.predictions,
            names=tuple(answers.class_names(listener.network.card).values()),
            centres_s=heard.front_end.window_centres_s(n_windows, hop_frames=hop_frames),
            seconds=heard.seconds,
            frame=frame,
        )
        spec: Spec = chart.to_dict()
        return spec

    frame = int(st.session_state.get("frame", 0))
    drawn = _drawn(PREDICTIONS, draw, of=(heard, layer, frame))
    if drawn is not None:
        st.vega_lite_chart(drawn, width="stretch")


@st.fragment(key=FILTERS)
def _filters(
    listener: Listener, heard: Heard, found: Answer, layer: Layer, chosen: int | None
) -> None:
    def draw() -> tuple[str, int, int, bool, Spec, Spec]:
        moved = answers.movement_of(listener, heard, found, layer=layer.name)
        opened = chosen is not None and chosen < layer.filters
        filter_ = chosen if chosen is not None and opened else int(moved.argmax())
        edges, counts = distribution(found.layers[layer.name], filter_=filter_)
        ranking = charts.most_moved(moved, chosen=filter_).to_dict()
        shares = charts.activation_counts(edges, counts).to_dict()
        return layer.name, layer.filters, filter_, opened, ranking, shares

    drawn = _drawn(FILTERS, draw, of=(heard, layer, chosen))
    if drawn is None:
        return
    name, n_filters, filter_, opened, ranking, shares = drawn
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Filters of {name} that moved most**")
        st.caption(
            f"The {min(charts.MOST_FILTERS, n_filters)} of {n_filters} whose activations change "
            "most from one window to the next. Click a bar to open its filter."
        )
        st.vega_lite_chart(ranking, width="stretch", key=FILTER_CHART, on_select=_open_chosen)
    with right:
        st.markdown(f"**Activations of filter {filter_}**")
        said = (
            "the tile you opened"
            if opened
            else "the one that moved most; open a tile to choose another"
        )
        st.caption(f"Over all windows of this clip ({said}).")
        st.vega_lite_chart(shares, width="stretch")


def _drawn(name: str, draw: Callable[[], Any], *, of: tuple[Heard, Layer, int | None]) -> Any:
    """Return what a fragment shows: drawn now, or what it showed last while its picture is due."""
    heard, layer, choice = of
    kept: dict[str, tuple[object, Any]] = st.session_state.setdefault("drawn", {})
    subject = (heard.id, layer.name, choice)
    if sidebar.is_shown(heard, layer) and kept.get(name, (None,))[0] != subject:
        kept[name] = subject, draw()
    return kept.get(name, (None, None))[1]


def _open_chosen() -> None:
    points = st.session_state[FILTER_CHART]["selection"][charts.CHOICE]
    if points:
        sidebar.open_filter(int(points[0]["filter"]))


def _heights(n_classes: int, layer: Layer) -> str:
    # The charts come after the picture; without the room they will take the page would jump.
    rows = {"over_time": n_classes, "of_filters": min(charts.MOST_FILTERS, layer.filters)}
    return " ".join(
        f".st-key-{name} {{min-height: {charts.ROW_HEIGHT * n + charts.AXIS_HEIGHT}px}}"
        for name, n in rows.items()
    )
