"""The page, run by Streamlit without a browser."""

import json
import threading

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from cnnviz.networks import loading
from cnnviz.networks.keras_network import KerasNetwork
from cnnviz.networks.loading import Loader
from cnnviz.views import resources
from cnnviz.views.resources import loader, store
from tests.views.pages import (
    SAMPLES,
    SHIPPED,
    TIMEOUT_S,
    components,
    header,
    page,
    page_of,
    rest,
    session,
    stage_bytes,
    wav,
)


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Load the shipped network once, as the first visitor's page does."""
    return loader(str(SHIPPED)).network


@pytest.fixture
def small(network_folder, monkeypatch):
    """The small network, of whose outputs nothing is kept and no fast pass is compiled."""
    store.clear()
    monkeypatch.setattr(loading, "HEAD_START_S", 1e6)
    return network_folder


def loaded_page(at: AppTest) -> AppTest:
    """Run the page until its network has loaded, well or badly."""
    at.run()
    assert not at.exception
    if not at.error and header(at)["layer"] is None:
        session(at).picture.loader._network.exception(TIMEOUT_S)
        at.run()
    return at


def told(at: AppTest) -> str:
    assert not at.exception
    (error,) = at.error
    return error.value.replace("\\", "")


def choose_clip(at: AppTest, index: int) -> AppTest:
    return at.selectbox(key="clip").select(at.selectbox(key="clip").options[index]).run()


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "{", "[]", '{"format": 1}'])
def test_a_broken_card_is_one_sentence_until_it_is_mended(small, text):
    card = small / "card.json"
    right = card.read_text()
    card.unlink() if text is None else card.write_text(text)
    at = page_of(small).run()
    assert "card.json" in told(at)
    assert not components(at, "cnnviz_stage")
    card.write_text(right)
    loaded_page(at)
    assert not at.error and header(at)["layer"]["name"] == "conv1"


def test_missing_weights_are_one_sentence_until_they_are_mended(small):
    weights = small / "model.keras"
    right = weights.read_bytes()
    weights.unlink()
    at = loaded_page(page_of(small))
    assert "model.keras, but the file is missing" in told(at)
    assert header(at)["layer"] is None and header(at)["spectrogram"]["frames"] > 0
    weights.write_bytes(right)
    loaded_page(at.run())
    assert not at.error and header(at)["layer"]["name"] == "conv1"


def test_a_failed_network_leaves_others_loaded(small):
    (small / "model.keras").unlink()
    kept = loader(str(SHIPPED))
    assert told(loaded_page(page_of(small)))
    assert loader(str(SHIPPED)) is kept


@pytest.mark.parametrize("panel", ["In this clip", "Export"])
def test_a_report_from_before_does_not_make_a_panel_ask_a_failed_network(small, panel):
    """A server that starts again with a broken network: the browser reports what it drew before."""
    (small / "model.keras").unlink()
    at = page_of(small)
    at.session_state["panel"] = panel
    assert told(loaded_page(at))
    assert told(loaded_page(rest(at, filter=1)))


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
def test_a_bad_upload_is_one_sentence_and_the_clip_stays(name, data, says):
    at = page().run()
    showing = header(at)["clip"]["id"]
    at.selectbox(key="clip").select("Upload a clip…").run()
    assert header(at)["clip"]["id"] == showing
    at.file_uploader(key="upload").upload(name, data, "audio/wav").run()
    assert says in told(at)
    assert told(at).endswith(f"The stage shows “{header(at)['clip']['title']}” instead.")
    assert header(at)["clip"]["id"] == showing


def test_a_wrong_irmas_folder_is_said_and_the_samples_stay(monkeypatch):
    monkeypatch.setenv("CNNVIZ_IRMAS", "/nowhere/at/all")
    at = page().run()
    assert "IRMAS folder must" in told(at)
    assert len(at.selectbox(key="clip").options) > 33


