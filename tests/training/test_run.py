"""`fit` from IRMAS as its authors distribute it to the folder that app and `evaluate` take."""

import json
import re
import shutil

import numpy as np
import pytest
import soundfile as sf

from cnnviz.clips.instruments import CODES
from cnnviz.networks.keras_network import load
from cnnviz.training import architecture, collection, fit, split, windows
from cnnviz.training.__main__ import main
from cnnviz.views.panels import how_good
from cnnviz.views.resources import loader
from tests import irmas_miniature
from tests.training.learning import shard, small
from tests.views.pages import page

RECORDINGS, EXCERPTS = 3, 2
SMALL = ("--architecture", "small", "--batch", "16", "--learning-rate", "0.01", "--seed", "4")


@pytest.fixture(autouse=True)
def architectures(monkeypatch):
    monkeypatch.setitem(architecture.ARCHITECTURES, "small", small)


@pytest.fixture(scope="module")
def irmas(tmp_path_factory):
    """Training and testing data in one folder, as `fetch-irmas` leaves them."""
    folder = tmp_path_factory.mktemp("irmas")
    irmas_miniature.training(folder, recordings=RECORDINGS, excerpts=EXCERPTS)
    irmas_miniature.testing(folder)
    return folder


def command(place, out, *more):
    return main(["fit", "--collection", str(place), "--out", str(out), *SMALL, *more])


