import numpy as np
import pytest

from cnnviz.errors import BadInput
from cnnviz.training.shards import Shards
from tests.training.learning import shard


def test_a_folder_without_shards_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"(?s)has none.*training render"):
        Shards(tmp_path)


def test_new_shards_are_taken_up(tmp_path):
    shard(tmp_path)
    clips = Shards(tmp_path, batch=4)
    before = len(clips.front)
    assert clips.steps == 3
    (tmp_path / "shard_00001.npz").write_bytes((tmp_path / "shard_00000.npz").read_bytes())
    clips.refresh()
    assert len(clips.front) == 2 * before
    assert set(clips.counts().values()) == {2}


def test_epoch_and_step_decide_what_is_drawn(tmp_path):
    shard(tmp_path)
    x, y = Shards(tmp_path, batch=6).batch(epoch=2, step=1)
    again = Shards(tmp_path, batch=6).batch(epoch=2, step=1)
    assert np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    assert x.shape == (6, 43, 128) and y.shape == (6, 11)
    assert not np.array_equal(x, Shards(tmp_path, batch=6).batch(epoch=2, step=2)[0])
