"""One sample clip through the app's own front end and network, without a page."""

from dataclasses import dataclass
from functools import cache

from benchmarks.server import ROOT
from cnnviz import clips, listening, network
from cnnviz.activations import Listener, Segment
from cnnviz.frontend import Floats
from cnnviz.memory import reuse

NETWORK = ROOT / "models" / "han2016"


@dataclass(frozen=True)
class Listened:
    """A clip and what the network answers to it, as in `Heard` and `Answer`."""

    windows: Floats
    log_mel: Floats
    labels: tuple[str, ...]
    predictions: Floats
    layers: dict[str, tuple[Segment, ...]]


@cache
def listener() -> Listener:
    """Return the shipped network, as fast as the app has it once it is warm."""
    reuse()
    ready = Listener(network.load(NETWORK))
    ready.speed_up()
    return ready


def three_second_clips() -> list[listening.Heard]:
    """Return every sample of one full pass of the network, read and turned into windows."""
    front_end = listener().network.card.front_end
    found = (
        listening.hear(
            clip.path, id=clip.id, title=clip.title, name=clip.path.name, front_end=front_end
        )
        for clip in clips.samples(ROOT / "sample_audio")
    )
    return [heard for heard in found if heard.seconds == 3]


def listen(layers: tuple[str, ...]) -> Listened:
    """Return the first clip and some of its layers."""
    heard = three_second_clips()[0]
    answer = listener().listen(heard.log_mel, layers=layers)
    labels = listener().network.card.labels
    return Listened(heard.windows, heard.log_mel, labels, answer.predictions, answer.layers)
