"""Loads a network in a thread of its own, and says how far it is.

Importing TensorFlow takes seconds; the page paints, plays and draws spectrograms meanwhile.
"""

import gc
import hashlib
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.networks.card import Card, read_card
from cnnviz.serving import cores
from cnnviz.serving.memory import reuse_between_passes, trim

if TYPE_CHECKING:
    from cnnviz.networks.keras_network import KerasNetwork

STEPS = ("Importing TensorFlow", "Reading the weights", "Building the network")
HEAD_START_S = 5.0  # compiling takes both cores for some seconds


class Loader:
    """A network on its way from its folder.

    Parameters
    ----------
    folder : Path

    Attributes
    ----------
    folder : Path
    card : Card
        Read at once.
    key : str
        Of card and weights, whose checksum the card holds: part of the keys of what depends on
        the network.
    step : int
        Index into `STEPS` of what is being done.

    Raises
    ------
    BadInput
        If the card is missing or wrong.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card: Card = read_card(folder)
        self.key = hashlib.sha256((folder / "card.json").read_bytes()).hexdigest()
        self.step = 0
        self._started_s: float | None = None
        self._network: Future[KerasNetwork] = Future()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to load, unless that has begun.

        Called when the page stands: importing TensorFlow would hold the interpreter's lock for
        most of the time that the first picture takes.
        """
        with self._lock:
            if self._started_s is None:
                self._started_s = time.monotonic()
                threading.Thread(target=self._load, name="network", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether loading has ended, well or badly."""
        return self._network.done()

    @property
    def failed(self) -> bool:
        """Whether there will be no network."""
        return self.ready and self._network.exception() is not None

    @property
    def network(self) -> "KerasNetwork":
        """The network; waits for it, and raises what went wrong in loading."""
        self.start()
        return self._network.result()

    @property
    def elapsed_s(self) -> float:
        """Seconds since loading began."""
        return 0.0 if self._started_s is None else time.monotonic() - self._started_s

    def _load(self) -> None:
        try:
            network = _without_collections(self._loaded)
        except BaseException as error:  # it belongs to whoever asks for the network
            self._network.set_exception(error)
            return
        self._network.set_result(network)
        time.sleep(HEAD_START_S)  # the first visitor's picture comes first
        network.compile(fast=True)
        gc.freeze()
        trim()

    def _loaded(self) -> "KerasNetwork":
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no news of missing GPUs
        # TensorFlow counts the machine's cores; a hosted copy may use a few of many.
        for pool in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
            os.environ.setdefault(pool, str(cores.usable()))
        reuse_between_passes()
        import keras
        import tensorflow  # noqa: F401

        # Streamlit calls this after every run of the page. It empties TensorFlow's kernel cache
        # and would take away Keras's scopes under this thread; nothing here needs it.
        keras.backend.clear_session = lambda: None
        from cnnviz.networks.keras_network import load

        self.step = 1
        network = load(self.folder)
        self.step = 2
        network.compile()
        return network


def _without_collections(load: Callable[[], "KerasNetwork"]) -> "KerasNetwork":
    """Load without Python's garbage collector, which would walk all objects that are being made."""
    gc.disable()
    try:
        return load()
    finally:
        # What has been made stays to the end: no later collection needs to look at it.
        gc.freeze()
        gc.enable()
