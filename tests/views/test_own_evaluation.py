"""From a folder of somebody's own sounds to one of them on the stage, in the page's own words."""

import json

from cnnviz.training.__main__ import main
from tests.own_evaluation import network_of_eleven, sounds
from tests.views.pages import header, page_of, session


def test_a_clip_of_an_evaluation_of_ones_own_goes_on_the_stage(tmp_path, small_model):
    network = tmp_path / "network"
    network.mkdir()
    network_of_eleven(network, small_model)
    file = network / "results_mine.json"
    options = ["--network", str(network), "--collection", str(sounds(tmp_path))]
    assert main(["evaluate", *options, "--json", str(file)]) == 0
    raw = json.loads(file.read_text(encoding="utf-8"))
    top = max(zip(raw["systems"]["small"]["scores"][4], raw["classes"], strict=True))[1]

    at = page_of(network)
    at.session_state["panel"] = "How good is it?"
    at.run()
    assert not at.exception
    said = "\n".join(one.value for one in at.markdown)
    assert "5 clips of 4 recordings (collection mine" in said
    assert "**Few recordings** were tested of flute (1), acoustic guitar (1)" in said

    (cell,) = [one for one in at.selectbox if one.label == "Clips behind a cell"]
    cell.set_value(f"voi-{top}").run()
    radio = clips(at)
    assert "song.wav" in radio.options
    radio.set_value("mine: song.wav").run()
    assert not at.exception
    assert session(at).picture.clip.title == "mine: song.wav"
    assert session(at).picture.clip.labels == ("voi",)
    assert header(at)["clip"]["title"] == "mine: song.wav"
    assert at.selectbox(key="clip").value == "mine: song.wav"
    assert clips(at).value == "mine: song.wav"
    assert session(at).picture.play[0] == session(at).picture.clip.id


def clips(at):
    (radio,) = [one for one in at.radio if one.label == "Play a clip"]
    return radio
