"""What visitors bring: all of it counts, and no more is opened than there is room for."""

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import BadInput
from cnnviz.serving.uploads import Share, Uploads


@dataclass
class Clip:
    id: str
    nbytes: int


def accepts(uploads: Uploads, share: Share, file_id: str, n_bytes: int) -> bool:
    try:
        uploads.bring(share, file_id, n_bytes)
    except BadInput:
        return False
    return True


# --- refusals ---------------------------------------------------------------------------------


def test_refuses_what_there_is_no_room_for_until_somebody_leaves():
    uploads = Uploads(100_000_000)
    first, second = uploads.share(), uploads.share()
    uploads.bring(first, "1", 60_000_000)
    with pytest.raises(
        BadInput, match=r"must together be at most 100 MB, but .* 60 MB\. Come back in some minutes"
    ):
        uploads.bring(second, "2", 41_000_000)
    del first
    gc.collect()
    uploads.bring(second, "2", 41_000_000)
    assert uploads.nbytes == 41_000_000


def test_refuses_a_clip_there_is_no_room_for_and_keeps_the_one_before():
    uploads = Uploads(100)
    share = uploads.share()
    before = Clip("own/1", 30)
    uploads.keep(share, before)
    uploads.bring(share, "2", 50)
    with pytest.raises(BadInput, match="must together be at most"):
        uploads.keep(share, Clip("own/2", 51))
    assert share.clip is before and uploads.nbytes == 80
    uploads.keep(share, Clip("own/2", 50))  # in the place of the one before
    assert uploads.nbytes == 100


def test_files_that_were_refused_and_files_that_wait_count():
    uploads = Uploads(100)
    waiting, refused, third = (uploads.share() for _ in range(3))
    uploads.bring(waiting, "waiting", 60)
    assert uploads.nbytes == 60
    assert not accepts(uploads, refused, "refused", 50)
    assert uploads.nbytes == 110  # it is in memory all the same
    assert not accepts(uploads, third, "small", 1)
    uploads.remove(refused, "refused")
    assert accepts(uploads, third, "small", 1)


# --- properties -------------------------------------------------------------------------------


def test_a_file_that_is_asked_for_again_counts_once():
    uploads = Uploads(100)
    share = uploads.share()
    for _ in range(3):  # each run of the page until it is opened
        uploads.bring(share, "1", 60)
    uploads.remove(share, "1")
    uploads.remove(share, "1")
    assert uploads.nbytes == 0


ACTION = st.sampled_from(["bring", "keep", "remove", "leave"])


@given(st.lists(st.tuples(ACTION, st.integers(0, 4), st.integers(1, 60))))
def test_never_more_accepted_than_the_bound_and_nobody_is_counted_twice(actions):
    uploads, shares, names = Uploads(100), {}, count()
    for action, visitor, n_bytes in actions:
        if action == "leave":
            shares.pop(visitor, None)
            continue
        if visitor not in shares:
            shares[visitor] = uploads.share()
        share, before = shares[visitor], uploads.nbytes
        if action == "remove":
            for file_id in [*share.files][:1]:
                uploads.remove(share, file_id)
        elif action == "bring":
            fits = accepts(uploads, share, str(next(names)), n_bytes)
            assert fits == (before + n_bytes <= 100)
            assert uploads.nbytes == before + n_bytes
        else:
            replaced = 0 if share.clip is None else share.clip.nbytes
            try:
                uploads.keep(share, Clip(f"own/{next(names)}", n_bytes))
                assert uploads.nbytes == before - replaced + n_bytes <= 100
            except BadInput:
                assert uploads.nbytes == before > 100 - n_bytes + replaced
        del share
    assert uploads.nbytes == sum(
        sum(share.files.values()) + (share.clip.nbytes if share.clip else 0)
        for share in shares.values()
    )


def test_says_once_which_clips_are_gone():
    uploads = Uploads(100)
    stays, leaves = uploads.share(), uploads.share()
    uploads.keep(stays, Clip("own/1", 1))
    uploads.keep(leaves, Clip("own/2", 1))
    assert uploads.take_gone() == set()
    uploads.keep(stays, Clip("own/3", 1))
    del leaves
    gc.collect()
    assert (uploads.take_gone(), uploads.take_gone()) == ({"own/1", "own/2"}, set())


# --- threads ----------------------------------------------------------------------------------


def test_visitors_may_come_and_go_while_bytes_are_counted():
    uploads = Uploads(10**9)

    def visit(seed):
        for i in range(300):
            share = uploads.share()
            for part in range(5):
                uploads.bring(share, f"{seed}/{i}/{part}", 1)
            uploads.keep(share, Clip(f"own/{seed}/{i}", 1))
            uploads.take_gone()

    def read():
        for _ in range(3000):
            assert uploads.nbytes >= 0

    with ThreadPoolExecutor(4) as pool:
        for done in [*(pool.submit(visit, seed) for seed in range(2)), pool.submit(read)]:
            done.result(30)
    gc.collect()
    assert uploads.nbytes == 0


class Slow(Clip):
    """Reading what it takes is slow, so that checking and counting in two steps let both in."""

    def __getattribute__(self, name: str):
        if name == "nbytes":
            time.sleep(0.02)
        return super().__getattribute__(name)


def test_of_two_files_that_arrive_at_once_one_has_room():
    uploads = Uploads(100)
    shares = [uploads.share() for _ in range(3)]
    uploads.keep(shares[0], Slow("own/1", 30))
    with ThreadPoolExecutor(2) as pool:
        came = [pool.submit(accepts, uploads, share, "file", 40) for share in shares[1:]]
        assert sorted(one.result(10) for one in came) == [False, True]


def test_of_two_clips_that_are_opened_at_once_one_has_room():
    uploads = Uploads(100)
    shares = [uploads.share() for _ in range(3)]
    uploads.keep(shares[0], Slow("own/0", 30))
    barrier = threading.Barrier(2)

    def keep(share: Share) -> bool:
        barrier.wait(10)
        try:
            uploads.keep(share, Slow("own/1", 40))
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(keep, shares[1:])) == [False, True]
    assert uploads.nbytes == 70
