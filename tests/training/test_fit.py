import json

import keras
import numpy as np
import pytest
import soundfile as sf
from keras import layers

from cnnviz.errors import BadInput
from cnnviz.training import architecture, collection, fit
from cnnviz.training.render import BEHIND


def small(*, n_frames, n_mels, n_classes, normalised, dropout=0.0):
    inputs = keras.Input((n_frames, n_mels, 1))
    x = layers.Conv2D(4, (3, 8), strides=(2, 8), name="conv1_1")(inputs)
    if normalised:
        x = layers.BatchNormalization(name="conv1_1_norm")(x)
    x = layers.GlobalMaxPooling2D()(layers.LeakyReLU(name="conv1_1_act")(x))
    return keras.Model(inputs, layers.Dense(n_classes, activation="sigmoid", name="output")(x))


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.setitem(architecture.ARCHITECTURES, "small", small)
    rng = np.random.default_rng(0)
    label = np.array([*range(11), BEHIND, BEHIND], np.int8)
    log_mel = rng.normal(-6, 1, (13, 130, 128)).astype(np.float16)
    for i in range(11):  # each class sounds in its own band
        log_mel[i, :, 11 * i : 11 * i + 8] += 5
    np.savez(tmp_path / "shard_00000.npz", log_mel=log_mel, label=label)
    sf.write(tmp_path / "held.wav", rng.standard_normal(66150) * 0.1, 22050)
    return tmp_path


def learn(work, steps, *, short_part=0.0):
    plan = fit.Plan("small", batch=8, steps=steps, rate=0.05, short_part=short_part)
    held = [collection.Item(work / "held.wav", ("flu",))]
    return fit.fit(plan, shards=work, held_out=held, out=work / "run", every=10)


def test_a_folder_without_shards_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"(?s)has none.*training render"):
        fit.Clips(tmp_path)


def test_learning_learns_and_keeps_its_curve(work):
    network = learn(work, 40, short_part=0.5)
    curve = np.loadtxt(work / "run" / "curve.csv", delimiter=",")
    assert curve[-1, 2] < 0.7 * curve[0, 2], "the loss falls"
    model = keras.models.load_model(network, compile=False)
    assert not any("norm" in layer.name for layer in model.layers)
    assert json.loads((work / "run" / "learned.json").read_text())["step"] >= 40


def test_learning_goes_on_where_it_was_cut_off(work, monkeypatch):
    class Cut(Exception):
        pass

    save = keras.Model.save

    def cut_after_the_checkpoint(self, *args, **kwargs):
        save(self, *args, **kwargs)
        raise Cut

    monkeypatch.setattr(keras.Model, "save", cut_after_the_checkpoint)
    with pytest.raises(Cut):
        learn(work, 30)
    monkeypatch.setattr(keras.Model, "save", save)
    (work / "run" / "state.json").write_text(
        json.dumps({"step": 10, "seconds": 1.0, "mean": -6.0, "std": 2.0})
    )
    learn(work, 30)
    done = json.loads((work / "run" / "learned.json").read_text())
    steps = np.loadtxt(work / "run" / "curve.csv", delimiter=",")[:, 0]
    assert done["mean"] == -6.0, "the standardisation of the first run is kept"
    assert steps.tolist()[0] == 10 and steps.tolist()[-1] == done["step"]
    assert 20 in steps and np.all(np.diff(steps) > 0)


def test_the_rate_rises_and_falls():
    rates = [fit.rate_at(p, largest=1.0) for p in np.linspace(0, 1, 101)]
    assert np.argmax(rates) == pytest.approx(100 * fit.RISE, abs=1)
    assert rates[0] < 0.1 and rates[-1] < 0.01


def test_new_shards_are_taken_up(work):
    clips = fit.Clips(work)
    before = len(clips.front)
    (work / "shard_00001.npz").write_bytes((work / "shard_00000.npz").read_bytes())
    clips.refresh()
    assert len(clips.front) == 2 * before
