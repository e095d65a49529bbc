import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.serving.turns import Turns

WAIT_S = 10


def nothing(before: int) -> None:
    """Bear the wait in silence."""


# --- refusals ---------------------------------------------------------------------------------


def test_who_leaves_the_line_lets_the_next_one_on() -> None:
    turns = Turns(1)
    free, heard = threading.Event(), []

    def leave(before: int) -> None:
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(work, turns, until=free)
        wait_for(lambda: bool(turns._line))
        with pytest.raises(KeyboardInterrupt), turns.turn(waiting=leave):
            raise AssertionError("it was not free")
        assert turns.n_waiting == 0
        second = pool.submit(work, turns, waiting=heard.append)
        wait_for(lambda: turns.n_waiting == 1)
        free.set()
        first.result(WAIT_S), second.result(WAIT_S)
    assert set(heard) == {1}


def test_an_error_at_work_ends_the_turn() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.turn(waiting=nothing):
        1 / 0  # noqa: B018
    with turns.turn(waiting=pytest.fail):
        pass


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(at_once=st.integers(1, 3), n=st.integers(1, 8))
def test_never_more_than_allowed_and_all_in_the_end(at_once: int, n: int) -> None:
    turns, lock = Turns(at_once), threading.Lock()
    working, most, done = 0, 0, 0

    def visit() -> None:
        nonlocal working, most, done
        with turns.turn(waiting=nothing):
            with lock:
                working += 1
                most = max(most, working)
            time.sleep(0.001)
            with lock:
                working -= 1
                done += 1

    with ThreadPoolExecutor(n) as pool:
        for visited in [pool.submit(visit) for _ in range(n)]:
            visited.result(WAIT_S)
    assert (most <= at_once, done, turns.n_waiting) == (True, n, 0)


def test_in_the_order_they_came_and_told_how_many_are_before() -> None:
    turns, free, order = Turns(1), threading.Event(), []
    told: dict[int, list[int]] = {i: [] for i in range(3)}
    with ThreadPoolExecutor(4) as pool:
        pool.submit(work, turns, until=free)
        wait_for(lambda: bool(turns._line))
        for i in range(3):
            pool.submit(work, turns, waiting=told[i].append, then=lambda i=i: order.append(i))
            wait_for(lambda i=i: turns.n_waiting == i + 1 and bool(told[i]))
        free.set()
    assert order == [0, 1, 2]
    assert [told[i][0] for i in range(3)] == [1, 2, 3]
    assert all(heard == sorted(heard, reverse=True) and heard[-1] >= 1 for heard in told.values())


def work(turns, *, waiting=nothing, until=None, then=lambda: None) -> None:
    with turns.turn(waiting=waiting):
        if until is not None:
            assert until.wait(WAIT_S)
        then()


def wait_for(condition) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)