@pytest.fixture(scope="module")
def mine(irmas, tmp_path_factory):
    """A network folder learned from the miniature in two epochs, and its figures on the test."""
    out = tmp_path_factory.mktemp("models") / "mine"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(architecture.ARCHITECTURES, "small", small)
        assert command(irmas / "IRMAS-TrainingData", out, "--epochs", "2") == 0
        test = ["--collection", str(irmas), "--split", "test"]
        results = ["--json", str(out / "results_irmas.json")]
        assert main(["evaluate", "--network", str(out), *test, *results]) == 0
    return out


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda folder: folder / "none", "does not exist. Check the path"),
        (lambda folder: folder, "must hold sounds, but none was found"),
        (irmas_miniature.testing, "belong to the split test. Name IRMAS-TrainingData"),
    ],
)
def test_what_is_no_training_data_is_refused_in_a_sentence(made, said, tmp_path, capsys):
    assert command(made(tmp_path), tmp_path / "out") == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_files_that_do_not_decode_are_listed_before_the_work(irmas, tmp_path, capsys, monkeypatch):
    place = tmp_path / "IRMAS-TrainingData"
    shutil.copytree(irmas / "IRMAS-TrainingData", place)
    bad = sorted(place.rglob("*.wav"))[:2]
    for path in bad:
        path.write_text("no sound")
    monkeypatch.setattr(fit, "fit", None)
    assert command(place, tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "2 of 66 cannot be used" in said and all(path.name in said for path in bad)


def test_a_folder_with_a_network_is_not_written_over(mine, irmas, capsys):
    before = (mine / "card.json").read_bytes()
    assert command(irmas, mine, "--epochs", "1") == 2
    assert "holds one. Choose another" in capsys.readouterr().err
    assert (mine / "card.json").read_bytes() == before


def test_a_folder_with_other_files_is_left_alone(irmas, tmp_path, capsys):
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").write_text("mine")
    assert command(irmas, tmp_path, "--epochs", "1") == 2
    assert "must name a new or an empty folder, but" in capsys.readouterr().err
    assert (tmp_path / "README.md").read_text() == "mine"
    assert not (tmp_path / "learning").exists()


def test_a_recipe_is_for_rendered_clips(irmas, tmp_path, capsys):
    assert command(irmas, tmp_path / "out", "--recipe", '{"masks": 0}') == 2
    assert "not rendered" in capsys.readouterr().err
    (tmp_path / "work" / "shards").mkdir(parents=True)
    shutil.copytree(irmas / "IRMAS-TrainingData", tmp_path / "work" / "held_out")
    assert command(tmp_path / "work", tmp_path / "out", "--recipe", '{"mask": 0}') == 2
    assert "with some of produced, behind" in capsys.readouterr().err


def test_the_folder_is_one_that_the_app_loads(mine):
    network = load(mine)
    assert network.card.name == "mine"
    assert network.card.labels == CODES
    assert network.card.trained["plan"]["batch"] == 16
    assert network.card.trained["data"].startswith("Learns from 44 clips of 22 recordings of IRMAS")
    names = {path.name for path in mine.iterdir()}
    assert names == {"model.keras", "card.json", "training.json", "README.md", "results_irmas.json"}


def test_the_record_names_the_recordings_on_either_side(mine):
    record = json.loads((mine / "training.json").read_text())
    sides = record["recordings"]
    assert not {*sides["train"]} & {*sides["validation"]}
    assert len(sides["train"]) + len(sides["validation"]) == RECORDINGS * len(CODES)
    assert all(re.fullmatch("irmas:[0-9]{4}", one) for one in sides["train"])
    assert record["counts"]["validation"] == dict.fromkeys(CODES, EXCERPTS)
    assert record["counts"]["train"] == dict.fromkeys(CODES, 2 * EXCERPTS)
    assert record["plan"]["seed"] == 4
    assert [*record["curve"][0]] == ["loss", "validation_loss", "validation_recall", "seconds"]
    assert record["epochs"] == len(record["curve"]) == 2


def test_the_commands_in_its_readme_fit_the_folder(mine):
    text = (mine / "README.md").read_text()
    assert f"evaluate --network {mine} " in text
    assert f"--json {mine}/results_irmas.json" in text
    assert f"CNNVIZ_NETWORK={mine} " in text
    assert "| clarinet | 4 | 2 |" in text
    assert "architecture `small`, trained with" in text and "Han" not in text


def test_evaluate_takes_the_testing_data_and_the_thresholds_of_the_validation(mine):
    results = json.loads((mine / "results_irmas.json").read_text())
    assert results["collection"]["clips"] == 2 * len(CODES)
    assert results["collection"]["split"] == "test"
    assert results["counts"]["train"] == dict.fromkeys(CODES, 2 * EXCERPTS)
    record = json.loads((mine / "training.json").read_text())
    for strategy in ("s1", "s2"):
        threshold = results["systems"]["mine"][strategy]["threshold"]
        assert threshold == pytest.approx(record["thresholds"][strategy])


def test_thresholds_are_the_best_on_the_validation_clips(mine, irmas):
    from cnnviz.training import evaluate as table
    from cnnviz.training import predict
    from cnnviz.training.metrics import thresholds

    validating = split.read(irmas, share=0.15, seed=4).validating
    network = load(mine)
    s1, s2 = predict.clip_scores(
        predict.predictions(network.model, validating, network.card.front_end)
    )
    truth = table.truth_of(validating)
    assert network.card.threshold == pytest.approx(thresholds(s1, truth))
    assert network.card.trained["thresholds"]["s2"] == pytest.approx(thresholds(s2, truth))


def test_the_app_shows_its_figures_with_the_published_ones_beside(mine, monkeypatch):
    monkeypatch.setenv("CNNVIZ_NETWORK", str(mine))
    loader(str(mine)).network  # noqa: B018
    at = page()
    at.session_state["panel"] = how_good.title
    at.run()
    assert not at.exception
    assert "trained on IRMAS-TrainingData" in "\n".join(one.value for one in at.caption)
    words = "\n".join(one.value for one in (*at.markdown, *at.caption))
    assert "measured on 22 clips of 11 recordings" in words
    assert "measured on all 2,874 excerpts" in words and "on 22 clips: compare with care" in words
    chart = json.loads(at.get("vega_lite_chart")[-1].proto.spec)
    systems = chart["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert systems == ["this network", "Han, Kim & Lee 2016, as published"]


def test_a_run_cut_off_goes_on_and_decodes_nothing_again(irmas, tmp_path, monkeypatch, capsys):
    out = tmp_path / "mine"
    look = fit._look

    def stop_after_the_first(plan, held, network, state, journal):
        look(plan, held, network, state, journal)
        if state.epoch == 1:
            import os
            import signal

            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(fit, "_look", stop_after_the_first)
    assert command(irmas, out, "--epochs", "3") == 130
    assert "--resume" in capsys.readouterr().out
    assert not (out / "card.json").exists()
    assert command(irmas, out, "--epochs", "3") == 2
    assert "a run was cut off. Go on with --resume" in capsys.readouterr().err

    monkeypatch.setattr(windows, "log_mel", None)
    monkeypatch.setattr(fit, "_look", look)
    assert command(irmas, out, "--epochs", "3", "--resume") == 0
    said = capsys.readouterr().out
    assert "epoch 1:" not in said and "epoch 2:" in said and "epoch 3:" in said
    assert len(json.loads((out / "training.json").read_text())["curve"]) == 3


def test_a_network_is_learned_on_from_another(mine, irmas, tmp_path, capsys):
    """With a rate of next to nothing the weights stay what they were, but for the calibration."""
    more = ["--start-from", str(mine), "--epochs", "1", "--patience", "0"]
    more += ["--learning-rate", "1e-9", "--title", "Mine, once more"]
    assert command(irmas / "IRMAS-TrainingData", tmp_path / "on", *more) == 0
    before, after = load(mine), load(tmp_path / "on")
    for a, b in zip(before.model.get_weights()[:-2], after.model.get_weights()[:-2], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert after.card.front_end == before.card.front_end
    assert before.card.title == "small, trained on IRMAS-TrainingData"
    assert after.card.title == "Mine, once more"
    record = json.loads((tmp_path / "on" / "training.json").read_text())
    assert record["started_from"] == {
        "network": "mine",
        "weights_sha256": before.card.weights_sha256,
    }


def test_a_network_to_start_from_must_fit(mine, irmas, tmp_path, capsys):
    more = ("--start-from", str(mine), "--architecture", "han2016")
    assert command(irmas / "IRMAS-TrainingData", tmp_path / "on", *more) == 2
    assert "must name a network of the architecture han2016" in capsys.readouterr().err
    other = tmp_path / "other"
    shutil.copytree(mine, other)
    card = json.loads((other / "card.json").read_text())
    (other / "card.json").write_text(json.dumps(card | {"labels": card["labels"][::-1]}))
    assert command(irmas / "IRMAS-TrainingData", tmp_path / "on", "--start-from", str(other)) == 2
    assert "the front end and the classes that `fit` uses" in capsys.readouterr().err
    assert not (tmp_path / "on" / "card.json").exists()


def test_nothing_validates_that_the_network_before_learned_from(mine, irmas, tmp_path, capsys):
    more = ("--start-from", str(mine), "--seed", "5")
    assert command(irmas / "IRMAS-TrainingData", tmp_path / "on", *more) == 2
    assert "learned from" in (said := capsys.readouterr().err) and "--seed" in said


def test_rendered_clips_are_learned_from_with_the_same_command(tmp_path):
    (tmp_path / "work" / "shards").mkdir(parents=True)
    shard(tmp_path / "work" / "shards")
    held = tmp_path / "work" / "held_out"
    held.mkdir()
    items = []
    for k, code in enumerate(CODES):
        sf.write(held / f"{code}.wav", irmas_miniature.tone(code, 3.0, seed=k), 44100)
        path = (held / f"{code}.wav").resolve()
        items.append(collection.Item(path, (code,), "validation", "us", f"us:{code}"))
    collection.write_manifest(held / "manifest.csv", items)
    more = ("--epochs", "2", "--recipe", '{"masks": 0}', "--average", "0.9")
    assert command(tmp_path / "work", tmp_path / "mine", *more) == 0
    card = json.loads((tmp_path / "mine" / "card.json").read_text())
    assert card["trained"]["plan"]["recipe"]["masks"] == 0
    assert card["trained"]["plan"]["normalised"] is True
    assert card["trained"]["plan"]["average"] == 0.9
    assert card["trained"]["data"].startswith("Learns from 22 rendered clips of work, valid")
    kept = card["trained"]["calibration"]
    assert 0.25 <= kept["scale"] <= 4 and kept["scale"] != 1
    x = np.zeros((1, 43, 128, 1), np.float32)
    assert load(tmp_path / "mine").model(x).shape == (1, 11)
