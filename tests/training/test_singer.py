import numpy as np
import pytest

from cnnviz.training import singer, takes
from cnnviz.training.score import Note

RATE = takes.SAMPLE_RATE


@pytest.mark.parametrize("seed", range(4))
def test_the_singer_sings_the_note_and_stops(seed):
    notes = (Note(0.2, 1.2, 57, 100),)
    y = singer.sing(notes, np.random.default_rng(seed), seconds=3.0, sample_rate=RATE)
    assert len(y) == 3 * RATE
    assert np.isfinite(y).all()
    loud = np.abs(y[: RATE * 14 // 10]).max()
    assert np.abs(y[2 * RATE :]).max() < 0.2 * loud


def test_formants_stay_while_the_pitch_moves():
    def centroid(pitch):
        rng = np.random.default_rng(1)
        notes = (Note(0.0, 2.0, pitch, 100),)
        size = np.abs(np.fft.rfft(singer.sing(notes, rng, seconds=2.0, sample_rate=RATE)))
        hz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
        return np.sum(hz * size) / np.sum(size)

    assert centroid(55) / centroid(48) < 1.25, "a fifth up would be 1.5 for a sampled note"
