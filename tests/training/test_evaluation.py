"""`evaluate` on a folder of somebody's own sounds, from a messy CSV to the files it writes."""

import json
import re
import sys

import numpy as np
import pandas as pd
import pytest
import soundfile as sf

from cnnviz.analyses.results import read_results
from cnnviz.clips.clip import open_clip
from cnnviz.clips.instruments import CODES
from cnnviz.networks.keras_network import load
from cnnviz.networks.verdict import half_overlap, verdict_s1
from cnnviz.training import evaluation
from cnnviz.training.__main__ import main
from tests.conftest import SMALL
from tests.own_evaluation import SOUNDS, network_of_eleven, sounds


@pytest.fixture(scope="module")
def network(tmp_path_factory, small_model):
    return network_of_eleven(tmp_path_factory.mktemp("net"), small_model)


@pytest.fixture
def own(tmp_path):
    return sounds(tmp_path)


def evaluate(network, own, *options):
    return main(["evaluate", "--network", str(network), "--collection", str(own), *options])


def test_a_messy_csv_becomes_results_and_a_line_for_each_clip(network, own, tmp_path, capsys):
    written = tmp_path / "results_mine.json", tmp_path / "judged.csv"
    options = ["--json", str(written[0]), "--clips", str(written[1]), "--name", "mine"]
    assert evaluate(network, own, *options) == 0
    said = capsys.readouterr().out
    assert "| electric guitar    | 1     | 1          |" in said
    assert f"plays its clips from {tmp_path / 'clips'}" in said

    results = read_results(written[0])
    assert (results.collection, results.clips, results.recordings) == ("mine", 5, 4)
    assert results.folder == (tmp_path / "clips").resolve()
    assert [clip.path for clip in results.tested] == [*SOUNDS]
    assert [clip.labels for clip in results.tested] == [labels for _, labels in SOUNDS.values()]

    table = pd.read_csv(written[1])
    assert table["path"].tolist() == [*SOUNDS]
    assert table["labels"].tolist() == ["vio", "vio", "gel", "flu+gac", "voi"]
    np.testing.assert_array_equal(table[[*CODES]].to_numpy(), results.network.scores)
    right = [top in labels.split("+") for top, labels in zip(table.top, table.labels, strict=True)]
    assert table["right"].tolist() == [*map(int, right)]


def test_a_clip_is_judged_as_the_page_judges_it(network, own, tmp_path):
    out = tmp_path / "judged.csv"
    assert evaluate(network, own, "--clips", str(out)) == 0
    loaded = load(network)
    for path, scores in zip(SOUNDS, pd.read_csv(out)[[*CODES]].to_numpy(), strict=True):
        file = tmp_path / "clips" / path
        clip = open_clip(file, id="x", title="x", name=path, front_end=SMALL)
        windows = SMALL.windows(clip.input, hop_frames=half_overlap(SMALL.window_frames))
        predictions = loaded.model.predict_on_batch(windows[..., None])
        # Written with six digits; float32 sums of another batch size differ by some 1e-7.
        np.testing.assert_allclose(scores, verdict_s1(predictions), atol=2e-6)


def test_the_places_are_checked_before_the_clips(network, tmp_path, capsys):
    place = tmp_path / "none" / "x.json"
    assert evaluate(network, tmp_path / "missing.csv", "--json", str(place)) == 2
    assert "--json must name a file in a folder that exists" in capsys.readouterr().err


def test_a_network_of_other_classes_is_refused(network_folder, own, capsys):
    assert evaluate(network_folder, own) == 2
    assert "but 'small' names cel flu voi" in capsys.readouterr().err


def test_a_slip_is_answered_with_file_line_and_the_nearest_name(network, own, capsys):
    text = own.read_bytes().replace(b"Violin", b"Violn")
    own.write_bytes(text + b'"clips/gone.wav";"oboe";""\r\n')
    assert evaluate(network, own) == 2
    said = capsys.readouterr().err
    assert "'mine.csv' has 3 faults" in said
    assert "line 2: “Violn” is no instrument of this network; did you mean “violin”?" in said
    assert "line 8: “oboe” is no instrument of this network\n" in said
    assert "line 8: clips/gone.wav is missing" in said


def test_a_portable_file_does_not_say_where_the_sounds_lie(network, own, tmp_path, capsys):
    out = tmp_path / "r.json"
    assert evaluate(network, own, "--json", str(out), "--portable") == 0
    assert str(tmp_path) not in out.read_text(encoding="utf-8")
    assert read_results(out).folder is None
    assert "once it lies in" in capsys.readouterr().out


def test_folders_of_one_name_are_compared_under_names_of_their_own(
    network, own, tmp_path, monkeypatch, capsys
):
    out = tmp_path / "r.json"
    options = ["--also", f"first_weights={network}", "--json", str(out), "--portable"]
    given = ["evaluate", "--network", str(network), "--collection", str(own), *options]
    monkeypatch.setattr(sys, "argv", ["x", *given])
    assert main(given) == 0
    assert "| small − first_weights    |" in capsys.readouterr().out
    same = read_results(out).systems[1]
    assert same.name == "first_weights"
    assert same.difference.macro_recall.value == 0
    text = out.read_text(encoding="utf-8")
    assert f"--also first_weights={network.name}" in json.loads(text)["command"]
    assert str(network) not in text


