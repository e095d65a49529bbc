"""Loads the network behind the page, and says how far it is.

Importing TensorFlow takes seconds; the page paints, plays and draws spectrograms meanwhile.
"""

import gc
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz import network
from cnnviz.activations import SEGMENT_WINDOWS, Listener
from cnnviz.card import Card, read_card
from cnnviz.store import Store

# Together with TensorFlow and the network this stays below Community Cloud's limit; the layers of
# a 3 s clip take 53 MB, their payloads 0.04 to 3.5 MB each.
STORE_BYTES = 160 * 2**20
STEPS = ("Importing TensorFlow", "Reading the weights", "Compiling the network")
POLL_S = 0.5


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
        self._started_s = time.monotonic()
        pool = ThreadPoolExecutor(1, thread_name_prefix="network")
        self._listener: Future[Listener] = pool.submit(self._load, folder)
        pool.shutdown(wait=False)

    @property
    def ready(self) -> bool:
        """Whether loading has ended, well or badly."""
        return self._listener.done()

    @property
    def listener(self) -> Listener:
        """The listener; waits for it, and raises what went wrong in loading."""
        return self._listener.result()

    @property
    def elapsed_s(self) -> float:
        """Seconds since loading began."""
        return time.monotonic() - self._started_s

    def _load(self, folder: Path) -> Listener:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no news of missing GPUs
        import tensorflow  # noqa: F401

        self.step = 1
        loaded = network.load(folder)
        self.step = 2
        listener = Listener(loaded)
        front_end = loaded.card.front_end
        silence = np.zeros((SEGMENT_WINDOWS, front_end.window_frames, front_end.n_mels), np.float32)
        listener.listen(silence, layers=())
        # Streamlit collects garbage at every rerun; walking TensorFlow's objects takes 0.25 s.
        gc.collect()
        gc.freeze()
        return listener


@st.cache_resource(show_spinner=False)
def engine(folder: str) -> Engine:
    """Return the one engine of a network folder; it starts to load at the first call."""
    return Engine(Path(folder))


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return what all visitors' clips and layers are remembered in."""
    return Store(STORE_BYTES)


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
