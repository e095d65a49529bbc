"""The network that learns, and the plain one in float32 that is kept of it.

**Conventions**: windows are (window, frame, mel) log-mel before standardisation.
"""

from typing import Any

import keras
import numpy as np

from cnnviz.audio import Float32
from cnnviz.clips.instruments import CODES
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training.architecture import ARCHITECTURES, folded, unfolded
from cnnviz.training.plan import Plan
from cnnviz.training.source import Source

SETTLING = 60  # batches; the normalisations forget with a momentum of 0.97
MEASURING = 8  # batches that new normalisations begin with
SETTLING_EPOCH = 1 << 30  # draws batches of its own


def built(plan: Plan, *, normalised: bool, precision: str) -> Any:
    """Build the plan's architecture with random weights.

    Parameters
    ----------
    plan : Plan
    normalised : bool
        With batch normalisations.
    precision : str
        Of its computations, as Keras names it; the weights are float32.
    """
    front_end = LogMel()
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        return ARCHITECTURES[plan.architecture](
            n_frames=front_end.window_frames,
            n_mels=front_end.n_mels,
            n_classes=len(CODES),
            normalised=normalised,
            dropout=plan.dropout,
        )
    finally:
        keras.config.set_dtype_policy(before)


def standardised(x: Float32, *, mean: float, std: float) -> Float32:
    """Return windows as the network takes them."""
    return np.asarray(((x - mean) / std)[..., None])  # (window, frame, mel, channel)


def begin_with(weights: Any, network: Any, plan: Plan, source: Source, front_end: LogMel) -> None:
    """Put the weights of a plain network into one that learns."""
    if not plan.normalised:
        network.set_weights(weights)
        return
    known = built(plan, normalised=False, precision="float32")
    known.set_weights(weights)
    drawn = [source.batch(epoch=SETTLING_EPOCH, step=step)[0] for step in range(MEASURING)]
    x = standardised(np.concatenate(drawn), mean=front_end.mean, std=front_end.std)
    unfolded(known, network, x)


def plain(plan: Plan, network: Any, source: Source, front_end: LogMel) -> Any:
    """Return the network in float32, without batch normalisation."""
    if plan.normalised:
        _settle(network, source, front_end)
    elif plan.precision == "float32":
        return network
    kept = built(plan, normalised=False, precision="float32")
    if plan.normalised:
        return folded(network, kept)
    kept.set_weights(network.get_weights())
    return kept


def _settle(network: Any, source: Source, front_end: LogMel) -> None:
    """Let the batch normalisations measure the final weights.

    Their means lag behind weights that still move; measured on the held-out clips early in the
    learning, 0.25 of them were named rightly before and 0.45 after.
    """
    for step in range(SETTLING):
        x, _ = source.batch(epoch=SETTLING_EPOCH, step=step)
        network(standardised(x, mean=front_end.mean, std=front_end.std), training=True)
