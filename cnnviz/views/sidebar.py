"""The sidebar: which clip, which layer, which frame."""

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from cnnviz import stage
from cnnviz.clips import catalogue as clips
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import Heard, hear
from cnnviz.errors import BadInput
from cnnviz.front_ends import FrontEnd
from cnnviz.networks.card import Card, Layer
from cnnviz.views import runs
from cnnviz.views.plain import plain
from cnnviz.views.resources import store
from cnnviz.views.uploads import forget_gone, hear_own

UPLOAD = "Upload a clip…"
RECORD = "Record a clip…"
ARCHIVE = "IRMAS, from its archive…"
FILE_TYPES = ("wav", "flac", "ogg", "mp3", "aiff", "aif")
DEFAULT_LAYER = "conv2_2"
# So long may a message from the browser bring along where its slider stood before a report.
OVERTAKEN_S = 1.0
LINK = "link"  # the key of the link between slider and stage


@st.cache_resource(show_spinner=False)
def collection(folder: str, irmas: str | None) -> dict[str, Entry[Path]]:
    """Return every clip of the dropdown by its title, samples first."""
    found = [*clips.samples(Path(folder))]
    if irmas:
        found += clips.irmas(Path(irmas))
    return {clip.title: clip for clip in found}


def choose_clip(folder: Path, front_end: FrontEnd) -> Heard:
    """Let the user choose a clip; return it, or the one that was showing if it will not do."""
    forget_gone()
    with st.sidebar:
        try:
            found = collection(str(folder), os.environ.get("CNNVIZ_IRMAS"))
        except BadInput as error:
            st.error(plain(str(error)))
            found = collection(str(folder), None)
        chosen = st.selectbox(
            "Clip",
            [UPLOAD, RECORD, ARCHIVE, *found],
            index=3,
            key="clip",
            bind="query-params",
            on_change=runs.page,
            help="Type to search. The first two take a sound of your own, the third asks for one.",
        )
        if chosen != ARCHIVE and "irmas" in st.query_params:
            del st.query_params["irmas"]
        showing: Heard | None = st.session_state.get("showing")
        try:
            heard = _hear(chosen, found, front_end)
        except BadInput as error:
            st.error(plain(str(error)))
            heard = None
        heard = heard or showing or _listed(next(iter(found.values())), front_end)
    st.session_state["showing"] = heard
    return heard


def _hear(chosen: str, found: dict[str, Entry[Path]], front_end: FrontEnd) -> Heard | None:
    if chosen == UPLOAD:
        return hear_own(
            st.file_uploader(
                "A sound file of up to 60 s",
                type=list(FILE_TYPES),
                key="upload",
                on_change=runs.page,
                help="It stays in this session's memory and goes with it.",
            ),
            front_end,
        )
    if chosen == RECORD:
        # sample_rate=None asks for the device's own rate; the default would be 16 kHz
        return hear_own(
            st.audio_input("Up to 60 s", sample_rate=None, key="recording", on_change=runs.page),
            front_end,
        )
    if chosen == ARCHIVE:
        from cnnviz.views import irmas as from_archive  # its HTTP client takes a third of a second

        return from_archive.choose(front_end)
    return _listed(found[chosen], front_end)


def _listed(clip: Entry[Path], front_end: FrontEnd) -> Heard:
    """Hear a clip of the list; all visitors share it."""
    return store().get(
        ("heard", clip.id, front_end),
        lambda: hear(
            clip.path,
            id=clip.id,
            title=clip.title,
            name=clip.path.name,
            labels=clip.labels,
            front_end=front_end,
        ),
        size=lambda heard: heard.nbytes,
    )


def choose_layer(card: Card) -> Layer:
    """Let the user choose a layer, in the order the sound flows."""
    layers = {layer.name: layer for layer in card.layers}
    default = DEFAULT_LAYER if DEFAULT_LAYER in layers else next(iter(layers))
    name = st.sidebar.selectbox(
        "Layer",
        list(layers),
        index=list(layers).index(default),
        format_func=lambda name: f"{name} · {layers[name].size}",
        key="layer",
        bind="query-params",
        on_change=runs.page,
        help="From the first to hear the sound to the last. Sizes are frames × mel bands.",
    )
    return layers[name]


