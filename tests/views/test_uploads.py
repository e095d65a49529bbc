"""Sounds of visitors: opened once, bounded together, and gone with their sessions."""

import gc

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.serving.uploads import Uploads
from cnnviz.views import resources
from cnnviz.views import uploads as own
from tests.views.pages import wav


def page() -> None:
    import streamlit as st

    from cnnviz.errors import BadInput
    from cnnviz.views import uploads
    from tests.conftest import SMALL

    uploads.forget_gone()
    choice = st.selectbox("Clip", ["Upload", "Record", "Sample"], key="clip")
    opens = {"Upload": uploads.open_upload, "Record": uploads.open_recording}
    try:
        clip = None if choice == "Sample" else opens[choice]("", SMALL)
        st.text("nothing" if clip is None else f"{clip.title} {clip.seconds:.1f} s")
    except BadInput as error:
        st.error(str(error))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Uploads:
    """Count from nothing."""
    gc.collect()
    resources.uploads.clear()
    resources.store.clear()
    return resources.uploads()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the names of the files that are decoded."""
    names, open_clip = [], own.open_clip
    monkeypatch.setattr(
        own, "open_clip", lambda data, **k: names.append(k["name"]) or open_clip(data, **k)
    )
    return names


def visit() -> AppTest:
    return AppTest.from_function(page).run()


def upload(at: AppTest, name: str, data: bytes) -> AppTest:
    return at.file_uploader(key="upload").upload(name, data, "audio/wav").run()


def choose(at: AppTest, choice: str) -> AppTest:
    return at.selectbox(key="clip").select(choice).run()


def clip_bytes(at: AppTest) -> int:
    return at.session_state["share"].clip.nbytes


# --- refusals ---------------------------------------------------------------------------------


def test_too_much_is_one_sentence_and_is_not_opened(counted: Uploads, opened: list[str]) -> None:
    counted.max_bytes = 1000
    at = upload(visit(), "a.wav", wav())
    assert not at.exception and not opened
    assert [e.value[:37] for e in at.error] == ["The sounds that visitors bring must t"]
    assert counted.nbytes == len(wav())


def test_a_refused_file_counts_until_it_is_removed(counted: Uploads) -> None:
    at = upload(visit(), "long.wav", wav(61))
    assert "60 s" in at.error[0].value
    assert counted.nbytes == len(wav(61))
    at.file_uploader(key="upload").set_value(None).run()
    assert not at.error and counted.nbytes == 0


# --- properties -------------------------------------------------------------------------------


def test_a_file_is_opened_once(counted: Uploads, opened: list[str]) -> None:
    at = upload(visit(), "a.wav", wav(2)).run()
    assert at.text[0].value == "a.wav 2.0 s"
    assert opened == ["a.wav"]
    assert counted.nbytes == len(wav(2)) + clip_bytes(at)


def test_a_replaced_file_counts_no_longer(counted: Uploads) -> None:
    at = upload(visit(), "a.wav", wav(2))
    upload(at, "b.wav", wav(3))
    assert at.text[0].value == "b.wav 3.0 s"
    assert counted.nbytes == len(wav(3)) + clip_bytes(at)


@pytest.mark.parametrize("between", ["Sample", "Record"])
def test_a_file_whose_widget_left_the_page_still_counts(counted: Uploads, between: str) -> None:
    """Streamlit keeps it as long as the session; its widget comes back empty."""
    at = choose(upload(visit(), "a.wav", wav(2)), between)
    assert counted.nbytes == len(wav(2)) + clip_bytes(at)
    choose(at, "Upload")
    assert at.text[0].value == "nothing"
    upload(at, "b.wav", wav(3))
    assert counted.nbytes == len(wav(2)) + len(wav(3)) + clip_bytes(at)


def test_what_a_visitor_brought_is_forgotten_after_they_leave(counted: Uploads) -> None:
    at = upload(visit(), "a.wav", wav(2))
    id = at.session_state["share"].clip.id
    key = ("payload", "", "weights", id)
    resources.store().get(key, lambda: b"x", size=len)
    visit()
    assert key in resources.store()
    del at
    gc.collect()
    visit()
    assert counted.nbytes == 0
    assert key not in resources.store()
