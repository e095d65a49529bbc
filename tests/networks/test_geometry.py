"""Places of cells are the centres of receptive fields, measured by perturbing the input."""

import numpy as np
import pytest

from cnnviz.networks import geometry
from cnnviz.networks.geometry import Place, Unknown

# Such that every stride and "same" below meets odd and even sizes
N_FRAMES, N_MELS = 47, 54


def without_places():
    """Last layers, by their kind, whose cells have no place that can be given."""
    from keras import layers as k

    def nested(x):
        import keras

        inputs = keras.Input(x.shape[1:])
        return keras.Model(inputs, k.Conv2D(2, 3)(inputs), name="last")(x)

    def cropped(x, frames, mels=(0, 0)):
        return k.Cropping2D((frames, mels))(x)

    return {
        "Conv2DTranspose": k.Conv2DTranspose(2, 3, strides=2, name="last"),
        "Functional": nested,
        "GroupNormalization": k.GroupNormalization(1, name="last"),
        "Lambda": k.Lambda(lambda x: x[:, ::-1], name="last"),
        "LayerNormalization": k.LayerNormalization(axis=1, name="last"),
        "MaxPooling2D": k.MaxPooling2D((2, 1), data_format="channels_first", name="last"),
        "Permute": k.Permute((2, 1, 3), name="last"),
        "Reshape": k.Reshape((N_MELS, N_FRAMES, 1), name="last"),
        "Softmax": k.Softmax(axis=2, name="last"),
        "UpSampling2D": k.UpSampling2D(2, name="last"),
        "Concatenate": lambda x: k.Concatenate(1, name="last")([x, x]),
        # the starts differ
        "Add": lambda x: k.Add(name="last")([cropped(x, (1, 0)), cropped(x, (0, 1))]),
        # the steps differ
        "Average": lambda x: k.Average(name="last")(
            [k.MaxPooling2D(1, strides=2)(x), cropped(x, (0, N_FRAMES // 2), (0, N_MELS // 2))]
        ),
        # the first mel band is spread over all
        "Multiply": lambda x: k.Multiply(name="last")([x, cropped(x, (0, 0), (0, N_MELS - 1))]),
    }


@pytest.mark.parametrize("kind", list(without_places()))
def test_a_place_that_cannot_be_given_is_unknown(kind):
    import keras

    inputs = keras.Input((N_FRAMES, N_MELS, 1))
    after = keras.layers.ReLU(name="after")(without_places()[kind](inputs))
    places = geometry.places(keras.Model(inputs, after))
    assert isinstance(places["last"], Unknown)
    assert f"'last' ({kind}" in places["last"].reason
    assert places["after"] == places["last"]


def test_a_second_input_has_no_place():
    import keras

    one, other = (keras.Input((8, 8, 1), name=name) for name in ("one", "other"))
    places = geometry.places(keras.Model([one, other], keras.layers.Add(name="sum")([one, other])))
    assert places["one"] == Place()
    assert isinstance(places["other"], Unknown) and isinstance(places["sum"], Unknown)


def single_layers():
    from keras import layers as k

    windows = {
        "Conv2D": lambda size, **how: k.Conv2D(2, size, **how),
        "DepthwiseConv2D": k.DepthwiseConv2D,
        "SeparableConv2D": lambda size, **how: k.SeparableConv2D(2, size, **how),
        "MaxPooling2D": k.MaxPooling2D,
        "AveragePooling2D": k.AveragePooling2D,
    }
    networks = {}
    for kind, layer in windows.items():
        for padding in ("valid", "same"):
            # TensorFlow's depthwise convolution takes one stride for both axes
            for size, strides in (((3, 5), 1), ((4, 2), 1), ((3, 2), 2), ((5, 4), 3), (1, 2)):
                how = {"strides": strides, "padding": padding}
                networks[f"{kind} {size} {how}"] = [layer(size, **how)]
            if kind.endswith("Conv2D"):
                how = {"dilation_rate": 3, "padding": padding}
                networks[f"{kind} {how}"] = [layer((3, 2), **how)]
    for padding in ("valid", "same"):
        networks[f"Conv2D (1, 2) {padding}"] = [k.Conv2D(2, 3, strides=(1, 2), padding=padding)]
        networks[f"MaxPooling2D (1, 3) {padding}"] = [k.MaxPooling2D((1, 3), padding=padding)]
    networks["ZeroPadding2D"] = [k.ZeroPadding2D(((3, 1), (0, 2)))]
    networks["Cropping2D"] = [k.Cropping2D(((3, 1), (0, 2)))]
    return networks


def pointwise():
    from keras import layers as k

    layers = [k.Activation("softmax"), k.ELU(), k.LeakyReLU(), k.PReLU(), k.ReLU(), k.Softmax()]
    layers += [k.BatchNormalization(axis=axis) for axis in (1, 2, 3)]
    layers += [k.LayerNormalization(), k.LayerNormalization(axis=3), k.Rescaling(0.5)]
    layers += [k.Normalization(mean=0.0, variance=2.0), k.Dense(2), k.Identity()]
    layers += [k.ActivityRegularization(), k.AlphaDropout(0.1), k.Dropout(0.1)]
    layers += [k.GaussianDropout(0.1), k.GaussianNoise(0.1), k.SpatialDropout2D(0.1)]
    # after a layer that moves the cells, and before another
    chains = [[k.Conv2D(3, 4, strides=2, padding="same"), layer] for layer in layers]
    return {
        f"{i} {type(layer).__name__}": [*chain, k.MaxPooling2D(2, padding="same")]
        for i, (layer, chain) in enumerate(zip(layers, chains, strict=True))
    }


def chains():
    from keras import layers as k

    def vgg(padding, n_blocks=3):
        block = [lambda: k.Conv2D(2, 3, padding="same"), lambda: k.MaxPooling2D(2, padding=padding)]
        return [layer() for _ in range(n_blocks) for layer in block]

    return {
        "VGG, one pool": vgg("same", 1),
        "VGG, two pools": vgg("same", 2),
        "VGG, three pools": vgg("same"),
        "VGG, valid pools": vgg("valid"),
        "Han's blocks": [
            k.ZeroPadding2D(2),
            k.Conv2D(2, 3),
            k.LeakyReLU(),
            k.MaxPooling2D(3),
            k.ZeroPadding2D(2),
            k.Conv2D(2, 3),
            k.Dropout(0.25),
        ],
        "MobileNet": [
            k.Conv2D(2, 3, strides=2, padding="same"),
            k.DepthwiseConv2D(3, padding="same"),
            k.BatchNormalization(),
            k.ReLU(),
            k.ZeroPadding2D(((0, 1), (0, 1))),
            k.DepthwiseConv2D(3, strides=2),
            k.Dense(3),
        ],
    }


def branched():
    from keras import layers as k

    def conv(size, strides=1):
        return k.Conv2D(2, size, strides=strides, padding="same")

    def merged(merge):
        def network(x):
            x = k.ZeroPadding2D(((2, 0), (0, 1)))(x)
            # of two odd kernels the larger one sees more, but around the same centre
            x = merge([conv(3, strides=2)(x), k.Activation("relu")(conv(5, strides=2)(x))])
            return k.AveragePooling2D(2)(x)

        return [network]

    def skipped(x):
        x = conv(3, strides=3)(x)
        return k.SeparableConv2D(2, 3, strides=2)(x + conv(3)(k.BatchNormalization()(conv(3)(x))))

    merges = [k.Add(), k.Subtract(), k.Multiply(), k.Average(), k.Maximum(), k.Minimum()]
    merges += [k.Concatenate(), k.Concatenate(axis=3)]
    networks = {f"{i} {type(merge).__name__}": merged(merge) for i, merge in enumerate(merges)}
    pool = k.MaxPooling2D(2)
    return networks | {
        "skip connection": [skipped],
        "a layer called twice": [pool, pool, k.Conv2D(2, 3)],
    }


def measurable():
    return single_layers() | pointwise() | chains() | branched()


@pytest.mark.parametrize("name", list(measurable()))
def test_cells_lie_at_the_centre_of_their_receptive_field(name):
    import keras

    rng = np.random.default_rng(0)
    inputs = x = keras.Input((N_FRAMES, N_MELS, 1))
    for layer in measurable()[name]:
        x = layer(x)
    model = keras.Model(inputs, x)
    for variable in model.variables:
        # positive, so that neither sums nor maxima hide a position
        if variable.dtype == "float32":
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
    place = geometry.places(model)[model.layers[-1].name]
    middle = x.shape[1] // 2, x.shape[2] // 2
    for i, j in (middle, (middle[0] - 1, middle[1] - 1)):
        frames, mels = receptive_field(model, i, j)
        assert frames.mean() == place.frame_start + i * place.frame_step
        assert mels.mean() == place.mel_start + j * place.mel_step


def receptive_field(model, i, j):
    """Return the first and last frame, and mel band, that change cell (i, j) of the last layer."""
    base = np.random.default_rng(1).uniform(0, 1, (N_FRAMES, N_MELS))
    batch = np.repeat(base[None], 1 + N_FRAMES + N_MELS, axis=0)  # (window, frame, mel)
    for frame in range(N_FRAMES):
        batch[1 + frame, frame] += 1e4
    for mel in range(N_MELS):
        batch[1 + N_FRAMES + mel, :, mel] += 1e4
    cells = np.asarray(model(batch[..., None].astype(np.float32)))[:, i, j]  # (window, channel)
    # A changed position changes a cell by far more than the rounding of sums in another order.
    changed = (np.abs(cells[1:] - cells[0]) > 1e-3 * np.abs(cells[0])).any(axis=1)
    fields = np.flatnonzero(changed[:N_FRAMES]), np.flatnonzero(changed[N_FRAMES:])
    for field, n in zip(fields, (N_FRAMES, N_MELS), strict=True):
        assert field[0] > 0 and field[-1] < n - 1  # or the window has cut it
    return tuple(field[[0, -1]] for field in fields)
