"""The page: choose a clip, press play, watch every filter of a layer answer it."""

from pathlib import Path

import streamlit as st

from cnnviz import stage
from cnnviz.views import answers, export, how_good, in_this_clip, runs, sidebar
from cnnviz.views.resources import engine, in_line, status

HERE = Path(__file__).parent
NETWORK = HERE / "models" / "han2016"

st.set_page_config(page_title="cnnviz: what a network hears", page_icon="🎧", layout="wide")
st.html(HERE / "cnnviz" / "views" / "page.css")
st.sidebar.title("cnnviz")
st.sidebar.caption("Press play and watch what a convolutional network hears.")

network = engine(str(NETWORK))
card = network.card
on_stage = st.container()
panels = st.container()
heard = sidebar.choose_clip(HERE / "sample_audio", card.front_end)
layer = sidebar.choose_layer(card)
with panels:
    in_clip, how, take = st.tabs(
        ["In this clip", "How good is it?", "Export"], on_change=runs.page, key="panel"
    )
sidebar.follow()

if network.ready:
    listener = network.listener
    bar = st.sidebar.empty()
    found = answers.answer(
        listener,
        heard,
        layer=layer.name,
        progress=lambda share: bar.progress(share, text="Listening to the clip"),
        waiting=lambda n_before: bar.progress(0.0, text=in_line(n_before)),
    )
    bar.empty()
    payload = answers.layer_payload(listener, heard, found, layer=layer.name)
    with on_stage:
        opened = stage.show(payload, key="stage", on_filter=runs.page)
    chosen = sidebar.linked_filter() if opened is None else opened
    if in_clip.open:
        with in_clip:
            in_this_clip.show(listener, heard, found, layer=layer, chosen=chosen)
    if take.open:
        with take:
            export.show(heard, found, listener=listener, layer=layer.name, chosen=chosen)
else:
    with on_stage:
        stage.show(answers.waiting_payload(heard, card=card), key="stage")
if how.open:
    with how:
        how_good.show(NETWORK, card)

with st.sidebar:
    sidebar.choose_frame(heard)
    status(network)
network.start()
