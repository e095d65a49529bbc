"""The card of a network: what `card.json` says of its front end, labels, layers and results.

**Conventions**: layers stand in the order the sound flows through them; the shape of a layer is
(frame, mel, filter) of one window, or (filter,) for a layer of cells.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cnnviz.errors import BadInput
from cnnviz.front_ends import FrontEnd, read_front_end

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
    def shape(self) -> tuple[int, ...]:
        """Shape of one window's activations: (frame, mel, filter), or (filter,) for cells."""
        return (self.frames, self.mels, self.filters) if self.is_map else (self.filters,)

    @property
    def quantity(self) -> str:
        """What its cells hold, in a word: the output holds scores."""
        return "score" if self.kind == "output" else "activation"

    def inside(self, front_end: FrontEnd) -> tuple[slice, slice]:
        """Return which frames and mel bands of a map lie over the window; the rest is padding.

        A cell counts by its centre. If no cell lies over the window, all count.
        """
        across = _over(self.frame_start, self.frame_step, self.frames, front_end.window_frames)
        return across, _over(self.mel_start, self.mel_step, self.mels, front_end.n_mels)

    @property
    def size(self) -> str:
        """Count and size in words, as "64 filters of 19×48"."""
        if self.kind == "output":
            return f"{self.filters} classes"
        return (
            f"{self.filters} filters of {self.frames}×{self.mels}"
            if self.is_map
            else f"{self.filters} cells"
        )


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
        Clip score from which a class counts as named; chosen on validation data.
    layers : tuple of Layer
        In the order the sound flows, the prediction last; their places are known once loaded.
    outputs : dict of str to str
        Layer name to the Keras layer whose output is shown.
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
    layers: tuple[Layer, ...]
    outputs: dict[str, str]
    weights_sha256: str
    trained: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)


def read_card(folder: Path) -> Card:
    """Read and check `card.json` without loading the weights.

    Raises
    ------
    BadInput
        If the card is missing, is no JSON, or lacks or misstates a field.
    """
    try:
        raw = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"a network needs a readable card.json, but '{folder.name}' has none: {error}. "
            "Fetch or train the network again."
        ) from error
    return parse_card(raw)


def parse_card(raw: Any) -> Card:
    """Turn the JSON of a card into a `Card`.

    Raises
    ------
    BadInput
        Naming the field that is missing or wrong.
    """
    _must(isinstance(raw, dict), "be an object", raw)
    _must(raw.get("format") == CARD_FORMAT, f'have "format": {CARD_FORMAT}', raw.get("format"))
    for key, (kind, words) in _FIELDS.items():
        _must(isinstance(raw.get(key), kind), f"have '{key}' ({words})", raw.get(key))
    labels = tuple(raw["labels"])
    named = all(isinstance(label, str) for label in labels)
    _must(
        bool(labels) and named and len(set(labels)) == len(labels),
        "have different names in 'labels', one per output",
        labels,
    )
    layers = tuple(_read_layer(entry) for entry in raw["layers"])
    names = [layer.name for layer in layers]
    _must(
        bool(layers) and len({*names, "output"}) == len(names) + 1,
        "have one or more layers with different names, none of them 'output'",
        names,
    )
    outputs = {entry["name"]: entry["output"] for entry in raw["layers"]}
    return Card(
        name=raw["name"],
        title=raw["title"],
        front_end=read_front_end(raw["front_end"]),
        labels=labels,
        threshold=float(raw["threshold"]),
        layers=(*layers, Layer("output", "output", len(labels))),
        outputs=outputs | {"output": raw["output"]},
        weights_sha256=raw["weights_sha256"],
        trained=raw.get("trained", {}),
        results=raw.get("results", {}),
    )


def _over(start: float, step: float, n_cells: int, length: int) -> slice:
    """Return the cells that are centred on one of `length` places, each one wide."""
    cells = [cell for cell in range(n_cells) if -0.5 <= start + cell * step < length - 0.5]
    return slice(cells[0], cells[-1] + 1) if cells else slice(0, n_cells)


# Field of the card to its type and the words for it.
_FIELDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "name": (str, "text"),
    "title": (str, "text"),
    "front_end": (dict, "an object"),
    "labels": (list, "a list"),
    "threshold": ((int, float), "a number"),
    "layers": (list, "a list"),
    "output": (str, "text"),
    "weights_sha256": (str, "text"),
}


def _must(holds: bool, what: str, came: object) -> None:
    if not holds:
        raise BadInput(f"card.json must {what}, but it has {came!r:.100}. Correct the card.")


def _read_layer(entry: Any) -> Layer:
    _must(isinstance(entry, dict), "have objects in 'layers'", entry)
    for key in ("name", "output"):
        _must(isinstance(entry.get(key), str), f"give each layer a '{key}' (text)", entry)
    name, kind, shape = entry["name"], entry.get("kind"), entry.get("shape")
    _must(kind in KINDS, f"give layer '{name}' one of the kinds {', '.join(KINDS)}", kind)
    match shape:
        case [int(filters)] if filters > 0:
            return Layer(name, kind, filters)
        case [int(frames), int(mels), int(filters)] if min(frames, mels, filters) > 0:
            return Layer(name, kind, filters, frames, mels)
    raise BadInput(
        f"the shape of layer '{name}' in card.json must be [filters] or [frames, mels, filters], "
        f"but it is {shape!r:.60}. Correct the card."
    )
