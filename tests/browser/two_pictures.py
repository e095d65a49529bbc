"""A page with two pictures beside each other, each with its own clip, layer, frame and address."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from cnnviz.views import picture, resources, sidebar  # noqa: E402

st.set_page_config(layout="wide")
loader = resources.loader(str(ROOT / "models" / "han2016"))
known = loader.ready
for id, column in zip(("", "b"), st.columns(2), strict=True):
    chosen = picture.choose(id, loader=loader, samples=ROOT / "sample_audio")
    with column:
        picture.show(chosen)
with st.sidebar:
    sidebar.status(loader, known=known)
loader.start()
