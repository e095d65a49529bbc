"""What a network names in the clips that travel with the app, computed as the app computes it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cnnviz.analyses import marks
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import open_clip
from cnnviz.clips.recordings import shipped
from cnnviz.networks import Network
from cnnviz.networks.keras_network import load
from cnnviz.networks.verdict import Verdict, judge


def write(folder: Path, *, samples: Path) -> str:
    """Run a network over every clip and write what it names beside it; return a line for each."""
    network = load(folder)
    said = {entry: verdict(network, entry) for entry in shipped(samples)}
    marks.write(folder, network.card, {e.id: named(one, network) for e, one in said.items()})
    return printed(said, network)


def verdict(network: Network, entry: Entry[Path]) -> Verdict:
    """Return the network's verdict on a clip, as the page shows it."""
    clip = open_clip(
        entry.path,
        id=entry.id,
        title=entry.title,
        name=entry.path.name,
        front_end=network.card.front_end,
    )
    outputs = network.run(clip.input, hop_frames=clip.hop_frames, layers=())
    return judge(outputs.predictions, card=network.card, hop_frames=clip.hop_frames)


def named(one: Verdict, network: Network) -> tuple[str, ...]:
    """Return the codes whose score reaches the threshold, highest first."""
    order = np.argsort(-one.scores, kind="stable")
    return tuple(network.card.labels[i] for i in order if one.scores[i] >= one.threshold)


def printed(said: Mapping[Entry[Path], Verdict], network: Network) -> str:
    """Return a line for each clip: what it is labelled, the three highest scores, right or not."""
    lines, n_right = [], 0
    for entry, one in said.items():
        codes = named(one, network)
        is_wrong = marks.is_wrong(codes, entry.labels)
        n_right += not is_wrong
        order = np.argsort(-one.scores, kind="stable")[:3]
        scores = "  ".join(f"{network.card.labels[i]} {one.scores[i]:.2f}" for i in order)
        end = f"{'wrong' if is_wrong else 'right'}: {'+'.join(codes) or 'nothing'} named"
        lines.append(f"{entry.id:45} {'+'.join(entry.labels):12} {scores}  {end}")
    return "\n".join([*lines, f"right about {n_right} of {len(said)}"])
