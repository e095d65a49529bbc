"""What is computed for a picture: the network's outputs, and the stage's payload made of them.

Everything is kept in the store; the keys hold all that a value depends on.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

from cnnviz import stage
from cnnviz.analyses.movement import movement
from cnnviz.analyses.scales import Scales
from cnnviz.analyses.scales import inside as cells_inside
from cnnviz.analyses.scales import scales as scales_of
from cnnviz.audio import Float32
from cnnviz.clips.instruments import NAMES
from cnnviz.networks.card import Card
from cnnviz.networks.outputs import Outputs, Segment, packed
from cnnviz.networks.verdict import judge
from cnnviz.serving.turns import ignore
from cnnviz.views.resources import store
from cnnviz.views.session import Picture

# Columns of numbers by which filters can be ordered, by name: a function of the layer's outputs
RANKINGS: dict[str, Callable[[tuple[Segment, ...]], Float32]] = {"movement": movement}


def outputs(
    picture: Picture,
    *,
    progress: Callable[[float], object] = ignore,
    waiting: Callable[[int], object] = ignore,
) -> Outputs:
    """Return what the network says of the clip, with all layers: the next one needs no pass.

    `waiting` is told how many have their turn before, as long as there are any.
    """
    clip, layers = picture.clip, tuple(picture.loader.card.outputs)
    key = ("outputs", picture.loader.key, clip.id)

    def run() -> Outputs:
        return picture.network.run(
            clip.input, hop_frames=clip.hop_frames, layers=layers, progress=progress
        )

    # In line before the store, which would let a second visitor of the same clip wait in silence.
    turn = nullcontext() if key in store() else picture.network.turn(waiting=waiting)
    with turn:
        return store().get(key, run, size=lambda outputs: outputs.nbytes, holder=picture.holder)


def rankings(picture: Picture, outputs: Outputs) -> dict[str, Float32]:
    """Return the numbers by which the layer's filters can be ordered, by their column's name."""
    key = ("rankings", picture.loader.key, picture.clip.id, picture.layer.name)
    return store().get(
        key,
        lambda: {name: of(inside(picture, outputs)) for name, of in RANKINGS.items()},
        size=lambda columns: sum(column.nbytes for column in columns.values()),
    )


def scales(picture: Picture, outputs: Outputs) -> Scales:
    """Return what the colours of the layer can span."""
    layer = picture.network.layer(picture.layer.name)
    return store().get(
        ("scales", picture.loader.key, picture.clip.id, layer.name),
        lambda: scales_of(outputs.layers[layer.name], layer, picture.clip.front_end),
        size=lambda scales: scales.low.nbytes + scales.high.nbytes,
    )


def inside(picture: Picture, outputs: Outputs) -> tuple[Segment, ...]:
    """Return the layer's activations inside the window's own second, without its border."""
    layer = picture.network.layer(picture.layer.name)
    return cells_inside(outputs.layers[layer.name], layer, picture.clip.front_end)


def payload(picture: Picture, outputs: Outputs) -> bytes:
    """Return the clip with its predictions and every map of the layer on the stage."""
    clip, card = picture.clip, picture.loader.card

    def pack() -> bytes:
        return _packer(picture)(
            verdict=judge(outputs.predictions, card=card, hop_frames=clip.hop_frames),
            predictions=outputs.predictions,
            layer=picture.network.layer(picture.layer.name),
            segments=packed(outputs.layers[picture.layer.name]),
            scales=scales(picture, outputs),
            rankings=rankings(picture, outputs),
        )

    key = ("payload", picture.id, picture.loader.key, clip.id, picture.layer.name)
    return store().get(key, pack, size=len)


def payload_while_loading(picture: Picture) -> bytes:
    """Return the clip's sound and spectrogram, for as long as there is no network."""
    key = ("payload", picture.id, picture.loader.key, picture.clip.id)
    return store().get(key, _packer(picture), size=len)


def class_names(card: Card) -> dict[str, str]:
    """Return code to name of the network's classes; a code without a name is its own."""
    return {code: NAMES.get(code, code) for code in card.labels}


def _packer(picture: Picture) -> Callable[..., bytes]:
    clip, card = picture.clip, picture.loader.card
    return partial(
        stage.pack,
        picture_id=picture.id,
        clip_id=clip.id,
        title=clip.title,
        labels=clip.labels,
        network=card.name,
        classes=class_names(card),
        front_end=clip.front_end,
        y=clip.y,
        input=clip.input,
        n_windows=clip.n_windows,
        hop_frames=clip.hop_frames,
        notes=clip.notes,
        credit=None if clip.credit is None else clip.credit.to_json(),
    )
