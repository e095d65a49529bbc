import json

import numpy as np
import pytest

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.keras_network import load
from cnnviz.training import publish
from cnnviz.training.architecture import han2016
from cnnviz.training.evaluate import Thresholds


@pytest.fixture(scope="module")
def network():
    return han2016(n_frames=43, n_mels=128, n_classes=11, normalised=False)


def written(network, folder):
    publish.publish(
        network,
        folder,
        front_end=LogMel(mean=-5.0, std=2.5),
        title="Mine",
        thresholds=Thresholds(0.4, 0.6),
        trained={"step": 3},
        results={},
    )
    return folder


def test_the_app_loads_what_is_published(network, tmp_path):
    loaded = load(written(network, tmp_path / "han2016"))
    card = loaded.card
    assert card.labels == CODES
    assert card.title == "Mine"
    assert card.threshold == 0.4
    assert card.trained["thresholds"] == {"s1": 0.4, "s2": 0.6}
    names = [layer.name for layer in card.layers]
    assert names[:3] == ["conv1_1", "conv1_2", "pool1"]
    assert names[-3:] == ["global_pool", "dense", "output"]
    x = np.zeros((1, 43, 128, 1), np.float32)
    assert np.array_equal(np.asarray(network(x)), np.asarray(loaded.model(x)))


def test_a_half_written_folder_never_loads(network, tmp_path):
    folder = written(network, tmp_path / "han2016")
    weights = folder / "model.keras"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(BadInput, match="SHA-256 differs"):
        load(folder)
    (folder / "card.json").unlink()
    with pytest.raises(BadInput, match=r"card\.json"):
        load(folder)


def test_weights_carry_no_optimiser(network, tmp_path):
    network.compile("adam", "mse", jit_compile=False)
    network.optimizer.build(network.trainable_variables)
    folder = written(network, tmp_path / "han2016")
    assert (folder / "model.keras").stat().st_size < 6.5e6
    assert json.loads((folder / "card.json").read_text())["format"] == 1
