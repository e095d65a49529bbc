import numpy as np
import pytest
import soundfile as sf

from cnnviz.errors import BadInput
from cnnviz.training import backing
from cnnviz.training.collection import SAMPLES
from cnnviz.training.takes import SAMPLE_RATE


def write(folder, text, **tones):
    for name, hz in tones.items():
        y = 0.5 * np.sin(2 * np.pi * hz * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE)
        sf.write(folder / f"{name}.wav", y, SAMPLE_RATE)
    (folder / "backing.csv").write_text(text)
    return folder / "backing.csv"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("path,name\na.wav,x\n", "needs the columns path and recording"),
        ("path,recording\n", "a line for each file"),
        ("path,recording\na.wav,\n", r"line 2 of 'backing.csv' must name a file and its recording"),
        ("path,recording\na.wav,x\nnone.wav,y\n", "line 3 of .* names 'none.wav' of 'y'"),
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(text, said, tmp_path):
    with pytest.raises(BadInput, match=said):
        backing.recordings(write(tmp_path, text, a=440))


def test_lists_that_do_not_fit_are_refused(tmp_path):
    manifest = write(tmp_path, "path,recording\na.wav,x\n", a=440)
    with pytest.raises(BadInput, match=r"all of 'backing\.csv' are held out"):
        backing.read(manifest, but=["x"])
    with pytest.raises(BadInput, match="lacks typo"):
        backing.read(manifest, but=["typo"])
    with pytest.raises(BadInput, match="lacks typo"):
        backing.read(manifest, names=["x", "typo"])


def test_the_apps_own_clips_accompany_nothing(tmp_path):
    clip = SAMPLES / "recordings" / "cello-phrase.flac"
    (tmp_path / "a.flac").write_bytes(clip.read_bytes())
    manifest = write(tmp_path, "path,recording\na.flac,x\n")
    with pytest.raises(BadInput, match="the app's own clips"):
        backing.read(manifest)


def test_rows_of_other_splits_are_left_out(tmp_path):
    text = "path,recording,split\na.wav,x,train\nb.wav,y,check\nc.wav,z,\n"
    assert {*backing.recordings(write(tmp_path, text, a=440, b=440, c=440))} == {"x", "z"}


@pytest.mark.parametrize("chosen", [{"names": ["x", "y"]}, {"but": ["z"]}])
def test_only_what_is_named_is_read_and_each_recording_as_often_as_another(tmp_path, chosen):
    text = "path,recording\na.wav,x\nb.wav,x\nc.wav,y\nd.wav,z\n"
    manifest = write(tmp_path, text, a=440, b=440, c=440, d=440)
    behind = backing.read(manifest, **chosen)
    rng = np.random.default_rng(0)
    drawn = [behind.excerpt(rng, seconds=1.0) for _ in range(100)]
    assert {len(y) for y, _ in drawn} == {SAMPLE_RATE}
    names = [name for _, name in drawn]
    assert {*names} == {"x", "y"} and 35 < names.count("x") < 65
