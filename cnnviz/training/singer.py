"""A singer made of numbers: a vibrating source, vowels that move, consonants and breath.

Free soundfonts hold choirs but no singer; this one has what a network must learn of a voice:
formants that do not follow the pitch, slides, vibrato, hissing consonants.

**Conventions**: sound is float32 mono at the rate given; formants in Hz.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from cnnviz.training.score import Part

Sound = NDArray[np.float32]
# First three formants of men: Peterson & Barney, "Control methods used in a study of the vowels",
# JASA 1952, table II. Above them a singer's cluster (Sundberg 1974).
VOWELS_HZ = np.array(
    [
        (730, 1090, 2440),
        (530, 1840, 2480),
        (270, 2290, 3010),
        (570, 840, 2410),
        (300, 870, 2240),
        (660, 1720, 2410),
        (490, 1350, 1690),
        (640, 1190, 2390),
    ],
    dtype=np.float64,
)
CONTROL_S = 0.004
N_FFT = 512


def sing(notes: Part, rng: np.random.Generator, *, seconds: float, sample_rate: int) -> Sound:
    """Sing a part.

    Parameters
    ----------
    notes : Part
        One voice; where notes overlap the later one wins.

    Returns
    -------
    np.ndarray [shape=(round(seconds * sample_rate),)], float32
    """
    n = round(seconds * sample_rate)
    hop = round(CONTROL_S * sample_rate)
    n_control = n // hop + 2
    pitch, loud, vowel, hissing = _controls(notes, rng, n_control)
    steps = np.arange(n) / hop
    frequency = 440.0 * 2 ** ((np.interp(steps, np.arange(n_control), pitch) - 69) / 12)
    source = _source(frequency, rng, sample_rate)
    breath = rng.standard_normal(n) * rng.uniform(0.005, 0.08)
    voiced = (source + breath) * np.interp(steps, np.arange(n_control), loud)
    size = float(rng.uniform(0.95, 1.25))
    y = _shaped(voiced, vowel * size, rng, hop=hop, sample_rate=sample_rate)
    y /= np.max(np.abs(y)) + 1e-9
    hiss = np.diff(rng.standard_normal(n + 1)) * np.interp(steps, np.arange(n_control), hissing)
    return (y + 0.15 * hiss).astype(np.float32)


def _controls(notes: Part, rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], ...]:
    """Return pitch, loudness, formants and hiss, one value every `CONTROL_S`."""
    pitch = np.full(n, notes[0].pitch if notes else 60.0, dtype=np.float64)
    loud, hissing = np.zeros(n), np.zeros(n)
    vowel = np.tile(VOWELS_HZ[0], (n, 1))
    rate_hz, depth = rng.uniform(4.8, 6.6), rng.uniform(0.0, 0.7)
    time_s = np.arange(n) * CONTROL_S
    for note in sorted(notes, key=lambda note: note.start_s):
        a = int(np.clip(note.start_s / CONTROL_S, 0, n - 1))
        b = int(np.clip((note.start_s + note.duration_s) / CONTROL_S, a + 1, n))
        pitch[a:] = note.pitch
        loud[a:b] = (note.velocity / 100) ** 1.5
        vowel[a:] = VOWELS_HZ[rng.integers(len(VOWELS_HZ))]
        if rng.random() < 0.4:  # the vowel glides within the note
            vowel[(a + b) // 2 :] = VOWELS_HZ[rng.integers(len(VOWELS_HZ))]
        if rng.random() < 0.55:  # a consonant before it: a gap, sometimes a hiss
            gap = int(rng.uniform(0.03, 0.11) / CONTROL_S)
            loud[max(0, a - gap // 2) : a + gap // 2] *= rng.choice((0.02, 0.25))
            if rng.random() < 0.5:
                hissing[max(0, a - gap) : a + gap // 4] = rng.uniform(0.1, 0.8)
        late = np.clip((time_s - note.start_s - 0.2) / 0.3, 0, 1) * (np.arange(n) >= a)
        pitch[a:b] += (depth * late * np.sin(2 * np.pi * rate_hz * time_s))[a:b]
    pitch = gaussian_filter1d(pitch, rng.uniform(0.01, 0.04) / CONTROL_S)
    pitch += gaussian_filter1d(rng.standard_normal(n), 12) * rng.uniform(0.05, 0.35)
    loud = gaussian_filter1d(loud, rng.uniform(0.008, 0.03) / CONTROL_S)
    vowel = gaussian_filter1d(vowel, 0.03 / CONTROL_S, axis=0)
    return pitch, loud, vowel, gaussian_filter1d(hissing, 0.01 / CONTROL_S)


def _source(
    frequency: NDArray[np.float64], rng: np.random.Generator, sample_rate: int
) -> NDArray[np.float64]:
    """Add harmonics that fall by 4 to 8 dB an octave, none above half the sample rate."""
    phase = 2 * np.pi * np.cumsum(frequency) / sample_rate + rng.uniform(0, 6)
    slope = rng.uniform(0.6, 1.4)  # 12 dB at the glottis, less 6 for radiation from the lips
    out = np.zeros(len(frequency))
    lowest = float(frequency.min())
    first = np.exp(1j * phase)
    wave = np.ones_like(first)
    for k in range(1, int(min(60, 0.45 * sample_rate / lowest)) + 1):
        wave = wave * first
        audible = (k * frequency < 0.47 * sample_rate).astype(np.float64)
        out += audible * wave.imag * k**-slope
    return out


def _shaped(
    y: NDArray[np.float64],
    formants: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    hop: int,
    sample_rate: int,
) -> NDArray[np.float64]:
    """Filter a source with formants that move, in overlapping frames."""
    step = N_FFT // 4
    window = np.hanning(N_FFT + 1)[:-1]
    padded = np.pad(y, (N_FFT, N_FFT))
    starts = np.arange(0, len(padded) - N_FFT, step)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[starts] * window
    at = np.clip((starts + N_FFT // 2 - N_FFT) // hop, 0, len(formants) - 1)
    cluster = rng.uniform(3000, 3900)
    peaks = np.concatenate([formants[at], np.tile((cluster, cluster + 900), (len(at), 1))], axis=1)
    width = np.array([80, 100, 130, 180, 250]) * rng.uniform(0.8, 1.6)
    gain = np.array([1.0, 0.6, 0.35, 0.25, 0.12]) * rng.uniform(0.6, 1.5, 5)
    hz = np.fft.rfftfreq(N_FFT, 1 / sample_rate)
    distance = (hz[None, None, :] - peaks[:, :, None]) / width[None, :, None]
    curve = np.sum(gain[None, :, None] / np.sqrt(1 + distance**2), axis=1) + 0.01
    shaped = np.fft.irfft(np.fft.rfft(frames, axis=1) * curve, N_FFT, axis=1) * window
    out = np.zeros(len(padded))
    for start, frame in zip(starts, shaped, strict=True):
        out[start : start + N_FFT] += frame
    return out[N_FFT : N_FFT + len(y)]
