"""A network on its way: loaded once, and what goes wrong reaches whoever asks."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cnnviz.errors import BadInput
from cnnviz.networks import keras_network, loading
from cnnviz.networks.loading import STEPS, Loader

TIMEOUT_S = 120


@pytest.fixture(autouse=True)
def no_fast_pass(monkeypatch):
    """Keep the thread from compiling with XLA while other tests run."""
    monkeypatch.setattr(loading, "HEAD_START_S", 1e6)


# --- refusals ---------------------------------------------------------------------------------


def test_a_broken_card_is_refused_at_once(network_folder):
    (network_folder / "card.json").write_text("{")
    with pytest.raises(BadInput, match=r"needs a readable card\.json"):
        Loader(network_folder)


def test_a_failure_is_raised_to_everybody_who_asks(network_folder):
    (network_folder / "model.keras").unlink()
    loader = Loader(network_folder)
    assert (loader.ready, loader.failed) == (False, False)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(lambda: loader.network) for _ in range(3)]
        for one in asked:
            with pytest.raises(BadInput, match=r"model\.keras, but the file is missing"):
                one.result(TIMEOUT_S)
    assert (loader.ready, loader.failed) == (True, True)


def test_a_bug_in_loading_is_raised_as_the_bug_it_is(network_folder, monkeypatch):
    monkeypatch.setattr(keras_network, "load", lambda folder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Loader(network_folder).network  # noqa: B018


# --- properties -------------------------------------------------------------------------------


def test_loads_once_whoever_begins(network_folder, monkeypatch):
    load, loads, barrier = keras_network.load, [], threading.Barrier(2)
    monkeypatch.setattr(keras_network, "load", lambda folder: loads.append(folder) or load(folder))
    loader = Loader(network_folder)

    def begin():
        barrier.wait(TIMEOUT_S)
        loader.start()
        return loader.network

    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(begin) for _ in range(2))
        assert first.result(TIMEOUT_S) is second.result(TIMEOUT_S) is loader.network
    assert loads == [network_folder]
    assert loader.ready and not loader.failed


def test_the_network_is_the_one_of_the_folder(network_folder):
    card = json.loads((network_folder / "card.json").read_text())
    (network_folder / "card.json").write_text(json.dumps(card | {"title": "Another title"}))
    loader = Loader(network_folder)
    assert loader.card.title == "Another title"
    assert loader.network.card == loader.card


def test_tells_the_steps_in_their_order(network_folder, monkeypatch):
    seen = []

    class Network:
        def compile(self):
            seen.append(STEPS[loader.step])

    def load(folder):
        seen.append(STEPS[loader.step])
        return Network()

    monkeypatch.setattr(keras_network, "load", load)
    loader = Loader(network_folder)
    assert (STEPS[loader.step], loader.elapsed_s, loader.ready) == (STEPS[0], 0.0, False)
    assert isinstance(loader.network, Network)
    assert seen == ["Reading the weights", "Building the network"]
    assert loader.elapsed_s > 0
