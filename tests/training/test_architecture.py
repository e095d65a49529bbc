import keras
import numpy as np
import pytest

from cnnviz.training.architecture import folded, han2016, unfolded
from tests import rounding

FOLDING = 5  # roundings of a folded weight: a sum, a root, a quotient, a product, and a difference


def test_the_network_is_the_published_one():
    model = han2016(n_frames=43, n_mels=128, n_classes=11, normalised=False)
    assert model.count_params() == 1_446_123
    assert model.get_layer("conv1_2_act").output.shape == (None, 47, 132, 32)
    assert model.get_layer("pool3").output.shape == (None, 3, 6, 128)
    assert model.get_layer("conv4_2_act").output.shape == (None, 7, 10, 256)


@pytest.fixture
def double():
    """Float64 for the time of a test: what is left of rounding is far below any mistake."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.kernels
def test_folding_keeps_the_answers(double):
    keras.utils.set_random_seed(0)
    size = {"n_frames": 12, "n_mels": 40, "n_classes": 3}
    learned = han2016(**size, normalised=True)
    rng = np.random.default_rng(0)
    for layer in learned.layers:
        if layer.name.endswith("_norm"):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    plain = folded(learned, han2016(**size, normalised=False))
    x = rng.standard_normal((2, 12, 40, 1))
    # Layer by layer, each with what the learned network feeds it: worst cases of ten layers
    # multiply to a bound that lets every mistake pass.
    steps = [learned.get_layer(layer.name) for layer in plain.layers if layer.weights]
    inputs = keras.Model(learned.input, [step.input for step in steps])(x, training=False)
    for step, values in zip(steps, map(np.asarray, inputs), strict=True):
        wanted, bound = step(values), rounding.of_layer(step, values, roundings=FOLDING)
        if step.name != "output":
            norm = learned.get_layer(f"{step.name}_norm")
            bound = rounding.of_layer(norm, np.asarray(wanted), bound, roundings=FOLDING)
            wanted = norm(wanted, training=False)
        rounding.assert_within(plain.get_layer(step.name)(values), wanted, 2 * bound)


@pytest.mark.kernels
def test_normalisations_put_into_a_network_change_nothing_at_first(double):
    keras.utils.set_random_seed(0)
    size = {"n_frames": 12, "n_mels": 40, "n_classes": 3, "dropout": 0.0}
    plain = han2016(**size, normalised=False)
    x = np.random.default_rng(0).normal(3, 2, (8, 12, 40, 1))
    learning = unfolded(plain, han2016(**size, normalised=True), x)
    for training in (False, True):  # by the measures that it holds, and by those of these windows
        np.testing.assert_allclose(learning(x, training=training), plain(x), atol=1e-9)
    again = folded(learning, han2016(**size, normalised=False))
    np.testing.assert_allclose(again(x), plain(x), atol=1e-9)
