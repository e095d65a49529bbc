import threading
import time

import pytest

from cnnviz.clips.clip import Clip
from cnnviz.export import numbers
from cnnviz.export.subject import subject_of
from cnnviz.export.work import Stopped, Work
from tests.conftest import SMALL


@pytest.fixture
def subject(small_network, sine):
    clip = Clip("own/1", "sine.wav", (), sine, SMALL.input(sine), SMALL, 2, ())
    outputs = small_network.run(clip.input, hop_frames=2, layers=("conv1",))
    layer = small_network.layer("conv1")
    return subject_of(clip, outputs, card=small_network.card, layer=layer)


def test_the_pass_of_npz_waits_in_the_networks_line(small_network, subject):
    told = []
    work = Work(queued=told.append)
    work.progress = lambda share: told.append(small_network.line.n_waiting)
    done = threading.Thread(
        target=numbers.npz, args=(subject, small_network), kwargs={"work": work}
    )
    with small_network.turn():
        done.start()
        end = time.monotonic() + 10
        while not told and time.monotonic() < end:
            time.sleep(0.01)
        assert told and set(told) == {1}
    done.join()
    assert told[-1] == 0


def test_npz_that_is_stopped_leaves_the_networks_line(small_network, subject):
    work = Work(queued=lambda before: work.stop.set())
    with small_network.turn(), pytest.raises(Stopped):
        numbers.npz(subject, small_network, work=work)
    assert small_network.line.n_waiting == 0
