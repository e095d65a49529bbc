"""What carries a tune from below: bass and drums, as notes in seconds.

**Conventions**: as in `cnnviz.training.score`.
"""

import numpy as np

from cnnviz.training.score import Note, Part, Tune, velocity


def bass(tune: Tune, rng: np.random.Generator, seconds: float) -> Part:
    """Play roots and fifths below everything else."""
    pattern = ((0,), (0, 2), (0, 1, 2, 3), (0, 1.5, 2, 3.5))[rng.integers(4)]
    notes: list[Note] = []
    for bar in range(int(seconds / tune.bar_s) + 1):
        root = 28 + (tune.pitch(tune.chord(bar)[0]) - 28) % 12
        for i, (start, end) in enumerate(zip(pattern, (*pattern[1:], 4), strict=True)):
            notes.append(
                Note(
                    bar * tune.bar_s + start * tune.beat_s,
                    (end - start) * tune.beat_s * 0.9,
                    root + (7 if i % 3 == 2 and rng.random() < 0.5 else 0),
                    velocity(tune, rng, 0.0),
                )
            )
    return tuple(notes)


def drums(tune: Tune, rng: np.random.Generator, seconds: float) -> Part:
    """Play a General MIDI kit: bass drum, snare, hi-hat or ride, a fill now and then."""
    cymbal = int(rng.choice((42, 42, 51, 46, 70)))
    kick = ((0, 2), (0, 1.5, 2), (0, 2.5), (0, 1, 2, 3))[rng.integers(4)]
    snare = int(rng.choice((38, 40, 37)))
    step = (0.5, 1.0, 0.25)[rng.integers(3)]
    hits = [(beat, 36, 8.0) for beat in kick] + [(1.0, snare, 6.0), (3.0, snare, 6.0)]
    hits += [(beat, cymbal, -8.0 if beat % 1 else -2.0) for beat in np.arange(0, 4, step)]
    notes: list[Note] = []
    for bar in range(int(seconds / tune.bar_s) + 1):
        fill = [(3 + i / 4, int(rng.choice((45, 47, 50, snare))), 4.0) for i in range(4)]
        for beat, drum, accent in hits + (fill if bar % 4 == 3 else []):
            start_s = bar * tune.bar_s + float(beat) * tune.beat_s
            notes.append(Note(start_s, 0.1, drum, velocity(tune, rng, accent)))
    return tuple(notes)
