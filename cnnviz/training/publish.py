"""From a learned network to a folder that the app loads: weights, card, checksums.

**Conventions**: the folder holds `model.keras` (float32, no optimiser) and `card.json`; the weights
are written first and the card, which names their SHA-256, last: a half-written folder never loads.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import keras

from cnnviz.clips.instruments import CODES
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.card import CARD_FORMAT
from cnnviz.training.evaluate import Thresholds

TITLES = {"han2016": "Han, Kim & Lee 2016"}


def layers_of(model: Any) -> list[dict[str, Any]]:
    """List what the app shows of a network: convolutions, poolings and dense layers in order.

    An activation layer named `<layer>_act` is shown in place of the layer before it. The output
    layer is named apart.
    """
    names = {layer.name for layer in model.layers}
    kinds = {
        "Conv2D": "convolution",
        "MaxPooling2D": "pooling",
        "GlobalMaxPooling2D": "global pooling",
        "Dense": "dense",
    }
    found = []
    for layer in model.layers:
        kind = kinds.get(type(layer).__name__)
        if kind is None or layer is model.layers[-1]:
            continue
        shown = f"{layer.name}_act" if f"{layer.name}_act" in names else layer.name
        shape = [int(n) for n in model.get_layer(shown).output.shape[1:]]
        found.append({"name": layer.name, "output": shown, "kind": kind, "shape": shape})
    return found


def sha256(path: Path) -> str:
    """Return the checksum of a file as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def publish(
    model: Any,
    folder: Path,
    *,
    front_end: LogMel,
    title: str,
    thresholds: Thresholds,
    trained: dict[str, Any],
    results: dict[str, Any],
) -> Path:
    """Write a network folder.

    Parameters
    ----------
    model : keras.Model
        Without batch normalisation.
    folder : Path
        Is made if need be; its name is the network's.
    title : str
        What the app calls the network.
    trained, results : dict
        How and on what it learned; the figures of the final table.

    Returns
    -------
    Path
        The card.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.keras"
    part = folder / "part.keras"
    # `save` would keep the optimiser of a compiled model
    keras.Model(model.input, model.output, name=model.name).save(part)
    part.replace(weights)
    card = {
        "format": CARD_FORMAT,
        "name": folder.name,
        "title": title,
        "front_end": front_end.to_json(),
        "labels": list(CODES),
        "threshold": thresholds.s1,
        "layers": layers_of(model),
        "output": model.layers[-1].name,
        "weights_sha256": sha256(weights),
        "trained": trained | {"thresholds": {"s1": thresholds.s1, "s2": thresholds.s2}},
        "results": results,
    }
    path = folder / "card.json"
    draft = folder / "card.part.json"
    draft.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    return path
