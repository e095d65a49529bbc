"""Learning: windows in, a network out; goes on where it was cut off.

**Conventions**: an epoch is as many windows as its source has; every epoch ends with a look at the
clips that validate, by the averaged weights where the plan averages them. Batches and dropout
depend on seed, epoch and step alone, so that a run that goes on ends as it would have ended; of
rendered clips, only with the shards that were there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import numpy as np
from tqdm import tqdm

from cnnviz.audio import Float32
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training.building import begin_with, built, plain, standardised
from cnnviz.training.journal import Journal, State
from cnnviz.training.plan import LOSSES, Plan, optimiser, rate_at
from cnnviz.training.source import Source
from cnnviz.training.stopping import asked_to_stop
from cnnviz.training.windows import Windows

SAVE_EVERY_S = 300.0
VALIDATING = 132  # windows in one forward pass


class Start(NamedTuple):
    """A network that learned before: its weights, and how its input is standardised."""

    weights: list[Float32]
    mean: float
    std: float


def fit(
    plan: Plan,
    source: Source,
    held: Windows,
    journal: Journal,
    setting: dict[str, Any],
    *,
    start: Start | None = None,
) -> tuple[Any, State]:
    """Let a network learn; with a journal that was begun it goes on.

    Parameters
    ----------
    plan : Plan
        How.
    source : Source
        From what.
    held : Windows
        Of clips of recordings that `source` has none of.
    journal : Journal
        Holds checkpoints meanwhile.
    setting : dict
        What must be the same when the run goes on.
    start : Start or None
        The network to begin with; None for random weights.

    Returns
    -------
    keras.Model, State
        The network, without batch normalisation, and how it learned.

    Raises
    ------
    KeyboardInterrupt
        After a checkpoint, if the process was asked to stop.
    """
    if journal.begun():
        state, network = journal.read(setting)
    else:
        state, network = _begun(plan, source, setting, start)
    with asked_to_stop() as asked:
        while not state.over:
            _learn_an_epoch(plan, source, network, state, journal, asked)
            _look(plan, held, network, state, journal)
            journal.write(state, network)
            print(_line(plan, state), flush=True)
            if asked:
                raise KeyboardInterrupt
    if plan.patience:
        network = journal.best()
    elif plan.average:
        network.optimizer.finalize_variable_values(network.trainable_variables)
    return plain(plan, network, source, LogMel(mean=state.mean, std=state.std)), state


def _begun(
    plan: Plan, source: Source, setting: dict[str, Any], start: Start | None
) -> tuple[State, Any]:
    mean, std = source.moments() if start is None else (start.mean, start.std)
    keras.utils.set_random_seed(plan.seed)
    network = built(plan, normalised=plan.normalised, precision=plan.precision)
    if start is not None:
        begin_with(start.weights, network, plan, source, LogMel(mean=mean, std=std))
    network.compile(optimizer=optimiser(plan), loss=LOSSES[plan.loss], jit_compile=False)
    return State(setting, mean, std), network


def _learn_an_epoch(
    plan: Plan, source: Source, network: Any, state: State, journal: Journal, asked: list[int]
) -> None:
    """Take the steps of an epoch that are left, or as many as there is time for."""
    source.refresh()
    steps = source.steps
    began, saved = time.monotonic() - state.seconds, time.monotonic()
    words = f"epoch {state.epoch + 1} of at most {plan.epochs}"

    def batch(step: int) -> tuple[Float32, Float32]:
        return source.batch(epoch=state.epoch, step=step)

    with (
        ThreadPoolExecutor(1) as ahead,
        tqdm(total=steps, initial=state.step, unit="step", desc=words, disable=None) as bar,
    ):
        coming = ahead.submit(batch, state.step)
        while state.step < steps:
            progress = _progress(plan, state, steps)
            if progress >= 1:
                return
            x, y = coming.result()
            if state.step + 1 < steps:
                coming = ahead.submit(batch, state.step + 1)  # drawn while this one is learned
            network.optimizer.learning_rate = rate_at(progress, plan=plan)
            _seed_dropout(network, (plan.seed, state.epoch, state.step))
            state.loss_sum += float(
                network.train_on_batch(standardised(x, mean=state.mean, std=state.std), y)
            )
            state.step += 1
            state.seconds = time.monotonic() - began
            bar.update()
            bar.set_postfix(loss=f"{state.loss_sum / state.step:.3f}", refresh=False)
            if asked or time.monotonic() - saved > SAVE_EVERY_S:
                journal.write(state, network)
                saved = time.monotonic()
            if asked:
                raise KeyboardInterrupt


def _seed_dropout(network: Any, seed: tuple[int, int, int]) -> None:
    """Let the dropout of a step depend on its seed alone; `.keras` files do not hold its state."""
    rng = np.random.default_rng(seed)
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout) and layer.rate:
            layer.seed_generator.state.assign(rng.integers(2**31, size=2))


def _progress(plan: Plan, state: State, steps: int) -> float:
    spent = state.seconds / 60 / plan.minutes if plan.minutes else 0.0
    return max(spent, (state.epoch + state.step / steps) / plan.epochs)


def _look(plan: Plan, held: Windows, network: Any, state: State, journal: Journal) -> None:
    """Close an epoch: validate, keep the network if it is the best, decide whether to go on."""
    with _averaged(plan, network):
        _validate(plan, held, network, state, journal)
    waited = state.epoch - max(state.best, 1)
    state.over = _progress(plan, state, 1) >= 1 or bool(plan.patience and waited > plan.patience)


@contextmanager
def _averaged(plan: Plan, network: Any) -> Iterator[None]:
    """Put the averages of the weights in place of the weights for a while."""
    if not plan.average:
        yield
        return
    weights = [variable.numpy() for variable in network.trainable_variables]
    network.optimizer.finalize_variable_values(network.trainable_variables)
    try:
        yield
    finally:
        for variable, weight in zip(network.trainable_variables, weights, strict=True):
            variable.assign(weight)


def _validate(plan: Plan, held: Windows, network: Any, state: State, journal: Journal) -> None:
    began = time.monotonic()
    outputs = np.concatenate(
        [
            network.predict_on_batch(
                standardised(held.windows[i : i + VALIDATING], mean=state.mean, std=state.std)
            )
            for i in range(0, len(held.windows), VALIDATING)
        ]
    )
    loss = _validation_loss(plan, held.targets, outputs)
    state.seconds += time.monotonic() - began
    if not math.isfinite(loss):
        raise BadInput(
            f"learning must converge, but in epoch {state.epoch + 1} the validation loss is "
            f"{loss}. Choose a smaller --learning-rate than {plan.rate} and another --out."
        )
    least = min((one["validation_loss"] for one in state.curve), default=math.inf)
    state.curve.append(
        {
            "loss": state.loss_sum / max(1, state.step),
            "validation_loss": loss,
            "validation_recall": macro_recall(outputs, held.targets),
            "seconds": round(state.seconds, 1),
        }
    )
    state.epoch, state.step, state.loss_sum = state.epoch + 1, 0, 0.0
    if loss < least:
        state.best = state.epoch
        journal.keep_best(network)  # also without patience: it may be given on resuming


def _validation_loss(plan: Plan, targets: Float32, outputs: Float32) -> float:
    return float(LOSSES[plan.loss](keras.ops.convert_to_tensor(targets), outputs))


def macro_recall(outputs: Float32, targets: Float32) -> float:
    """Return the macro top-1 recall of windows: how often the leading class is a label."""
    right = targets[np.arange(len(targets)), outputs.argmax(axis=1)]
    there = targets.any(axis=0)
    return float(
        np.mean((right[:, None] * targets).sum(axis=0)[there] / targets.sum(axis=0)[there])
    )


def _line(plan: Plan, state: State) -> str:
    last = state.curve[-1]
    before = state.curve[-2]["seconds"] if len(state.curve) > 1 else 0.0
    took_s = last["seconds"] - before
    line = (
        f"epoch {state.epoch}: loss {last['loss']:.3f}, validation loss "
        f"{last['validation_loss']:.3f}, recall {last['validation_recall']:.3f}, "
        f"{took_s / 60:.1f} min"
    )
    if state.best == state.epoch:
        line += ", the least validation loss so far"
    if state.over:
        return f"{line}; that was the last epoch"
    left_min = (plan.epochs - state.epoch) * took_s / 60
    if plan.minutes:
        left_min = min(left_min, plan.minutes - state.seconds / 60)
    return f"{line}; at most {left_min / 60:.1f} h left"
