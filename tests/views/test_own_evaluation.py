"""From a folder of somebody's own sounds to one of them on the stage, in the page's own words."""

import json
from types import SimpleNamespace

from cnnviz.training.__main__ import main
from cnnviz.views import sidebar
from tests.evaluations import evaluation
from tests.irmas_miniature import training
from tests.own_evaluation import network_of_eleven, sounds
from tests.views.pages import SAMPLES, header, page_of, session


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


def test_a_clip_that_the_list_has_anyway_is_in_it_once(tmp_path, monkeypatch):
    irmas = tmp_path / "IRMAS"
    irmas.mkdir()
    clip = training(irmas, recordings=1, excerpts=1) / "cel" / "[cel][cla]0001__1.wav"
    raw = evaluation()
    raw["collection"]["folder"] = str(clip.parents[1])
    raw["clips"][0] |= {"path": f"cel/{clip.name}", "bytes": clip.stat().st_size}
    raw["clips"][1] |= {"path": "cel/another.wav", "bytes": 3}
    (clip.parent / "another.wav").write_bytes(b"abc")
    network = tmp_path / "network"
    network.mkdir()
    (network / "results_irmas.json").write_text(json.dumps(raw))
    link = tmp_path / "link"
    link.symlink_to(irmas)
    monkeypatch.setenv("CNNVIZ_IRMAS", str(link))
    loader = SimpleNamespace(folder=network, card=SimpleNamespace(name="small"))
    listed = sidebar.clip_list(SAMPLES, loader)
    (entry,) = [entry for entry in listed.values() if entry.path.name == clip.name]
    assert entry.id.startswith("irmas/")
    monkeypatch.delenv("CNNVIZ_IRMAS")
    listed = sidebar.clip_list(SAMPLES, loader)
    (entry,) = [entry for entry in listed.values() if entry.path.name == clip.name]
    assert entry.id.startswith("results_irmas/")