def test_the_environment_names_the_network(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNVIZ_NETWORK", str(tmp_path / "mine"))
    at = page().run()
    assert "card.json, but 'mine' has none" in told(at)


# --- what goes on stage -----------------------------------------------------------------------


def test_a_good_upload_goes_on_stage():
    at = page().run()
    at.selectbox(key="clip").select("Upload a clip…").run()
    at.file_uploader(key="upload").upload("mine.wav", wav(1.5), "audio/wav").run()
    assert not at.exception and not at.error
    assert header(at)["clip"]["title"] == "mine.wav"
    assert header(at)["clip"]["labels"] == []
    assert header(at)["windows"] == 1 + int(1.5 * 22050) // 512 - 42


def test_a_recording_goes_on_stage():
    at = page().run()
    at.selectbox(key="clip").select("Record a clip…").run()
    at.get("audio_input")[0].upload("recording.wav", wav(rate=48000), "audio/wav").run()
    assert not at.exception and not at.error
    assert any("48,000" in note for note in header(at)["notes"])


def test_a_recording_is_asked_for_at_a_rate_and_its_processing_is_said():
    at = page().run()
    at.selectbox(key="clip").select("Record a clip…").run()
    assert at.get("audio_input")[0].proto.sample_rate == 48_000
    assert any("echo cancellation" in caption.value for caption in at.caption)


def test_the_first_clip_is_there_before_the_network(monkeypatch):
    monkeypatch.setattr(Loader, "ready", False)
    at = page().run()
    assert not at.exception
    assert header(at)["layer"] is None
    assert header(at)["spectrogram"]["frames"] == 130
    assert at.selectbox(key="layer").options[0].startswith("conv1_1 · 32 filters of 45×130")
    assert len(at.get("progress")) == 1


def test_every_layer_goes_on_stage():
    at = page().run()
    for option in at.selectbox(key="layer").options:
        at.selectbox(key="layer").select(option.split(" · ")[0]).run()
        assert not at.exception
        layer = header(at)["layer"]
        assert option.startswith(layer["name"])
        assert len(header(at)["segments"][0]["low"]) == layer["filters"]
        assert len(stage_bytes(at)) < 3.5e6


def test_a_network_that_comes_while_the_page_runs_goes_on_stage(monkeypatch):
    """It is there once the picture has been shown without it, before the sidebar asks."""
    answers = iter([False] * 3)
    monkeypatch.setattr(Loader, "ready", property(lambda self: next(answers, True)))
    at = page().run()
    assert not at.exception
    assert header(at)["layer"]["name"] == "conv2_2"


def test_the_parts_of_a_picture_find_each_other_by_its_id():
    at = page().run()
    for name in ("cnnviz_frame", "cnnviz_reporter", "cnnviz_chart"):
        assert {json.loads(part.json)["picture"] for part in components(at, name)} == {""}
    charts = [json.loads(part.json)["chart"] for part in components(at, "cnnviz_chart")]
    assert sorted(charts) == ["over_time", "ranking"]


# --- the session ------------------------------------------------------------------------------


def filter_of_panel(at: AppTest) -> str:
    assert not at.exception
    (title,) = [one.value for one in at.subheader if one.value.startswith("Activations")]
    return title.rpartition(" ")[2]


def test_the_panel_is_about_the_tile_that_is_open():
    at = rest(page().run(), filter=5)
    assert filter_of_panel(at) == "5"
    assert any("the tile you opened" in caption.value for caption in at.caption)
    assert filter_of_panel(rest(at, filter=None)) != ""
    assert any("the one that changed most" in caption.value for caption in at.caption)


def test_a_tile_of_another_layer_is_not_the_one_that_is_open():
    at = rest(page().run(), frame=9, filter=5)
    at.selectbox(key="layer").select("conv4_1").run()
    assert (session(at).picture.frame, session(at).picture.filter) == (0, None)
    assert not [one for one in at.subheader if "filter 5" in one.value]
    assert not [c for c in at.caption if "the tile you opened" in c.value]
    rest(at)
    assert not [c for c in at.caption if "the tile you opened" in c.value]


def test_a_tile_of_another_clip_is_not_the_one_that_is_open():
    at = rest(page().run(), frame=9, filter=5)
    choose_clip(at, 4)
    assert (session(at).picture.frame, session(at).picture.filter) == (0, None)


# --- two pictures -----------------------------------------------------------------------------


def two_pictures(network: str, samples: str) -> None:
    from pathlib import Path

    from cnnviz.views import panels, picture, resources

    loader = resources.loader(network)
    loader.network  # noqa: B018
    for id in ("", "b"):
        picture.show(picture.choose(id, loader=loader, samples=Path(samples)))
    panels.show()


def test_two_pictures_share_nothing_but_the_page(small):
    args = (str(small), str(SAMPLES))
    at = AppTest.from_function(two_pictures, args=args, default_timeout=TIMEOUT_S)
    at.query_params["layer_b"] = "conv2 · 6 filters of 9×12"  # as old links have it
    at.run()
    assert not at.exception
    assert [picture.id for picture in session(at).pictures] == ["", "b"]
    at.selectbox(key="layer_b").select("pool1").run()
    choice = "Cello, alone"
    at.selectbox(key="clip_b").select(choice).run()
    assert not at.exception
    assert [header(at, picture=id)["layer"]["name"] for id in ("", "b")] == ["conv1", "pool1"]
    titles = [header(at, picture=id)["clip"]["title"] for id in ("", "b")]
    assert titles == ["Piano: Bach, Prelude in C (Kimiko Ishizaka)", choice]
    for name in ("cnnviz_stage", "cnnviz_frame", "cnnviz_reporter"):
        assert len({part.id for part in components(at, name)}) == 2
    first, second = session(at).pictures
    assert first.holder is not second.holder
    rest(at, filter=2)
    assert [picture.filter for picture in session(at).pictures] == [2, None]


def test_each_of_two_pictures_takes_an_upload_of_its_own(small):
    args = (str(small), str(SAMPLES))
    at = AppTest.from_function(two_pictures, args=args, default_timeout=TIMEOUT_S).run()
    for key in ("clip", "clip_b"):
        at.selectbox(key=key).select("Upload a clip…").run()
    for key in ("upload", "upload_b"):
        at.file_uploader(key=key).upload(f"{key}.wav", wav(), "audio/wav").run()
    assert not at.exception and not at.error
    titles = [header(at, picture=id)["clip"]["title"] for id in ("", "b")]
    assert titles == ["upload.wav", "upload_b.wav"]


# --- several visitors -------------------------------------------------------------------------


@pytest.fixture
def runs(monkeypatch):
    """Collect the runs of the network."""
    made, run = [], KerasNetwork.run
    monkeypatch.setattr(KerasNetwork, "run", lambda *a, **k: made.append(1) or run(*a, **k))
    store.clear()
    return made


def test_a_second_visitor_gets_the_same_bytes(runs):
    at, other = page().run(), page().run()
    assert stage_bytes(other) == stage_bytes(at)
    assert len(runs) == 1


def test_what_is_on_a_stage_outlives_the_clips_of_others(runs, monkeypatch):
    monkeypatch.setattr(resources, "STORE_BYTES", 0)
    store.clear()
    at, other = page().run(), page().run()
    for index in (5, 6, 7):
        choose_clip(other, index)
    assert len(runs) == 4
    at.selectbox(key="layer").select("pool3").run()
    assert header(at)["layer"]["name"] == "pool3"
    assert len(runs) == 4
    choose_clip(at, 8)  # nobody uses the first clip any more
    choose_clip(other, 3)
    assert len(runs) == 6
    store.clear()


def test_who_waits_is_told_how_many_are_before(loaded, monkeypatch):
    told = []
    monkeypatch.setattr(
        DeltaGenerator, "progress", lambda self, value, text=None: told.append((value, text))
    )
    store.clear()
    at = page().run()
    began, free = threading.Event(), threading.Event()

    def work():
        with loaded.turn(waiting=pytest.fail):
            began.set()
            free.wait(TIMEOUT_S)

    worker = threading.Thread(target=work)
    worker.start()
    assert began.wait(TIMEOUT_S)
    threading.Timer(2, free.set).start()
    choose_clip(at, 11)
    worker.join()
    assert not at.exception
    assert (0.0, "1 visitor is before you. Your turn comes by itself.") in told
    assert header(at)["clip"]["title"] == at.selectbox(key="clip").value
