"""Which passage of a recording to show: one that begins with an onset after a quiet moment.

**Conventions**: sound is float32 mono; times are seconds; levels are dB below the loudest frame.

Of all onsets that leave room for the passage, the one with the highest sum counts of

- the rise: level of the first 0.3 s above the quietest frame of the 0.15 s before, at most 20 dB;
- the loudness: level of the passage below that of the loudest passage as long, in dB;
- the part that is harmonic: 20 for all of the passage's energy (Fitzgerald 2010, median filtering);
- the notes: one for each onset inside, at most 10.
"""

from dataclasses import dataclass

import librosa
import numpy as np
from librosa.decompose import hpss
from librosa.onset import onset_detect
from numpy.typing import NDArray

from cnnviz.audio import Float32

HOP = 512
N_FFT = 1024
BEFORE_S, AFTER_S = 0.15, 0.3
MOST_RISE_DB = 20.0
MOST_NOTES = 10
HARMONIC = 20.0
PRE_ROLL_S = 0.02  # kept before the onset, so that its attack is whole
FLOOR = 1e-4


@dataclass(frozen=True)
class Passage:
    """Where a passage begins, and what was counted for it; `total` is what was compared."""

    start_s: float
    rise_db: float
    loudness_db: float
    harmonic: float
    notes: int

    @property
    def total(self) -> float:
        """The sum of the four."""
        return self.rise_db + self.loudness_db + self.harmonic + self.notes


def choose(y: Float32, sample_rate: int, *, seconds: float, within: tuple[float, float]) -> Passage:
    """Return the passage with the highest sum.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    sample_rate : int
        In Hz.
    seconds : float
        How long it is.
    within : tuple of float
        Between which times it may begin.

    Raises
    ------
    ValueError
        If no onset between these times leaves room for it.
    """
    onsets = onset_detect(y=y, sr=sample_rate, hop_length=HOP, units="time", backtrack=True)
    last = len(y) / sample_rate - seconds
    starts = [float(t) for t in onsets if within[0] <= t <= min(within[1], last + PRE_ROLL_S)]
    if not starts:
        raise ValueError(f"no onset between {within} s leaves room for {seconds} s")
    frames = _frames(y)
    level = 20 * np.log10(np.maximum(frames["all"], FLOOR * frames["all"].max()))
    passages = [
        _counted(t, seconds, onsets, frames, level, frame_s=HOP / sample_rate) for t in starts
    ]
    return max(passages, key=lambda passage: passage.total)


def _frames(y: Float32) -> dict[str, NDArray[np.float64]]:
    """Return the root mean square of each frame, of the sound and of its harmonic part."""
    spectrum = librosa.stft(y, n_fft=N_FFT, hop_length=HOP)
    harmonic, _ = hpss(spectrum)
    parts = {"all": spectrum, "harmonic": harmonic}
    return {name: np.sqrt(np.mean(np.abs(part) ** 2, axis=0)) for name, part in parts.items()}


def _counted(
    start_s: float,
    seconds: float,
    onsets: NDArray[np.float64],
    frames: dict[str, NDArray[np.float64]],
    level: NDArray[np.float64],
    *,
    frame_s: float,
) -> Passage:
    at, n = round(start_s / frame_s), round(seconds / frame_s)
    before = level[max(0, at - round(BEFORE_S / frame_s)) : at + 1]
    rise_db = np.mean(level[at : at + round(AFTER_S / frame_s)]) - np.min(before)
    energy = frames["all"] ** 2
    loudest = np.convolve(energy, np.ones(n) / n, mode="valid").max()
    passage = energy[at : at + n]
    harmonic = np.sum(frames["harmonic"][at : at + n] ** 2) / np.sum(passage)
    inside = np.count_nonzero((onsets > start_s + frame_s) & (onsets < start_s + seconds))
    return Passage(
        start_s=max(0.0, start_s - PRE_ROLL_S),
        rise_db=float(np.clip(rise_db, 0.0, MOST_RISE_DB)),
        loudness_db=float(10 * np.log10(passage.mean() / loudest)),
        harmonic=float(HARMONIC * harmonic),
        notes=min(MOST_NOTES, int(inside)),
    )
