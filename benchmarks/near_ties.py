"""How much the first two scores of a clip depend on where the half-overlapping windows begin.

What is called nearly a tie (`cnnviz.networks.verdict.NEAR_TIE`) is chosen from this: the verdict
takes every n-th window from the first, and might as well begin at the second or the third.
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.one_clip import network
from benchmarks.server import ROOT
from benchmarks.table import Measure
from cnnviz.clips import catalogue
from cnnviz.clips.clip import open_clip
from cnnviz.networks.verdict import NEAR_TIE, half_overlap, verdict_s1


def measure(*, quick: bool) -> Iterator[Measure]:
    """Compare the distance of the first two scores over all beginnings, in every sample."""
    ready = network()
    changes, wide_turns, narrow_turns = [], 0, 0
    entries = catalogue.samples(ROOT / "sample_audio")[:: 4 if quick else 1]
    for entry in entries:
        clip = open_clip(
            entry.path,
            id=entry.id,
            title=entry.title,
            name=entry.path.name,
            front_end=ready.card.front_end,
        )
        predictions = ready.run(clip.input, hop_frames=clip.hop_frames, layers=()).predictions
        n_starts = round(half_overlap(clip.front_end.window_frames) / clip.hop_frames)
        scores = np.array([verdict_s1(predictions[start::n_starts]) for start in range(n_starts)])
        second, first = np.argsort(scores[0])[-2:]
        distances = scores[:, first] - scores[:, second]
        changes += np.abs(distances[1:] - distances[0]).tolist()
        turns = bool((distances < 0).any())
        wide_turns += int(turns and distances[0] >= NEAR_TIE)
        narrow_turns += int(turns and distances[0] < NEAR_TIE)
    name = "change of the distance between the first two scores"
    yield Measure(f"{name}, median", [float(np.median(changes))], "")
    yield Measure(f"{name}, 90th percentile", [float(np.percentile(changes, 90))], "")
    name = f"clips whose first two change places, {len(entries)} samples"
    yield Measure(f"{name}, distance below {NEAR_TIE}", [float(narrow_turns)], "clips")
    yield Measure(f"{name}, distance from {NEAR_TIE}", [float(wide_turns)], "clips", limit=0)
