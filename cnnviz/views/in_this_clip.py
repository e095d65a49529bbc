"""The panel *In this clip*: the prediction over time, and what the layer's filters did."""

from collections.abc import Callable
from typing import Any

import altair as alt
import streamlit as st

from cnnviz import charts
from cnnviz.activations import Answer, Listener, distribution
from cnnviz.card import Layer
from cnnviz.listening import Heard
from cnnviz.views import answers


class InThisClip:
    """The panel, laid out at once and drawn when the stage has its picture."""

    def __init__(
        self, listener: Listener, heard: Heard, found: Answer, *, layer: Layer, chosen: int | None
    ) -> None:
        """Lay the panel out where it is called.

        Parameters
        ----------
        listener, heard, found
            The network, the clip, and what the one said to the other.
        layer : Layer
        chosen : int or None
            The filter last opened on the stage.
        """
        self._listener, self._heard, self._found = listener, heard, found
        self._layer, self._chosen = layer, chosen
        self._specs: dict[str, dict[str, Any]] = {}
        self._rows = len(listener.network.card.labels)
        with st.container(key="in_this_clip"):
            st.html(f"<style>{self._heights()}</style>")
            st.markdown("**Prediction over time**")
            self._over_time = st.container(key="over_time").empty()
            left, right = st.columns(2)
        self._most_moved = left.container(key="most_moved").empty()
        self._activations = right.empty()

    def draw(self, frame: int | None) -> None:
        """Draw the panel, or with None keep its places: a fragment may fill only what it kept.

        Parameters
        ----------
        frame : int or None
            Where the playhead stands.
        """
        if frame is None:
            for place in (self._over_time, self._most_moved, self._activations):
                place.empty()
            return
        self._draw_predictions(frame)
        self._draw_filters()

    def _draw_predictions(self, frame: int) -> None:
        network, heard = self._listener.network, self._heard
        n_windows, hop_frames = heard.n_windows, heard.hop_frames
        chart = charts.prediction_over_time(
            self._found.predictions,
            names=tuple(answers.class_names(network.card).values()),
            centres_s=heard.front_end.window_centres_s(n_windows, hop_frames=hop_frames),
            seconds=heard.seconds,
            frame=frame,
        )
        self._over_time.altair_chart(chart, width="stretch")

    def _draw_filters(self) -> None:
        layer = self._layer
        moved = answers.movement_of(self._listener, self._heard, self._found, layer=layer.name)
        opened = self._chosen is not None and self._chosen < layer.filters
        filter_ = self._chosen if self._chosen is not None and opened else int(moved.argmax())
        with self._most_moved.container():
            st.markdown(f"**Filters of {layer.name} that moved most**")
            st.caption(
                f"The {min(charts.MOST_FILTERS, layer.filters)} of {layer.filters} whose "
                "activations change most from one window to the next."
            )
            self._draw_once("moved", lambda: charts.most_moved(moved, chosen=filter_))
        with self._activations.container():
            st.markdown(f"**Activations of filter {filter_}**")
            said = (
                "the tile you opened"
                if opened
                else "the one that moved most; open a tile to choose another"
            )
            st.caption(f"Over all windows of this clip ({said}).")
            self._draw_once("counts", lambda: self._counts(filter_))

    def _counts(self, filter_: int) -> alt.TopLevelMixin:
        edges, counts = distribution(self._found.layers[self._layer.name], filter_=filter_)
        return charts.activation_counts(edges, counts)

    def _draw_once(self, name: str, make: Callable[[], alt.TopLevelMixin]) -> None:
        # Each move of the frame draws the panel again: Altair checks a chart for longer than all
        # else takes, so its specification is kept.
        if name not in self._specs:
            self._specs[name] = make().to_dict()
        st.vega_lite_chart(self._specs[name], width="stretch")

    def _heights(self) -> str:
        # The charts come after the picture; without the room they will take the page would jump.
        rows = {
            "over_time": self._rows,
            "most_moved": min(charts.MOST_FILTERS, self._layer.filters),
        }
        return " ".join(
            f".st-key-{name} {{min-height: {charts.ROW_HEIGHT * n + charts.AXIS_HEIGHT}px}}"
            for name, n in rows.items()
        )
