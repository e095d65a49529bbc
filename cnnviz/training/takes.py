"""Real notes and phrases, played again as music.

**Conventions**: sound is float32 mono at `SAMPLE_RATE`; pitches are MIDI note numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from cnnviz.audio.decoding import decode
from cnnviz.training.collection import LONGEST_S, Item
from cnnviz.training.score import Part
from cnnviz.training.split import recording

Sound = NDArray[np.float32]
SAMPLE_RATE = 22050
# Farther than this and the resampled note no longer sounds like the instrument.
FARTHEST_SEMITONES = 4.0
RELEASE_S = 0.06
MOST_S = 600.0  # more of one source than this does not make it come more often


@dataclass(frozen=True)
class Take:
    """One real note or phrase."""

    y: Sound
    pitch: float
    kind: str


class Library:
    """Every recording of the training manifest, by instrument.

    Parameters
    ----------
    items : iterable of Item
        Those with several labels are left out. `recording` tells who plays, `source` (or what the
        recording's name has before a colon) where that was taken from, `kind` "note" what may be
        sequenced.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        # Code to source to recording to its takes
        self._takes: dict[str, dict[str, dict[str, list[Take]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        for item in (item for item in items if len(item.labels) == 1):
            y = load(item.path)
            pitch = estimated_pitch(y) if item.kind == "note" else 0.0
            of = self._takes[item.labels[0]][item.source or recording(item).partition(":")[0]]
            of[recording(item)].append(Take(y, pitch, item.kind))

    def n_sources(self, code: str) -> int:
        """Return how many sources an instrument has recordings of."""
        return len(self._takes[code]) if code in self._takes else 0

    def recording(self, rng: np.random.Generator, code: str) -> tuple[str, list[Take]]:
        """Choose a recording of an instrument: a source, larger ones more often, then any of its.

        Chosen at once, the ten registrations of one synthetic organ would be half of all organs.
        """
        sources = sorted(self._takes[code])
        seconds = [self._seconds(code, source) for source in sources]
        weight = np.sqrt(np.minimum(seconds, MOST_S))
        source = self._takes[code][sources[rng.choice(len(sources), p=weight / weight.sum())]]
        name = sorted(source)[rng.integers(len(source))]
        return name, source[name]

    def _seconds(self, code: str, source: str) -> float:
        every = self._takes[code][source].values()
        return sum(len(take.y) for takes in every for take in takes) / SAMPLE_RATE


def load(path: Path) -> Sound:
    """Read a file as mono at `SAMPLE_RATE`."""
    return decode(path, name=path.name, sample_rate=SAMPLE_RATE, max_s=LONGEST_S, min_s=0.0).y


def estimated_pitch(y: Sound) -> float:
    """Estimate the pitch of one note from the autocorrelation of its loudest half second.

    Returns
    -------
    float
        A MIDI note number. A chord or a noise gives some number: it is used to place notes, not
        to name them.
    """
    n = SAMPLE_RATE // 2
    power = np.concatenate([[0.0], np.cumsum(y.astype(np.float64) ** 2)])
    start = int(np.argmax(power[n:] - power[:-n])) if len(y) > n else 0
    piece = y[start : start + n] - np.mean(y[start : start + n])
    spectrum = np.abs(np.fft.rfft(piece, 2 * n)) ** 2
    correlation = np.fft.irfft(spectrum)[: SAMPLE_RATE // 45]
    lowest = SAMPLE_RATE // 2200
    correlation = correlation / (correlation[0] + 1e-12)
    peaks = correlation == maximum_filter1d(correlation, 9)
    peaks[:lowest] = False
    if not peaks.any():
        return 60.0
    best = correlation[peaks].max()
    lag = int(np.flatnonzero(peaks & (correlation > 0.9 * best))[0])
    return float(librosa.hz_to_midi(SAMPLE_RATE / max(lag, 1)))


def shifted(y: Sound, *, semitones: float) -> Sound:
    """Play a sound faster and higher, or slower and lower, as a tape would."""
    if abs(semitones) < 0.02:
        return y
    ratio = 2 ** (semitones / 12)
    moved = soxr.resample(y, SAMPLE_RATE * ratio, SAMPLE_RATE, "MQ")
    return np.asarray(moved, dtype=np.float32)


def sequence(notes: Part, takes: Sequence[Take], *, seconds: float, ring: bool) -> Sound:
    """Play a part with single notes of one recording.

    Parameters
    ----------
    notes : Part
        What is to be played.
    takes : sequence of Take
        Notes of one player; for each note of the part the nearest pitch is taken and resampled,
        and where none is near, the octave of the part is changed.
    seconds : float
        Length of the result.
    ring : bool
        Let notes ring out (plucked, struck) instead of stopping them (blown, bowed, sung).
    """
    out = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    pitches = np.array([take.pitch for take in takes])
    for note in notes:
        start = round(max(0.0, note.start_s) * SAMPLE_RATE)
        if start >= len(out):
            continue
        away = note.pitch - pitches
        octaves = 12 * np.round(away / 12)
        near = np.abs(away)
        pick = int(np.argmin(near))
        if near[pick] > FARTHEST_SEMITONES:
            away = away - octaves
            pick = int(np.argmin(np.abs(away)))
        shift = float(np.clip(away[pick], -FARTHEST_SEMITONES, FARTHEST_SEMITONES))
        room = len(out) - start
        y = shifted(takes[pick].y[: 2 * room], semitones=shift)
        length = round((note.duration_s + (0.5 if ring else 0.0)) * SAMPLE_RATE)
        y = _stopped(y[: min(room, length + round(RELEASE_S * SAMPLE_RATE))], length)
        out[start : start + len(y)] += y * (note.velocity / 100) ** 1.5
    return out


def _stopped(y: Sound, length: int) -> Sound:
    """Fade a note out after so many samples."""
    if len(y) <= length:
        return y
    y = y.copy()
    y[length:] *= np.linspace(1, 0, len(y) - length, dtype=np.float32) ** 2
    return y


def excerpt(
    rng: np.random.Generator, takes: Sequence[Take], *, seconds: float, farthest: float = 2.5
) -> Sound:
    """Cut a stretch out of real phrases, one after another where one is too short."""
    n = round(seconds * SAMPLE_RATE)
    semitones = float(rng.uniform(-farthest, farthest)) if rng.random() < 0.7 else 0.0
    pieces: list[Sound] = []
    have = 0
    while have < n:
        y = takes[int(rng.integers(len(takes)))].y
        if len(y) > 2 * n:
            start = int(rng.integers(0, len(y) - 2 * n))
            y = y[start : start + 2 * n]
        y = shifted(y, semitones=semitones)
        pieces.append(y)
        have += len(y)
    y = np.concatenate(pieces)
    start = int(rng.integers(0, len(y) - n + 1))
    return y[start : start + n]
