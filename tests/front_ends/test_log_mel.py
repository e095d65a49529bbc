"""The front end: its windows cover the clip, and its log-mel is what the definition says."""

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.front_ends.log_mel import LogMel, mel_bank, mel_edges_hz
from tests import rounding
from tests.conftest import SMALL


@given(n_frames=st.integers(16, 200), hop=st.integers(1, 9))
def test_windows_cover_the_clip(n_frames, hop):
    log_mel = np.arange(n_frames, dtype=np.float32)[:, None].repeat(24, axis=1)
    windows = SMALL.windows(log_mel, hop_frames=hop)
    assert windows.shape == ((n_frames - 16) // hop + 1, 16, 24)
    for index, window in enumerate(windows):
        np.testing.assert_array_equal(window, log_mel[index * hop : index * hop + 16])
    heard = set(windows.astype(int).ravel())
    assert heard >= set(range(min(n_frames, (len(windows) - 1) * hop + 16))) or hop > 16
    assert n_frames - 1 - max(heard) < hop


def test_a_clip_of_three_seconds_has_130_frames_and_88_windows():
    front_end = LogMel()
    log_mel = front_end.input(np.ones(3 * 22050, np.float32))
    assert log_mel.shape == (130, 128)
    assert front_end.windows(log_mel).shape == (88, 43, 128)


def test_windows_are_centred_where_their_frames_are():
    centres_s = LogMel().window_centres_s(88)
    assert centres_s[0] == pytest.approx(21 * 512 / 22050)
    assert centres_s[-1] == pytest.approx((87 + 21) * 512 / 22050)


@pytest.mark.kernels
@pytest.mark.parametrize("gain", [0.01, 1.0, 7.0])
def test_log_mel_does_not_depend_on_level(sine, gain):
    bound = 2 * rounding.of_log_mel(SMALL, sine, roundings=5)  # one more for the gain
    rounding.assert_within(SMALL.input(sine * gain), SMALL.input(sine), bound)


def test_a_sine_peaks_in_the_band_at_its_frequency(sine):
    band = SMALL.input(sine).mean(axis=0).argmax()
    assert abs(SMALL.mel_hz()[band] - 440) < 40


@pytest.mark.kernels
@pytest.mark.parametrize("front_end", [SMALL, LogMel(mean=-5.0, std=2.0)])
def test_log_mel_is_that_of_librosa(front_end):
    f = front_end
    rng = np.random.default_rng(3)
    y = rng.normal(0, 0.2, 2 * f.sample_rate + 77).astype(np.float32)
    reference = librosa.feature.melspectrogram(
        y=y / np.abs(y).max(),
        sr=f.sample_rate,
        n_fft=f.n_fft,
        hop_length=f.hop_length,
        n_mels=f.n_mels,
        power=1.0,
    )
    log = (np.log(np.maximum(reference.T, f.log_floor)) - f.mean) / f.std
    rounding.assert_within(f.input(y), log, 2 * rounding.of_log_mel(f, y))


@pytest.mark.parametrize("sizes", [(128, 1024, 22050), (24, 256, 8000), (10, 64, 1600)])
def test_mel_bands_are_those_of_librosa(sizes):
    n_mels, n_fft, rate = sizes
    bank = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=n_mels)
    # the triangles' edges cancel: five roundings of what is at most the largest weight
    rounding.assert_within(mel_bank(n_mels, n_fft, rate), bank, rounding.gamma(5) * bank.max())
    centres = librosa.mel_frequencies(n_mels + 2, fmax=rate / 2)[1:-1]
    np.testing.assert_allclose(mel_edges_hz(n_mels, rate)[1:-1], centres, rtol=1e-9)


@pytest.mark.kernels
def test_one_frame_is_the_transform_written_by_hand(sine):
    f = SMALL
    y = sine / np.abs(sine).max()
    start = 20 * f.hop_length - f.n_fft // 2
    magnitude = np.zeros(f.n_fft // 2 + 1)
    for k in range(len(magnitude)):
        total = 0j
        for n in range(f.n_fft):
            weight = 0.5 - 0.5 * np.cos(2 * np.pi * n / f.n_fft)
            total += weight * y[start + n] * np.exp(-2j * np.pi * k * n / f.n_fft)
        magnitude[k] = abs(total)
    by_hand = np.log(np.maximum(mel_bank(f.n_mels, f.n_fft, f.sample_rate) @ magnitude, 1e-4))
    rounding.assert_within(f.input(sine)[20], by_hand, rounding.of_log_mel(f, sine)[20])


def test_silence_is_the_floor():
    log_mel = SMALL.input(np.zeros(4000, np.float32))
    np.testing.assert_allclose(log_mel, np.log(SMALL.log_floor), rtol=1e-6)
