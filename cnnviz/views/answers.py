"""What the page shows of a clip: the network's answer, and the stage's payload made of it."""

import time
from collections.abc import Callable, Hashable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from weakref import WeakValueDictionary, ref

import streamlit as st

from cnnviz import stage
from cnnviz.audio import Float32
from cnnviz.clips.clip import Heard
from cnnviz.clips.instruments import NAMES
from cnnviz.networks.activations import Answer, Listener, movement
from cnnviz.networks.card import Card
from cnnviz.networks.verdict import judge
from cnnviz.serving.memory import give_back
from cnnviz.serving.store import Store
from cnnviz.views.resources import listening, store

# Packing takes a core for half a second, which the first picture needs before, and the next clip's
# pass as well.
PACK_AFTER_S = 1.0
# An answer counts as what it will be once packed, which is weighed then.
PACKED_SHARE = 0.55
# Up to this many, those of a 3 s clip, every layer is kept.
KEPT_WINDOWS = 88


def answer(
    listener: Listener,
    heard: Heard,
    *,
    layer: str,
    progress: Callable[[float], object],
    waiting: Callable[[int], object] = lambda n_before: None,
) -> Answer:
    """Return the network's answer to a clip, holding at least the layer asked for.

    A short clip keeps all its layers, so that the next layer needs no pass; of a longer one they
    would fill the memory. One visitor at a time is answered; `waiting` is told how many come
    before, as long as there are any.
    """
    card = listener.network.card
    whole = heard.n_windows <= KEPT_WINDOWS
    layers = tuple(card.outputs) if whole else (layer,)
    key = ("answer", card.weights_sha256, heard.id, layers)
    shown = _shown()

    def make() -> Answer:
        if (found := shown.get(key)) is not None:
            return found
        found = listener.listen(
            heard.log_mel, hop_frames=heard.hop_frames, layers=layers, progress=progress
        )
        shown[key] = found
        due_s = time.monotonic() + PACK_AFTER_S
        _packing().submit(_pack, ref(found), key, store(), due_s=due_s)
        return found

    # In line before the store, which would let a second visitor of the same clip wait in silence.
    known = key in store() or key in shown
    with nullcontext() if known else listening().turn(waiting=waiting):
        found = store().get(key, make, size=lambda answer: int(answer.nbytes * PACKED_SHARE))
    # What is on a visitor's stage is not forgotten, however many clips others look at.
    st.session_state["answered"] = found
    return found


def _pack(answer: ref[Answer], key: Hashable, kept: Store, *, due_s: float) -> None:
    time.sleep(max(0.0, due_s - time.monotonic()))
    if (found := answer()) is None:
        return  # whoever looked at it has gone on to other clips
    found.layers.pack(before_each=listening().wait_for_rest)
    kept.weigh(key, found.nbytes)
    give_back()


@st.cache_resource(show_spinner=False)
def _packing() -> ThreadPoolExecutor:
    """Return the one thread that makes answers small, once they have been shown."""
    return ThreadPoolExecutor(1, thread_name_prefix="packer")


@st.cache_resource(show_spinner=False)
def _shown() -> MutableMapping[Hashable, Answer]:
    """Return the answers that the store or a session still holds."""
    return WeakValueDictionary()


def waiting_payload(heard: Heard, *, card: Card) -> bytes:
    """Return the clip's sound and spectrogram, for as long as the network is loading."""
    return store().get(
        ("waiting", card.weights_sha256, heard.id),
        _packer(heard, card),
        size=len,
    )


def layer_payload(listener: Listener, heard: Heard, found: Answer, *, layer: str) -> bytes:
    """Return the clip with its predictions and every map of one layer."""
    card = listener.network.card

    def make() -> bytes:
        return _packer(heard, card)(
            verdict=judge(found.predictions, card=card, hop_frames=heard.hop_frames),
            predictions=found.predictions,
            layer=listener.network.layer(layer),
            segments=found.layers.packed(layer),
            moved=movement_of(listener, heard, found, layer=layer),
        )

    return store().get(("payload", card.weights_sha256, heard.id, layer), make, size=len)


def movement_of(listener: Listener, heard: Heard, found: Answer, *, layer: str) -> Float32:
    """Return how much each filter of a layer moves over the clip."""
    return store().get(
        ("movement", listener.network.card.weights_sha256, heard.id, layer),
        lambda: movement(found.layers[layer]),
        size=lambda moved: moved.nbytes,
    )


def class_names(card: Card) -> dict[str, str]:
    """Return code to name of the network's classes; a code without a name is its own."""
    return {code: NAMES.get(code, code) for code in card.labels}


def _packer(heard: Heard, card: Card) -> Callable[..., bytes]:
    return partial(
        stage.pack,
        clip_id=heard.id,
        title=heard.title,
        labels=heard.labels,
        network=card.name,
        classes=class_names(card),
        front_end=heard.front_end,
        y=heard.y,
        log_mel=heard.log_mel,
        n_windows=heard.n_windows,
        hop_frames=heard.hop_frames,
        notes=heard.notes,
    )
