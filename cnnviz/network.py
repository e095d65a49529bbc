"""A network that listens: a Keras model and the card that says how to use it.

**Conventions**: the input is (window, frame, mel, 1) float32, the output (window, class) in the
order of the card's labels; a layer's maps are (window, frame, mel, filter), a dense layer's cells
(window, filter). Importing this module does not import TensorFlow: `load` does.
"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cnnviz.card import Card, Layer, read_card
from cnnviz.errors import BadInput


@dataclass(frozen=True)
class Network:
    """A loaded network: the Keras model, its card and its layers, checked against each other."""

    card: Card
    model: Any
    layers: tuple[Layer, ...]

    def layer(self, name: str) -> Layer:
        """Return the layer called `name`; a `KeyError` if there is none."""
        return {layer.name: layer for layer in self.layers}[name]


def load(folder: Path) -> Network:
    """Load a network and check that card and weights belong together.

    Parameters
    ----------
    folder : Path
        Holds `card.json` and `model.keras`. A model file is code: load only your own.

    Raises
    ------
    BadInput
        If a file is missing or card and weights do not fit; the sentence says where.
    """
    card = read_card(folder)
    weights = folder / "model.keras"
    if not weights.is_file():
        raise BadInput(
            f"network '{card.name}' needs its weights in model.keras, but the file is missing. "
            "Fetch or train the network again."
        )
    if hashlib.sha256(weights.read_bytes()).hexdigest() != card.weights_sha256:
        raise BadInput(
            f"the weights of network '{card.name}' must be those that its card describes, but "
            "their SHA-256 differs. Fetch both again."
        )
    import keras  # here, not above: it takes seconds, and the page paints before it

    # compile=False: the app never trains, and an optimiser's state is twice the weights.
    model = keras.models.load_model(weights, compile=False)
    return check(model, card)


def check(model: Any, card: Card) -> Network:
    """Join a Keras model and its card, or say what does not fit.

    Raises
    ------
    BadInput
        If input, outputs or a named layer differ from the card.
    """
    front_end = card.front_end
    wanted = (None, front_end.window_frames, front_end.n_mels, 1)
    if tuple(model.input_shape) != wanted:
        raise BadInput(
            f"the input of network '{card.name}' must be {wanted} as its card says, but its "
            f"weights take {tuple(model.input_shape)}. Correct 'front_end' in card.json."
        )
    if tuple(model.output_shape) != (None, len(card.labels)):
        raise BadInput(
            f"network '{card.name}' must have {len(card.labels)} outputs as its card says, but its "
            f"weights have the shape {tuple(model.output_shape)}. Correct 'labels' in card.json."
        )
    known = {layer.name for layer in model.layers}
    places = _places(model)
    layers = []
    for layer in card.layers:
        keras_name = card.outputs[layer.name]
        if keras_name not in known:
            raise BadInput(
                f"layer '{layer.name}' of network '{card.name}' must be '{keras_name}' of its "
                "weights, but they have no such layer. Correct its 'output' in card.json."
            )
        shape = tuple(model.get_layer(keras_name).output.shape[1:])
        if shape != layer.shape:
            raise BadInput(
                f"layer '{layer.name}' of network '{card.name}' must have the shape {layer.shape} "
                f"of its card, but its weights give {shape}. Correct 'shape' in card.json."
            )
        if layer.is_map:
            (frame_start, frame_step), (mel_start, mel_step) = places[keras_name]
            layer = replace(
                layer,
                frame_start=frame_start,
                frame_step=frame_step,
                mel_start=mel_start,
                mel_step=mel_step,
            )
        layers.append(layer)
    return Network(card, model, tuple(layers))


def _places(model: Any) -> dict[str, tuple[tuple[float, float], ...]]:
    """Follow padding, kernels and strides to where each layer's cells are centred in the window.

    Returns, for each layer, (start, step) along the frames and (start, step) along the mel bands.
    Holds for a chain of layers, each keeping, padding, convolving or pooling the one before.
    """
    start, step = [0.0, 0.0], [1.0, 1.0]
    places: dict[str, tuple[tuple[float, float], ...]] = {}
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "ZeroPadding2D":
            for axis in (0, 1):
                start[axis] -= layer.padding[axis][0] * step[axis]
        elif kind in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
            sizes = layer.kernel_size if kind == "Conv2D" else layer.pool_size
            dilation = layer.dilation_rate if kind == "Conv2D" else (1, 1)
            for axis in (0, 1):
                reach = (sizes[axis] - 1) * dilation[axis]
                # "same" pads half of the kernel's reach, so that centres stay where they were
                if layer.padding == "valid":
                    start[axis] += reach / 2 * step[axis]
                step[axis] *= layer.strides[axis]
        places[layer.name] = tuple(zip(start, step, strict=True))
    return places
