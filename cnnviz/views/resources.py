"""Loads the network behind the page, and says how far it is.

Importing TensorFlow takes seconds; the page paints, plays and draws spectrograms meanwhile.
"""

import gc
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from cnnviz.networks import keras_network as network
from cnnviz.networks.activations import Listener
from cnnviz.networks.card import Card, read_card
from cnnviz.serving import cores
from cnnviz.serving.memory import give_back, keep_small, reuse
from cnnviz.serving.store import Store
from cnnviz.serving.turns import Turns

# Together with TensorFlow and the network this stays below Community Cloud's limit; the layers of
# a 3 s clip take 24 MB, 13 MB once they are packed, their payloads 0.2 to 2.7 MB each.
STORE_BYTES = 64 * 2**20
STEPS = ("Importing TensorFlow", "Reading the weights", "Building the network")
# Keras imports these where they are installed, for scikit-learn's users and for drawings: a quarter
# of the time and 80 MB.
UNUSED = ("sklearn", "matplotlib")
POLL_S = 0.5
HEAD_START_S = 5.0  # compiling takes both cores for some seconds
# Decoding lets go of the interpreter's lock and may take 500 MB for the worst file (a minute at
# 192 kHz in 92 MB): two at once still fit a hosted copy.
DECODING = 2


class Engine:
    """A network on its way from its folder to a listener.

    Attributes
    ----------
    card : Card
        Read at once.
    step : int
        Index into `STEPS` of what is being done.
    """

    def __init__(self, folder: Path) -> None:
        self.card: Card = read_card(folder)
        self.step = 0
        self._folder = folder
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="network")
        self._started_s: float | None = None
        self._listener: Future[Listener] = Future()

    def start(self) -> None:
        """Begin to load, unless that has begun.

        Called when the page stands: importing TensorFlow would hold the interpreter's lock for
        most of the time that the first picture takes.
        """
        if self._started_s is None:
            self._started_s = time.monotonic()
            self._listener = self._pool.submit(self._load)
            self._listener.add_done_callback(_speed_up)
            self._pool.shutdown(wait=False)

    @property
    def ready(self) -> bool:
        """Whether loading has ended, well or badly."""
        return self._listener.done()

    @property
    def listener(self) -> Listener:
        """The listener; waits for it, and raises what went wrong in loading."""
        self.start()
        return self._listener.result()

    @property
    def elapsed_s(self) -> float:
        """Seconds since loading began."""
        return 0.0 if self._started_s is None else time.monotonic() - self._started_s

    def _load(self) -> Listener:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no news of missing GPUs
        # TensorFlow counts the machine's cores; a hosted copy may use a few of many.
        for pool in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
            os.environ.setdefault(pool, str(cores.usable()))
        reuse()
        # Every collection would walk the hundred thousands of objects that are being made.
        gc.disable()
        try:
            with _without(*UNUSED):
                import keras
                import tensorflow  # noqa: F401

            # Streamlit calls this after every run of the page. It empties TensorFlow's kernel
            # cache and would take away Keras's scopes under this thread; nothing here needs it.
            keras.backend.clear_session = lambda: None
            self.step = 1
            loaded = network.load(self._folder)
            self.step = 2
            listener = Listener(loaded)
        finally:
            # What has been made stays to the end: no later collection needs to look at it.
            gc.freeze()
            gc.enable()
        return listener


def _speed_up(loaded: Future[Listener]) -> None:
    """Go on in the loading thread, once the first visitor has had a picture."""
    if loaded.exception() is None:
        time.sleep(HEAD_START_S)
        loaded.result().speed_up()
        gc.freeze()
        give_back()


@contextmanager
def _without(*packages: str) -> Iterator[None]:
    """Let imports of packages fail that nothing has imported yet."""
    hidden = [package for package in packages if package not in sys.modules]
    for package in hidden:
        sys.modules[package] = None  # type: ignore[assignment]  # Python's word for "not found"
    try:
        yield
    finally:
        for package in hidden:
            del sys.modules[package]


@st.cache_resource(show_spinner=False)
def engine(folder: str) -> Engine:
    """Return the one engine of a network folder; it starts to load at the first call."""
    keep_small()
    return Engine(Path(folder))


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return what all visitors' clips and layers are remembered in."""
    return Store(STORE_BYTES)


@st.cache_resource(show_spinner=False)
def listening() -> Turns:
    """Return the line before the network: a pass takes all cores and some 200 MB."""
    return Turns(1)


@st.cache_resource(show_spinner=False)
def decoding() -> Turns:
    """Return the line before the decoder of visitors' own sounds."""
    return Turns(DECODING)


def in_line(n_before: int) -> str:
    """Return what to tell who waits."""
    visitors = "1 visitor is" if n_before == 1 else f"{n_before} visitors are"
    return f"{visitors} before you. Your turn comes by itself."


def status(engine: Engine) -> None:
    """Show which network listens, or how far it is; run the page again when it is there."""
    known = engine.ready
    # The fragment stays on the page once it has nothing to do: while TensorFlow loads, ticks queue
    # up, and each that finds its fragment gone is a line in the log.
    st.fragment(_status, run_every=None if known else POLL_S)(engine, known)


def _status(engine: Engine, known: bool) -> None:
    if known:
        st.caption(f"Network: {engine.card.title}")
    elif engine.ready:
        st.rerun(scope="app")
    else:
        st.progress(
            (engine.step + 0.5) / len(STEPS),
            text=f"{STEPS[engine.step]}: {engine.elapsed_s:.0f} s. The clip already plays.",
        )
