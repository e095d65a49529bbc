"""The panel, run by Streamlit without a browser, on the small network."""

import csv
import io
import time
from dataclasses import replace
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.clips.clip import Clip
from cnnviz.export import picture as export_picture
from cnnviz.export.subject import subject_of
from cnnviz.views import computed, resources
from cnnviz.views.plain import plain
from cnnviz.views.resources import store
from cnnviz.views.session import Looks, Picture, Report
from tests.conftest import SMALL
from tests.views.pages import TIMEOUT_S, rest, session


def page(picture):
    from cnnviz.views import session
    from cnnviz.views.panels import export

    if not session.current().pictures:
        session.put(picture)
    export.show(session.current())


@pytest.fixture
def opened(small_network, sine):
    """Open the panel on a layer, with or without an opened tile, three frames into the clip."""
    loader = SimpleNamespace(
        key="small", card=small_network.card, network=small_network, ready=True, failed=False
    )

    def run(layer="conv1", chosen=None, title="A_sine *of mine*.wav", drawn=True, looks=None):
        store.clear()
        clip = Clip("own/1", title, (), sine, SMALL.input(sine), SMALL, 1, ())
        looks = looks or Looks()
        report = Report("small", "own/1", layer, 3, chosen, looks) if drawn else None
        picture = Picture("", loader, clip, small_network.layer(layer), report)
        return AppTest.from_function(page, args=(picture,), default_timeout=60).run()

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
    assert plain(job.name) in offered.proto.label
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
    assert panel.radio(key="export_what_filter_opened").value == "one filter, large"
    name, data = make(panel, "Picture for editing (SVG)")
    assert name.endswith("conv1-filter2-frame3.svg")
    assert b"Filter 2 of conv1" in data
    panel.number_input(key="export_filter_conv1_2").set_value(1).run()
    assert b"Filter 1 of conv1" in make(panel, "Picture for editing (SVG)")[1]


def test_a_film_as_it_was_asked_for(opened):
    panel = opened(looks=Looks("filter", "magma", "movement", 0.5))
    panel.selectbox(key="export_kind").select("Film with its sound (MP4)").run()
    panel.radio(key="export_theme").set_value("dark").run()
    captions = [caption.value for caption in panel.caption]
    assert "As on the stage: per filter, magma, by change, at 0.5×. Change it there." in captions
    _, data = make(panel, "Film with its sound (MP4)")
    with av.open(io.BytesIO(data)) as film:
        assert film.streams.video[0].average_rate == 8000 / 128 / 2
        assert "scale: per filter: each" in film.metadata["comment"]
        image = next(film.decode(video=0)).to_ndarray(format="rgb24")
    assert image.shape == (720, 1280, 3)
    assert image[3, 3].max() < 30


@pytest.mark.parametrize(
    ("layer", "looks", "says"),
    [
        ("conv1", Looks(), "per layer, viridis, by number."),
        ("conv1", Looks("full", "magma", "loudness"), "full range, magma, by loudness."),
        ("conv1", Looks("diverging"), "diverging, the spectrogram in viridis, by number."),
        ("output", Looks(), "predictions, always from 0 to 1, viridis, by number."),
    ],
)
def test_what_is_taken_over_from_the_stage_is_said(opened, layer, looks, says):
    panel = opened(layer, looks=looks)
    assert f"As on the stage: {says} Change it there." in [c.value for c in panel.caption]


def test_a_picture_has_the_looks_of_the_stage_when_the_button_is_pressed(opened):
    """The browser may report others while the panel still shows those before."""
    panel = opened()
    first = session(panel).picture
    looks = Looks("diverging", "magma", "movement", 1.0)
    report = Report("small", "own/1", "conv1", 3, None, looks)
    panel.session_state["session"] = type(session(panel))((replace(first, report=report),))
    panel.button(key="export_make").click().run()
    job = panel.session_state["export_job"]
    job.wait()
    image = Image.open(io.BytesIO(job.result().read()))
    assert image.text["scale"].startswith("diverging: zero in the middle")
    outputs = computed.outputs(first)
    subject = subject_of(
        first.clip,
        outputs,
        card=first.loader.card,
        layer=first.layer,
        rankings=computed.rankings(first, outputs),
    )
    look = export_picture.Look(scale="diverging", colours="magma", order="movement")
    picture = export_picture.Picture(subject, look, width=1440, height=900, ratio=2)
    np.testing.assert_array_equal(np.asarray(image), picture.at(3))


def test_a_film_of_a_part_of_the_clip(opened):
    panel = opened()
    panel.selectbox(key="export_kind").select("Film with its sound (MP4)").run()
    assert panel.slider(key="export_part_own/1").value == (0.0, 2.0)
    panel.slider(key="export_part_own/1").set_value((0.5, 1.2)).run()
    name, data = make(panel, "Film with its sound (MP4)")
    assert name.endswith("-conv1-0.5-to-1.2s.mp4")
    with av.open(io.BytesIO(data)) as film:
        assert float(film.duration / av.time_base) == pytest.approx(0.7, abs=0.05)


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


def test_the_frame_is_the_one_when_the_button_is_pressed(opened):
    """A report of the frame alone does not run the panel: its button knows the one before."""
    panel = opened()
    first = session(panel).picture
    report = Report("small", "own/1", "conv1", 9, None)
    panel.session_state["session"] = type(session(panel))((replace(first, report=report),))
    panel.button(key="export_make").click().run()
    job = panel.session_state["export_job"]
    job.wait()
    assert job.name.endswith("conv1-frame9.png")


def test_nothing_can_be_made_before_the_stage_has_drawn(opened):
    panel = opened(drawn=False)
    assert not panel.exception and not panel.button
    assert "once the network has run over the clip" in panel.caption[0].value
    assert rest(panel).button(key="export_make").label == "Make it"


def test_a_waiting_visitor_is_told_and_can_stop(opened):
    panel = opened()
    panel.selectbox(key="export_kind").select("Silent loop (GIF)").run()
    with resources.outbox().line.turn():
        panel.button(key="export_make").click().run()
        assert panel.button(key="export_make").disabled
        job = panel.session_state["export_job"]
        until = time.monotonic() + TIMEOUT_S
        while not job.before:
            assert time.monotonic() < until
            time.sleep(0.01)
        panel.run()
        (bar,) = panel.get("progress")
        assert "1 visitor is before you" in bar.proto.text
        panel.button(key="export_stop").click().run()
        job.wait()
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
