"""One clip of music from a seed: an instrument in front, alone or over an accompaniment.

**Conventions**: sound is float32 mono at the band's sample rate; labels are codes of
`cnnviz.clips.instruments`. The same generator state gives the same samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.training import players, rhythm, room, score
from cnnviz.training.synth import Band, Voice

Sound = NDArray[np.float32]
# Music is well under way when a clip begins, as in IRMAS, whose clips are cut from within pieces.
LEAD_IN_S = 1.3
FADE_S = 0.012


@dataclass(frozen=True)
class Arrangement:
    """What may play behind: with or without drums, and which programs must stay silent."""

    drums: bool
    silent: tuple[int, ...] = ()


def solo(
    rng: np.random.Generator,
    band: Band,
    *,
    code: str,
    tune: score.Tune,
    seconds: float,
    manner: str | None = None,
    program: int | None = None,
) -> Sound:
    """Render one instrument playing a tune in one manner."""
    player = players.PLAYERS[code]
    manner = manner or player.manners[rng.integers(len(player.manners))]
    notes = score.MANNERS[manner](tune, rng, seconds, player.low, player.high)
    sustained = player.sustained
    voice = Voice(
        notes,
        program=player.programs[rng.integers(len(player.programs))] if program is None else program,
        vibrato=float(rng.uniform(0, 0.5)) if sustained else 0.0,
        tuning=float(rng.normal(0, 0.12)),
        swell=float(rng.uniform(0, 0.6)) if sustained else 0.0,
    )
    return band.play((voice,), seconds=seconds)


def backing(
    rng: np.random.Generator, band: Band, *, tune: score.Tune, seconds: float, kind: Arrangement
) -> Sound:
    """Render an accompaniment: bass, chords, perhaps pads and drums."""
    compers = [p for p in players.COMPERS if p not in kind.silent]
    pads = [p for p in players.PADS if p not in kind.silent]
    voices = []
    if rng.random() < 0.85:
        voices.append(Voice(rhythm.bass(tune, rng, seconds), int(rng.choice(players.BASSES)), 0.75))
    if rng.random() < 0.85 or not voices:
        manner = (score.chords, score.picking, score.strum)[rng.integers(3)]
        notes = manner(tune, rng, seconds, 45, 76)
        voices.append(Voice(notes, int(rng.choice(compers)), float(rng.uniform(0.35, 0.6))))
    if rng.random() < 0.45:
        notes = score.chords(tune, rng, seconds, 48, 79)
        voices.append(Voice(notes, int(rng.choice(pads)), float(rng.uniform(0.3, 0.5))))
    if kind.drums:
        voices.append(Voice(rhythm.drums(tune, rng, seconds), -1, float(rng.uniform(0.45, 0.8))))
    return band.play(tuple(voices), seconds=seconds)


def finished(y: Sound, rng: np.random.Generator, *, sample_rate: int, seconds: float) -> Sound:
    """Put the music into a room, colour it, and cut the clip out of its middle."""
    y = room.reverberate(y, rng, sample_rate=sample_rate, wet=float(rng.uniform(0.1, 0.6)))
    y = room.equalise(y, rng, sample_rate=sample_rate, depth_db=2.5)
    y = room.hiss(y, rng, below_db=float(rng.uniform(52, 70)))
    y = y[-round(seconds * sample_rate) :].copy()
    fade = np.linspace(0, 1, round(FADE_S * sample_rate), dtype=np.float32)
    y[: len(fade)] *= fade
    y[-len(fade) :] *= fade[::-1]
    return room.levelled(y, peak=float(rng.uniform(0.6, 0.92)))
