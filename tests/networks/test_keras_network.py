"""Loading a network: card and weights are checked against each other."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.errors import BadInput
from cnnviz.networks.card import parse_card
from cnnviz.networks.keras_network import KerasNetwork, load
from tests.conftest import SMALL, card_of


def edit(folder, **changes):
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | changes))


def test_missing_weights_are_said(network_folder):
    (network_folder / "model.keras").unlink()
    with pytest.raises(BadInput, match="the file is missing"):
        load(network_folder)


def test_half_written_weights_never_load(network_folder):
    weights = network_folder / "model.keras"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(BadInput, match="SHA-256"):
        load(network_folder)


def test_what_does_not_fit_is_said(small_model):
    card = parse_card(card_of(small_model))
    with pytest.raises(BadInput, match="input of network"):
        KerasNetwork(small_model, replace(card, front_end=replace(SMALL, n_mels=40)))
    with pytest.raises(BadInput, match="must have 2 outputs"):
        KerasNetwork(small_model, replace(card, labels=("cel", "flu")))
    with pytest.raises(BadInput, match="no such layer"):
        KerasNetwork(small_model, replace(card, outputs=card.outputs | {"conv1": "conv9"}))
    with pytest.raises(BadInput, match="must have the shape"):
        KerasNetwork(small_model, replace(card, outputs=card.outputs | {"conv1": "conv2"}))


def test_a_folder_loads(network_folder):
    network = load(network_folder)
    assert [layer.name for layer in network.layers][-2:] == ["dense", "output"]
    assert network.layer("conv2").shape == (8, 10, 6)


@pytest.mark.parametrize("name", ["conv1", "pool1", "conv2"])
def test_cells_lie_where_the_layer_looks(small_model, small_network, name):
    """The input that moves a cell is centred on the place that the layer states."""
    import keras

    layer = small_network.layer(name)
    tapped = keras.Model(small_model.input, small_model.get_layer(name).output)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, SMALL.window_frames, SMALL.n_mels, 1)).astype(np.float32)
    plain = np.asarray(tapped(x))[0]
    i, j = layer.frames // 2, layer.mels // 2
    moving = []
    for frame in range(SMALL.window_frames):
        for mel in range(SMALL.n_mels):
            touched = x.copy()
            # far above anything else, so that a pooling always lets it through
            touched[0, frame, mel, 0] += 1e4
            if not np.allclose(np.asarray(tapped(touched))[0, i, j], plain[i, j]):
                moving.append((frame, mel))
    # a maximum lets only one sign of the change through in some filters, but all filters together
    # see every position of their field
    frames, mels = np.array(moving).T
    assert (frames.min() + frames.max()) / 2 == layer.frame_start + i * layer.frame_step
    assert (mels.min() + mels.max()) / 2 == layer.mel_start + j * layer.mel_step