def linked_filter() -> int | None:
    """Return the filter that the address opens, which the stage does by itself."""
    return parse_filter(st.query_params.get("filter", ""))


def parse_filter(text: str) -> int | None:
    """Return the number that a text of up to four digits is, or None."""
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else None


@st.fragment(key="frame_control")
def choose_frame(heard: Heard) -> None:
    """Show the frame slider, joined to the stage.

    A fragment: moving it sends no layer again, and runs nothing else of the page but what
    `follow` names.
    """
    # Here, where the slider is: a run that ends before it would lose what it set.
    if st.session_state.setdefault("frame_of", heard.id) != heard.id:
        st.session_state["frame_of"], st.session_state["frame"] = heard.id, 0
        st.session_state["fresh"] = True
    n_windows = heard.n_windows
    centres_s = heard.front_end.window_centres_s(n_windows, hop_frames=heard.hop_frames)
    if n_windows == 1:
        st.caption("Frame: this clip has one window.")
        frame = 0
    else:
        frame = st.slider(
            "Frame",
            0,
            n_windows - 1,
            key="frame",
            bind="query-params",
            on_change=_commanded,
            help="The window shown: the second of sound around the playhead.",
        )
        st.caption(f"centred on {centres_s[frame]:.2f} s of {heard.seconds:.2f} s")
    stage.link(
        frame,
        command=st.session_state.setdefault("command", 0),
        key=LINK,
        filter_=st.session_state.get("ordered"),
        clip=heard.id,
        on_frame=_reported,
        on_shown=_shown,
    )


def follow(*, frame: Sequence[str] = (), picture: Sequence[str] = ()) -> None:
    """Say which fragments run when the frame moves, and when another clip or layer stands.

    Parameters
    ----------
    frame, picture : sequence of str
        Keys of fragments that this run of the page has.
    """
    st.session_state["followers"] = {"frame": tuple(frame), "picture": tuple(picture)}


def open_filter(filter_: int) -> None:
    """Order the stage to open a filter; for callbacks of widgets, whose last words it is."""
    st.session_state["ordered"] = filter_
    st.session_state["command"] += 1
    runs.fragments("frame_control")


def is_shown(heard: Heard, layer: Layer) -> bool:
    """Return whether the browser has painted a clip's layer: what comes earlier delays it."""
    return stage.shown(LINK) == (heard.id, layer.name)


def _commanded() -> None:
    st.session_state["ordered"] = None
    if st.session_state.get("fresh"):
        # What the browser sends before it shows the new clip brings the old slider along.
        st.session_state["frame"] = 0
    elif _is_overtaken(st.session_state["frame"]):
        st.session_state["frame"] = st.session_state["reported"]
    else:
        st.session_state["command"] += 1
    _run_followers("frame")


def _reported(frame: int, clip: str) -> None:
    showing: Heard = st.session_state["showing"]
    # A clip may come to its end on the stage while the next one is on its way.
    if clip == showing.id:
        overtaken = st.session_state.setdefault("overtaken", {})
        overtaken[st.session_state.get("frame")] = time.monotonic()
        st.session_state["frame"] = st.session_state["reported"] = frame
    _run_followers("frame")


def _is_overtaken(frame: int) -> bool:
    """Return whether the slider stood at a frame just before the stage reported another one."""
    at_s = st.session_state.get("overtaken", {}).get(frame)
    return at_s is not None and time.monotonic() - at_s < OVERTAKEN_S


def _shown() -> None:
    picture = stage.shown(LINK)
    if picture is not None and picture[0] == st.session_state["showing"].id:
        st.session_state["fresh"] = False
    _run_followers("picture")


def _run_followers(event: str) -> None:
    runs.fragments("frame_control", *st.session_state["followers"][event])
