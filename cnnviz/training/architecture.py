"""Networks by name; the one of Han, Kim & Lee 2016 (arXiv 1605.09507, table I) is the default.

**Conventions**: input is (window, frame, mel, channel); outputs are one sigmoid for each code.

For learning, every layer gets a batch normalisation behind it. Once learned it is a fixed scale and
shift of each filter, and `folded` writes it into the filter itself: the network that is kept is
exactly the published one, 1,446,123 parameters. `unfolded` is the way back, for learning on.
"""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from keras import layers

FILTERS = (32, 64, 128, 256)
SLOPE = 0.33


def han2016(
    *, n_frames: int | None, n_mels: int, n_classes: int, normalised: bool, dropout: float = 0.5
) -> Any:
    """Build the network.

    Parameters
    ----------
    n_frames : int or None
        Frames of a window; None leaves it open, which learning on shorter windows needs.
    n_mels, n_classes : int
        Bands of the input; outputs.
    normalised : bool
        Whether batch normalisations stand behind the layers (for learning).
    dropout : float
        Behind the dense layer; half of it behind the poolings, as in the paper.

    Returns
    -------
    keras.Model
    """

    def active(x: Any, name: str) -> Any:
        if normalised:
            x = layers.BatchNormalization(momentum=0.97, name=f"{name}_norm")(x)
        return layers.LeakyReLU(negative_slope=SLOPE, name=f"{name}_act")(x)

    inputs = keras.Input((n_frames, n_mels, 1), name="log_mel")
    x = inputs
    for block, filters in enumerate(FILTERS, start=1):
        for part in (1, 2):
            name = f"conv{block}_{part}"
            x = layers.ZeroPadding2D(2, name=f"{name}_pad")(x)
            x = active(layers.Conv2D(filters, 3, name=name)(x), name)
        if block < len(FILTERS):
            x = layers.MaxPooling2D(3, name=f"pool{block}")(x)
            x = layers.Dropout(dropout / 2, name=f"drop{block}")(x)
    x = layers.GlobalMaxPooling2D(name="global_pool")(x)
    x = active(layers.Dense(1024, name="dense")(x), "dense")
    x = layers.Dropout(dropout, name="dense_drop")(x)
    # In float32 always: eight bits of a bfloat16 do not tell 0.996 from 1
    outputs = layers.Dense(n_classes, activation="sigmoid", dtype="float32", name="output")(x)
    return keras.Model(inputs, outputs, name="han2016")


ARCHITECTURES: dict[str, Callable[..., Any]] = {"han2016": han2016}


def folded(learned: Any, plain: Any) -> Any:
    """Copy a network that learned with batch normalisation into one without.

    Parameters
    ----------
    learned, plain : keras.Model
        The same architecture built with and without `normalised`.

    Returns
    -------
    keras.Model
        `plain`, with the same outputs as `learned` has when it is not learning.
    """
    for layer in plain.layers:
        if not layer.weights:
            continue
        kernel, bias = learned.get_layer(layer.name).get_weights()
        if layer.name != "output":
            norm = learned.get_layer(f"{layer.name}_norm")
            gamma, beta, mean, variance = norm.get_weights()
            scale = gamma / np.sqrt(variance + norm.epsilon)
            kernel, bias = kernel * scale, beta + (bias - mean) * scale
        layer.set_weights([kernel, bias])
    return plain


def unfolded(plain: Any, learning: Any, x: Any) -> Any:
    """Copy a network without batch normalisation into one that has them, to learn on.

    Parameters
    ----------
    plain, learning : keras.Model
        The same architecture built without and with `normalised`.
    x : np.ndarray [shape=(window, frame, mel, channel)]
        What the normalisations measure.

    Returns
    -------
    keras.Model
        `learning`, with the outputs of `plain` when it is not learning.
    """
    weighted = [layer for layer in plain.layers if layer.weights and layer.name != "output"]
    measured = keras.Model(plain.inputs, [layer.output for layer in weighted]).predict_on_batch(x)
    for layer, y in zip(weighted, measured, strict=True):
        mean, variance = (f(y, axis=tuple(range(y.ndim - 1))) for f in (np.mean, np.var))
        norm = learning.get_layer(f"{layer.name}_norm")
        learning.get_layer(layer.name).set_weights(layer.get_weights())
        norm.set_weights([np.sqrt(variance + norm.epsilon), mean, mean, variance])
    learning.get_layer("output").set_weights(plain.get_layer("output").get_weights())
    return learning