def test_what_is_kept_with_scores_is_compared_and_the_rest_is_not(network, own, tmp_path):
    out = tmp_path / "r.json"
    assert evaluate(network, own, "--json", str(out)) == 0
    raw = json.loads(out.read_text(encoding="utf-8"))
    raw["systems"]["old"] = raw["systems"]["small"]
    raw["systems"]["older"] = {k: v for k, v in raw["systems"]["old"].items() if k != "scores"}
    out.write_text(json.dumps(raw | {"format": 3}), encoding="utf-8")
    assert evaluate(network, own, "--json", str(out), "--keep", str(out)) == 0
    _, old, older = read_results(out).systems
    assert old.difference is not None and older.difference is None


@pytest.mark.parametrize(
    ("also", "says"),
    [
        ("{network}", "every system needs a name of its own, but two are called 'small'"),
        ("small={network}", "every system needs a name of its own, but two are called 'small'"),
        ("this_network={network}", "--also must not call a system 'this_network', as the page"),
        ("={network}", "takes a name of letters, digits, _, - and . that .* but '' came"),
        ("../x={network}", "but '../x' came"),
        ("a b={network}", "but 'a b' came"),
        ("| =1 |={network}", "Write for example first_weights=1"),
        (f"{'x' * 41}=", "Write for example first_weights=FOLDER"),
        ("old=", "must hold|card.json"),
    ],
)
def test_a_name_of_a_system_that_will_not_do_is_refused(network, own, also, says, capsys):
    assert evaluate(network, own, "--also", also.format(network=network)) == 2
    assert re.search(says, capsys.readouterr().err)


def test_the_baseline_keeps_its_name(network, own, tmp_path, capsys):
    options = ["--also", f"mfcc_svm={network}", "--baseline", str(tmp_path)]
    assert evaluate(network, own, *options) == 2
    assert "two are called 'mfcc_svm'" in capsys.readouterr().err


@pytest.mark.parametrize("joined", [True, False])
def test_the_command_in_the_file_names_no_folder_of_this_machine(
    network, own, tmp_path, monkeypatch, joined
):
    out = tmp_path / "r.json"
    paths = {"--network": network, "--collection": own, "--json": out}
    between = "=" if joined else " "
    options = " ".join(f"{name}{between}{path}" for name, path in paths.items())
    given = ["evaluate", *options.split(" "), "--portable", "--name=a=/b"]
    monkeypatch.setattr(sys, "argv", ["x", *given])
    assert main(given) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["command"] == (
        f"python -m cnnviz.training evaluate --network{between}{network.name} "
        f"--collection{between}mine.csv --json{between}r.json --portable --name=a=/b"
    )
    assert str(tmp_path) not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--json", "--clips"])
def test_a_file_of_something_else_is_not_written_over(network, own, option, capsys):
    card = network / "card.json"
    before = card.read_bytes()
    assert evaluate(network, own, option, str(card)) == 2
    assert f"{option} must name a new file or one that `evaluate` wrote" in capsys.readouterr().err
    assert card.read_bytes() == before


def test_what_evaluate_wrote_is_written_over(network, own, tmp_path):
    options = ["--json", str(tmp_path / "r.json"), "--clips", str(tmp_path / "c.csv")]
    (tmp_path / "c.csv").touch()
    assert evaluate(network, own, *options) == evaluate(network, own, *options) == 0


def test_kept_figures_must_be_of_the_same_clips(network, own, tmp_path, capsys):
    out = tmp_path / "r.json"
    assert evaluate(network, own, "--json", str(out)) == 0
    raw = json.loads(out.read_text(encoding="utf-8"))
    raw["systems"]["other"] = raw["systems"]["small"]
    out.write_text(json.dumps(raw | {"format": 3}), encoding="utf-8")
    assert evaluate(network, own, "--json", str(out), "--keep", str(out)) == 0
    results = read_results(out)
    assert [one.name for one in results.systems] == ["small", "other"]
    assert results.systems[1].kept_from == raw["command"]

    sf.write(tmp_path / "clips" / "song.wav", np.cos(np.arange(20_000) / 7) / 3, 8000)
    assert evaluate(network, own, "--keep", str(out)) == 2
    assert "--keep takes figures of the same clips" in capsys.readouterr().err


def test_an_interrupt_leaves_no_file(network, own, tmp_path, monkeypatch, capsys):
    def interrupted(folder, items, tested):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluation, "_network", interrupted)
    before = sorted(tmp_path.iterdir())
    options = ["--json", str(tmp_path / "r.json"), "--clips", str(tmp_path / "c.csv")]
    assert evaluate(network, own, *options) == 130
    assert sorted(tmp_path.iterdir()) == before
    assert capsys.readouterr().out.endswith("stopped; nothing was written\n")


def test_help_names_every_option_and_gives_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    said = capsys.readouterr().out
    assert "clips/bow 1.wav,violin,first take" in said
    options = [line for line in said.splitlines() if line.startswith("  --")]
    explained = said.split("options:")[1]
    for line in options:
        name = line.split()[0]
        after = explained.split(f"\n  {name}", 1)[1].split("\n  -", 1)[0]
        assert len(" ".join(after.split()).split()) > 3, name
