"""Labelled training clips without end: real notes, soundfonts and a singer, made into music.

**Conventions**: a clip is 3 s of float32 mono at 22,050 Hz; in a shard it is its log-mel before
standardisation, float16 (clip, frame, mel), and its class, int8: the index of its code, or `BEHIND`
for an accompaniment that is mixed under other clips while the network learns.

Instruments and accompaniments are kept apart because adding two mel spectrograms costs nothing:
in every pass over the data each instrument plays over another band, at another level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from cnnviz.clips.instruments import CODES
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import players, room, scene, score, singer, takes
from cnnviz.training.collection import Item, write_manifest
from cnnviz.training.synth import Band

Sound = NDArray[np.float32]
SAMPLE_RATE = takes.SAMPLE_RATE
CLIP_S = 3.0
BEHIND = len(CODES)
# Every sixth clip of a shard is an accompaniment.
CLIPS_A_SHARD = 264
EVERY_BEHIND = 6
# How often a clip is real where the instrument has recordings, and how often a phrase rather than
# notes in sequence where it has both.
REAL = 0.65
PHRASE = 0.5
SUNG = 0.6
# How often an electric guitar plays through its amplifier; sample libraries plug it straight in.
AMPLIFIED = 0.6


@dataclass(frozen=True)
class Sources:
    """What a rendered clip may be made of."""

    library: takes.Library | None
    bands: tuple[Band, ...]

    def band(self, rng: np.random.Generator) -> Band:
        """Choose a soundfont."""
        return self.bands[rng.integers(len(self.bands))]


def open_sources(items: Sequence[Item], fonts: Sequence[str]) -> Sources:
    """Read the recordings and open the soundfonts; no items means soundfonts only."""
    library = takes.Library(items) if items else None
    return Sources(library, tuple(Band(font, sample_rate=SAMPLE_RATE) for font in fonts))


def instrument(rng: np.random.Generator, sources: Sources, code: str) -> tuple[Sound, str]:
    """Render one instrument alone, dry.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], str
        The sound, with a lead-in before the clip, and the recording or soundfont it came from.
    """
    seconds = CLIP_S + scene.LEAD_IN_S
    tune = score.compose(rng)
    library = sources.library
    if library is not None and code in library.codes() and rng.random() < REAL:
        y, name = _real(rng, library, code, tune, seconds)
        if code == "gel" and rng.random() < AMPLIFIED:
            y = room.amplified(y, rng, sample_rate=SAMPLE_RATE)
        return y, name
    if code == "voi" and rng.random() < SUNG:
        manner = ("song", "lyrical", "lively")[rng.integers(3)]
        low = int(rng.integers(40, 60))
        notes = score.MANNERS[manner](tune, rng, seconds, low, low + 19)
        return singer.sing(notes, rng, seconds=seconds, sample_rate=SAMPLE_RATE), "singer"
    y = scene.solo(rng, sources.band(rng), code=code, tune=tune, seconds=seconds)
    return y, "soundfont"


def _real(
    rng: np.random.Generator, library: takes.Library, code: str, tune: score.Tune, seconds: float
) -> tuple[Sound, str]:
    name, every = library.recording(rng, code)
    notes = [take for take in every if take.kind == "note"]
    phrases = [take for take in every if take.kind != "note"]
    if phrases and (not notes or rng.random() < PHRASE):
        return takes.excerpt(rng, phrases, seconds=seconds), name
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
    if rng.random() < 0.5:
        y = room.equalise(y, rng, sample_rate=SAMPLE_RATE, depth_db=3.0)
    return room.levelled(y[-round(CLIP_S * SAMPLE_RATE) :], peak=1.0)


def behind(rng: np.random.Generator, sources: Sources) -> Sound:
    """Render an accompaniment alone."""
    kind = scene.Backing(drums=bool(rng.random() < 0.6))
    tune = score.compose(rng)
    seconds = CLIP_S + scene.LEAD_IN_S
    y = scene.backing(rng, sources.band(rng), tune=tune, seconds=seconds, kind=kind)
    return placed(y, rng)


def shard(sources: Sources, *, seed: int, number: int, front_end: LogMel) -> dict[str, object]:
    """Render one shard; the same seed and number give the same clips."""
    n = CLIPS_A_SHARD
    log_mel = np.zeros((n, round(CLIP_S / front_end.frame_s) + 1, front_end.n_mels), np.float16)
    label = np.zeros(n, np.int8)
    origin = []
    n_front = 0
    for i in range(n):
        rng = np.random.default_rng((seed, number, i))
        if i % EVERY_BEHIND == EVERY_BEHIND - 1:
            y, name, label[i] = behind(rng, sources), "soundfont", BEHIND
        else:
            label[i] = n_front % len(CODES)
            n_front += 1
            y, name = instrument(rng, sources, CODES[label[i]])
            y = placed(y, rng)
        log_mel[i] = front_end.input(y)[: log_mel.shape[1]]
        origin.append(name)
    return {"log_mel": log_mel, "label": label, "origin": np.array(origin)}


def write_shard(folder: Path, sources: Sources, *, seed: int, number: int) -> Path:
    """Render a shard into a folder unless it is there already."""
    path = folder / f"shard_{number:05d}.npz"
    if not path.exists():
        made = shard(sources, seed=seed, number=number, front_end=LogMel())
        part = path.with_suffix(".part.npz")
        np.savez(part, **made)  # type: ignore[arg-type]
        part.replace(path)
    return path


def write_collection(folder: Path, sources: Sources, *, seed: int, n_clips: int) -> Path:
    """Render clips as FLAC with a manifest, half of them over an accompaniment.

    Returns
    -------
    Path
        The manifest; a folder that has one already is left as it is.
    """
    manifest = folder / "manifest.csv"
    if manifest.exists():
        return manifest
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for i in range(n_clips):
        rng = np.random.default_rng((seed, i))
        code = CODES[i % len(CODES)]
        y, name = instrument(rng, sources, code)
        y = placed(y, rng)
        if rng.random() < 0.5:
            below_db = float(rng.uniform(2, 15))
            y = room.levelled(room.balanced(y, behind(rng, sources), below_db=below_db), peak=1.0)
        path = (folder / f"{code}_{i:05d}.flac").resolve()
        sf.write(path, y * 0.9, SAMPLE_RATE, subtype="PCM_16")
        recording = name if ":" in name else f"{name}:{i}"
        items.append(Item(path, (code,), "validation", name.split(":")[0], recording, "phrase"))
    write_manifest(manifest, items)
    return manifest
