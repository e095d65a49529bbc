import numpy as np
import pytest

from cnnviz.errors import BadInput
from cnnviz.training.augment import Recipe
from cnnviz.training.shards import Shards
from tests.training.learning import shard


def test_a_folder_without_shards_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"(?s)has none.*training render"):
        Shards(tmp_path)


def test_a_shard_of_another_kind_is_refused(tmp_path):
    np.savez(tmp_path / "shard_00000.npz", log_mel=np.zeros((1, 130, 128)), label=np.zeros(1))
    with pytest.raises(BadInput, match="as `render` writes them now"):
        Shards(tmp_path)


def test_new_shards_are_taken_up(tmp_path):
    shard(tmp_path)
    clips = Shards(tmp_path, batch=4)
    assert (len(clips.produced), len(clips.alone), len(clips.behind)) == (11, 11, 2)
    assert clips.steps == 6
    (tmp_path / "shard_00001.npz").write_bytes((tmp_path / "shard_00000.npz").read_bytes())
    clips.refresh()
    assert (len(clips.produced), len(clips.alone), len(clips.behind)) == (22, 22, 4)
    assert set(clips.counts().values()) == {4}
    assert clips.recordings == {"us:tones", "us:band"}


def test_epoch_and_step_decide_what_is_drawn(tmp_path):
    shard(tmp_path)
    x, y = Shards(tmp_path, batch=6).batch(epoch=2, step=1)
    again = Shards(tmp_path, batch=6).batch(epoch=2, step=1)
    assert np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    assert x.shape == (6, 43, 128) and y.shape == (6, 11)
    assert not np.array_equal(x, Shards(tmp_path, batch=6).batch(epoch=2, step=2)[0])


PLAIN = {"behind": 0.0, "together": 0.0, "masks": 0, "smoothing": 0.0, "curve_db": 0.0}


@pytest.mark.parametrize("produced", [0.0, 0.5, 1.0])
def test_windows_bear_the_labels_of_their_clips(tmp_path, produced):
    shard(tmp_path)
    recipe = Recipe(produced=produced, **PLAIN)
    x, y = Shards(tmp_path, recipe=recipe, batch=40).batch(epoch=0, step=0)
    bands = np.stack([x[:, :, 11 * i : 11 * i + 8].mean(axis=(1, 2)) for i in range(11)], axis=1)
    told = bands.argmax(axis=1) == y.argmax(axis=1)
    assert told.mean() > 0.85, "but where a changed window has lost its top"
    assert (y.sum(axis=1) == 1).all()


def test_second_instruments_lie_under_those_alone_and_are_labelled(tmp_path):
    shard(tmp_path)
    recipe = Recipe(produced=0.5, **PLAIN | {"together": 1.0})
    _, y = Shards(tmp_path, recipe=recipe, batch=40).batch(epoch=0, step=0)
    assert (y[:20].sum(axis=1) == 1).all(), "produced clips stay as they are"
    assert (y[20:].sum(axis=1) == 2).sum() > 10, "but where the second is of the same class"
