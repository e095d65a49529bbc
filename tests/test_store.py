"""The store: bounded by bytes, and one computation for two visitors."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.store import Store


def test_an_error_is_not_kept():
    store = Store(10)

    def fail():
        raise KeyError("no")

    with pytest.raises(KeyError):
        store.get("a", fail, size=len)
    assert store.get("a", lambda: "yes", size=len) == "yes"


@given(asked=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=40))
def test_never_more_than_the_bound(asked):
    store = Store(100)
    for key, n in asked:
        assert len(store.get((key, n), lambda n=n: b"x" * n, size=len)) == n
        assert store.nbytes <= 100


def test_the_least_recently_used_goes_first():
    store = Store(2)
    made = []

    def get(key):
        store.get(key, lambda: made.append(key) or "x", size=len)

    for key in "abac":
        get(key)
    get("a")
    get("b")
    assert made == ["a", "b", "c", "b"]


def test_two_who_ask_at_once_wait_for_one_computation():
    store, made = Store(10), []

    def make():
        time.sleep(0.05)
        made.append(1)
        return "x"

    threads = [
        threading.Thread(target=store.get, args=("k", make), kwargs={"size": len}) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
