"""Music from a seed: tunes and chords, as notes in seconds.

**Conventions**: a part is a tuple of `Note`, times in seconds from the first beat, pitches as MIDI
note numbers, velocities 1 to 127. Everything random comes from the generator that is passed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
MIXOLYDIAN = (0, 2, 4, 5, 7, 9, 10)

# Scale degrees of the chord in each bar, the loops that popular and classical pieces lean on.
PROGRESSIONS = (
    (0, 3, 4, 0),
    (0, 5, 3, 4),
    (0, 4, 5, 3),
    (5, 3, 0, 4),
    (1, 4, 0, 0),
    (0, 3, 0, 4),
    (0, 6, 5, 4),
    (0, 2, 3, 4),
)
# Lengths in beats of the notes of one bar of four.
RHYTHMS = {
    "lyrical": ((2, 2), (3, 1), (4,), (1, 3), (2, 1, 1), (1.5, 2.5)),
    "song": ((1, 1, 2), (1, 1, 1, 1), (1.5, 0.5, 1, 1), (2, 1, 1), (1, 0.5, 0.5, 2), (3, 0.5, 0.5)),
    "lively": (
        (0.5,) * 8,
        (0.5, 0.5, 1, 0.5, 0.5, 1),
        (1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 1),
        (0.25,) * 4 + (0.5, 0.5) + (0.25,) * 4 + (1,),
        (0.75, 0.25, 0.75, 0.25, 1, 1),
    ),
}


@dataclass(frozen=True)
class Note:
    """One note: when, how long, which, how strong."""

    start_s: float
    duration_s: float
    pitch: float
    velocity: int


@dataclass(frozen=True)
class Tune:
    """What every part of one piece shares: key, scale, chords and tempo."""

    tonic: int
    scale: tuple[int, ...]
    progression: tuple[int, ...]
    beat_s: float
    loudness: int

    @property
    def bar_s(self) -> float:
        """Seconds in a bar of four beats."""
        return 4 * self.beat_s

    def pitch(self, degree: int) -> int:
        """Return the MIDI note of a scale degree; degree 0 is the tonic, 7 its octave."""
        octave, step = divmod(degree, 7)
        return self.tonic + 12 * octave + self.scale[step]

    def chord(self, bar: int, *, seventh: bool = False) -> tuple[int, ...]:
        """Return the scale degrees of the chord of a bar, root first."""
        root = self.progression[bar % len(self.progression)]
        return tuple(root + third for third in ((0, 2, 4, 6) if seventh else (0, 2, 4)))


Part = tuple[Note, ...]
Manner = Callable[[Tune, np.random.Generator, float, int, int], Part]


def compose(rng: np.random.Generator) -> Tune:
    """Choose key, scale, chords and tempo of a piece."""
    scales = (MAJOR, MAJOR, MINOR, MINOR, DORIAN, MIXOLYDIAN)
    return Tune(
        tonic=int(rng.integers(36, 48)),
        scale=scales[rng.integers(len(scales))],
        progression=PROGRESSIONS[rng.integers(len(PROGRESSIONS))],
        beat_s=60.0 / float(rng.uniform(66, 150)),
        loudness=int(rng.integers(52, 108)),
    )


def _degrees(tune: Tune, low: int, high: int) -> list[int]:
    """Return the scale degrees whose notes lie between two MIDI notes."""
    return [degree for degree in range(-14, 50) if low <= tune.pitch(degree) <= high]


def velocity(tune: Tune, rng: np.random.Generator, accent: float) -> int:
    """Return how hard a note is struck, about the tune's loudness and an accent above it."""
    return int(np.clip(tune.loudness + accent + rng.normal(0, 5), 18, 127))


