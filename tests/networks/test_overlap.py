"""What windows share is what each of them has alone."""

import numpy as np
import pytest

from cnnviz.networks import overlap
from tests import rounding

pytestmark = pytest.mark.kernels

LENGTH, N_MELS = 21, 12
STARTS = np.array([0, 1, 2, 5, 5], np.int32)


def chain(*layers):
    import keras

    return keras.Sequential([keras.Input((LENGTH, N_MELS, 1)), *layers])


def networks():
    from keras import layers as k

    return {
        "padded as in the paper": (
            k.ZeroPadding2D(2),
            k.Conv2D(3, 3),
            k.LeakyReLU(),
            k.ZeroPadding2D(2),
            k.Conv2D(4, 3),
            k.BatchNormalization(),
            k.LeakyReLU(),
            k.MaxPooling2D(3),
            k.Flatten(),
            k.Dense(2),
        ),
        "without padding": (
            k.Conv2D(3, 3, activation="relu"),
            k.Conv2D(2, (5, 3)),
            k.MaxPooling2D(2),
        ),
        "padded on one side": (
            k.ZeroPadding2D(((3, 0), (1, 2))),
            k.Conv2D(3, (4, 3)),
            k.MaxPooling2D(2),
        ),
        "the same for every column": (
            k.Conv2D(3, 3),
            k.BatchNormalization(axis=2, beta_initializer="random_normal"),
            k.PReLU("random_normal", shared_axes=[1]),
            k.MaxPooling2D(2),
        ),
    }


@pytest.mark.parametrize("name", list(networks()))
def test_shared_columns_are_those_of_each_window_alone(name):
    import keras

    model = chain(*networks()[name])
    shared = overlap.leading(model)
    assert type(shared[-1]).__name__ != "MaxPooling2D" and len(shared) >= 2
    frames = np.random.default_rng(0).normal(size=(30, N_MELS)).astype(np.float32)
    frames[STARTS[-1] + LENGTH :] *= 100  # which are in no window
    outputs = overlap.outputs(shared, frames, STARTS, length=LENGTH)
    windows = np.stack([frames[s : s + LENGTH] for s in STARTS])[..., None]
    bounds = rounding.of_layers(model, windows)
    for layer in shared:
        alone = keras.Model(model.inputs[0], layer.output)(windows)
        bound = 2 * bounds[layer.name]
        rounding.assert_within(outputs[layer.name].windows(), alone, bound)
        values = [np.ravel(part) for part in outputs[layer.name].parts()]
        assert np.concatenate(values).max() == pytest.approx(np.max(alone), abs=float(bound.max()))
        assert np.concatenate(values).min() == pytest.approx(np.min(alone), abs=float(bound.max()))


def test_what_windows_do_not_share_is_left_alone():
    from keras import layers as k

    for first in (
        k.Conv2D(2, 3, strides=2),
        k.Conv2D(2, 3, dilation_rate=2),
        k.Conv2D(2, 3, padding="same"),
        k.MaxPooling2D(2),
        k.Conv2D(2, (19, 3)),  # sees nearly the whole window: nothing lies between its ends
    ):
        assert overlap.leading(chain(first, k.Flatten(), k.Dense(2))) == []


def test_layers_that_differ_from_column_to_column_end_the_chain():
    from keras import layers as k

    for other in (
        k.BatchNormalization(axis=1),
        k.BatchNormalization(axis=-3),
        k.PReLU(),
        k.PReLU(shared_axes=[2]),
    ):
        convolution = k.Conv2D(2, 3)
        assert overlap.leading(chain(convolution, other, k.Conv2D(2, 3))) == [convolution]


def test_nothing_is_shared_if_the_input_has_several_consumers():
    import keras

    inputs = keras.Input((LENGTH, N_MELS, 1))
    branches = [keras.layers.Conv2D(2, 3)(inputs) for _ in range(2)]
    model = keras.Model(inputs, keras.layers.Flatten()(branches[0] + branches[1]))
    assert overlap.leading(model) == []


def test_the_chain_ends_where_a_second_layer_consumes_its_output():
    import keras

    inputs = keras.Input((LENGTH, N_MELS, 1))
    layers = [keras.layers.Conv2D(2, 3), keras.layers.ReLU()]
    x = layers[1](layers[0](inputs))
    branches = [keras.layers.Conv2D(2, 3)(x) for _ in range(2)]
    model = keras.Model(inputs, branches[0] + branches[1])
    assert overlap.leading(model) == layers


def test_the_chain_ends_before_a_later_call_of_a_layer():
    import keras

    inputs = keras.Input((LENGTH, N_MELS, 1))
    first, again = keras.layers.Conv2D(1, 3), keras.layers.Conv2D(1, 3)
    again(keras.Input((LENGTH, N_MELS, 1)))  # `again.output` is of this call
    assert overlap.leading(keras.Model(inputs, again(first(inputs)))) == [first]
