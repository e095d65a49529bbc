"""A network that listens: a Keras model and the card that says how to use it.

**Conventions**: the input is (window, frame, mel, 1) float32, the output (window, class) in the
order of the card's labels; a layer's maps are (window, frame, mel, filter), a dense layer's cells
(window, filter). Importing this module does not import TensorFlow: `load` does.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from cnnviz.errors import BadInput
from cnnviz.frontend import FrontEnd

CARD_FORMAT = 1
KINDS = ("convolution", "pooling", "global pooling", "dense")
Kind = Literal["convolution", "pooling", "global pooling", "dense", "output"]


@dataclass(frozen=True)
class Layer:
    """One layer as it is shown, and where its cells lie in the window.

    Attributes
    ----------
    name : str
        As the card calls it.
    kind : str
        One of `KINDS`, or "output".
    filters : int
        Maps, or cells of a dense layer.
    frames, mels : int
        Size of one map; 1 x 1 for a layer of cells.
    frame_start, frame_step, mel_start, mel_step : float
        Cell (i, j) is centred on frame `frame_start + i * frame_step` of the window and on mel
        band `mel_start + j * mel_step`.
    """

    name: str
    kind: Kind
    filters: int
    frames: int = 1
    mels: int = 1
    frame_start: float = 0.0
    frame_step: float = 1.0
    mel_start: float = 0.0
    mel_step: float = 1.0

    @property
    def is_map(self) -> bool:
        """Whether the layer has an extent in time and frequency."""
        return self.frames * self.mels > 1

    @property
    def size(self) -> str:
        """Count and size in words, as "64 filters of 19×48"."""
        if self.kind == "output":
            return f"{self.filters} classes"
        return f"{self.filters} filters of {self.frames}×{self.mels}" if self.is_map else f"{self.filters} cells"


@dataclass(frozen=True)
class Card:
    """What `card.json` says of a network.

    Attributes
    ----------
    name, title : str
        Folder name and the words for people.
    front_end : FrontEnd
        How sound becomes the input.
    labels : tuple of str
        One code per output, in order.
    threshold : float
        Clip score from which a class counts as heard; chosen on validation data.
    outputs : dict of str to (str, str)
        Layer name to (Keras layer whose output is shown, kind), in the order the sound flows.
    output : str
        Keras layer of the prediction.
    weights_sha256 : str
        Of `model.keras`.
    trained, results : dict
        How and on what it was trained; what it reaches.
    """

    name: str
    title: str
    front_end: FrontEnd
    labels: tuple[str, ...]
    threshold: float
    outputs: dict[str, tuple[str, Kind]]
    output: str
    weights_sha256: str
    trained: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """A loaded network: the Keras model, its card and its layers, checked against each other."""

    card: Card
    model: Any
    layers: tuple[Layer, ...]

    def layer(self, name: str) -> Layer:
        """Return the layer called `name`; a `KeyError` if there is none."""
        return {layer.name: layer for layer in self.layers}[name]


def read_card(folder: Path) -> Card:
    """Read and check `card.json` without loading the weights.

    Raises
    ------
    BadInput
        If the card is missing, is no JSON, or lacks or misstates a field.
    """
    path = folder / "card.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"a network needs a readable card.json, but {path.name} in '{folder.name}' is not: {error}") from error
    return parse_card(raw)


def parse_card(raw: Any) -> Card:
    """Turn the JSON of a card into a `Card`.

    Raises
    ------
    BadInput
        Naming the field that is missing or wrong.
    """
    if not isinstance(raw, dict) or raw.get("format") != CARD_FORMAT:
        raise BadInput(f"card.json must be an object with \"format\": {CARD_FORMAT}. Make it again with this version.")
    for key, kind in _CARD_FIELDS.items():
        if not isinstance(raw.get(key), kind):
            raise BadInput(f"card.json must have '{key}' ({_type_name(kind)}), but it has {raw.get(key)!r:.80}.")
    labels = tuple(raw["labels"])
    if not labels or not all(isinstance(label, str) for label in labels) or len(set(labels)) < len(labels):
        raise BadInput(f"'labels' in card.json must be different names, one per output, but it has {labels!r:.120}.")
    outputs: dict[str, tuple[str, Kind]] = {}
    for entry in raw["layers"]:
        if not (isinstance(entry, dict) and isinstance(entry.get("name"), str) and isinstance(entry.get("output"), str)):
            raise BadInput(f"each layer in card.json must have a name and an output, but one is {entry!r:.80}.")
        if entry.get("kind") not in KINDS:
            raise BadInput(f"layer '{entry['name']}' in card.json must be one of {', '.join(KINDS)}, but it is {entry.get('kind')!r:.40}.")
        outputs[entry["name"]] = (entry["output"], entry["kind"])
    if not outputs:
        raise BadInput("'layers' in card.json must name at least one layer to show, but it is empty.")
    return Card(
        name=raw["name"],
        title=raw["title"],
        front_end=_front_end(raw["front_end"]),
        labels=labels,
        threshold=float(raw["threshold"]),
        outputs=outputs,
        output=raw["output"],
        weights_sha256=raw["weights_sha256"],
        trained=raw.get("trained", {}),
        results=raw.get("results", {}),
    )


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
        raise BadInput(f"network '{card.name}' needs its weights in model.keras, but the file is missing. Fetch or train it again.")
    if hashlib.sha256(weights.read_bytes()).hexdigest() != card.weights_sha256:
        raise BadInput(f"the weights of network '{card.name}' are not those that its card describes (their SHA-256 differs). Fetch both again.")
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
        raise BadInput(f"the input of network '{card.name}' must be {wanted} as its card says, but its weights take {tuple(model.input_shape)}.")
    if tuple(model.output_shape) != (None, len(card.labels)):
        raise BadInput(f"network '{card.name}' must have {len(card.labels)} outputs as its card says, but its weights have {model.output_shape[-1]}.")
    known = {layer.name for layer in model.layers}
    for name, keras_name in [(name, output) for name, (output, _) in card.outputs.items()] + [("output", card.output)]:
        if keras_name not in known:
            raise BadInput(f"layer '{name}' of network '{card.name}' must be the weights' '{keras_name}', but they have no such layer.")
    places = _places(model)
    layers = [_layer(model, name, kind, keras_name, places) for name, (keras_name, kind) in card.outputs.items()]
    layers.append(Layer("output", "output", len(card.labels)))
    return Network(card, model, tuple(layers))


def _layer(model: Any, name: str, kind: Kind, keras_name: str, places: dict[str, tuple[float, float, float, float]]) -> Layer:
    shape = model.get_layer(keras_name).output.shape
    if len(shape) == 2:
        return Layer(name, kind, int(shape[1]))
    if len(shape) != 4:
        raise BadInput(f"layer '{name}' must be maps (window, frame, mel, filter) or cells (window, filter), but it is {tuple(shape)}.")
    _, frames, mels, filters = (int(n) if n else 0 for n in shape)
    return Layer(name, kind, filters, frames, mels, *places[keras_name])


def _places(model: Any) -> dict[str, tuple[float, float, float, float]]:
    """Follow padding, kernels and strides to where each layer's cells are centred in the window.

    Holds for a chain of layers, each keeping, padding, convolving or pooling the one before.
    """
    start, step = [0.0, 0.0], [1.0, 1.0]
    places = {}
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
        places[layer.name] = (start[0], step[0], start[1], step[1])
    return places


_CARD_FIELDS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "title": str,
    "front_end": dict,
    "labels": list,
    "threshold": (int, float),
    "layers": list,
    "output": str,
    "weights_sha256": str,
}


def _type_name(kind: type | tuple[type, ...]) -> str:
    words = {str: "text", dict: "an object", list: "a list"}
    return words.get(kind, "a number") if isinstance(kind, type) else "a number"


def _front_end(raw: dict[str, Any]) -> FrontEnd:
    kinds = {f.name: f.type for f in fields(FrontEnd)}
    for key, value in raw.items():
        if key not in kinds:
            raise BadInput(f"'front_end' in card.json must have only {', '.join(kinds)}, but it has '{key}'.")
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (isinstance(value, float) and kinds[key] is float)):
            raise BadInput(f"'{key}' of 'front_end' in card.json must be a number, but it is {value!r:.40}.")
    front_end = FrontEnd(**raw)
    sizes = (front_end.sample_rate, front_end.n_fft, front_end.hop_length, front_end.n_mels, front_end.window_frames)
    if min(sizes) < 1 or front_end.log_floor <= 0 or front_end.std <= 0:
        raise BadInput("the numbers of 'front_end' in card.json must be greater than zero (all but the mean).")
    return front_end
