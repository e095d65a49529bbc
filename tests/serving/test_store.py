"""The store: bounded by bytes, one computation for two visitors, and what is in use stays."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.serving.store import Holder, Store


def put(store: Store, key: str, n_bytes: int = 1, *, holder: Holder | None = None) -> None:
    store.get(key, lambda: b"x" * n_bytes, size=len, holder=holder)


def kept(store: Store, keys: str) -> str:
    return "".join(key for key in keys if key in store)


# --- refusals ---------------------------------------------------------------------------------


def test_an_error_is_not_kept():
    store = Store(10)

    def fail():
        raise KeyError("no")

    with pytest.raises(KeyError):
        store.get("a", fail, size=len)
    assert store.get("a", lambda: "yes", size=len) == "yes"


@pytest.mark.parametrize("n_bytes", [4, 99])
def test_one_value_larger_than_the_bound_evicts_nothing(n_bytes):
    store, holder = Store(3, max_held_bytes=3), Holder()
    for key in "abc":
        put(store, key)
    put(store, "d", holder=holder)
    put(store, "L", n_bytes)
    assert kept(store, "abcdL") == "abcd"
    put(store, "L", n_bytes, holder=Holder())
    assert kept(store, "abcdL") == "abcd"


def test_a_large_value_that_nobody_uses_any_more_evicts_nothing():
    store, holder = Store(3, max_held_bytes=9), Holder()
    put(store, "a")
    put(store, "L", 9, holder=holder)
    put(store, "b")
    put(store, "c", holder=holder)
    assert kept(store, "abcL") == "abc"


# --- properties -------------------------------------------------------------------------------


@given(asked=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=40))
def test_never_more_than_the_bound(asked):
    store = Store(100)
    for key, n in asked:
        assert len(store.get((key, n), lambda n=n: b"x" * n, size=len)) == n
        assert store.nbytes <= 100


VISIT = st.tuples(st.integers(0, 9), st.integers(0, 60), st.none() | st.integers(0, 3))


@given(visits=st.lists(VISIT | st.integers(0, 3), max_size=60))
def test_never_more_than_both_bounds_with_holders(visits):
    store, holders, used = Store(50, max_held_bytes=100), {}, {}
    for visit in visits:
        if isinstance(visit, int):  # the visitor leaves
            holders.pop(visit, None)
            used.pop(visit, None)
            continue
        number, n, visitor = visit
        key = number, n
        holder = None if visitor is None else holders.setdefault(visitor, Holder())
        assert len(store.get(key, lambda n=n: b"x" * n, size=len, holder=holder)) == n
        used |= {} if visitor is None else {visitor: key}
        in_use = set(used.values())
        there = [(i, n) for i in range(10) for n in range(61) if (i, n) in store]
        assert store.nbytes == sum(n for _, n in there) <= 150
        assert sum(n for number, n in there if (number, n) in in_use) <= 100
        if visitor is not None:
            assert sum(n for number, n in there if (number, n) not in in_use) <= 50
            # What is in use stays as long as all of it together has room.
            assert key in store or sum(n for _, n in in_use) > 100


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


def test_what_somebody_uses_outlives_what_others_look_at():
    store, holders = Store(2, max_held_bytes=3), [Holder() for _ in range(4)]
    for key, holder in zip("abc", holders, strict=False):
        put(store, key, holder=holder)
    for key in "1234":
        put(store, key)
    assert kept(store, "abc1234") == "abc34"
    put(store, "d", holder=holders[3])  # more in use than there is room for
    assert kept(store, "abcd34") == "bcd34"


@pytest.mark.parametrize("goes", [True, False], ids=["gone", "uses another"])
def test_what_nobody_uses_any_more_goes_first(goes):
    store, holder, other = Store(1, max_held_bytes=2), Holder(), Holder()
    put(store, "a", holder=holder)
    put(store, "b", holder=other)
    put(store, "1")
    if goes:
        del holder
    else:
        put(store, "b", holder=holder)
    put(store, "2")
    assert kept(store, "ab12") == "b2"


def test_a_value_that_is_there_counts_as_used_by_who_asks():
    store, holder = Store(2, max_held_bytes=1), Holder()
    put(store, "a")
    put(store, "a", holder=holder)
    for key in "123":
        put(store, key)
    assert kept(store, "a123") == "a23"


def test_says_what_it_holds_without_making_or_touching_it():
    store = Store(2)
    assert "a" not in store
    for key in "abc":
        put(store, key)
        assert "a" in store or key == "c"  # asking does not keep it
    assert ("b" in store, "c" in store) == (True, True)


def test_forgets_what_a_name_takes_part_in():
    store = Store(9)
    for key in (("payload", "own/1", 2), ("payload", "own/2", 2), "own/1"):
        store.get(key, lambda: b"x", size=len)
    store.forget({"own/1"})
    assert [key in store for key in (("payload", "own/1", 2), ("payload", "own/2", 2))] == [0, 1]
    assert "own/1" in store  # no tuple: the name is no part of it


# --- threads ----------------------------------------------------------------------------------


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


def test_visitors_in_several_threads_stay_within_the_bounds():
    store = Store(20, max_held_bytes=20)

    def visit(seed):
        for i in range(300):
            key, n = (i * seed) % 17, 1 + (i * seed) % 17
            value = store.get(
                key, lambda n=n: b"x" * n, size=len, holder=Holder() if i % 2 else None
            )
            assert len(value) == n
            assert store.nbytes <= 40

    with ThreadPoolExecutor(4) as pool:
        for visited in [pool.submit(visit, seed) for seed in (1, 3, 5, 7)]:
            visited.result(30)
