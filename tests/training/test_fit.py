import json
import os
import signal
from dataclasses import asdict, replace

import keras
import numpy as np
import pytest

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import architecture, fit, plan
from cnnviz.training.collection import Item
from cnnviz.training.journal import Journal
from cnnviz.training.plan import PAPER, RENDERED
from cnnviz.training.shards import Shards
from cnnviz.training.windows import Windows
from tests import irmas_miniature
from tests.training.learning import shard, small

SOME = CODES[:3]


@pytest.fixture(autouse=True)
def architectures(monkeypatch):
    monkeypatch.setitem(architecture.ARCHITECTURES, "small", small)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Three classes: five clips each to learn from, two to validate with."""
    import soundfile as sf

    folder = tmp_path_factory.mktemp("clips")
    items = []
    for code in SOME:
        for k in range(7):
            path = folder / f"{code}{k}.wav"
            sf.write(path, irmas_miniature.tone(code, 3.0, seed=k), irmas_miniature.RATE)
            items.append(Item(path, (code,)))
    return folder, items


def sides(clips, chosen):
    folder, items = clips
    learned = [item for k, item in enumerate(items) if k % 7 < 5]
    held = [item for k, item in enumerate(items) if k % 7 >= 5]
    common = {"cache": folder / "cache"}
    source = Windows(learned, LogMel(), batch=chosen.batch, seed=chosen.seed, **common)
    return source, Windows(held, LogMel(), **common)


def learn(chosen, clips, folder):
    folder.mkdir(exist_ok=True)
    return fit.fit(chosen, *sides(clips, chosen), Journal(folder), asdict(chosen))


PLAN = replace(PAPER, architecture="small", epochs=4, batch=8, rate=0.01, seed=3)


def test_a_run_goes_on_with_the_plan_it_began_with(clips, tmp_path):
    learn(replace(PLAN, epochs=1), clips, tmp_path)
    with pytest.raises(BadInput, match=r"began with batch 8 \(now 9\).*--out"):
        learn(replace(PLAN, batch=9), clips, tmp_path)


def test_a_loss_that_is_no_number_ends_the_run(clips, tmp_path, monkeypatch):
    monkeypatch.setitem(plan.LOSSES, "categorical", lambda y, out: keras.ops.sum(out) * np.nan)
    with pytest.raises(
        BadInput, match=r"must converge, but in epoch 1.*--learning-rate than 0\.01"
    ):
        learn(PLAN, clips, tmp_path)


def test_the_paper_s_recipe_learns(clips, tmp_path, capsys):
    network, state = learn(PLAN, clips, tmp_path)
    losses = [epoch["loss"] for epoch in state.curve]
    assert losses[-1] < 0.5 * losses[0]
    assert state.curve[-1]["validation_recall"] == 1.0
    said = capsys.readouterr().out
    assert "epoch 1: loss" in said and "h left" in said and "that was the last epoch" in said
    # without batch normalisation, as the paper
    assert not any("norm" in layer.name for layer in network.layers)


def test_the_recipe_for_rendered_clips_learns(clips, tmp_path):
    shard(tmp_path)
    chosen = replace(RENDERED, architecture="small", epochs=20, batch=8, rate=0.05)
    source = Shards(tmp_path, recipe=chosen.recipe, batch=8)
    held = sides(clips, PLAN)[1]
    network, state = fit.fit(chosen, source, held, Journal(tmp_path), {})
    losses = [epoch["loss"] for epoch in state.curve]
    assert len(losses) == 20
    assert losses[-1] < 0.7 * losses[0]
    assert not any("norm" in layer.name for layer in network.layers), "folded in"


def test_what_is_kept_is_float32_and_the_average_of_the_weights(clips, tmp_path, monkeypatch):
    """By hand: an average that forgets with the plan's momentum, from the first step on."""
    chosen = replace(PLAN, precision="mixed_bfloat16", average=0.9, patience=0, epochs=2)
    seen = []
    train = keras.Model.train_on_batch

    def noted(self, *args):
        loss = train(self, *args)
        seen.append([w.numpy() for w in self.trainable_variables])
        return loss

    monkeypatch.setattr(keras.Model, "train_on_batch", noted)
    network, _ = learn(chosen, clips, tmp_path)
    averages = seen[0]
    for weights in seen[1:]:
        averages = [0.9 * a + 0.1 * w for a, w in zip(averages, weights, strict=True)]
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"
    for a, b in zip(network.get_weights(), averages, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_averages_validate_and_are_kept(clips, tmp_path, monkeypatch):
    """With patience the best are kept, without it the last: either way the averages."""
    seen = []
    loss = fit._validation_loss

    def noted(plan, targets, outputs):
        seen.append(outputs)
        return loss(plan, targets, outputs)

    monkeypatch.setattr(fit, "_validation_loss", noted)
    held = sides(clips, PLAN)[1]
    for patience in (0, 9):
        chosen = replace(PLAN, average=0.9, patience=patience, epochs=3)
        network, state = learn(chosen, clips, tmp_path / str(patience))
        standardised = (held.windows - state.mean) / state.std
        outputs = network.predict_on_batch(standardised[..., None])
        best = np.argmin([one["validation_loss"] for one in state.curve]) if patience else 2
        np.testing.assert_allclose(outputs, seen[-3:][best], atol=1e-5)


def test_the_rendered_recipe_goes_on_as_if_it_had_not_been_cut_off(clips, tmp_path):
    shard(tmp_path)
    chosen = replace(RENDERED, architecture="small", epochs=3, batch=8, rate=0.02)
    held = sides(clips, PLAN)[1]

    def learned(folder, *, cut):
        folder.mkdir()
        source = Shards(tmp_path, recipe=chosen.recipe, batch=8)
        if cut:
            batch = source.batch

            def interrupted(*, epoch, step):
                if (epoch, step) == (1, 1):
                    os.kill(os.getpid(), signal.SIGINT)
                return batch(epoch=epoch, step=step)

            source.batch = interrupted
            with pytest.raises(KeyboardInterrupt):
                fit.fit(chosen, source, held, Journal(folder), {})
            source = Shards(tmp_path, recipe=chosen.recipe, batch=8)
        return fit.fit(chosen, source, held, Journal(folder), {})[0].get_weights()

    whole = learned(tmp_path / "whole", cut=False)
    for a, b in zip(whole, learned(tmp_path / "cut", cut=True), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-3)


def test_a_run_cut_off_within_an_epoch_ends_as_one_that_was_not(clips, tmp_path, monkeypatch):
    whole, state = learn(PLAN, clips, tmp_path / "whole")

    seed_dropout, taken = fit._seed_dropout, []

    def interrupted(network, seed):
        taken.append(seed[1:])
        if len(taken) == 9:  # the third step of the second epoch
            os.kill(os.getpid(), signal.SIGINT)
        seed_dropout(network, seed)

    monkeypatch.setattr(fit, "_seed_dropout", interrupted)
    with pytest.raises(KeyboardInterrupt):
        learn(PLAN, clips, tmp_path / "cut")
    at = json.loads((tmp_path / "cut" / "state.json").read_text())
    assert (at["epoch"], at["step"]) == (1, 3), "the step in hand is finished and kept"
    assert len(list((tmp_path / "cut").glob("checkpoint_*.keras"))) == 1
    resumed, state_2 = learn(PLAN, clips, tmp_path / "cut")

    assert len(taken) == len({*taken}) == 4 * 6, "no step is taken twice"
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(a, b, atol=1e-4)
    losses = [[epoch["loss"] for epoch in one.curve] for one in (state, state_2)]
    assert np.allclose(*losses, atol=1e-4)


def test_a_checkpoint_half_written_leaves_the_one_before(clips, tmp_path, monkeypatch):
    class CutOff(Exception):
        pass

    save, seen = keras.Model.save, []

    def half(self, path, *args, **kwargs):
        if "checkpoint_2" in str(path):
            path.write_bytes(b"half")
            raise CutOff
        seen.append(path.name)
        save(self, path, *args, **kwargs)

    monkeypatch.setattr(keras.Model, "save", half)
    with pytest.raises(CutOff):
        learn(PLAN, clips, tmp_path)
    monkeypatch.setattr(keras.Model, "save", save)
    _, state = learn(PLAN, clips, tmp_path)
    assert "checkpoint_1_0.keras" in seen
    assert state.epoch == 4 and len(state.curve) == 4


def test_learning_stops_early_and_keeps_the_best(clips, tmp_path, monkeypatch):
    # from the third epoch on the validation loss rises
    losses = iter([0.9, 0.5, 0.6, 0.7, 0.8, 0.4])
    monkeypatch.setattr(fit, "_validation_loss", lambda *_: next(losses))
    kept = []
    keep = Journal.keep_best

    def noted(self, network):
        kept.append([w.copy() for w in network.get_weights()])
        keep(self, network)

    monkeypatch.setattr(Journal, "keep_best", noted)
    network, state = learn(replace(PLAN, epochs=50), clips, tmp_path)
    assert state.epoch == 5, "two epochs without a lower loss may pass, the third ends it"
    assert state.best == 2
    assert len(kept) == 2
    for a, b in zip(network.get_weights(), kept[-1], strict=True):
        assert np.array_equal(a, b)


def test_patience_given_on_resuming_keeps_the_best_of_all_epochs(clips, tmp_path, monkeypatch):
    """The epoch that was best may have been learned without patience."""

    def losses(*_):
        os.kill(os.getpid(), signal.SIGINT)
        return 0.5

    monkeypatch.setattr(fit, "_validation_loss", losses)
    with pytest.raises(KeyboardInterrupt):
        learn(replace(PLAN, patience=0), clips, tmp_path)
    first = keras.models.load_model(next(tmp_path.glob("checkpoint_*.keras"))).get_weights()
    monkeypatch.setattr(fit, "_validation_loss", lambda *_: 0.6)
    network, state = learn(replace(PLAN, patience=1), clips, tmp_path)
    assert (state.epoch, state.best) == (3, 1)
    for a, b in zip(network.get_weights(), first, strict=True):
        assert np.array_equal(a, b)


def test_learning_ends_when_its_minutes_are_over(clips, tmp_path):
    _, state = learn(replace(PLAN, epochs=10**6, minutes=0.01, patience=0), clips, tmp_path)
    assert 0.6 <= state.seconds < 30


def test_recall_of_windows_is_the_mean_over_classes():
    targets = np.eye(3)[[0, 0, 0, 1]]
    outputs = np.eye(3)[[0, 0, 1, 1]]
    assert fit.macro_recall(outputs, targets) == pytest.approx((2 / 3 + 1) / 2)