def _line(
    tune: Tune,
    rng: np.random.Generator,
    seconds: float,
    low: int,
    high: int,
    rhythms: str,
    length: float,
) -> Part:
    """Play one voice: steps with few leaps, chord notes on strong beats, phrases of two bars.

    `length` is the part of a note's time that it sounds; above 1 notes overlap (legato).
    """
    # A tune keeps within a tenth of its centre, which lies anywhere the instrument allows.
    high = max(high, low + 12)
    centre = rng.uniform(low + 5, high - 5)
    degrees = _degrees(tune, max(low, int(centre) - 9), min(high, int(centre) + 9))
    motif = [RHYTHMS[rhythms][rng.integers(len(RHYTHMS[rhythms]))] for _ in range(2)]
    place = int(rng.integers(len(degrees)))
    notes: list[Note] = []
    bar, time_s = 0, 0.0
    while time_s < seconds:
        chord = {degree % 7 for degree in tune.chord(bar)}
        beat = 0.0
        for beats in motif[bar % 2]:
            step = int(rng.choice((-3, -2, -1, -1, 0, 1, 1, 2, 3, 4)))
            place = int(np.clip(place + step, 0, len(degrees) - 1))
            strong = beat in (0.0, 2.0) or beats >= 2
            if strong and degrees[place] % 7 not in chord:
                place = min(
                    (i for i, degree in enumerate(degrees) if degree % 7 in chord),
                    key=lambda i: abs(i - place),
                    default=place,
                )
            # A phrase rises in loudness to its middle and falls to its end.
            arc = 9 * np.sin(np.pi * ((bar % 2) * 4 + beat) / 8)
            last = bar % 2 == 1 and beat + beats >= 4
            rest = rng.random() < 0.06 and notes
            if not rest:
                notes.append(
                    Note(
                        start_s=time_s + float(rng.normal(0, 0.006)) * (time_s > 0),
                        duration_s=beats * tune.beat_s * (0.85 if last else length),
                        pitch=tune.pitch(degrees[place]),
                        velocity=velocity(tune, rng, float(arc) + (5 if strong else 0)),
                    )
                )
            beat += beats
            time_s += beats * tune.beat_s
        bar += 1
    return tuple(notes)


