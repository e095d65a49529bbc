"""One sample clip through the app's own front end and network, without a page."""

from dataclasses import dataclass
from functools import cache

from benchmarks.server import ROOT
from cnnviz.audio import Float32
from cnnviz.clips import catalogue
from cnnviz.clips.clip import Clip, open_clip
from cnnviz.networks import keras_network
from cnnviz.networks.outputs import Segment
from cnnviz.serving.memory import reuse_between_passes

NETWORK = ROOT / "models" / "han2016"


@dataclass(frozen=True)
class Ran:
    """A clip and what the network says of it, as in `Clip` and `Outputs`."""

    windows: Float32
    input: Float32
    labels: tuple[str, ...]
    predictions: Float32
    layers: dict[str, tuple[Segment, ...]]


@cache
def network() -> keras_network.KerasNetwork:
    """Return the shipped network, as fast as the app has it once it is warm."""
    reuse_between_passes()
    ready = keras_network.load(NETWORK)
    ready.compile(fast=True)
    return ready


def three_second_clips() -> list[Clip]:
    """Return every sample of one full pass of the network, read and turned into windows."""
    front_end = network().card.front_end
    opened = (
        open_clip(
            entry.path, id=entry.id, title=entry.title, name=entry.path.name, front_end=front_end
        )
        for entry in catalogue.samples(ROOT / "sample_audio")
    )
    return [clip for clip in opened if clip.seconds == 3]


def run(layers: tuple[str, ...]) -> Ran:
    """Return the first clip and some of its layers."""
    clip = three_second_clips()[0]
    outputs = network().run(clip.input, layers=layers)
    labels = network().card.labels
    return Ran(clip.windows, clip.input, labels, outputs.predictions, dict(outputs.layers))
