"""The sidebar: which clip, which layer, and how far the network is."""

import os
from pathlib import Path

import streamlit as st

from cnnviz.clips import catalogue
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import Clip, open_clip
from cnnviz.errors import BadInput
from cnnviz.front_ends import FrontEnd
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.loading import STEPS, Loader
from cnnviz.views import uploads
from cnnviz.views.plain import plain
from cnnviz.views.resources import store
from cnnviz.views.session import name_of

UPLOAD = "Upload a clip…"
RECORD = "Record a clip…"
ARCHIVE = "IRMAS, from its archive…"
DEFAULT_LAYER = "conv2_2"
POLL_S = 0.5


@st.cache_resource(show_spinner=False)
def collection(folder: str, irmas: str | None) -> dict[str, Entry[Path]]:
    """Return every entry of the clip list by its title, samples first."""
    entries = [*catalogue.samples(Path(folder))]
    if irmas:
        entries += catalogue.irmas(Path(irmas))
    return {entry.title: entry for entry in entries}


def choose_clip(id: str, *, folder: Path, front_end: FrontEnd, showing: Clip | None) -> Clip:
    """Let the visitor choose a clip.

    Parameters
    ----------
    id : str
        Of the picture.
    folder : Path
        Of the samples.
    front_end : FrontEnd
    showing : Clip or None
        What stays on the stage if the choice will not do.
    """
    uploads.forget_gone()
    try:
        entries = collection(str(folder), os.environ.get("CNNVIZ_IRMAS"))
    except BadInput as error:
        st.error(plain(str(error)))
        entries = collection(str(folder), None)
    choice = st.selectbox(
        "Clip",
        [UPLOAD, RECORD, ARCHIVE, *entries],
        index=3,
        key=name_of("clip", id),
        bind="query-params",
        # The browser sends what changes within one tick together, and with it the fragment of the
        # first: without a word of its own this choice could be overlooked beside a report.
        on_change=st.rerun,
        help="Type to search. The first two take a sound of your own, the third asks for one.",
    )
    if choice != ARCHIVE and name_of("irmas", id) in st.query_params:
        del st.query_params[name_of("irmas", id)]
    if showing is not None and showing.front_end != front_end:
        showing = None  # its input was made for another network
    clip, refusal = None, ""
    try:
        clip = _open(choice, entries, front_end, id=id)
    except BadInput as error:
        refusal = str(error)
    clip = clip or showing or _listed(next(iter(entries.values())), front_end)
    if refusal:
        st.error(plain(f"{refusal} The stage shows “{clip.title}” instead."))
    return clip


def _open(
    choice: str, entries: dict[str, Entry[Path]], front_end: FrontEnd, *, id: str
) -> Clip | None:
    if choice == UPLOAD:
        return uploads.open_upload(id, front_end)
    if choice == RECORD:
        return uploads.open_recording(id, front_end)
    if choice == ARCHIVE:
        from cnnviz.views import irmas  # its HTTP client takes a third of a second

        return irmas.choose(id, front_end)
    return _listed(entries[choice], front_end)


def _listed(entry: Entry[Path], front_end: FrontEnd) -> Clip:
    """Open a clip of the list; all visitors share it."""
    return store().get(
        ("clip", entry.id, front_end),
        lambda: open_clip(
            entry.path,
            id=entry.id,
            title=entry.title,
            name=entry.path.name,
            labels=entry.labels,
            front_end=front_end,
        ),
        size=lambda clip: clip.nbytes,
    )


def choose_layer(id: str, card: Card) -> Layer:
    """Let the visitor choose a layer, in the order the sound flows."""
    layers = {layer.name: layer for layer in card.layers}
    default = DEFAULT_LAYER if DEFAULT_LAYER in layers else next(iter(layers))
    name = st.selectbox(
        "Layer",
        list(layers),
        index=list(layers).index(default),
        format_func=lambda name: f"{name} · {layers[name].size}",
        key=name_of("layer", id),
        bind="query-params",
        on_change=st.rerun,  # as in choose_clip
        help="From the input to the output. Sizes are frames × mel bands.",
    )
    return layers[name]


def status(loader: Loader, *, known: bool) -> None:
    """Show which network is at work, or how far it is; run the page again when it is there.

    Parameters
    ----------
    loader : Loader
    known : bool
        Whether it was ready before the page showed its pictures.
    """
    # The fragment stays on the page once it has nothing to do: while TensorFlow loads, ticks queue
    # up, and each that finds its fragment gone is a line in the log.
    st.fragment(_status, run_every=None if known else POLL_S)(loader, known)


def _status(loader: Loader, known: bool) -> None:
    if loader.failed:
        return  # the page says why
    if known:
        st.caption(f"Network: {loader.card.title}")
    elif loader.ready:
        st.rerun(scope="app")
    else:
        st.progress(
            (loader.step + 0.5) / len(STEPS),
            text=f"{STEPS[loader.step]}: {loader.elapsed_s:.0f} s. The clip already plays.",
        )
