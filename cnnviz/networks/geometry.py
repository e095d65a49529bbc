"""Where the cells of a layer lie in the window, followed through the graph of a Keras model.

**Conventions**: tensors are (window, frame, mel, channel). Cell (i, j) of a layer lies at the
centre of its receptive field, padding included: at frame `frame_start + i * frame_step` and mel
band `mel_start + j * mel_step` of the window. Layers without a rule here make places `Unknown`.
"""

import math
from dataclasses import dataclass
from typing import Any

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
POOLINGS = ("MaxPooling2D", "AveragePooling2D")
# A cell depends on the cells at the same (frame, mel) only. Normalizations with fixed statistics
# are among them whatever their axis: a factor and an offset per frame move no cell.
POINTWISE = (
    *("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Dense", "Identity"),
    *("BatchNormalization", "Normalization", "Rescaling", "ActivityRegularization"),
    *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout2D"),
    *("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),
)
# The same, if their axis is that of the channels
OVER_CHANNELS = ("Concatenate", "LayerNormalization", "Softmax")


@dataclass(frozen=True)
class Place:
    """Where cells lie: those of index 0 at the start, each next one a step further."""

    frame_start: float = 0.0
    frame_step: float = 1.0
    mel_start: float = 0.0
    mel_step: float = 1.0


@dataclass(frozen=True)
class Unknown:
    """A place that cannot be given.

    Attributes
    ----------
    reason : str
        Names the layer that is not understood and its kind, as the end of a sentence.
    """

    reason: str


def places(model: Any) -> dict[str, Place | Unknown]:
    """Follow the graph of a model from its input to where each layer's cells lie.

    Parameters
    ----------
    model : keras.Model
        Its first input is (window, frame, mel, channel).

    Returns
    -------
    dict of str to Place or Unknown
        By the layer's name, for the output of its first call, `layer.output`.

    Notes
    -----
    Upsampling is unknown on purpose: several of its cells have the same receptive field, so that no
    step fits them.
    """
    second = Unknown("they cannot be followed from a second input")
    of_tensor: dict[int, Place | Unknown] = {id(tensor): second for tensor in model.inputs}
    of_tensor[id(model.inputs[0])] = Place()
    waiting = nodes(model)
    while ready := [n for n in waiting if all(id(x) in of_tensor for x in n.input_tensors)]:
        for node in ready:
            before = [of_tensor[id(tensor)] for tensor in node.input_tensors]
            place = _place(node.operation, before, node.input_tensors, node.output_tensors)
            of_tensor |= {id(tensor): place for tensor in node.output_tensors}
        waiting = [node for node in waiting if node not in ready]
    # The output of a nested model belongs to its own graph.
    return {layer.name: of_tensor.get(id(layer.output), _unknown(layer)) for layer in model.layers}


def nodes(model: Any) -> list[Any]:
    """Return the calls of layers, and of operations as `a + b`, that a model consists of.

    Calls of its layers in other models are among them, but consume tensors of those.
    """
    # A Sequential is a chain of layers, and has no operations.
    operations = getattr(model, "operations", model.layers)
    # Keras has no public access to a layer's calls but the first.
    calls = [node for operation in operations for node in operation._inbound_nodes]
    return [node for node in calls if node.input_tensors]


def _place(
    layer: Any, before: list[Place | Unknown], inputs: list[Any], outputs: list[Any]
) -> Place | Unknown:
    """Return the place of a layer's cells from those of its inputs."""
    kind = type(layer).__name__
    unknown = next((place for place in before if isinstance(place, Unknown)), None)
    if unknown is not None:
        return unknown
    if any(len(tensor.shape) != 4 for tensor in inputs + outputs):
        return _unknown(layer)
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        return _unknown(layer, "channels first")
    if kind in POINTWISE or (kind in OVER_CHANNELS and _is_over_channels(layer)):
        # A map of one frame or mel band that is spread over another map has no place of its own.
        shapes = {tuple(tensor.shape[1:3]) for tensor in inputs + outputs}
        same = len(set(before)) == len(shapes) == 1
        return before[0] if same else _unknown(layer, "its inputs lie in different places")
    sizes = tuple(inputs[0].shape[1:3])
    if len(inputs) > 1 or not isinstance(before[0], Place) or None in sizes:
        return _unknown(layer)
    return _moved(layer, before[0], sizes)


def _moved(layer: Any, before: Place, sizes: tuple[Any, ...]) -> Place | Unknown:
    """Return the place after a layer that pads, crops, convolves or pools maps of this size."""
    kind = type(layer).__name__
    if kind == "ZeroPadding2D":
        shifts, strides = [-padding[0] for padding in layer.padding], (1, 1)
    elif kind == "Cropping2D":
        shifts, strides = [cropping[0] for cropping in layer.cropping], (1, 1)
    elif kind in CONVOLUTIONS + POOLINGS and layer.padding in ("valid", "same"):
        shifts, strides = [_shift(layer, axis, sizes[axis]) for axis in (0, 1)], layer.strides
    else:
        return _unknown(layer)
    return Place(
        before.frame_start + shifts[0] * before.frame_step,
        before.frame_step * strides[0],
        before.mel_start + shifts[1] * before.mel_step,
        before.mel_step * strides[1],
    )


def _shift(layer: Any, axis: int, n_cells: int) -> float:
    """Return where the kernel of cell 0 is centred among the `n_cells` cells before."""
    convolves = type(layer).__name__ in CONVOLUTIONS
    size = (layer.kernel_size if convolves else layer.pool_size)[axis]
    reach = (size - 1) * (layer.dilation_rate[axis] if convolves else 1)
    if layer.padding == "valid":
        return float(reach / 2)
    # TensorFlow's "same" pads as little as the last kernel needs, and an odd zero at the end: with
    # a stride, the start depends on the size of the map
    # (https://www.tensorflow.org/api_docs/python/tf/nn, "Notes on padding").
    stride = layer.strides[axis]
    n_padded = max((math.ceil(n_cells / stride) - 1) * stride + reach + 1 - n_cells, 0)
    return float(reach / 2 - n_padded // 2)


def _is_over_channels(layer: Any) -> bool:
    return all(axis in (-1, 3) for axis in _list(layer.axis))


def _unknown(layer: Any, why: str = "") -> Unknown:
    name = f"'{layer.name}' ({type(layer).__name__}{': ' if why else ''}{why})"
    return Unknown(f"they cannot be followed through {name}")


def _list(one_or_more: Any) -> list[Any]:
    return list(one_or_more) if isinstance(one_or_more, list | tuple) else [one_or_more]
