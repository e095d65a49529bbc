"""`render` as a command: what may be in its clips, and what must not."""

import json

import numpy as np
import pytest
import soundfile as sf

from cnnviz.clips.instruments import CODES
from cnnviz.training import collection, commands, render, sources
from cnnviz.training.__main__ import main

RATE = 22050


class InProcess:
    """Runs what a pool of processes would run."""

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    map = staticmethod(map)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Phrases by two players a class, one of them held out, and two accompaniments, likewise."""
    monkeypatch.setattr(commands, "ProcessPoolExecutor", InProcess)
    monkeypatch.setattr(render, "CLIPS_A_SHARD", 30)
    # recordings alone, which is quicker
    monkeypatch.setattr(sources, "recorded_share", lambda *_: 1.0)
    rows, rng = ["path,labels,split,source,recording,kind"], np.random.default_rng(0)
    for code in CODES:
        for player in ("learned", "held"):
            y = 0.3 * rng.normal(size=4 * RATE)
            sf.write(tmp_path / f"{code}_{player}.wav", y, RATE)
            rows.append(f"{code}_{player}.wav,{code},train,us,{code} {player},phrase")
    (tmp_path / "m.csv").write_text("\n".join(rows) + "\n")
    for name in ("band", "other"):
        sf.write(tmp_path / f"{name}.wav", 0.3 * rng.normal(size=4 * RATE), RATE)
    (tmp_path / "b.csv").write_text("path,recording\nband.wav,a band\nother.wav,another\n")
    (tmp_path / "held.txt").write_text("".join(f"{code} held\n" for code in CODES))
    (tmp_path / "held_backing.txt").write_text("another\n")
    return tmp_path


def run(place, *more):
    held = ["--held-out", str(place / "held.txt")]
    held += ["--held-out-backing", str(place / "held_backing.txt")]
    sizes = ["--shards", "1", "--held-clips", "11", "--fonts", "timgm", "--held-font", "timgm"]
    made = ["--backing", str(place / "b.csv"), "--out", str(place / "work")]
    return main(["render", str(place / "m.csv"), *made, *held, *sizes, *more])


def test_what_is_held_out_is_in_no_shard(place):
    assert run(place) == 0
    with np.load(place / "work" / "shards" / "shard_00000.npz") as made:
        recordings = {*made["recording"].tolist()}
    real = recordings - {"soundfont", "singer"}
    assert "a band" in real and len(real) > 5
    assert real <= {f"{code} learned" for code in CODES} | {"a band"}
    items = collection.read(place / "work" / "held_out")
    assert len(items) == 11
    real = {item.recording for item in items if " " in item.recording}
    assert real and real <= {f"{code} held" for code in CODES}


def test_a_folder_is_rendered_with_one_set_of_options(place, capsys):
    assert run(place) == 0
    assert run(place, "--shards", "2") == 0, "more of the same"
    assert len([*(place / "work" / "shards").glob("*.npz")]) == 2
    assert run(place, "--unmastered") == 2
    assert "was begun with other unmastered" in capsys.readouterr().err
    assert json.loads((place / "work" / "render.json").read_text())["unmastered"] is False


def test_a_list_that_cannot_be_read_is_refused(place, capsys):
    (place / "held.txt").unlink()
    assert run(place) == 2
    assert "--held-out must name a text file" in capsys.readouterr().err
