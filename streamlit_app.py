"""The page: choose a clip, press play, watch every filter of a layer answer it."""

from pathlib import Path

import streamlit as st

from cnnviz import charts, stage
from cnnviz.views import answers, in_this_clip, sidebar
from cnnviz.views.engine import engine, status

HERE = Path(__file__).parent

st.set_page_config(page_title="cnnviz: what a network hears", page_icon="🎧", layout="wide")
# Streamlit's wide layout leaves a fifth of a narrow window empty beside the stage.
st.html("<style>.stMainBlockContainer {padding: 4.5rem 2rem 4rem}</style>")
st.sidebar.title("cnnviz")
st.sidebar.caption("Press play and watch what a convolutional network hears.")

network = engine(str(HERE / "models" / "han2016"))
card = network.card
on_stage = st.container()
panels = st.container()
heard = sidebar.choose_clip(HERE / "sample_audio", card.front_end)
layer = sidebar.choose_layer(card)
over_time = None

if network.ready:
    listener = network.listener
    bar = st.sidebar.empty()
    found = answers.answer(
        listener,
        heard,
        layer=layer.name,
        progress=lambda share: bar.progress(share, text="Listening to the clip"),
    )
    bar.empty()
    with on_stage:
        chosen = stage.show(
            answers.layer_payload(listener, heard, found, layer=layer.name), key="stage"
        )
    with panels:
        (in_clip,) = st.tabs(["In this clip"], on_change="rerun", key="panel")
        with in_clip:
            st.markdown("**Prediction over time**")
            over_time = st.empty()
            in_this_clip.show(
                layer,
                found.layers[layer.name],
                moved=answers.movement_of(listener, heard, found, layer=layer.name),
                chosen=chosen,
            )
else:
    with on_stage:
        stage.show(answers.waiting_payload(heard, card=card), key="stage")


def mark(frame: int) -> None:
    """Draw the prediction over time with the playhead at `frame`."""
    if over_time is not None:
        over_time.altair_chart(
            charts.prediction_over_time(
                found.predictions,
                names=tuple(answers.class_names(card).values()),
                centres_s=card.front_end.window_centres_s(
                    heard.n_windows, hop_frames=heard.hop_frames
                ),
                seconds=heard.seconds,
                frame=frame,
            ),
            width="stretch",
        )


with st.sidebar:
    sidebar.choose_frame(heard, mark)
    status(network)
network.start()
