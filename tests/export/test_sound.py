import subprocess
import sys

import librosa
import numpy as np
import pytest

from cnnviz.export import sound
from cnnviz.export.sound import slowed, track
from tests.conftest import ROOT

RATE = 22050


def music(seconds=1.5):
    t = np.arange(int(seconds * RATE)) / RATE
    notes = sum(np.sin(2 * np.pi * f * t) / n for n, f in enumerate((220, 445, 1234.5), start=2))
    return (0.5 * notes * np.hanning(len(t))).astype(np.float32)


@pytest.mark.parametrize("speed", [0.1, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("block", [3, 37, 2048])
def test_it_is_librosas_stretch_whatever_the_blocks(speed, block, monkeypatch):
    monkeypatch.setattr(sound, "BLOCK", block)
    y = music()
    wanted = librosa.effects.time_stretch(y, rate=speed)
    slow = slowed(y, speed=speed)
    assert len(slow) == len(wanted) == round(len(y) / speed)
    # The same spectra added in the same order, but for the rounding of float32 at a block's edge
    np.testing.assert_allclose(slow, wanted, atol=4 * np.finfo(np.float32).eps)


def test_librosa_is_left_alone_at_full_speed():
    code = (
        "import sys, numpy as np; from cnnviz.export.sound import track\n"
        "track(np.zeros(9000, np.float32), sample_rate=22050, speed=1.0)\n"
        "assert 'librosa' not in sys.modules\n"
        "track(np.zeros(9000, np.float32), sample_rate=22050, speed=0.5)\n"
        "assert 'librosa' in sys.modules and 'sklearn' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_pitch_stays():
    y = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(slowed(y, speed=0.5)[4096:-4096]))
    assert spectrum.argmax() * RATE / (2 * (len(spectrum) - 1)) == pytest.approx(1000, abs=1)


@pytest.mark.parametrize("speed", [0.1, 0.5, 0.75])
@pytest.mark.parametrize("at_s", [0.4, 0.777, 1.2])
def test_a_stroke_stays_where_it_is(speed, at_s):
    y = np.zeros(2 * RATE, np.float32)
    start = round(at_s * RATE)
    y[start : start + 400] = np.random.default_rng(0).standard_normal(400) * np.hanning(400) * 0.3
    energy = slowed(y, speed=speed) ** 2
    centre_s = (energy * np.arange(len(energy))).sum() / energy.sum() / RATE
    assert centre_s * speed == pytest.approx((start + 200) / RATE, abs=0.008)


def test_at_full_speed_it_is_the_sound_itself_at_a_players_rate():
    y = music()
    sounding = track(y, sample_rate=RATE, speed=1.0)
    assert len(sounding) == pytest.approx(len(y) * 48000 / RATE, abs=1)
    t = np.arange(len(sounding)) / 48000
    np.testing.assert_allclose(sounding, np.interp(t, np.arange(len(y)) / RATE, y), atol=0.01)


def test_a_part_is_faded_where_it_was_cut_and_nowhere_else():
    y = np.ones(1000, np.float32)
    middle = sound.cut(y, (0.2, 0.5), sample_rate=1000)
    assert len(middle) == 300
    assert middle[0] == middle[-1] == 0 and (middle[5:-5] == 1).all()
    np.testing.assert_array_equal(sound.cut(y, (0.0, 1.0), sample_rate=1000), y)
    assert sound.cut(y, (0.0, 0.5), sample_rate=1000)[0] == 1
    assert (y == 1).all()
