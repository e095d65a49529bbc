"""What lies between an instrument and a file: room, microphone, tape and level.

**Conventions**: sound is float32 mono (n_samples,); `equalise`, `levelled`, `rms` and `balanced`
take stereo (channel, n_samples), too. Every function returns a new array of the same shape; rates
are in Hz, levels in dB. Everything random comes from the generator that is passed in.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

Sound = NDArray[np.float32]


def reverberate(y: Sound, rng: np.random.Generator, *, sample_rate: int, wet: float) -> Sound:
    """Put a sound into a room.

    Parameters
    ----------
    wet : float
        Energy of the room's answer against the direct sound, as a ratio of amplitudes.
    """
    rt60_s = float(rng.uniform(0.15, 2.2))
    n = int(min(rt60_s, 1.5) * sample_rate)
    time_s = np.arange(n) / sample_rate
    tail = rng.standard_normal(n) * 10 ** (-3 * time_s / rt60_s)
    # High frequencies die first: a one-pole low-pass by mixing two decays in the spectrum.
    spectrum = np.fft.rfft(tail)
    frequency = np.fft.rfftfreq(n, 1 / sample_rate)
    tail = np.fft.irfft(spectrum / (1 + frequency / rng.uniform(1500, 7000)), n)
    before = int(rng.uniform(0.002, 0.04) * sample_rate)
    echo = np.zeros(n + before)
    echo[before:] = tail
    for _ in range(6):
        echo[rng.integers(1, max(2, int(0.05 * sample_rate)))] += rng.normal(0, 2.0)
    echo /= np.sqrt(np.sum(echo**2)) + 1e-9
    answer = fftconvolve(y, echo)[: len(y)]
    return np.asarray(y + wet * answer, dtype=np.float32)


def equalise(y: Sound, rng: np.random.Generator, *, sample_rate: int, depth_db: float) -> Sound:
    """Tilt and bend the spectrum as microphones, desks and loudspeakers do, all channels alike.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n_samples)]
    depth_db : float
        Standard deviation of the curve's five points, spread evenly over the octaves.
    """
    knots_hz = np.geomspace(60, sample_rate / 2, 5)
    gain_db = rng.normal(0, depth_db, 5)
    n = y.shape[-1]
    frequency = np.fft.rfftfreq(n, 1 / sample_rate)
    curve = np.interp(np.log(np.maximum(frequency, 20)), np.log(knots_hz), gain_db)
    return np.fft.irfft(np.fft.rfft(y) * 10 ** (curve / 20), n).astype(np.float32)


def dull(y: Sound, *, sample_rate: int, cutoff_hz: float) -> Sound:
    """Take away everything above a frequency, as a codec at a low bit rate does."""
    spectrum = np.fft.rfft(y)
    frequency = np.fft.rfftfreq(len(y), 1 / sample_rate)
    spectrum *= 1 / (1 + np.exp(np.clip((frequency - cutoff_hz) / 120, -40, 40)))
    return np.fft.irfft(spectrum, len(y)).astype(np.float32)


def hiss(y: Sound, rng: np.random.Generator, *, below_db: float) -> Sound:
    """Add noise, between white and pink, so many dB below the sound."""
    spectrum = np.fft.rfft(rng.standard_normal(len(y)))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1) ** rng.uniform(0, 0.5)
    noise = np.fft.irfft(spectrum, len(y))
    gain = rms(y) / (rms(noise) + 1e-12) * 10 ** (-below_db / 20)
    return np.asarray(y + gain * noise, dtype=np.float32)


def drive(y: Sound, *, amount: float) -> Sound:
    """Overload softly, as an amplifier or a tape does; `amount` 0 leaves the sound as it is."""
    if amount <= 0:
        return y
    peak = float(np.max(np.abs(y), initial=1e-9))
    return np.asarray(peak * np.tanh(amount * y / peak) / np.tanh(amount), dtype=np.float32)


def amplified(y: Sound, rng: np.random.Generator, *, sample_rate: int) -> Sound:
    """Play a sound through a guitar amplifier and the loudspeaker in its cabinet.

    From clean to heavily overdriven; the loudspeaker gives little below 90 Hz and, from 3.5 to
    6 kHz on, nothing above.
    """
    y = drive(y, amount=float(np.exp(rng.uniform(np.log(0.3), np.log(25.0)))))
    spectrum = np.fft.rfft(y)
    frequency = np.fft.rfftfreq(len(y), 1 / sample_rate)
    spectrum *= frequency**2 / (frequency**2 + 90.0**2)
    y = np.fft.irfft(spectrum, len(y)).astype(np.float32)
    return dull(y, sample_rate=sample_rate, cutoff_hz=float(rng.uniform(3500, 6000)))


def levelled(y: Sound, *, peak: float) -> Sound:
    """Scale a sound so that its largest magnitude is `peak`; silence stays silence."""
    largest = float(np.max(np.abs(y), initial=0.0))
    return y if largest == 0 else (y * (peak / largest)).astype(np.float32)


def rms(y: NDArray[np.floating]) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(y, dtype=np.float64)))) if len(y) else 0.0


def balanced(front: Sound, back: Sound, *, below_db: float) -> Sound:
    """Mix two sounds, the second so many dB (root mean square) below the first."""
    level = rms(back)
    if level == 0:
        return front
    return (front + back * (rms(front) / level * 10 ** (-below_db / 20))).astype(np.float32)
