import csv
import io

import numpy as np
import pytest

from cnnviz.clips.clip import Clip
from cnnviz.errors import BadInput
from cnnviz.export import numbers
from cnnviz.export.subject import subject_of
from cnnviz.export.work import Stopped, Work
from tests import rounding
from tests.conftest import SMALL
from tests.export.conftest import make


@pytest.fixture
def clip(sine):
    log_mel = SMALL.input(sine)
    return Clip("own/1", "sine.wav", (), sine, log_mel, SMALL, 2, ())


def show(network, clip, layer):
    answer = network.run(clip.input, hop_frames=clip.hop_frames, layers=(layer,))
    return subject_of(clip, answer, card=network.card, layer=network.layer(layer))


def test_csv_gives_back_every_prediction(subject):
    rows = list(csv.reader(io.StringIO(numbers.csv(subject).decode())))
    assert rows[0] == ["time_s", "flu", "pia", "xyz"]
    table = np.array(rows[1:], dtype=float)
    np.testing.assert_array_equal(table[:, 1:].astype(np.float32), subject.predictions)
    centres = subject.clip.front_end.window_centres_s(subject.n_windows)
    np.testing.assert_allclose(table[:, 0], centres, atol=1e-6)


@pytest.mark.kernels
@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "dense", "output"])
def test_npz_holds_what_keras_computes(small_network, clip, layer):
    import keras

    subject = show(small_network, clip, layer)
    model = small_network.model
    windows = np.stack([clip.input[i : i + 16] for i in range(0, len(clip.input) - 15, 2)])
    tapped = keras.Model(model.inputs[0], model.get_layer(layer).output)
    wanted = tapped.predict_on_batch(windows[..., None])
    with np.load(io.BytesIO(numbers.npz(subject, small_network))) as file:
        maps = file["activations"]
        assert maps.dtype == np.float32
        assert maps.shape == (
            *(subject.layer.filters, len(windows)),
            subject.layer.frames,
            subject.layer.mels,
        )
        found = maps.transpose(1, 2, 3, 0).reshape(wanted.shape)
        bounds = rounding.of_layers(model, windows[..., None])
        rounding.assert_within(found, wanted, 2 * bounds[layer])
        rounding.assert_within(file["predictions"], subject.predictions, 2 * bounds["output"])


def test_npz_has_the_axes_of_its_maps(small_network, clip):
    subject = show(small_network, clip, "pool1")
    with np.load(io.BytesIO(numbers.npz(subject, small_network))) as file:
        frame_s = 128 / 8000
        np.testing.assert_allclose(file["window_centre_s"], (7.5 + 2 * np.arange(56)) * frame_s)
        # padded by 2, convolved with 3, pooled by 3: the first cell is centred on frame 0
        np.testing.assert_allclose(file["column_s"], (3 * np.arange(6) - 7.5) * frame_s)
        np.testing.assert_allclose(file["mel_hz"][:3], SMALL.mel_hz()[[0, 3, 6]])
        np.testing.assert_array_equal(file["filter"], np.arange(4))
        assert file["class"].tolist() == ["cel", "flu", "voi"]
        assert file["labels"].tolist() == []
        assert str(file["network"]) == "A small network"
        assert str(file["clip"]) == "sine.wav (own/1)"
        assert "visitor" in str(file["terms"])
        assert {"weights_sha256", "layer", "version", "cite"} <= set(file.files)


def test_cells_have_no_frequency(small_network, clip):
    with np.load(
        io.BytesIO(numbers.npz(show(small_network, clip, "dense"), small_network))
    ) as file:
        assert np.isnan(file["mel_hz"]).all()
        assert file["column_s"].tolist() == [0.0]


def test_too_many_activations_are_refused_before_any_work(monkeypatch):
    subject = make()
    monkeypatch.setattr(numbers, "MAX_BYTES", 4 * 6 * subject.n_windows * 9 * 12 - 1)
    with pytest.raises(BadInput, match=r"at most 0 MB, but those of conv .* shorter clip"):
        numbers.npz(subject, None)


@pytest.mark.parametrize("share", [0.01, 0.7])
def test_npz_stops_when_it_is_told_to(small_network, clip, share):
    work = Work(progress=lambda done: work.stop.set() if done > share else None)
    with pytest.raises(Stopped):
        numbers.npz(show(small_network, clip, "conv1"), small_network, work=work)


def test_npz_says_how_far_it_is(small_network, clip):
    told = []
    numbers.npz(show(small_network, clip, "conv1"), small_network, work=Work(progress=told.append))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(told) > 4
