import gc
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cnnviz.errors import BadInput
from cnnviz.export import job as jobs
from cnnviz.export.job import File, Job, Outbox
from cnnviz.serving.turns import Turns


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
    outbox, go, begun = Outbox(100), threading.Event(), threading.Event()

    def slow(work):
        begun.set()
        return b"1" if go.wait(10) else b""

    first = start(slow, outbox, in_turn=True)
    assert begun.wait(10)
    second = start(lambda work: b"2", outbox, in_turn=True)
    until(lambda: second.before == 1)
    third = start(lambda work: b"3", outbox, in_turn=True)
    fourth = start(lambda work: b"4", outbox, in_turn=True)
    until(lambda: {third.before, fourth.before} == {2, 3})
    aside = start(lambda work: b"5", outbox)
    aside.wait()
    third.stop()
    third.wait()
    until(lambda: fourth.before == 2)
    assert second.running and fourth.running
    assert first.before == 0
    go.set()
    fourth.wait()
    assert second.before == fourth.before == 0
    jobs = (first, second, fourth, aside)
    assert [job.result().read() for job in jobs] == [b"1", b"2", b"4", b"5"]
    assert third.result() is None
    assert outbox.line.n_waiting == 0


def test_a_job_in_the_line_that_nobody_asks_after_leaves_it(monkeypatch):
    monkeypatch.setattr(jobs, "LEFT_S", 0.2)
    outbox = Outbox(100)
    with outbox.line.turn():
        job = start(lambda work: b"never", outbox, in_turn=True)
        job.wait()
        assert outbox.line.n_waiting == 0
    assert job.result() is None


def test_a_job_tells_how_many_are_before_it_in_another_line():
    line = Turns(1)

    def make(work):
        with line.turn(waiting=work.wait):
            work.step(0.0)
            return b"made"

    with line.turn():
        job = start(make)
        until(lambda: job.before == 1)
    job.wait()
    assert job.before == 0
    assert job.result().read() == b"made"


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


def test_files_put_by_many_threads_keep_to_the_bound():
    outbox, files, together = Outbox(400), [], threading.Barrier(4)
    interval = sys.getswitchinterval()

    def busy():
        together.wait()
        for _ in range(2000):
            files.append(outbox.put(bytes(100)))
            assert outbox.nbytes <= 400

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for future in [pool.submit(busy) for _ in range(4)]:
                future.result()
    finally:
        sys.setswitchinterval(interval)
    assert sum(len(file.data or b"") for file in files) == outbox.nbytes == 400


def test_a_file_whose_room_is_taken_while_it_is_read_comes_whole():
    class Going(File):
        seen = 0

        @property
        def data(self):
            self.seen += 1
            return b"whole" if self.seen == 1 else None

        @data.setter
        def data(self, value):
            pass

    assert Going(b"whole").read() == b"whole"
