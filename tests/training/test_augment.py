import numpy as np
import pytest

from cnnviz.errors import BadInput
from cnnviz.training import augment

RNG = np.random.default_rng(0)
FRONT = RNG.normal(-4, 1, (6, 43, 128)).astype(np.float32)
BACK = RNG.normal(-6, 1, (6, 43, 128)).astype(np.float32)
LABELS = np.eye(11, dtype=np.float32)[:6]


@pytest.mark.parametrize(
    "setting",
    [{"produced": 2}, {"masks": "x"}, {"masks": 1.5}, {"mixup": -0.1}, {"curve_db": None}],
)
def test_recipes_that_make_no_sense_are_refused(setting):
    with pytest.raises(BadInput, match=f"{next(iter(setting))} must"):
        augment.Recipe(**setting)


def test_mixing_adds_magnitudes_at_the_level_asked_for():
    below_db = np.full(6, 20.0)
    added = np.exp(augment.mixed(FRONT, BACK, below_db=below_db)) - np.exp(FRONT)
    ratio = np.exp(FRONT).mean(axis=(1, 2)) / added.mean(axis=(1, 2))
    assert 20 * np.log10(ratio) == pytest.approx(below_db, abs=0.05)


def over(back_labels, **recipe):
    rng = np.random.default_rng(0)
    return augment.over(
        FRONT,
        BACK,
        labels=LABELS,
        back_labels=back_labels,
        rng=rng,
        recipe=augment.Recipe(**recipe),
    )


def test_two_instruments_are_both_labelled_and_an_accompaniment_is_not():
    _, y = over(np.roll(LABELS, 1, axis=1))
    assert y.sum(axis=1) == pytest.approx(2)
    x, y = over(np.zeros_like(LABELS), behind=1.0)
    assert np.array_equal(y, LABELS)
    assert (x > FRONT).all()


def test_without_accompaniment_instruments_stay_alone():
    x, _ = over(np.zeros_like(LABELS), behind=0.0)
    assert np.array_equal(x, FRONT)


def test_targets_are_smoothed_and_windows_stay_above_the_floor():
    recipe = augment.Recipe(smoothing=0.02)
    x, y = augment.changed(FRONT, labels=LABELS, rng=np.random.default_rng(0), recipe=recipe)
    assert y[LABELS == 1] == pytest.approx(0.98)
    assert y[LABELS == 0] == pytest.approx(0.02)
    assert x.shape == FRONT.shape
    assert x.min() >= augment.FLOOR - 1e-6


def test_a_blend_has_the_shares_of_its_windows_and_labels():
    front = np.repeat(np.arange(6, dtype=np.float32), 43 * 128).reshape(6, 43, 128)
    x, y = augment.blended(front, LABELS, np.random.default_rng(0), share=1.0)
    assert y.sum(axis=1) == pytest.approx(1)
    assert ((y > 0).sum(axis=1) == 2).sum() >= 3
    # each window is its number, so that labels and windows tell the same shares
    assert x[:, 0, 0] == pytest.approx(y[:, :6] @ np.arange(6), abs=1e-5)
    x, y = augment.blended(front, LABELS, np.random.default_rng(0), share=0.0)
    assert np.array_equal(x, front) and np.array_equal(y, LABELS)


def test_masks_blank_bands_and_stretches():
    x = augment.masked(np.zeros((40, 43, 128), np.float32), np.random.default_rng(0), count=1)
    blank = (x == augment.FLOOR).mean()
    assert 0.05 < blank < 0.3


def test_the_input_is_left_as_it_was():
    before = FRONT.copy()
    recipe = augment.Recipe(mixup=1.0)
    augment.changed(FRONT, labels=LABELS, rng=np.random.default_rng(1), recipe=recipe)
    assert np.array_equal(before, FRONT)
