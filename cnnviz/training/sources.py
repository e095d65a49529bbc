"""What clips are made of: instruments and accompaniments, recorded or rendered, from a seed.

**Conventions**: sound is float32 mono at `SAMPLE_RATE`; a clip is `CLIP_S` long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.training import players, room, scene, score, singer, takes
from cnnviz.training.backing import Backing
from cnnviz.training.collection import Item
from cnnviz.training.synth import Band

Sound = NDArray[np.float32]
SAMPLE_RATE = takes.SAMPLE_RATE
CLIP_S = 3.0
# How often an accompaniment is real where there are recordings of some.
REAL_BACKING = 0.75
# How often a phrase is played rather than notes in sequence, where there are both.
PHRASE = 0.65
# How often notes stand as they were recorded, not in a tune: people ask of single notes, too.
AS_RECORDED = 0.2
SUNG = 0.6
SOUNDFONT, SINGER = "soundfont", "singer"  # what clips come from that no recording is in
# How often an electric guitar plays through its amplifier; sample libraries plug it straight in.
AMPLIFIED = 0.6


@dataclass(frozen=True)
class Sources:
    """What a rendered clip may be made of."""

    library: takes.Library | None
    bands: tuple[Band, ...]
    backing: Backing | None = None

    def band(self, rng: np.random.Generator) -> Band:
        """Choose a soundfont."""
        return self.bands[rng.integers(len(self.bands))]


def open_sources(
    items: Sequence[Item], fonts: Sequence[str], backing: Backing | None = None
) -> Sources:
    """Read the recordings and open the soundfonts; no items means soundfonts only."""
    library = takes.Library(items) if items else None
    return Sources(library, tuple(Band(font, sample_rate=SAMPLE_RATE) for font in fonts), backing)


def instrument(rng: np.random.Generator, sources: Sources, code: str) -> tuple[Sound, str]:
    """Render one instrument alone, dry.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], str
        The sound, with a lead-in before the clip, and the recording or soundfont it came from.
    """
    seconds = CLIP_S + scene.LEAD_IN_S
    tune = score.compose(rng)
    if sources.library is not None and rng.random() < recorded_share(sources, code):
        y, name = _real(rng, sources.library, code, tune, seconds)
        if code == "gel" and rng.random() < AMPLIFIED:
            y = room.amplified(y, rng, sample_rate=SAMPLE_RATE)
        return y, name
    if code == "voi" and rng.random() < SUNG:
        manner = ("song", "lyrical", "lively")[rng.integers(3)]
        low = int(rng.integers(40, 60))
        notes = score.MANNERS[manner](tune, rng, seconds, low, low + 19)
        return singer.sing(notes, rng, seconds=seconds, sample_rate=SAMPLE_RATE), SINGER
    y = scene.solo(rng, sources.band(rng), code=code, tune=tune, seconds=seconds)
    return y, SOUNDFONT


def recorded_share(sources: Sources, code: str) -> float:
    """Return how often an instrument is recorded, not rendered: no source more than a soundfont.

    From few recordings the network would learn the recordings, not the instrument.
    """
    n = sources.library.n_sources(code) if sources.library is not None else 0
    return n / max(1, n + len(sources.bands))


def _real(
    rng: np.random.Generator, library: takes.Library, code: str, tune: score.Tune, seconds: float
) -> tuple[Sound, str]:
    name, every = library.recording(rng, code)
    notes = [take for take in every if take.kind == "note"]
    phrases = [take for take in every if take.kind != "note"]
    if phrases and (not notes or rng.random() < PHRASE):
        return takes.excerpt(rng, phrases, seconds=seconds), name
    if rng.random() < AS_RECORDED:
        return takes.excerpt(rng, notes, seconds=seconds), name
    player = players.PLAYERS[code]
    manner = player.manners[rng.integers(len(player.manners))]
    pitches = [take.pitch for take in notes]
    low = int(max(player.low, min(pitches) - 2))
    high = int(min(player.high, max(pitches) + 2))
    if high - low < 24:
        low, high = player.low, player.high
    part = score.MANNERS[manner](tune, rng, seconds, low, high)
    y = takes.sequence(part, notes, seconds=seconds, ring=not player.sustained)
    return y, name


def placed(y: Sound, rng: np.random.Generator) -> Sound:
    """Put a dry sound before a microphone and keep the last 3 s."""
    if rng.random() < 0.15:
        y = room.drive(y, amount=float(rng.uniform(0.3, 2.0)))
    if rng.random() < 0.75:
        wet = float(rng.uniform(0.05, 0.9))
        y = room.reverberate(y, rng, sample_rate=SAMPLE_RATE, wet=wet)
    if rng.random() < 0.7:
        depth_db = float(rng.uniform(1, 6))
        y = room.equalise(y, rng, sample_rate=SAMPLE_RATE, depth_db=depth_db)
    return room.levelled(y[-round(CLIP_S * SAMPLE_RATE) :], peak=1.0)


def accompaniment(rng: np.random.Generator, sources: Sources) -> tuple[Sound, str]:
    """Choose or render an accompaniment.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], str
        The sound, and the recording it is from, "soundfont" for a rendered one.
    """
    if sources.backing is not None and rng.random() < REAL_BACKING:
        y, name = sources.backing.excerpt(rng, seconds=CLIP_S)
        return room.levelled(y, peak=1.0), name
    kind = scene.Arrangement(drums=bool(rng.random() < 0.6))
    tune = score.compose(rng)
    seconds = CLIP_S + scene.LEAD_IN_S
    y = scene.backing(rng, sources.band(rng), tune=tune, seconds=seconds, kind=kind)
    return placed(y, rng), SOUNDFONT
