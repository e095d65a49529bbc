"""What all visitors of one process share: each exists once, made when first asked for."""

from pathlib import Path

import streamlit as st

from cnnviz.export.job import Outbox
from cnnviz.networks.loading import Loader
from cnnviz.serving.memory import limit_arenas
from cnnviz.serving.store import Store
from cnnviz.serving.turns import Turns
from cnnviz.serving.uploads import Uploads

# Together with TensorFlow and the network these stay below Community Cloud's 2.7 GB. All layers of
# a 3 s clip take 24 MB, of one of 10 s 107 MB; a layer as it is sent 0.2 to 2.7 MB.
STORE_BYTES = 64 * 2**20
# What visitors have on their stages: 25 clips of 3 s, or six of 10 s. Beyond it, the stage that was
# looked at least lately waits for a pass at its next change.
HELD_BYTES = 640 * 2**20
# Of all visitors together, files and what was made of them. A minute's clip takes 6.6 MB, its file
# 5 to 92 MB.
UPLOADS_BYTES = 300_000_000
# Decoding releases the interpreter's lock and may take 500 MB for the worst file (a minute at
# 192 kHz in 92 MB): two at once still fit a hosted copy.
DECODING = 2
OUTBOX_BYTES = 128 * 2**20


@st.cache_resource(show_spinner=False)
def loader(folder: str) -> Loader:
    """Return the one loader of a network folder; a card that cannot be read is tried again."""
    limit_arenas()
    return Loader(Path(folder))


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return what all visitors' clips and layers are kept in."""
    return Store(STORE_BYTES, max_held_bytes=HELD_BYTES)


@st.cache_resource(show_spinner=False)
def uploads() -> Uploads:
    """Return what all visitors' own sounds are counted in."""
    return Uploads(UPLOADS_BYTES)


@st.cache_resource(show_spinner=False)
def decoding() -> Turns:
    """Return the line in front of the decoder of visitors' own sounds."""
    return Turns(DECODING)


@st.cache_resource(show_spinner=False)
def outbox() -> Outbox:
    """Return what all visitors' exported files are kept in until they are fetched."""
    return Outbox(OUTBOX_BYTES)


def in_line(n_before: int) -> str:
    """Return what to tell who waits."""
    visitors = "1 visitor is" if n_before == 1 else f"{n_before} visitors are"
    return f"{visitors} before you. Your turn comes by itself."
