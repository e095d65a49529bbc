import numpy as np
import pytest
import soundfile as sf

from cnnviz.training.__main__ import main, parser
from cnnviz.training.evaluation import _public
from tests.conftest import ROOT


def test_help_names_the_commands_in_order(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    verbs = ("fetch-irmas", "fit --collection irmas", "check", "render", "fit      ", "evaluate")
    places = [said.rindex(f"training {verb}") for verb in verbs]
    assert places == sorted(places)


def test_every_option_of_fit_has_its_help_and_default(capsys):
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "fit --collection IRMAS-TrainingData --out models/mine" in said
    (fit,) = [a for a in parser()._subparsers._group_actions if "fit" in a.choices]
    for action in fit.choices["fit"]._actions:
        assert action.help, action.dest
    for default in ("default 0.15", "default 100", "default 128", "default 0.001", "default 2;"):
        assert default in said


@pytest.mark.parametrize(
    "option",
    [("--validation", "1"), ("--validation", "0"), ("--epochs", "0"), ("--average", "1")],
)
def test_senseless_numbers_are_refused(option, capsys):
    with pytest.raises(SystemExit):
        main(["fit", "--collection", "x", "--out", "y", *option])
    assert "must" in capsys.readouterr().err


def test_a_faulty_manifest_ends_with_its_faults_and_status_2(tmp_path, capsys):
    path = tmp_path / "m.csv"
    path.write_text("path,labels\nnone.wav,flu\n")
    assert main(["check", str(path)]) == 2
    assert "line 2: none.wav is missing" in capsys.readouterr().err


def test_check_counts_files_and_recordings(tmp_path, capsys):
    for name in ("a", "b"):
        sf.write(tmp_path / f"{name}.wav", np.sin(np.arange(2000)), 22050)
    (tmp_path / "m.csv").write_text("path,labels,recording\na.wav,flu,x\nb.wav,flu+pia,x\n")
    assert main(["check", str(tmp_path / "m.csv")]) == 0
    said = capsys.readouterr().out
    assert "flu      2 files     1 recordings" in said


def test_an_unknown_split_says_which_there_are(tmp_path, capsys):
    sf.write(tmp_path / "a.wav", np.sin(np.arange(2000)), 22050)
    (tmp_path / "m.csv").write_text("path,labels,split\na.wav,flu,train\n")
    network = ["--network", str(ROOT / "models" / "han2016")]
    options = ["--collection", str(tmp_path / "m.csv"), "--split", "check"]
    assert main(["evaluate", *network, *options]) == 2
    assert "It has: train" in capsys.readouterr().err


def test_held_out_names_must_stand_in_the_manifest(tmp_path, capsys):
    sf.write(tmp_path / "a.wav", np.sin(np.arange(2000)), 22050)
    (tmp_path / "m.csv").write_text("path,labels,split,recording\na.wav,flu,train,x\n")
    (tmp_path / "held.txt").write_text("y\n")
    options = ["--out", str(tmp_path / "w"), "--held-out", str(tmp_path / "held.txt")]
    assert main(["render", str(tmp_path / "m.csv"), *options]) == 2
    assert "these lack y" in capsys.readouterr().err


def test_clips_are_put_over_accompaniments_held_out(tmp_path, capsys):
    for name, hz in (("a", 880), ("b", 150), ("c", 300)):
        y = 0.5 * np.sin(2 * np.pi * hz * np.arange(2 * 22050) / 22050)
        sf.write(tmp_path / f"{name}.wav", y, 22050)
    (tmp_path / "m.csv").write_text("path,labels,split\na.wav,flu,check\nnone.wav,flu,train\n")
    (tmp_path / "backing.csv").write_text("path,recording\nb.wav,band\nc.wav,other\n")
    (tmp_path / "held.txt").write_text("band\n")
    options = ["--split", "check", "--over-db", "0", "0", "--out", str(tmp_path / "made")]
    held = [
        "--backing",
        str(tmp_path / "backing.csv"),
        "--held-out-backing",
        str(tmp_path / "held.txt"),
    ]
    refused = main(["produce", str(tmp_path / "m.csv"), *options, *held])
    assert refused == 2 and "none.wav is missing" in capsys.readouterr().err
    (tmp_path / "m.csv").write_text("path,labels,split\na.wav,flu,check\nb.wav,flu,train\n")
    assert main(["produce", str(tmp_path / "m.csv"), *options, *held]) == 0
    (made,) = (tmp_path / "made").glob("*.flac")
    y, _ = sf.read(made)
    power = np.abs(np.fft.rfft(y)) ** 2 / len(y)
    levels = [power[2 * hz - 20 : 2 * hz + 20].sum() for hz in (880, 150, 300)]
    assert min(levels[:2]) > 30 * levels[2]


def test_a_report_does_not_say_where_files_lie():
    assert [_public(word) for word in ("--json", "/a/b/c.csv", "models/x")] == [
        "--json",
        "c.csv",
        "models/x",
    ]
