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


def test_layers_have_the_places_of_their_cells(small_network):
    pool1, conv2 = small_network.layer("pool1"), small_network.layer("conv2")
    # 16 frames padded by 2 and convolved with 3 begin at -1; the first three are pooled at 0
    assert (pool1.frame_start, pool1.frame_step, pool1.mel_start, pool1.mel_step) == (0, 3, 0, 3)
    assert (conv2.frame_start, conv2.frame_step, conv2.mel_start, conv2.mel_step) == (-3, 3, -3, 3)


def finished(inputs, x):
    """Return a model that ends as its card says."""
    import keras
    from keras import layers as k

    x = k.GlobalMaxPooling2D(name="global_pool")(k.MaxPooling2D(2, name="pool1")(x))
    x = k.Dense(3, activation="sigmoid", name="output")(k.Dense(8, name="dense")(x))
    model = keras.Model(inputs, x)
    rng = np.random.default_rng(3)
    for variable in model.variables:
        values = rng.uniform(-1, 1, variable.shape) + 2 * ("variance" in variable.path)
        # divided such that no sum saturates the sigmoid
        variable.assign(values / np.sqrt(np.prod(variable.shape[:-1])))
    return model


def test_a_layer_of_maps_without_places_is_said():
    from keras import Input
    from keras import layers as k

    inputs = Input((SMALL.window_frames, SMALL.n_mels, 1))
    x = k.UpSampling2D(name="twice")(k.Conv2D(2, 3, name="conv1")(inputs))
    model = finished(inputs, k.Conv2D(2, 3, name="conv2")(x))
    card = card_of(model)
    with pytest.raises(BadInput, match=r"layer 'pool1' .* through 'twice' \(UpSampling2D\)"):
        KerasNetwork(model, parse_card(card))
    # layers of cells need no places, and a layer before has its own
    shown = [layer for layer in card["layers"] if layer["name"] not in ("pool1", "conv2")]
    network = KerasNetwork(model, parse_card(card | {"layers": shown}))
    assert network.layer("conv1").frame_start == 1


def branched(x):
    from keras import layers as k

    branches = [k.Conv2D(3, 2 * n + 1, padding="same", name=f"conv{n}")(x) for n in (1, 2)]
    return k.Concatenate()(branches)


def branched_after_a_convolution(x):
    from keras import layers as k

    x = k.LeakyReLU()(k.Conv2D(3, 3, name="conv1")(k.ZeroPadding2D(2)(x)))
    return k.Concatenate()([k.Conv2D(2, 3, name="conv2")(x), k.Conv2D(2, 3)(x)])


def with_a_skip_connection(x):
    from keras import layers as k

    x = k.Conv2D(3, 3, name="conv1")(x)
    return x + k.Conv2D(3, 3, name="conv2")(k.ZeroPadding2D(1)(k.ReLU()(x)))


def with_the_input_added_again(x):
    from keras import layers as k

    convolved = k.Conv2D(3, 3, name="conv1")(k.ZeroPadding2D(1)(x))
    return k.Add()([x, k.Conv2D(1, 1, name="conv2")(convolved)])


def normalised_frame_by_frame(x):
    from keras import layers as k

    x = k.BatchNormalization(axis=1)(k.Conv2D(3, 3, name="conv1")(x))
    return k.Conv2D(3, 3, name="conv2")(k.PReLU()(x))


def calling_a_layer_twice(x):
    from keras import layers as k

    both = k.ReLU(max_value=2.0)
    x = both(k.Conv2D(3, 3, name="conv1")(x))
    return both(k.Conv2D(3, 3, name="conv2")(x))


@pytest.mark.parametrize(
    "network",
    [
        branched,
        branched_after_a_convolution,
        with_a_skip_connection,
        with_the_input_added_again,
        normalised_frame_by_frame,
        calling_a_layer_twice,
    ],
)
def test_a_graph_gives_the_activations_of_its_plain_model(network):
    from keras import Input, Model

    inputs = Input((SMALL.window_frames, SMALL.n_mels, 1))
    model = finished(inputs, network(inputs))
    card = parse_card(card_of(model))
    clip_input = np.random.default_rng(5).normal(size=(40, SMALL.n_mels)).astype(np.float32)
    outputs = KerasNetwork(model, card).run(clip_input, layers=tuple(card.outputs))
    windows = SMALL.windows(clip_input)[..., None]
    np.testing.assert_allclose(outputs.predictions, model(windows), atol=1e-5)
    for name, (segment,) in outputs.layers.items():
        exact = np.asarray(Model(inputs, model.get_layer(name).output)(windows))
        exact = exact.reshape(len(windows), -1, exact.shape[-1]).transpose(2, 0, 1)
        step = (segment.high - segment.low)[:, None, None] / 255
        error = np.abs(segment.values().reshape(exact.shape) - exact)
        # Sums in another order: 2e-7 for float32, times some 50 terms of that size at most
        assert np.all(error <= step / 2 + 1e-5 * np.abs(exact).max()), name
