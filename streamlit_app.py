"""The page: choose a clip, press play, watch the activations of every filter of a layer."""

import os
from pathlib import Path

import streamlit as st

from cnnviz.errors import BadInput
from cnnviz.views import panels, picture, resources, sidebar
from cnnviz.views.plain import plain

HERE = Path(__file__).parent
NETWORK = Path(os.environ.get("CNNVIZ_NETWORK") or HERE / "models" / "han2016")

st.set_page_config(
    page_title="cnnviz: the filters of an audio network", page_icon="🎧", layout="wide"
)
st.html(HERE / "cnnviz" / "views" / "page.css")
st.sidebar.title("cnnviz")
st.sidebar.caption(
    "Press play and watch the filters of a convolutional network in step with the sound."
)

try:
    loader = resources.loader(str(NETWORK))
    chosen = picture.choose("", loader=loader, samples=HERE / "sample_audio")
except BadInput as error:
    st.error(plain(str(error)))
    st.stop()

known = loader.ready  # asked before the picture does: what comes later brings another run
picture.show(chosen, followers=panels.followers)
panels.show()
with st.sidebar:
    sidebar.status(loader, known=known)
loader.start()
