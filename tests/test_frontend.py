"""The front end: its windows cover the clip, and its log-mel is what the definition says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.frontend import FrontEnd
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
    front_end = FrontEnd()
    log_mel = front_end.log_mel(np.ones(3 * 22050, np.float32))
    assert log_mel.shape == (130, 128)
    assert front_end.windows(log_mel).shape == (88, 43, 128)


def test_windows_are_centred_where_their_frames_are():
    centres_s = FrontEnd().window_centres_s(88)
    assert centres_s[0] == pytest.approx(21 * 512 / 22050)
    assert centres_s[-1] == pytest.approx((87 + 21) * 512 / 22050)


@pytest.mark.parametrize("gain", [0.01, 1.0, 7.0])
def test_log_mel_does_not_depend_on_level(sine, gain):
    np.testing.assert_allclose(SMALL.log_mel(sine * gain), SMALL.log_mel(sine), atol=1e-4)


def test_a_sine_peaks_in_the_band_at_its_frequency(sine):
    band = SMALL.log_mel(sine).mean(axis=0).argmax()
    assert abs(SMALL.mel_hz()[band] - 440) < 40


def mel_hz_to_scale(hz):
    """Slaney's mel scale: linear below 1 kHz, logarithmic above (27 steps for a factor 6.4)."""
    hz = np.asarray(hz, dtype=float)
    return np.where(
        hz < 1000, hz / (200 / 3), 15 + 27 * np.log(np.maximum(hz, 1) / 1000) / np.log(6.4)
    )


def mel_scale_to_hz(mel):
    mel = np.asarray(mel, dtype=float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def reference_log_mel(y, f):
    """Compute a log-mel with NumPy alone, from the definition."""
    y = np.pad(y / np.abs(y).max(), f.n_fft // 2)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(f.n_fft) / f.n_fft)
    starts = range(0, len(y) - f.n_fft + 1, f.hop_length)
    magnitude = np.abs(np.fft.rfft([y[s : s + f.n_fft] * hann for s in starts]))
    top = mel_hz_to_scale(f.sample_rate / 2)
    edges = mel_scale_to_hz(np.linspace(0, top, f.n_mels + 2))
    bins = np.arange(f.n_fft // 2 + 1) * f.sample_rate / f.n_fft
    bank = np.zeros((f.n_mels, len(bins)))
    for m in range(f.n_mels):
        low, mid, high = edges[m : m + 3]
        triangle = np.minimum((bins - low) / (mid - low), (high - bins) / (high - mid))
        bank[m] = np.maximum(0, triangle) * 2 / (high - low)
    return (np.log(np.maximum(magnitude @ bank.T, f.log_floor)) - f.mean) / f.std


@pytest.mark.parametrize("front_end", [SMALL, FrontEnd(mean=-5.0, std=2.0)])
def test_log_mel_is_that_of_an_independent_computation(front_end):
    rng = np.random.default_rng(3)
    y = rng.normal(0, 0.2, front_end.sample_rate * 2).astype(np.float32)
    # librosa computes in float32: 1e-3 of a unit whose range is about ten
    np.testing.assert_allclose(front_end.log_mel(y), reference_log_mel(y, front_end), atol=1e-3)


def test_silence_is_the_floor():
    log_mel = SMALL.log_mel(np.zeros(4000, np.float32))
    np.testing.assert_allclose(log_mel, np.log(SMALL.log_floor), rtol=1e-6)
