"""A small network and small clips, made here, that every test can use."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.card import parse_card
from cnnviz.networks.keras_network import KerasNetwork

ROOT = Path(__file__).parents[1]
SMALL = LogMel(sample_rate=8000, n_fft=256, hop_length=128, n_mels=24, window_frames=16)


def card_of(model: Any, **changes: Any) -> dict[str, Any]:
    """Return the JSON of a card that fits the small model."""
    shown = [("conv1", "convolution"), ("pool1", "pooling"), ("conv2", "convolution")]
    shown += [("global_pool", "global pooling"), ("dense", "dense")]
    return {
        "format": 1,
        "name": "small",
        "title": "A small network",
        "front_end": SMALL.to_json(),
        "labels": ["cel", "flu", "voi"],
        "threshold": 0.5,
        "layers": [
            {
                "name": name,
                "output": name,
                "kind": kind,
                "shape": list(model.get_layer(name).output.shape[1:]),
            }
            for name, kind in shown
        ],
        "output": "output",
        "weights_sha256": "",
    } | changes


@pytest.fixture(scope="session")
def small_model() -> Any:
    """Two convolutions, a pooling and two dense layers, seeded, never trained."""
    import keras

    keras.utils.set_random_seed(1)
    layers = keras.layers
    x = sound = keras.Input((SMALL.window_frames, SMALL.n_mels, 1))
    for layer in (
        layers.ZeroPadding2D(2, name="pad1"),
        layers.Conv2D(4, 3, name="conv1"),
        layers.MaxPooling2D(3, name="pool1"),
        layers.ZeroPadding2D(2, name="pad2"),
        layers.Conv2D(6, 3, name="conv2"),
        layers.GlobalMaxPooling2D(name="global_pool"),
        layers.Dense(8, name="dense"),
        layers.Dense(3, activation="sigmoid", name="output"),
    ):
        x = layer(x)
    return keras.Model(sound, x)


@pytest.fixture(scope="session")
def small_network(small_model: Any) -> KerasNetwork:
    """The small model with its card."""
    return KerasNetwork(small_model, parse_card(card_of(small_model)))


@pytest.fixture
def network_folder(tmp_path: Path, small_model: Any) -> Path:
    """A folder with the small network's weights and card."""
    import json

    weights = tmp_path / "model.keras"
    small_model.save(weights)
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    card = card_of(small_model, weights_sha256=sha256)
    (tmp_path / "card.json").write_text(json.dumps(card))
    return tmp_path


@pytest.fixture
def sine() -> np.ndarray:
    """Two seconds of 440 Hz at the small front end's rate, rising in level."""
    t = np.arange(2 * SMALL.sample_rate) / SMALL.sample_rate
    return (np.sin(2 * np.pi * 440 * t) * np.linspace(0.1, 0.9, len(t))).astype(np.float32)
