import numpy as np
import pytest

from cnnviz.errors import BadInput
from cnnviz.training import synth
from cnnviz.training.score import Note

FONT = "timgm"
NOTES = (Note(0.0, 0.4, 60, 100), Note(0.5, 0.4, 64, 60))


def test_a_missing_soundfont_names_its_package(monkeypatch, tmp_path):
    monkeypatch.setitem(synth.SOUNDFONTS, FONT, (tmp_path / "no.sf2", "some-package", "MIT"))
    with pytest.raises(BadInput, match="apt-get install some-package"):
        synth.Band(FONT)


def test_a_fresh_band_plays_the_same_samples():
    def play():
        return synth.Band(FONT).play((synth.Voice(NOTES, 73, vibrato=0.5, swell=0.5),), seconds=1)

    assert np.array_equal(play(), play())


def test_notes_start_when_written_and_nothing_is_left_of_the_last_clip():
    band = synth.Band(FONT, sample_rate=22050)
    band.play((synth.Voice(NOTES, 48),), seconds=0.5)
    y = band.play((synth.Voice((Note(0.5, 0.4, 64, 100),), 73),), seconds=1)
    assert len(y) == 22050
    assert np.abs(y[: 22050 // 2 - synth.BLOCK]).max() < 1e-6
    assert np.abs(y[22050 // 2 :]).max() > 0.005
