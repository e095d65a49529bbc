import gc
import threading
import time

import pytest

from cnnviz.errors import BadInput
from cnnviz.export import job as jobs
from cnnviz.export.job import Job, Outbox


def start(make, outbox=None, *, in_turn=False):
    outbox = outbox or Outbox(100)
    return Job(make, name="a.bin", mime="a/b", outbox=outbox, in_turn=in_turn)


def until(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_job_makes_its_file_and_says_how_far_it_is():
    go = threading.Event()

    def make(work):
        work.step(0.5)
        go.wait(10)
        return b"made"

    job = start(make)
    until(lambda: job.share == 0.5)
    assert job.running
    go.set()
    job.wait()
    assert not job.running
    assert job.result().read() == b"made"


def endless(work):
    while True:
        work.step(0.1)
        time.sleep(0.01)


def test_a_stopped_job_leaves_nothing():
    outbox = Outbox(100)
    job = start(endless, outbox)
    job.stop()
    job.wait()
    assert job.result() is None
    assert outbox.nbytes == 0


def test_a_job_that_nobody_asks_after_ends(monkeypatch):
    monkeypatch.setattr(jobs, "LEFT_S", 0.2)
    job = start(endless)
    job.wait()
    assert job.result() is None


def test_a_job_that_someone_asks_after_goes_on(monkeypatch):
    monkeypatch.setattr(jobs, "LEFT_S", 1.0)
    job = start(endless)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        assert job.running
        time.sleep(0.02)
    job.stop()
    job.wait()


@pytest.mark.parametrize("error", [BadInput("too much"), ZeroDivisionError("a bug")])
def test_what_goes_wrong_is_raised_where_the_file_is_asked_for(error):
    def make(work):
        raise error

    job = start(make)
    job.wait()
    with pytest.raises(type(error), match=str(error)):
        job.result()


def test_one_job_at_a_time_has_its_turn():
    outbox, go = Outbox(100), threading.Event()
    first = start(lambda work: b"1" if go.wait(10) else b"", outbox, in_turn=True)
    until(lambda: not first.waiting)
    second = start(lambda work: b"2", outbox, in_turn=True)
    third = start(lambda work: b"3", outbox, in_turn=True)
    aside = start(lambda work: b"4", outbox)
    aside.wait()
    third.stop()
    third.wait()
    assert second.running
    assert second.waiting
    go.set()
    second.wait()
    assert [job.result().read() for job in (first, second, aside)] == [b"1", b"2", b"4"]
    assert third.result() is None


def test_a_failed_job_gives_its_turn_back():
    outbox = Outbox(100)
    start(lambda work: 1 / 0, outbox, in_turn=True).wait()
    job = start(lambda work: b"next", outbox, in_turn=True)
    job.wait()
    assert job.result().read() == b"next"


def test_the_oldest_files_make_room_for_the_newest():
    outbox = Outbox(100)
    made = [outbox.put(bytes(40)) for _ in range(3)]
    assert [file.data is None for file in made] == [True, False, False]
    with pytest.raises(BadInput, match="Make it again"):
        made[0].read()
    large = outbox.put(bytes(500))
    assert len(large.read()) == 500
    assert outbox.nbytes == 500


def test_a_file_goes_with_the_session_that_holds_it():
    outbox = Outbox(100)
    made = outbox.put(bytes(40))
    assert outbox.nbytes == 40
    del made
    gc.collect()
    assert outbox.nbytes == 0