def song(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Play a tune at walking pace."""
    return _line(tune, rng, seconds, low, high, "song", float(rng.uniform(0.8, 1.02)))


def lyrical(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Play long, bound notes."""
    return _line(tune, rng, seconds, low, high, "lyrical", float(rng.uniform(0.95, 1.05)))


def lively(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Play quick notes."""
    return _line(tune, rng, seconds, low, high, "lively", float(rng.uniform(0.7, 1.0)))


def staccato(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Play short, separated notes."""
    return _line(tune, rng, seconds, low, high, "lively", float(rng.uniform(0.3, 0.5)))


def _voicing(tune: Tune, bar: int, rng: np.random.Generator, low: int, high: int) -> list[int]:
    """Return the notes of a bar's chord as a hand would take them, low to high."""
    seventh = rng.random() < 0.25
    wanted = {tune.pitch(degree) % 12 for degree in tune.chord(bar, seventh=seventh)}
    root = tune.pitch(tune.chord(bar)[0])
    bottom = low + (root - low) % 12
    notes = [bottom]
    for pitch in range(bottom + 3, high + 1):
        if pitch % 12 in wanted and pitch - notes[-1] >= 3:
            notes.append(pitch)
    return notes[: int(rng.integers(3, 7))]


def chords(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Play block chords in a steady pattern."""
    pattern = ((0, 2), (0, 1, 2, 3), (0, 1.5, 3), (0,), (0, 0.5, 1.5, 2, 3.5))[rng.integers(5)]
    base = int(rng.integers(low, max(low + 1, min(high - 24, 55))))
    notes: list[Note] = []
    for bar in range(int(seconds / tune.bar_s) + 1):
        hand = _voicing(tune, bar, rng, base, min(high, base + 24))
        for start, end in zip(pattern, (*pattern[1:], 4), strict=True):
            accent = 6.0 if start == 0 else 0.0
            notes.extend(
                Note(
                    bar * tune.bar_s + start * tune.beat_s + abs(float(rng.normal(0, 0.006))),
                    (end - start) * tune.beat_s * 0.92,
                    pitch,
                    velocity(tune, rng, accent),
                )
                for pitch in hand
            )
    return tuple(notes)


def hymn(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Play chords under a tune, all voices bound."""
    upper = _line(tune, rng, seconds, max(low, 60), high, "song", 1.0)
    return upper + chords(tune, rng, seconds, low, min(high, 67))


def accompanied_song(
    tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int
) -> Part:
    """Play a tune with the right hand over chords of the left."""
    left = picking if rng.random() < 0.5 else chords
    upper = _line(tune, rng, seconds, max(low, 60), high, ("song", "lively")[rng.integers(2)], 1.0)
    return upper + left(tune, rng, seconds, low, 62)


def picking(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Break chords into a running pattern; notes ring on until the chord changes."""
    order = ((0, 1, 2, 3, 2, 1), (0, 2, 1, 3), (0, 3, 2, 1), (0, 1, 2, 3, 4, 3, 2, 1))[
        rng.integers(4)
    ]
    step = tune.beat_s * (0.5 if rng.random() < 0.7 else 0.25)
    base = int(rng.integers(low, max(low + 1, min(high - 24, 57))))
    notes: list[Note] = []
    for bar in range(int(seconds / tune.bar_s) + 1):
        hand = _voicing(tune, bar, rng, base, min(high, base + 28))
        for i in range(round(tune.bar_s / step)):
            start_s = bar * tune.bar_s + i * step
            notes.append(
                Note(
                    start_s + float(abs(rng.normal(0, 0.004))),
                    min(4 * step, (bar + 1) * tune.bar_s - start_s),
                    hand[order[i % len(order)] % len(hand)],
                    velocity(tune, rng, 6.0 if i % 4 == 0 else -4.0),
                )
            )
    return tuple(notes)


def strum(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Strum chords down and up."""
    pattern = (
        (0, 1, 1.5, 2.5, 3, 3.5),
        (0, 1, 2, 3),
        (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5),
        (0, 1.5, 2, 3.5),
    )[rng.integers(4)]
    muted = rng.random() < 0.25
    notes: list[Note] = []
    for bar in range(int(seconds / tune.bar_s) + 1):
        hand = _voicing(tune, bar, rng, low, min(high, low + 30))
        for start, end in zip(pattern, (*pattern[1:], 4), strict=True):
            up = start % 1 != 0
            spread_s = float(rng.uniform(0.006, 0.022))
            strings = hand[::-1][:4] if up else hand
            notes.extend(
                Note(
                    bar * tune.bar_s + start * tune.beat_s + i * spread_s,
                    (end - start) * tune.beat_s * (0.4 if muted else 1.0),
                    pitch,
                    velocity(tune, rng, (-8.0 if up else 2.0) - i),
                )
                for i, pitch in enumerate(strings)
            )
    return tuple(notes)


def riff(tune: Tune, rng: np.random.Generator, seconds: float, low: int, high: int) -> Part:
    """Repeat a figure of fifths and single notes on the lower strings."""
    rhythm = RHYTHMS["lively"][rng.integers(len(RHYTHMS["lively"]))]
    figure = [int(rng.choice((0, 0, 0, 2, 4, -1, 3, 7))) for _ in rhythm]
    power = rng.random() < 0.6
    shift = 12 * int(rng.integers(0, 2))
    notes: list[Note] = []
    for bar in range(int(seconds / tune.bar_s) + 1):
        root = tune.chord(bar)[0]
        time_s = bar * tune.bar_s
        for beats, degree in zip(rhythm, figure, strict=True):
            pitch = tune.pitch(root + degree) + shift
            pitch += 12 * -(-max(0, low - pitch) // 12)
            hand = (pitch, pitch + 7, pitch + 12) if power else (pitch,)
            notes.extend(
                Note(time_s, beats * tune.beat_s * 0.85, p, velocity(tune, rng, 4.0))
                for p in hand
                if p <= high
            )
            time_s += beats * tune.beat_s
    return tuple(notes)


MANNERS: dict[str, Manner] = {
    manner.__name__: manner
    for manner in (
        song,
        lyrical,
        lively,
        staccato,
        chords,
        hymn,
        accompanied_song,
        picking,
        strum,
        riff,
    )
}
