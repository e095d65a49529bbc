import keras
import numpy as np

from cnnviz.training.architecture import folded, han2016


def test_the_network_is_the_published_one():
    model = han2016(n_frames=43, n_mels=128, n_classes=11, normalised=False)
    assert model.count_params() == 1_446_123
    assert model.get_layer("conv1_2_act").output.shape == (None, 47, 132, 32)
    assert model.get_layer("pool3").output.shape == (None, 3, 6, 128)
    assert model.get_layer("conv4_2_act").output.shape == (None, 7, 10, 256)


def test_folding_keeps_the_answers():
    keras.utils.set_random_seed(0)
    size = {"n_frames": 12, "n_mels": 40, "n_classes": 3}
    learned = han2016(**size, normalised=True)
    rng = np.random.default_rng(0)
    for layer in learned.layers:
        if layer.name.endswith("_norm"):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    plain = folded(learned, han2016(**size, normalised=False))
    x = rng.standard_normal((2, 12, 40, 1)).astype(np.float32)
    wanted = learned(x, training=False)
    assert np.abs(np.asarray(wanted) - np.asarray(plain(x, training=False))).max() < 1e-5
