"""Music as it is produced: instruments over a band, balanced in stereo, mastered and coded.

**Conventions**: sound is float32 at `SAMPLE_RATE`, mono (sample,) or stereo (channel, sample);
balances are in dB of root mean square, what stands in front over what stands behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.clips.instruments import CODES
from cnnviz.training import mastering, room
from cnnviz.training.sources import SAMPLE_RATE, Sources, accompaniment, instrument, placed

Sound = NDArray[np.float32]

OVER_DB = (-3.0, 15.0)  # instruments over what accompanies them
APART_DB = (-4.0, 4.0)  # the first instrument over a second one
TWO = 0.15  # share of clips with two instruments
ALONE = 0.25  # share of clips without accompaniment
WIDEST = 0.3  # part of an accompaniment's one side that comes late, which makes it wide
LATE_S = 0.009


@dataclass(frozen=True)
class Production:
    """A clip of music.

    Attributes
    ----------
    y : np.ndarray [shape=(n_samples,)]
    labels : tuple of str
        Codes of the instruments in front.
    recording : str
        What the first of them came from: a recording, "soundfont" or "singer".
    """

    y: Sound
    labels: tuple[str, ...]
    recording: str


def produced(
    rng: np.random.Generator,
    sources: Sources,
    code: str,
    *,
    chain: mastering.Chain | None = mastering.PRACTISED,
) -> Production:
    """Produce a clip with an instrument, often over an accompaniment, sometimes beside another.

    Parameters
    ----------
    sources : Sources
    code : str
        Of the first instrument.
    chain : Chain or None
        What the mix goes through; None leaves it as it is.
    """
    y, recording = instrument(rng, sources, code)
    fronts, labels = [placed(y, rng)], [code]
    second = CODES[rng.integers(len(CODES))]
    if rng.random() < TWO and second != code:
        fronts.append(placed(instrument(rng, sources, second)[0], rng))
        labels.append(second)
    back = None if rng.random() < ALONE else accompaniment(rng, sources)[0]
    mix = mixed(fronts, back, rng, over_db=float(rng.uniform(*OVER_DB)))
    if chain is not None:
        y = mastering.mastered(mix, rng, sample_rate=SAMPLE_RATE, chain=chain)
    else:
        y = np.asarray(mix.mean(axis=0))
    return Production(room.levelled(y, peak=1.0), tuple(labels), recording)


def mixed(
    fronts: Sequence[Sound], back: Sound | None, rng: np.random.Generator, *, over_db: float
) -> Sound:
    """Mix instruments over an accompaniment in stereo, each instrument at a place of its own.

    Parameters
    ----------
    fronts : sequence of np.ndarray [shape=(n_samples,)]
    back : np.ndarray [shape=(n_samples,)] or None

    Returns
    -------
    np.ndarray [shape=(2, n_samples)]
    """
    front = mastering.panned(fronts[0], rng, sample_rate=SAMPLE_RATE)
    for other in fronts[1:]:
        side = mastering.panned(other, rng, sample_rate=SAMPLE_RATE)
        front = room.balanced(front, side, below_db=float(rng.uniform(*APART_DB)))
    if back is None:
        return front
    wide = float(rng.uniform(0, WIDEST))
    sides = np.stack(
        [back, (1 - wide) * back + wide * mastering.later(back, round(LATE_S * SAMPLE_RATE))]
    )
    return room.balanced(front, sides.astype(np.float32), below_db=over_db)
