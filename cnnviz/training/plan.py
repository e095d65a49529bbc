"""Everything that decides how a network learns, and the two recipes it is taken from.

**Conventions**: progress runs from 0 to 1 over the whole of the learning; targets and outputs are
(window, class) in [0, 1].
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from cnnviz.training.augment import Recipe

RISE = 1 / 7
LEAST = 0.002  # of the largest learning rate, at the end of its fall


@dataclass(frozen=True)
class Plan:
    """Everything that decides how a network learns; the defaults are the paper's.

    Han, Kim & Lee 2016 (arXiv 1605.09507): Adam at 1e-3, batches of 128, dropout, cross-entropy,
    stopping early on the loss of 15 % held back for validation.

    Attributes
    ----------
    architecture : str
        A name in `ARCHITECTURES`.
    epochs : int
        Passes over the clips, at most.
    minutes : float
        Time in all, 0 for no limit; breaks between resumed runs do not count.
    patience : int
        Epochs in a row that may pass without a new least validation loss before learning stops,
        and the network of the least loss is the one kept; 0 goes on to the end and keeps the last.
    batch : int
        Windows in a step.
    rate : float
        Learning rate of Adam, the largest if `cycle`.
    cycle : bool
        Whether the rate rises for its first seventh and falls to nothing on a half cosine (Smith &
        Topin 2018, "Super-convergence") instead of staying as it is.
    dropout : float
        Behind the dense layer; half of it behind the poolings.
    normalised : bool
        Whether batch normalisations stand behind the layers until they are folded in.
    weight_decay, clip_norm : float
        Of the optimiser; 0 for none.
    loss : str
        A name in `LOSSES`.
    average : float
        Momentum of the running average of the weights that is kept in the end (Polyak & Juditsky
        1992); 0 keeps the last weights.
    precision : str
        Of the computations, as Keras names it; weights are float32 always. "mixed_bfloat16" takes
        0.6 of the time of "float32" on processors with AVX-512 BF16.
    seed : int
        Of weights, dropout, the order of windows, and the split where it is drawn.
    recipe : Recipe or None
        How rendered clips are changed from one draw to the next; other clips stay as they are.
    """

    architecture: str = "han2016"
    epochs: int = 100
    minutes: float = 0.0
    patience: int = 2
    batch: int = 128
    rate: float = 1e-3
    cycle: bool = False
    dropout: float = 0.5
    normalised: bool = False
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    loss: str = "categorical"
    average: float = 0.0
    precision: str = "float32"
    seed: int = 1
    recipe: Recipe | None = None


PAPER = Plan()
# Rendered clips have no end: the rate rises and falls once, over as long as there is time.
RENDERED = Plan(
    epochs=8,
    patience=0,
    batch=32,
    rate=2e-3,
    cycle=True,
    dropout=0.2,
    normalised=True,
    weight_decay=1e-3,
    clip_norm=2.0,
    loss="joint",
    average=0.998,
    precision="mixed_bfloat16",
    recipe=Recipe(),
)


@keras.saving.register_keras_serializable("cnnviz")  # type: ignore[untyped-decorator]
def joint(targets: Any, outputs: Any) -> Any:
    """Add the cross-entropy of each sigmoid to that of a softmax over the same logits.

    The first makes every output a probability of its own; the second makes the right class stand
    out from the start, where eleven sigmoids alone dwell long on saying "one in eleven" of all.
    """
    ops = keras.ops
    # in float32: the largest bfloat16 below 1 is 0.996
    outputs = ops.clip(ops.cast(outputs, "float32"), 1e-6, 1 - 1e-6)
    logits = ops.log(outputs) - ops.log(1 - outputs)
    apart = keras.losses.categorical_crossentropy(_shares(targets), logits, from_logits=True)
    each = keras.losses.binary_crossentropy(targets, outputs)
    return ops.mean(apart + 3.0 * each)


@keras.saving.register_keras_serializable("cnnviz")  # type: ignore[untyped-decorator]
def categorical(targets: Any, outputs: Any) -> Any:
    """Return the cross-entropy between labels and sigmoids, each divided by their sum."""
    outputs = keras.ops.cast(outputs, "float32")
    return keras.ops.mean(keras.losses.categorical_crossentropy(_shares(targets), outputs))


def _shares(targets: Any) -> Any:
    return targets / keras.ops.sum(targets, axis=1, keepdims=True)


LOSSES = {"categorical": categorical, "joint": joint}


def optimiser(plan: Plan) -> Any:
    """Return Adam, with decoupled weight decay and averaged weights where the plan asks for it."""
    options: dict[str, Any] = {"clipnorm": plan.clip_norm} if plan.clip_norm else {}
    if plan.average:
        options |= {"use_ema": True, "ema_momentum": plan.average}
    if plan.weight_decay:
        return keras.optimizers.AdamW(plan.rate, weight_decay=plan.weight_decay, **options)
    return keras.optimizers.Adam(plan.rate, **options)


def rate_at(progress: float, *, plan: Plan) -> float:
    """Return the learning rate: constant, or a straight rise, then a half cosine to nothing."""
    if not plan.cycle:
        return plan.rate
    if progress < RISE:
        return plan.rate * (0.04 + 0.96 * progress / RISE)
    fall = 0.5 * (1 + np.cos(np.pi * (progress - RISE) / (1 - RISE)))
    return plan.rate * float(LEAST + fall)
