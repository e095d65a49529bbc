"""The panel, run by Streamlit without a browser, on the small network."""

import csv
import io

import av
import numpy as np
import pytest
from cnnviz.networks.activations import Listener
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.clips.clip import Clip
from tests.conftest import SMALL


def page(clip, found, listener, layer, chosen):
    import streamlit as st

    from cnnviz.views.panels import export

    st.session_state.setdefault("frame", 3)
    export.show(clip, found, listener=listener, layer=layer, chosen=chosen)


@pytest.fixture(scope="module")
def listener(small_network):
    return Listener(small_network)


@pytest.fixture
def opened(listener, sine):
    """Open the panel on a layer, with or without an opened tile."""

    def run(layer="conv1", chosen=None, title="A_sine *of mine*.wav"):
        clip = Clip("own/1", title, (), sine, SMALL.input(sine), SMALL, 1, ())
        found = listener.listen(clip.input, layers=(layer,))
        args = (clip, found, listener, layer, chosen)
        return AppTest.from_function(page, args=args, default_timeout=60).run()

    return run


def make(panel, kind):
    """Choose a kind of file, make it, and return what the visitor is offered."""
    panel.selectbox(key="export_kind").select(kind).run()
    panel.button(key="export_make").click().run()
    job = panel.session_state["export_job"]
    job.wait()
    panel.run()
    assert not panel.exception
    (offered,) = panel.get("download_button")
    assert job.name.replace("_", "\\_") in offered.proto.label
    return job.name, job.result().read()


def test_nothing_is_made_unasked(opened):
    panel = opened()
    assert not panel.exception
    assert not panel.get("download_button")


def test_a_picture_of_the_frame_on_the_stage(opened):
    name, data = make(opened(), "Picture (PNG)")
    assert name == "cnnviz-small-a-sine-of-mine-wav-conv1-frame3.png"
    assert Image.open(io.BytesIO(data)).text["moment"].startswith("frame 3,")


def test_the_opened_tile_is_the_filter_unless_another_is_chosen(opened):
    panel = opened(chosen=2)
    panel.radio(key="export_what").set_value("one filter, large").run()
    name, data = make(panel, "Picture for editing (SVG)")
    assert name.endswith("conv1-filter2-frame3.svg")
    assert b"Filter 2 of conv1" in data
    panel.number_input(key="export_filter_conv1_2").set_value(1).run()
    assert b"Filter 1 of conv1" in make(panel, "Picture for editing (SVG)")[1]


def test_a_film_as_it_was_asked_for(opened):
    panel = opened()
    panel.selectbox(key="export_kind").select("Film with its sound (MP4)").run()
    panel.select_slider(key="export_speed").set_value(0.5).run()
    panel.radio(key="export_theme").set_value("dark").run()
    panel.selectbox(key="export_scale").select("filter").run()
    _, data = make(panel, "Film with its sound (MP4)")
    with av.open(io.BytesIO(data)) as film:
        assert film.streams.video[0].average_rate == 8000 / 128 / 2
        assert "scale: per filter" in film.metadata["comment"]
        image = next(film.decode(video=0)).to_ndarray(format="rgb24")
    assert image.shape == (720, 1280, 3)
    assert image[3, 3].max() < 30


def test_loops(opened):
    panel = opened()
    for kind, suffix in (("Silent loop (WebP)", "WEBP"), ("Silent loop (GIF)", "GIF")):
        image = Image.open(io.BytesIO(make(panel, kind)[1]))
        assert image.format == suffix
        assert image.n_frames > 10


def test_numbers(opened):
    panel = opened("dense")
    name, data = make(panel, "Predictions (CSV)")
    assert name == "cnnviz-small-a-sine-of-mine-wav-predictions.csv"
    assert next(csv.reader(io.StringIO(data.decode()))) == ["time_s", "cel", "flu", "voi"]
    with np.load(io.BytesIO(make(panel, "Activations (NPZ)")[1])) as file:
        assert file["activations"].shape[0] == 8


def test_a_waiting_visitor_is_told_and_can_stop(opened):
    from cnnviz.views.panels.export import outbox

    panel = opened()
    panel.selectbox(key="export_kind").select("Silent loop (GIF)").run()
    with outbox().turn:
        panel.button(key="export_make").click().run()
        assert panel.button(key="export_make").disabled
        panel.run()
        (bar,) = panel.get("progress")
        assert "Another visitor's file" in bar.proto.text
        panel.button(key="export_stop").click().run()
        panel.session_state["export_job"].wait()
    panel.run()
    assert "Stopped" in panel.info[0].value
    assert not panel.get("download_button")


def test_too_large_a_file_is_refused_in_words(opened, monkeypatch):
    from cnnviz.export import numbers

    monkeypatch.setattr(numbers, "MAX_BYTES", 1000)
    panel = opened()
    panel.selectbox(key="export_kind").select("Activations (NPZ)").run()
    panel.button(key="export_make").click().run()
    panel.session_state["export_job"].wait()
    panel.run()
    assert not panel.exception
    assert "Choose a shorter clip" in panel.warning[0].value


def test_a_file_that_made_room_is_not_offered(opened):
    panel = opened()
    make(panel, "Predictions (CSV)")
    panel.session_state["export_job"].result().data = None
    panel.run()
    assert "Make it again" in panel.warning[0].value
    assert not panel.get("download_button")
