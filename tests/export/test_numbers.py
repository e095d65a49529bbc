import csv
import io

import numpy as np
import pytest

from cnnviz.activations import Listener
from cnnviz.errors import BadInput
from cnnviz.export import numbers
from cnnviz.export.shown import shown as put_together
from cnnviz.export.work import Stopped, Work
from cnnviz.listening import Heard
from tests.conftest import SMALL
from tests.export.conftest import make


@pytest.fixture(scope="module")
def listener(small_network):
    return Listener(small_network)


@pytest.fixture
def heard(sine):
    log_mel = SMALL.log_mel(sine)
    return Heard("own/1", "sine.wav", (), sine, log_mel, SMALL, 2, ())


def show(listener, heard, layer):
    answer = listener.listen(heard.log_mel, hop_frames=heard.hop_frames, layers=(layer,))
    network = listener.network
    return put_together(heard, answer, card=network.card, layer=network.layer(layer))


def test_csv_gives_back_every_prediction(shown):
    rows = list(csv.reader(io.StringIO(numbers.csv(shown).decode())))
    assert rows[0] == ["time_s", "flu", "pia", "xyz"]
    table = np.array(rows[1:], dtype=float)
    np.testing.assert_array_equal(table[:, 1:].astype(np.float32), shown.predictions)
    centres = shown.heard.front_end.window_centres_s(shown.n_windows)
    np.testing.assert_allclose(table[:, 0], centres, atol=1e-6)


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "dense", "output"])
def test_npz_holds_what_keras_computes(listener, heard, layer):
    import keras

    shown = show(listener, heard, layer)
    model = listener.network.model
    windows = np.stack([heard.log_mel[i : i + 16] for i in range(0, len(heard.log_mel) - 15, 2)])
    tapped = keras.Model(model.inputs[0], model.get_layer(layer).output)
    wanted = tapped.predict_on_batch(windows[..., None])
    with np.load(io.BytesIO(numbers.npz(shown, listener))) as file:
        maps = file["activations"]
        assert maps.dtype == np.float32
        assert maps.shape == (
            *(shown.layer.filters, len(windows)),
            shown.layer.frames,
            shown.layer.mels,
        )
        found = maps.transpose(1, 2, 3, 0).reshape(wanted.shape)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(file["predictions"], shown.predictions, atol=1e-5)


def test_npz_has_the_axes_of_its_maps(listener, heard):
    shown = show(listener, heard, "pool1")
    with np.load(io.BytesIO(numbers.npz(shown, listener))) as file:
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


def test_cells_have_no_frequency(listener, heard):
    with np.load(io.BytesIO(numbers.npz(show(listener, heard, "dense"), listener))) as file:
        assert np.isnan(file["mel_hz"]).all()
        assert file["column_s"].tolist() == [0.0]


def test_too_many_activations_are_refused_before_any_work(monkeypatch):
    shown = make()
    monkeypatch.setattr(numbers, "MAX_BYTES", 4 * 6 * shown.n_windows * 9 * 12 - 1)
    with pytest.raises(BadInput, match=r"at most 0 MB, but those of conv .* shorter clip"):
        numbers.npz(shown, None)


@pytest.mark.parametrize("share", [0.01, 0.7])
def test_npz_stops_when_it_is_told_to(listener, heard, share):
    work = Work(progress=lambda done: work.stop.set() if done > share else None)
    with pytest.raises(Stopped):
        numbers.npz(show(listener, heard, "conv1"), listener, work=work)


def test_npz_says_how_far_it_is(listener, heard):
    told = []
    numbers.npz(show(listener, heard, "conv1"), listener, work=Work(progress=told.append))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(told) > 4
