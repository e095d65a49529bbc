"""Sounds that visitors bring: opened once, kept in their session, all together within a bound."""

from typing import TYPE_CHECKING, cast

import streamlit as st

from cnnviz.clips.clip import Clip, open_clip
from cnnviz.errors import BadInput
from cnnviz.front_ends import FrontEnd
from cnnviz.serving.uploads import Share
from cnnviz.views.resources import decoding, in_line, store, uploads
from cnnviz.views.session import name_of

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

# Above the network's 22,050 Hz. None, which should leave the device's rate, gives 16,000 Hz in
# Streamlit 1.67: the browser half fills in its own default.
RECORDING_HZ = 48_000
FILE_TYPES = ("wav", "flac", "ogg", "mp3", "m4a", "mp4", "aiff", "aif")


def open_upload(id: str, front_end: FrontEnd) -> Clip | None:
    """Let the visitor upload a file for the picture with an id, and open it.

    Raises
    ------
    BadInput
        If it is no sound that will do, or visitors have brought too much already.
    """
    file = st.file_uploader(
        "A sound file of up to 60 s",
        type=list(FILE_TYPES),
        key=name_of("upload", id),
        on_change=_replace,
        args=(id,),
        help="It stays in this session's memory and goes with it.",
    )
    return _open(id, file, front_end, kind="upload")


def open_recording(id: str, front_end: FrontEnd) -> Clip | None:
    """Let the visitor record a sound for the picture with an id, and open it."""
    file = st.audio_input(
        "Up to 60 s",
        sample_rate=RECORDING_HZ,
        key=name_of("recording", id),
        on_change=_replace,
        args=(id,),
    )
    st.caption(
        "Your browser's echo cancellation, noise suppression and automatic gain are on and change "
        "the sound. Upload a file to avoid them."
    )
    return _open(id, file, front_end, kind="recording")


def forget_gone() -> None:
    """Forget what was made of sounds whose sessions have ended."""
    if gone := uploads().take_gone():
        store().forget(gone)


def _replace(id: str) -> None:
    """Count the widget's file no longer: the browser has deleted it, for another one or none.

    This is not called when the widget leaves the page; then Streamlit keeps its file.
    """
    if (file_id := st.session_state.get(name_of("own_file", id))) is not None:
        uploads().remove(_share(id), file_id)
    st.rerun()


def _open(id: str, file: "UploadedFile | None", front_end: FrontEnd, *, kind: str) -> Clip | None:
    """Open what a widget holds; the address calls it by its kind."""
    wait = st.empty()
    st.session_state[name_of("own_file", id)] = None if file is None else file.file_id
    if file is None:
        return None
    share = _share(id)
    clip_id = f"own/{kind}/{file.file_id}"
    clip = cast("Clip | None", share.clip)
    if clip is not None and clip.id == clip_id and clip.front_end == front_end:
        return clip
    refused = name_of("refused", id)
    if st.session_state.get(refused, ("",))[0] == (clip_id, front_end):
        raise BadInput(st.session_state[refused][1])  # without decoding it again
    uploads().bring(share, file.file_id, file.size)
    with decoding().turn(waiting=lambda n_before: wait.progress(0.0, text=in_line(n_before))):
        wait.empty()
        try:
            clip = open_clip(
                file.getvalue(), id=clip_id, title=file.name, name=file.name, front_end=front_end
            )
        except BadInput as error:
            st.session_state[refused] = (clip_id, front_end), str(error)
            raise
    uploads().keep(share, clip)
    return clip


def _share(id: str) -> Share:
    key = name_of("share", id)
    if key not in st.session_state:
        st.session_state[key] = uploads().share()
    share: Share = st.session_state[key]
    return share
