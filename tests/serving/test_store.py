"""The store: bounded by bytes, and one computation for two visitors."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.serving.store import Store


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


def test_says_what_it_holds_without_making_or_touching_it():
    store = Store(2)
    assert "a" not in store
    for key in "abc":
        store.get(key, lambda: b"x", size=len)
        assert "a" in store or key == "c"  # asking does not keep it
    assert ("b" in store, "c" in store) == (True, True)


def test_forgets_what_a_name_takes_part_in():
    store = Store(9)
    for key in (("payload", "own/1", 2), ("payload", "own/2", 2), "own/1"):
        store.get(key, lambda: b"x", size=len)
    store.forget({"own/1"})
    assert [key in store for key in (("payload", "own/1", 2), ("payload", "own/2", 2))] == [0, 1]
    assert "own/1" in store  # no tuple: the name is no part of it


def test_a_value_that_has_shrunk_makes_room():
    store = Store(3)
    store.get("a", lambda: b"xxx", size=len)
    store.weigh("a", 1)
    store.weigh("gone", 9)
    store.get("b", lambda: b"xx", size=len)
    assert ("a" in store, "b" in store, store.nbytes) == (True, True, 3)
