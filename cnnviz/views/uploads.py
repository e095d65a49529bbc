"""Sounds that visitors bring: heard once, kept in their session alone, bounded over all of them.

**Conventions**: sizes are bytes. A session ends some minutes after its visitor has left, and what
it held goes with it.
"""

import weakref

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cnnviz.clips.clip import Heard, hear
from cnnviz.errors import BadInput
from cnnviz.front_ends import FrontEnd
from cnnviz.views.resources import decoding, in_line, store

# Of all visitors together, heard and uploaded: with the app's 1.3 GB far below the 2.7 GB of a
# hosted copy. A minute's clip takes 6.6 MB, its file 5 to 92 MB.
OWN_BYTES = 300_000_000
# The bytes of a larger file are let go of once it has been heard.
KEPT_FILE_BYTES = 16_000_000


class Brought:
    """What sessions hold now: counted as long as somebody holds it."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._held: weakref.WeakValueDictionary[str, Heard] = weakref.WeakValueDictionary()
        self._files: dict[str, int] = {}

    @property
    def nbytes(self) -> int:
        """Bytes that all sessions' sounds take now, files and what was made of them."""
        return sum(heard.nbytes + self._files.get(id, 0) for id, heard in self._held.items())

    def add(self, heard: Heard, *, n_file_bytes: int) -> None:
        """Count a sound in.

        Raises
        ------
        BadInput
            If there is no room for it.
        """
        held = self.nbytes
        if held + heard.nbytes + n_file_bytes > self.max_bytes:
            raise BadInput(
                f"The sounds that visitors bring must together be at most "
                f"{self.max_bytes / 1e6:.0f} MB, but those of others here now take "
                f"{held / 1e6:.0f} MB. Come back in some minutes, or choose one of the samples."
            )
        self._held[heard.id] = heard
        self._files[heard.id] = n_file_bytes

    def take_gone(self) -> set[str]:
        """Return the ids of the sounds that nobody holds any more, each once."""
        gone = {id for id in list(self._files) if id not in self._held}
        for id in gone:
            self._files.pop(id, None)
        return gone


@st.cache_resource(show_spinner=False)
def brought() -> Brought:
    """Return what the sounds of all visitors are counted in."""
    return Brought(OWN_BYTES)


def forget_gone() -> None:
    """Forget what was made of sounds whose sessions have ended."""
    if gone := brought().take_gone():
        store().forget(gone)


def hear_own(file: UploadedFile | None, front_end: FrontEnd) -> Heard | None:
    """Hear the visitor's own sound once; it is kept in the session alone.

    Raises
    ------
    BadInput
        If it is no sound that will do, or visitors have brought too much already.
    """
    wait = st.empty()
    if file is None:
        return None
    own: Heard | None = st.session_state.get("own")
    id = f"own/{file.file_id}"
    if own is not None and own.id == id:
        return own
    with decoding().turn(waiting=lambda n_before: wait.progress(0.0, text=in_line(n_before))):
        wait.empty()
        large = file.size > KEPT_FILE_BYTES
        try:
            own = hear(file.getvalue(), id=id, title=file.name, name=file.name, front_end=front_end)
            brought().add(own, n_file_bytes=0 if large else file.size)
        finally:
            if large:
                _let_go(file)
    st.session_state["own"] = own
    return own


def _let_go(file: UploadedFile) -> None:
    """Free a file's bytes, which Streamlit would keep to the end of the session.

    From the next run on the uploader gives None, and the clip that was showing stays.
    """
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
