import numpy as np
import pytest

from cnnviz.training import room

RATE = 22050
TONE = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)


def test_the_mix_has_the_level_asked_for():
    back = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    added = room.balanced(TONE, back, below_db=6.0) - TONE
    assert 20 * np.log10(room.rms(TONE) / room.rms(added)) == pytest.approx(6.0, abs=0.01)


def test_nothing_is_mixed_under_by_silence():
    assert room.balanced(TONE, np.zeros_like(TONE), below_db=0.0) is TONE


def test_levelled_silence_stays_silence():
    assert not room.levelled(np.zeros(10, np.float32), peak=0.9).any()


def test_a_room_rings_on_after_the_sound():
    y = np.zeros(RATE, np.float32)
    y[:200] = 1
    wet = room.reverberate(y, np.random.default_rng(0), sample_rate=RATE, wet=0.5)
    assert len(wet) == len(y)
    assert room.rms(wet[2000:4000]) > 1e-5


def test_dull_takes_the_top_away_and_leaves_the_rest():
    high = np.sin(2 * np.pi * 9000 * np.arange(RATE) / RATE).astype(np.float32)
    y = room.dull(TONE + high, sample_rate=RATE, cutoff_hz=6000)
    assert np.abs(y - TONE)[500:-500].max() < 0.02


def test_hiss_lies_as_far_below_as_asked():
    y = room.hiss(TONE, np.random.default_rng(0), below_db=40.0)
    assert 20 * np.log10(room.rms(TONE) / room.rms(y - TONE)) == pytest.approx(40, abs=0.1)
