"""The clips that travel with the app, made from seeds and two free soundfonts.

**Conventions**: a clip is mono 16-bit FLAC at 44.1 kHz, named in IRMAS's manner
(`[flu][nod]0001__1.flac`: labels, `dru` or `nod`, number); `clips.csv` holds one line for each,
with the seed that makes it again sample for sample.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from cnnviz.clips.catalogue import COLUMNS
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.training import players, room, scene, score
from cnnviz.training.synth import Band

SAMPLE_RATE = 44100
FONTS = {
    "fluid": ("rendered from FluidR3 GM (Frank Wen)", "MIT"),
    "musescore": ("rendered from MuseScore General (S. Christian Collins, Frank Wen)", "MIT"),
}
# (second manner of each instrument, what its title calls it, program of the first soundfont)
MANNERS = {
    "cel": ("lively", "quick notes", 42),
    "cla": ("staccato", "staccato", 71),
    "flu": ("lively", "quick notes", 73),
    "gac": ("strum", "strummed", 25),
    "gel": ("riff", "distorted riff", 30),
    "org": ("hymn", "church organ", 19),
    "pia": ("picking", "broken chords", 0),
    "sax": ("lively", "quick notes", 66),
    "tru": ("staccato", "staccato", 56),
    "vio": ("lively", "quick notes", 40),
    "voi": ("lyrical", "oohs", 53),
}
FIRST = {"gac": ("picking", 24), "gel": ("song", 27), "org": ("chords", 16), "sax": ("song", 65)}
FIRST |= {"pia": ("accompanied_song", 0), "voi": ("song", 52), "cel": ("lyrical", 42)}
# Bands under which the shipped network takes a clarinet for a flute and a guitar for a piano: clips
# to ask why.
HARD = {"cla": 3401, "gac": 3203}
ENSEMBLES = (
    ("flu", "pia"),
    ("vio", "cel", "pia"),
    ("tru", "sax"),
    ("voi", "gac"),
)
ENSEMBLE_S = (10.0, 15.0, 12.0, 9.0)


@dataclass(frozen=True)
class Sample:
    """One clip to be rendered: its line in clips.csv and how it is played."""

    file: str
    title: str
    labels: tuple[str, ...]
    kind: str
    seconds: float
    font: str
    seed: int
    manner: str | None = None
    program: int | None = None
    drums: bool = False


def plan() -> tuple[Sample, ...]:
    """Return every clip, instrument by instrument, ensembles last."""
    clips: list[Sample] = []
    for i, code in enumerate(CODES):
        name = NAMES[code][0].upper() + NAMES[code][1:]
        manner, called, program = MANNERS[code]
        first = FIRST.get(code, ("song", players.PLAYERS[code].programs[0]))
        drums = code not in ("cel", "vio")
        end = f"[{'dru' if drums else 'nod'}]0003__1.flac"
        clips += [
            Sample(f"[{code}][nod]0001__1.flac", f"{name}, alone", (code,), "alone", 3.0,
                   "musescore", 1000 + i, *first),
            Sample(f"[{code}][nod]0002__1.flac", f"{name}, {called}", (code,), "manner", 3.0,
                   "fluid", 2000 + i, manner, program),
            Sample(f"[{code}]{end}", f"{name}, over a band" if drums else f"{name}, over strings",
                   (code,), "accompanied", 3.0, "musescore", HARD.get(code, 3000 + i), *first,
                   drums),
        ]  # fmt: skip
    for i, (codes, seconds) in enumerate(zip(ENSEMBLES, ENSEMBLE_S, strict=True)):
        drums = i == 2
        names = [NAMES[code] for code in codes]
        title = ", ".join(names[:-1]) + " and " + names[-1]
        clips.append(
            Sample(
                "".join(f"[{code}]" for code in (*codes, "dru" if drums else "nod"))
                + "0101__1.flac",
                title[0].upper() + title[1:],
                codes,
                "ensemble",
                seconds,
                "musescore",
                4000 + i,
                drums=drums,
            )
        )
    return tuple(clips)


def render(sample: Sample) -> NDArray[np.float32]:
    """Render one clip; the same `Sample` gives the same samples on the same machine."""
    rng = np.random.default_rng(sample.seed)
    band = Band(sample.font, sample_rate=SAMPLE_RATE)
    tune = score.compose(rng)
    seconds = sample.seconds + scene.LEAD_IN_S
    front = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    for k, code in enumerate(sample.labels):
        part = scene.solo(
            rng,
            band,
            code=code,
            tune=tune,
            seconds=seconds,
            manner=sample.manner or _ensemble_manner(code, last=k == len(sample.labels) - 1),
            program=sample.program,
        )
        if len(sample.labels) > 1:
            part = room.levelled(part, peak=1.0)
        front = room.balanced(part, front, below_db=0.0) if front.any() else part
    if sample.kind == "accompanied" or sample.drums:
        programs = tuple(p for code in sample.labels for p in players.PLAYERS[code].programs)
        kind = scene.Arrangement(drums=sample.drums, silent=programs)
        back = scene.backing(rng, band, tune=tune, seconds=seconds, kind=kind)
        front = room.balanced(front, back, below_db=float(rng.uniform(3, 7)))
    return scene.finished(front, rng, sample_rate=SAMPLE_RATE, seconds=sample.seconds)


def _ensemble_manner(code: str, *, last: bool) -> str:
    """Let the last instrument of an ensemble accompany where it can play chords."""
    if last and "chords" in players.PLAYERS[code].manners:
        return "picking"
    return "song"


def write(folder: Path) -> tuple[Path, ...]:
    """Render every clip and `clips.csv` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with (folder / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        for sample in plan():
            path = folder / sample.file
            sf.write(path, render(sample), SAMPLE_RATE, subtype="PCM_16", format="FLAC")
            origin, licence = FONTS[sample.font]
            labels = "+".join(sample.labels)
            lines.writerow((sample.file, sample.title, labels, sample.kind, sample.seconds, origin,
                            licence, sample.seed))  # fmt: skip
            written.append(path)
    return tuple(written)
