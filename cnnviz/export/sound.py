"""The sound of a film: at a rate that every player knows, slowed without changing its pitch.

**Conventions**: mono float32 in [-1, 1]; spectra are (frame, bin), frame `i` centred on sample
`i * HOP`.
"""

import numpy as np
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.front_ends.log_mel import hann

# AAC puts 1024 samples before the first, and a file says so; for a player that does not read it
# the sound is 21 ms late at this rate, and would be 46 ms at the network's own.
SAMPLE_RATE = 48_000
# librosa's for `time_stretch`, whose import would take 200 MB; a test compares the two. ffmpeg's
# atempo would be 30 ms early at half speed and 230 ms at a tenth.
N_FFT, HOP = 2048, 512
BLOCK = 512  # frames at once, so that a minute at a tenth of its speed does not fill the memory


def track(y: Float32, *, sample_rate: int, speed: float) -> Float32:
    """Return a clip's sound as it stands in a film.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    sample_rate : int
        Of `y`, in Hz.
    speed : float
        Of the film, in (0, 1].

    Returns
    -------
    np.ndarray [shape=(round(n_samples / speed) * 48000 / sample_rate,)], float32
    """
    slow = y if speed == 1 else slowed(y, speed=speed)
    return np.asarray(soxr.resample(slow, sample_rate, SAMPLE_RATE), dtype=np.float32)


def slowed(y: Float32, *, speed: float) -> Float32:
    """Stretch a sound in time with a phase vocoder (Flanagan & Golden 1966; Ellis 2002).

    Returns
    -------
    np.ndarray [shape=(round(n_samples / speed),)], float32
    """
    n_samples = round(len(y) / speed)
    spectra = _spectra(y)
    steps = np.arange(0, len(spectra) - 2, speed)  # two frames of silence stand at the end
    window = hann(N_FFT)
    out = np.zeros(len(steps) * HOP + N_FFT, np.float32)
    weight = np.zeros_like(out)
    phase = np.angle(spectra[0])
    for first in range(0, len(steps), BLOCK):
        moved, phase = _frames_at(spectra, steps[first : first + BLOCK], phase)
        sounds = np.fft.irfft(moved) * window
        for index, sound in enumerate(sounds, start=first):
            out[index * HOP : index * HOP + N_FFT] += sound
            weight[index * HOP : index * HOP + N_FFT] += window**2
    out /= np.maximum(weight, np.float32(1e-8))
    clip = out[N_FFT // 2 :][:n_samples]
    return np.asarray(np.clip(np.pad(clip, (0, n_samples - len(clip))), -1, 1))


def _spectra(y: Float32) -> NDArray[np.complex64]:
    padded = np.pad(y, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    spectra = np.fft.rfft(frames * hann(N_FFT)).astype(np.complex64)
    return np.concatenate([spectra, np.zeros_like(spectra[:2])])


def _frames_at(
    spectra: NDArray[np.complex64], steps: NDArray[np.float64], phase: NDArray[np.float64]
) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
    """Return the spectra at fractions of frames, and the phase with which the next goes on."""
    left = steps.astype(int)
    part = (steps - left)[:, None]
    before, after = spectra[left], spectra[left + 1]
    size = (1 - part) * np.abs(before) + part * np.abs(after)
    due = np.linspace(0, np.pi * HOP, N_FFT // 2 + 1)  # what each bin's middle advances in a hop
    change = np.angle(after) - np.angle(before) - due
    change -= 2 * np.pi * np.round(change / (2 * np.pi))
    phases = phase + np.cumsum(due + change, axis=0)
    starts = np.concatenate([phase[None], phases[:-1]])
    return size * np.exp(1j * starts), phases[-1]
