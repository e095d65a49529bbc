"""Sounds of visitors: bounded together, and gone with their sessions."""

import gc
import io

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnnviz.clips.clip import Clip
from cnnviz.errors import BadInput
from cnnviz.views import uploads as own
from cnnviz.views.uploads import Brought
from tests.conftest import SMALL


def clip(id: str, *, seconds: float = 0.5) -> Clip:
    y = np.zeros(int(SMALL.sample_rate * seconds), np.float32)
    return Clip(id, id, (), y, np.zeros((16, 24), np.float32), SMALL, 1, ())


def page(folder: str) -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from cnnviz.errors import BadInput
    from cnnviz.views.uploads import hear_own
    from tests.conftest import SMALL

    try:
        file = st.file_uploader("Sound", key="upload")
        mine = hear_own(file, SMALL)
        st.text("nothing" if mine is None else f"{mine.title} {mine.seconds:.1f} s")
        if file is not None:
            context = get_script_run_ctx()
            kept = context.uploaded_file_mgr.get_files(context.session_id, [file.file_id])
            st.text(f"{len(kept)} kept")
    except BadInput as error:
        st.error(str(error))


def wav(seconds: float, *, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    sf.write(file, np.sin(np.arange(int(seconds * rate)) / 5), rate, format="WAV")
    return file.getvalue()


@pytest.fixture
def room() -> Brought:
    own.brought.clear()
    return own.brought()


# --- refusals ---------------------------------------------------------------------------------


def test_refuses_what_there_is_no_room_for_until_somebody_leaves() -> None:
    first, second = clip("own/1"), clip("own/2")
    room = Brought(first.nbytes + second.nbytes + 9)
    room.add(first, n_file_bytes=10)
    with pytest.raises(BadInput, match=r"must together be at most .* Come back in some minutes"):
        room.add(second, n_file_bytes=0)
    assert room.take_gone() == set()
    del first
    gc.collect()
    assert (room.take_gone(), room.take_gone()) == ({"own/1"}, set())
    room.add(second, n_file_bytes=0)
    assert room.nbytes == second.nbytes


def test_a_full_house_is_one_sentence(room: Brought) -> None:
    room.max_bytes = 1000
    at = AppTest.from_function(page, args=("",)).run()
    at.file_uploader(key="upload").set_value(("a.wav", wav(2), "audio/wav")).run()
    assert not at.exception
    assert [e.value[:37] for e in at.error] == ["The sounds that visitors bring must t"]


# --- properties -------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.1, 2.0), st.booleans())))
def test_never_more_than_the_bound_and_nobody_is_counted_twice(
    visits: list[tuple[int, float, bool]],
) -> None:
    room, held = Brought(60_000), {}
    for visitor, seconds, leaves in visits:
        if leaves:
            held.pop(visitor, None)
            continue
        sound = clip(f"own/{visitor}", seconds=seconds)
        held.pop(visitor, None)
        try:
            room.add(sound, n_file_bytes=5)
        except BadInput:
            continue
        held[visitor] = sound
        del sound
    assert room.nbytes == sum(sound.nbytes + 5 for sound in held.values()) <= 60_000


@pytest.mark.parametrize(("limit", "kept"), [(10**9, 1), (1000, 0)], ids=["small", "large"])
def test_a_large_file_is_let_go_of_once_heard(
    room: Brought, monkeypatch: pytest.MonkeyPatch, limit: int, kept: int
) -> None:
    monkeypatch.setattr(own, "KEPT_FILE_BYTES", limit)
    at = AppTest.from_function(page, args=("",)).run()
    at.file_uploader(key="upload").set_value(("a.wav", wav(2), "audio/wav")).run()
    assert at.text[0].value == "a.wav 2.0 s"
    assert set(room._files.values()) == {len(wav(2)) if limit > 1000 else 0}
    assert at.text[1].value == f"{kept} kept"
