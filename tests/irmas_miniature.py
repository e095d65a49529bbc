"""IRMAS in small: its folders, names and `.txt` files, with tones made here in place of its sound.

**Conventions**: sound is 16-bit stereo at 44,100 Hz, as in IRMAS; each class has partials of its
own, so that a network can tell the classes apart.
"""

from pathlib import Path

import numpy as np
import soundfile as sf

from cnnviz.clips.instruments import CODES

RATE = 44100
# The three ways in which training clips are named: {} are recording and excerpt.
FORMS = (
    "[{code}][cla]{recording}__{excerpt}.wav",
    "[{code}][nod][pop_roc]{recording}__{excerpt}.wav",
    "008__[{code}][nod][cla]{recording}__{excerpt}.wav",
)


def tone(code: str, seconds: float, *, seed: int) -> np.ndarray:
    """Return a class's tone, (sample, channel): the n-th class has partials around n octave thirds.

    Each seed has a pitch, level and noise of its own.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    low = 150 * 2 ** (CODES.index(code) / 2.5) * rng.uniform(0.95, 1.05)
    y = sum(np.sin(2 * np.pi * low * k * t) / k for k in (1, 2, 3) if low * k < 10000)
    y = rng.uniform(0.2, 0.8) * (y + rng.normal(0, 0.05, len(t))) / 2.2
    return np.stack([y, 0.9 * y], axis=1)


def training(folder: Path, *, recordings: int = 3, excerpts: int = 2) -> Path:
    """Write `IRMAS-TrainingData`, every class with so many recordings, and return it."""
    place = folder / "IRMAS-TrainingData"
    number = 0
    for code in CODES:
        (place / code).mkdir(parents=True)
        for i in range(recordings):
            number += 1
            for excerpt in range(1, excerpts + 1):
                name = FORMS[i % 3].format(code=code, recording=f"{number:04}", excerpt=excerpt)
                y = tone(code, 3.0, seed=10 * number + excerpt)
                sf.write(place / code / name, y, RATE, subtype="PCM_16")
    (place / "README.txt").write_text("IRMAS: a dataset for instrument recognition\n")
    return place


def testing(folder: Path, *, excerpts: int = 2) -> Path:
    """Write `IRMAS-TestingData` with two parts, one or two labels an excerpt, and return it."""
    place = folder / "IRMAS-TestingData"
    for k, code in enumerate(CODES):
        part = place / f"IRMAS-TestingData-Part{1 + k % 2}" / f"Part{1 + k % 2}"
        part.mkdir(parents=True, exist_ok=True)
        for excerpt in range(1, excerpts + 1):
            labels = [code] if excerpt % 2 else [code, CODES[(k + 5) % len(CODES)]]
            stem = f"({k:02}) a tune of {code} - take-{excerpt}"
            y = sum(tone(label, 5.0 + excerpt, seed=9000 + k) for label in labels) / len(labels)
            sf.write(part / f"{stem}.wav", y, RATE, subtype="PCM_16")
            (part / f"{stem}.txt").write_text("".join(f"{label}\t\r\n" for label in labels))
    return place
