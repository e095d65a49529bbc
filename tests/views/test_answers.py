"""What is kept of the network's answers, and for whom."""

import gc
from weakref import ref

import numpy as np
from cnnviz.networks.activations import Answer, Layers

from cnnviz.serving.store import Store
from cnnviz.views import answers


def answer() -> Answer:
    return Answer(np.zeros((1, 2), np.float32), Layers({}))


def test_an_answer_is_weighed_again_once_it_is_packed() -> None:
    kept = Store(100)
    found = kept.get("a", answer, size=lambda _: 60)
    kept.get("b", answer, size=lambda _: 60)
    assert "a" not in kept
    found = kept.get("a", answer, size=lambda _: 60)
    answers._pack(ref(found), "a", kept, due_s=0.0)
    kept.get("b", answer, size=lambda _: 60)
    assert "a" in kept and "b" in kept


def test_an_answer_that_nobody_holds_any_more_is_not_packed() -> None:
    kept, key = Store(100), ("answer", "a")
    found = kept.get(key, answer, size=lambda _: 60)
    waiting = ref(found)
    kept.forget({"a"})
    del found
    gc.collect()
    assert waiting() is None
    answers._pack(waiting, key, kept, due_s=0.0)
    assert key not in kept
