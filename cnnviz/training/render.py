"""Labelled clips without end, as shards to learn from, and as collections to choose and test with.

**Conventions**: in a shard a clip is its log-mel before standardisation, float16 (clip, frame,
mel), and its labels, bool (clip, class). Three kinds of clips stand in it: produced ones, which
are mixed already; instruments alone, and accompaniments, whose labels are all false. The latter
two are mixed while the network learns, because adding two mel spectrograms costs nothing: in
every pass over the data each instrument plays over another band, at another level.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import mastering, produced, room, takes
from cnnviz.training.backing import Backing
from cnnviz.training.collection import Item, write_manifest
from cnnviz.training.mastering import HELD_OUT, PRACTISED, Chain
from cnnviz.training.sources import (
    CLIP_S,
    SAMPLE_RATE,
    SINGER,
    SOUNDFONT,
    Sources,
    accompaniment,
    instrument,
    placed,
)

CLIPS_A_SHARD = 264
OF_FIVE = ("produced", "produced", "produced", "instrument", "accompaniment")


def shard(
    sources: Sources,
    *,
    seed: int,
    number: int,
    front_end: LogMel,
    chain: Chain | None = PRACTISED,
) -> dict[str, Any]:
    """Render one shard; the same seed and number give the same clips.

    Parameters
    ----------
    sources : Sources
    seed, number : int
    front_end : LogMel
        Its mean must be 0 and its standard deviation 1.
    chain : Chain or None
        What produced clips go through; None leaves the mixes as they are.

    Returns
    -------
    dict
        log_mel; labels; produced, bool (clip,); recording, str (clip,): what the first instrument,
        or the accompaniment, came from.
    """
    n = CLIPS_A_SHARD
    log_mel = np.zeros((n, round(CLIP_S / front_end.frame_s) + 1, front_end.n_mels), np.float16)
    labels = np.zeros((n, len(CODES)), np.bool_)
    recordings = []
    kinds = [OF_FIVE[i % len(OF_FIVE)] for i in range(n)]
    for i, kind in enumerate(kinds):
        rng = np.random.default_rng((seed, number, i))
        code = CODES[(number * n + i) // len(OF_FIVE) % len(CODES)]
        named: tuple[str, ...] = ()
        if kind == "produced":
            made = produced.produced(rng, sources, code, chain=chain)
            y, named, recording = made.y, made.labels, made.recording
        elif kind == "instrument":
            y, recording = instrument(rng, sources, code)
            y, named = placed(y, rng), (code,)
        else:
            y, recording = accompaniment(rng, sources)
        log_mel[i] = front_end.input(y)[: log_mel.shape[1]]
        labels[i, [CODES.index(one) for one in named]] = True
        recordings.append(recording)
    return {
        "log_mel": log_mel,
        "labels": labels,
        "produced": np.array([kind == "produced" for kind in kinds]),
        "recording": np.array(recordings),
    }


def write_shard(
    folder: Path, sources: Sources, *, seed: int, number: int, chain: Chain | None = PRACTISED
) -> Path:
    """Render a shard into a folder unless it is there already."""
    path = folder / f"shard_{number:05d}.npz"
    if not path.exists():
        made = shard(sources, seed=seed, number=number, front_end=LogMel(), chain=chain)
        part = path.with_suffix(".part.npz")
        np.savez(part, **made)
        part.replace(path)
    return path


def write_collection(folder: Path, sources: Sources, *, seed: int, n_clips: int) -> Path:
    """Produce clips as FLAC with a manifest, to validate with.

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
        made = produced.produced(rng, sources, code)
        path = (folder / f"{code}_{i:05d}.flac").resolve()
        sf.write(path, made.y * 0.9, SAMPLE_RATE, subtype="PCM_16")
        source, recording = made.recording.partition(":")[0], made.recording
        if recording in (SOUNDFONT, SINGER):
            recording = f"{source}:{i}"  # each clip is a recording of its own
        items.append(Item(path, made.labels, "validation", source, recording, "phrase"))
    write_manifest(manifest, items)
    return manifest


def write_produced(
    folder: Path,
    items: Sequence[Item],
    backing: Backing,
    *,
    seed: int,
    over_db: tuple[float, float],
) -> Path:
    """Write a produced test: every clip of a collection once, over an accompaniment, mastered.

    Parameters
    ----------
    items : sequence of Item
        Recordings never learned from.
    backing : Backing
        Never learned from.
    seed : int
    over_db : tuple of float
        From and to which balance, clip over accompaniment; it sets how hard the test is.

    Returns
    -------
    Path
        The manifest; labels and recordings are those of the items, and each one's kind says what
        it is over.

    Raises
    ------
    BadInput
        If the folder holds anything, or an item is of the split "train".
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(
            f"--out must name a new or an empty folder, but '{folder}' holds files. Choose another."
        )
    if any(item.split == "train" for item in items):
        raise BadInput(
            "a test needs clips that nothing is learned from, but some are of the split train. "
            "Name another with --split."
        )
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for index, item in enumerate(items):
        rng = np.random.default_rng((seed, index))
        y = takes.load(item.path)
        back, name = backing.excerpt(rng, seconds=len(y) / SAMPLE_RATE)
        mix = produced.mixed([y], back[: len(y)], rng, over_db=float(rng.uniform(*over_db)))
        y = mastering.mastered(mix, rng, sample_rate=SAMPLE_RATE, chain=HELD_OUT)
        path = (folder / f"{item.labels[0]}_{index:04d}.flac").resolve()
        sf.write(path, room.levelled(y, peak=0.9), SAMPLE_RATE, subtype="PCM_16")
        made.append(
            Item(path, item.labels, "produced", item.source, item.recording, f"over {name}")
        )
    write_manifest(folder / "manifest.csv", made)
    return folder / "manifest.csv"
