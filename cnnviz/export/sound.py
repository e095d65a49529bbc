"""The sound of a film: at a rate that every player knows, slowed without changing its pitch.

**Conventions**: mono float32 in [-1, 1].
"""

import numpy as np
import soxr  # type: ignore[import-untyped]

from cnnviz.audio import Float32

# AAC puts 1024 samples before the first, and a file says so; for a player that does not read it
# the sound is 21 ms late at this rate, and would be 46 ms at the network's own.
SAMPLE_RATE = 48_000
N_FFT, HOP = 2048, 512  # of librosa's `time_stretch`
BLOCK = 2048  # spectra turned into sound at once: all of a slow minute's take 200 MB more
FADE_S = 0.005  # at the ends of a part: a sound that begins anywhere but at zero clicks
EDGE = N_FFT // HOP // 2  # spectra on either side that a sample of a block is made of too


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


def cut(y: Float32, part: tuple[float, float], *, sample_rate: int) -> Float32:
    """Return a part of a sound, faded in and out where it was cut.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    part : tuple of float
        Where it begins and ends, in seconds.
    sample_rate : int
        Of `y`, in Hz.
    """
    first, last = (round(time_s * sample_rate) for time_s in part)
    piece = y[first:last].copy()
    ramp = np.linspace(0, 1, min(round(FADE_S * sample_rate), len(piece) // 2), dtype=np.float32)
    if first > 0:
        piece[: len(ramp)] *= ramp
    if last < len(y):
        piece[len(piece) - len(ramp) :] *= ramp[::-1]
    return piece


def slowed(y: Float32, *, speed: float) -> Float32:
    """Stretch a sound in time as `librosa.effects.time_stretch` does, with a phase vocoder.

    ffmpeg's atempo would be 30 ms early at half speed and 230 ms at a tenth.

    Returns
    -------
    np.ndarray [shape=(round(n_samples / speed),)], float32
    """
    # Here, not above: its import takes 1.5 s and 240 MB. `librosa.effects` would bring
    # scikit-learn, and 90 MB more
    from librosa import istft, phase_vocoder, stft

    spectra = phase_vocoder(stft(y, n_fft=N_FFT, hop_length=HOP), rate=speed, hop_length=HOP)
    slow = np.empty(round(len(y) / speed), np.float32)
    for first in range(0, spectra.shape[1], BLOCK):
        some = spectra[:, max(0, first - EDGE) : first + BLOCK + EDGE]
        here = slow[first * HOP : (first + BLOCK) * HOP]
        skip = min(first, EDGE) * HOP
        here[:] = istft(some, hop_length=HOP, length=skip + len(here))[skip:]
    return np.clip(slow, -1, 1, out=slow)
