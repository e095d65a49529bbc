"""What is computed for a picture: once for all who show it, and kept by what it depends on."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cnnviz.clips.clip import Clip
from cnnviz.networks.keras_network import KerasNetwork
from cnnviz.views import computed
from cnnviz.views.resources import store
from cnnviz.views.session import Picture
from tests.conftest import SMALL
from tests.views.pages import TIMEOUT_S, header_of


@pytest.fixture
def runs(monkeypatch):
    """Collect which layers the network's runs keep."""
    made, run = [], KerasNetwork.run
    monkeypatch.setattr(
        KerasNetwork, "run", lambda *a, **k: made.append(k["layers"]) or run(*a, **k)
    )
    store.clear()
    return made


@pytest.fixture
def picture(small_network, sine):
    loader = SimpleNamespace(
        key="a", card=small_network.card, network=small_network, ready=True, failed=False
    )
    clip = Clip("own/1", "A sine", (), sine, SMALL.input(sine), SMALL, 2, ())
    return Picture("", loader, clip, small_network.layer("conv1"))


def on_layer(picture, name):
    return replace(picture, layer=picture.network.layer(name))


def longer(picture):
    return replace(picture, clip=replace(picture.clip, id="own/longer", hop_frames=1))


@pytest.mark.parametrize("shown", [lambda picture: picture, longer])
def test_the_next_layer_of_a_clip_needs_no_run(picture, runs, shown):
    for name in ("conv1", "conv2", "output"):
        outputs = computed.outputs(on_layer(shown(picture), name))
    assert runs == [tuple(picture.loader.card.outputs)]
    assert set(outputs.layers) == set(picture.loader.card.outputs)


def test_outputs_belong_to_clip_and_network(picture, runs):
    other = replace(picture, loader=SimpleNamespace(**vars(picture.loader) | {"key": "of another"}))
    computed.outputs(picture)
    computed.outputs(other)
    computed.outputs(replace(picture, clip=replace(picture.clip, id="own/2")))
    assert len(runs) == 3


def test_two_pictures_of_one_clip_share_outputs_but_no_payload(picture, runs):
    second = Picture("b", picture.loader, picture.clip, picture.layer)
    outputs = [computed.outputs(one) for one in (picture, second)]
    assert outputs[0] is outputs[1] and len(runs) == 1
    heads = [header_of(computed.payload(one, outputs[0])) for one in (picture, second)]
    assert [head.pop("picture") for head in heads] == ["", "b"]
    assert heads[0] == heads[1]


def test_a_payload_is_packed_once(picture, runs):
    outputs = computed.outputs(picture)
    assert computed.payload(picture, outputs) is computed.payload(picture, outputs)
    layer = on_layer(picture, "conv2")
    assert header_of(computed.payload(layer, outputs))["layer"]["name"] == "conv2"


def test_a_payload_holds_what_the_network_said(picture, runs):
    outputs = computed.outputs(picture)
    head = header_of(computed.payload(picture, outputs))
    assert (head["network"], head["clip"]["id"], head["windows"]) == (
        "small",
        "own/1",
        len(outputs.predictions),
    )
    moved = computed.rankings(picture, outputs)["movement"]
    np.testing.assert_allclose(head["rankings"]["movement"], moved)
    assert len(head["segments"]) == len(outputs.layers["conv1"])
    assert head["classes"][0] == {"code": "cel", "name": "cello"}


def test_without_a_network_there_are_sound_and_spectrogram(picture, runs):
    head = header_of(computed.payload_while_loading(picture))
    assert (head["layer"], head["verdict"], head["segments"]) == (None, None, [])
    assert head["spectrogram"]["frames"] == len(picture.clip.input)
    assert not runs


def test_who_waits_for_a_run_is_told_and_who_needs_none_does_not_wait(picture, runs):
    computed.outputs(picture)
    told, began, free = [], threading.Event(), threading.Event()

    def work():
        with picture.network.turn():
            began.set()
            free.wait(TIMEOUT_S)

    worker = threading.Thread(target=work)
    worker.start()
    assert began.wait(TIMEOUT_S)
    computed.outputs(on_layer(picture, "conv2"), waiting=pytest.fail)

    threading.Timer(1, free.set).start()
    computed.outputs(longer(picture), waiting=told.append)
    worker.join()
    assert set(told) == {1}


def test_a_picture_holds_what_it_shows(picture, runs, monkeypatch):
    from cnnviz.views import resources

    monkeypatch.setattr(resources, "STORE_BYTES", 0)
    store.clear()
    outputs = computed.outputs(picture)
    computed.outputs(longer(Picture("", picture.loader, picture.clip, picture.layer)))
    assert computed.outputs(picture) is outputs
    assert len(runs) == 2
    store.clear()


def test_movement_counts_the_cells_over_the_window(picture, runs):
    outputs = computed.outputs(picture)
    frames, mels = picture.layer.inside(SMALL)
    assert (frames.stop - frames.start, mels.stop - mels.start) < (
        picture.layer.frames,
        picture.layer.mels,
    )
    values = np.concatenate([s.values() for s in outputs.layers["conv1"]], axis=1)
    changes = np.abs(np.diff(values[:, :, frames, mels], axis=1)).mean(axis=(1, 2, 3))
    moved = computed.rankings(picture, outputs)["movement"]
    np.testing.assert_allclose(moved, changes, rtol=1e-2, atol=1e-3)
    assert computed.scales(picture, outputs) is computed.scales(picture, outputs)
