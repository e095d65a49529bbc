"""The panel *In this clip*: the prediction over time, and what the layer's filters did."""

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
        layer, segments = self._layer, self._found.layers[self._layer.name]
        moved = answers.movement_of(self._listener, self._heard, self._found, layer=layer.name)
        opened = self._chosen is not None and self._chosen < layer.filters
        filter_ = self._chosen if self._chosen is not None and opened else int(moved.argmax())
        with self._most_moved.container():
            st.markdown(f"**Filters of {layer.name} that moved most**")
            st.caption(
                f"The {min(charts.MOST_FILTERS, layer.filters)} of {layer.filters} whose "
                "activations change most from one window to the next."
            )
            st.altair_chart(charts.most_moved(moved, chosen=filter_), width="stretch")
        with self._activations.container():
            st.markdown(f"**Activations of filter {filter_}**")
            said = (
                "the tile you opened"
                if opened
                else "the one that moved most; open a tile to choose another"
            )
            st.caption(f"Over all windows of this clip ({said}).")
            edges, counts = distribution(segments, filter_=filter_)
            st.altair_chart(charts.activation_counts(edges, counts), width="stretch")

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
