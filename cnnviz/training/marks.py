"""What a network names in the clips that travel with the app, computed as the app computes it."""

from collections.abc import Mapping
from pathlib import Path

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
    marks.write(folder, network.card, {e.id: one.named for e, one in said.items()})
    return printed(said)


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


def printed(said: Mapping[Entry[Path], Verdict]) -> str:
    """Return a line for each clip: what it is labelled, the three highest scores, right or not."""
    lines, n_right = [], 0
    for entry, one in said.items():
        is_wrong = marks.is_wrong(one.named, entry.labels)
        n_right += not is_wrong
        score = dict(zip(one.codes, one.scores, strict=True))
        scores = "  ".join(f"{code} {score[code]:.2f}" for code in one.order[:3])
        end = f"{'wrong' if is_wrong else 'right'}: {'+'.join(one.named) or 'nothing'} named"
        lines.append(f"{entry.id:45} {'+'.join(entry.labels):12} {scores}  {end}")
    return "\n".join([*lines, f"right about {n_right} of {len(said)}"])
