"""The page, run by Streamlit without a browser."""

import io
import json
import threading

import numpy as np
import pytest
import soundfile as sf
from cnnviz.networks.activations import Listener
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from cnnviz.views.resources import Engine, engine, listening, store
from tests.conftest import ROOT

TIMEOUT_S = 120  # the first run waits for TensorFlow


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Load the shipped network once, as the first visitor's page does."""
    return engine(str(ROOT / "models" / "han2016")).listener


@pytest.fixture
def page():
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT_S)


def component(page, name):
    found = [c.proto for c in page.get("bidi_component") if c.proto.component_name == name]
    assert len(found) == 1
    return found[0]


def stage_bytes(page):
    return component(page, "cnnviz_stage").bytes


def header(page):
    data = stage_bytes(page)
    length = int.from_bytes(data[:4], "little")
    return json.loads(data[4 : 4 + length])


def wav(seconds=2.0, *, rate=22050, level=0.5):
    t = np.arange(int(seconds * rate)) / rate
    file = io.BytesIO()
    sf.write(file, level * np.sin(2 * np.pi * 440 * t), rate, format="WAV")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.wav", b"", "empty"),
        ("text.wav", b"these are only words " * 40, "text.wav"),
        ("silent.wav", wav(level=0.0), "silent"),
        ("long.wav", wav(61.0), "60 s"),
        ("cut.flac", b"fLaC" + bytes(300), "cut.flac"),
    ],
)
def test_a_bad_upload_is_one_sentence_and_the_clip_stays(page, name, data, says):
    page.run()
    showing = header(page)["clip"]["id"]
    page.selectbox(key="clip").select("Upload a clip…").run()
    assert header(page)["clip"]["id"] == showing
    page.file_uploader(key="upload").upload(name, data, "audio/wav").run()
    assert not page.exception
    assert len(page.error) == 1
    assert says in page.error[0].value
    assert header(page)["clip"]["id"] == showing


def test_a_good_upload_goes_on_stage(page):
    page.run()
    page.selectbox(key="clip").select("Upload a clip…").run()
    page.file_uploader(key="upload").upload("mine.wav", wav(1.5), "audio/wav").run()
    assert not page.exception and not page.error
    assert header(page)["clip"]["title"] == "mine.wav"
    assert header(page)["clip"]["labels"] == []
    assert header(page)["windows"] == 1 + int(1.5 * 22050) // 512 - 42


def test_a_recording_goes_on_stage(page):
    page.run()
    page.selectbox(key="clip").select("Record a clip…").run()
    page.get("audio_input")[0].upload("recording.wav", wav(rate=48000), "audio/wav").run()
    assert not page.exception and not page.error
    assert any("48,000" in note for note in header(page)["notes"])


def test_a_wrong_irmas_folder_is_said_and_the_samples_stay(page, monkeypatch):
    monkeypatch.setenv("CNNVIZ_IRMAS", "/nowhere/at/all")
    page.run()
    assert not page.exception
    assert "IRMAS folder must" in page.error[0].value
    assert len(page.selectbox(key="clip").options) > 33


@pytest.mark.parametrize("clip", ["../../etc/passwd", "", "Kazoo", "<script>"])
def test_a_made_up_address_opens_the_first_clip(page, clip):
    page.query_params["clip"] = clip
    page.query_params["layer"] = clip
    page.query_params["frame"] = "-7"
    page.run()
    assert not page.exception
    assert header(page)["clip"]["title"] == page.selectbox(key="clip").options[3]
    assert page.slider(key="frame").value == 0


def test_the_first_clip_is_there_before_the_network(page, monkeypatch):
    monkeypatch.setattr(Engine, "ready", False)
    page.run()
    assert not page.exception
    assert header(page)["layer"] is None
    assert header(page)["spectrogram"]["frames"] == 130
    assert page.selectbox(key="layer").options[0].startswith("conv1_1 · 32 filters of 45×130")
    assert len(page.get("progress")) == 1


def test_an_address_opens_clip_layer_and_frame(page):
    page.run()
    clip = page.selectbox(key="clip").options[4]
    layer = page.selectbox(key="layer").options[8]
    page.query_params.update({"clip": clip, "layer": layer, "frame": "31"})
    page.run()
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT_S)
    again.query_params.update({"clip": clip, "layer": layer, "frame": "31"})
    again.run()
    assert header(again)["clip"]["title"] == clip
    assert layer.startswith(header(again)["layer"]["name"])
    assert again.slider(key="frame").value == 31


def test_every_layer_goes_on_stage(page):
    page.run()
    for option in page.selectbox(key="layer").options:
        page.selectbox(key="layer").select(option.split(" · ")[0]).run()
        assert not page.exception
        found = header(page)["layer"]
        assert option.startswith(found["name"])
        assert len(header(page)["segments"][0]["low"]) == found["filters"]
        assert len(stage_bytes(page)) < 3.5e6


def test_the_slider_orders_its_frame(page):
    page.run()
    page.slider(key="frame").set_value(50).run()
    assert json.loads(component(page, "cnnviz_link").json)["frame"] == 50


def test_a_new_clip_starts_at_its_first_frame(page):
    page.session_state["frame"] = 50
    page.run()
    assert page.slider(key="frame").value == 50
    page.selectbox(key="clip").select(page.selectbox(key="clip").options[4]).run()
    assert page.slider(key="frame").value == 0


def test_a_second_visitor_gets_the_same_bytes(page):
    page.run()
    other = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT_S)
    other.run()
    assert stage_bytes(other) == stage_bytes(page)


def test_what_is_on_a_stage_is_not_heard_again(page, monkeypatch):
    heard = []
    listen = Listener.listen
    monkeypatch.setattr(
        Listener, "listen", lambda *given, **named: heard.append(1) or listen(*given, **named)
    )
    store.clear()
    page.run()
    page.selectbox(key="clip").select(page.selectbox(key="clip").options[9]).run()
    assert heard
    heard.clear()
    store.clear()  # as if others had looked at many clips
    page.selectbox(key="layer").select("pool3").run()
    other = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT_S)
    other.query_params["clip"] = page.selectbox(key="clip").value
    other.run()
    assert [header(p)["layer"]["name"] for p in (page, other)] == ["pool3", "conv2_2"]
    assert not heard


def test_who_waits_is_told_how_many_are_before(page, monkeypatch):
    told = []
    monkeypatch.setattr(
        DeltaGenerator, "progress", lambda self, value, text=None: told.append((value, text))
    )
    store.clear()
    page.run()
    free = threading.Event()

    def work():
        with listening().turn(waiting=pytest.fail):
            began.set()
            free.wait(TIMEOUT_S)

    began = threading.Event()
    worker = threading.Thread(target=work)
    worker.start()
    assert began.wait(TIMEOUT_S)
    threading.Timer(2, free.set).start()
    page.selectbox(key="clip").select(page.selectbox(key="clip").options[11]).run()
    worker.join()
    assert not page.exception
    assert (0.0, "1 visitor is before you. Your turn comes by itself.") in told
    assert header(page)["clip"]["title"] == page.selectbox(key="clip").value
