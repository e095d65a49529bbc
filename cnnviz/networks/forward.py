"""A Keras model's pass over the windows of a clip, with every layer quantised on the way.

**Conventions**: as in `cnnviz.networks.outputs`; frames are (frame, mel) of a clip, `starts` the
frames at which its windows begin.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from cnnviz.networks import overlap
from cnnviz.networks.card import Card
from cnnviz.networks.outputs import CODES_MAX, Segment


def forward_of(model: Any, card: Card) -> Callable[[Any, Any], dict[str, Any]]:
    """Return the pass as TensorFlow operations.

    Parameters
    ----------
    model : keras.Model
    card : Card
        Names the layers to quantise.

    Returns
    -------
    callable
        Takes the frames of a clip (frame, mel) and where its windows start (window,); returns
        `predictions` (window, class) and, for each layer of the card, what `segment_of` takes.
    """
    import keras

    length = card.front_end.window_frames
    shared = overlap.leading(model)
    alone = set(card.outputs.values()) - {layer.name for layer in shared}
    junction = shared[-1].output if shared else model.inputs[0]
    rest = keras.Model(junction, {name: model.get_layer(name).output for name in sorted(alone)})

    def forward(frames: Any, starts: Any) -> dict[str, Any]:
        if shared:
            outputs = overlap.outputs(shared, frames, starts, length=length)
            windows = outputs[shared[-1].name].windows()
        else:
            outputs, windows = {}, overlap.windows(frames, starts, length=length)
        outputs |= rest(windows, training=False)
        quantised = {name: _quantise(outputs[layer]) for name, layer in card.outputs.items()}
        return {"predictions": outputs[card.outputs["output"]]} | quantised

    return forward


def _quantise(maps: Any) -> tuple[tuple[Any, ...], Any, Any]:
    """Quantise (window, [frame, mel,] filter) to a segment's blocks, low and high."""
    import tensorflow as tf

    shared = isinstance(maps, overlap.Shared)
    if not shared and len(maps.shape) == 2:
        maps = maps[:, None, None, :]
    ranges = [_range(part) for part in (maps.parts() if shared else (maps,))]
    low = functools.reduce(tf.minimum, [low for low, _ in ranges])
    high = functools.reduce(tf.maximum, [high for _, high in ranges])
    scale = tf.math.divide_no_nan(float(CODES_MAX), high - low)

    def encode(part: Any) -> Any:
        n_axes = len(part.shape)
        codes = tf.cast((part - low) * scale + 0.5, tf.uint8)
        return tf.transpose(codes, (n_axes - 1, *range(n_axes - 1)))

    parts = (maps.left, maps.rows, maps.right) if shared else (maps,)
    return tuple(encode(part) for part in parts), low, high


def _range(maps: Any) -> tuple[Any, Any]:
    """Return each filter's smallest and largest activation."""
    import tensorflow as tf

    # Window by window, so that XLA shares it among the cores; the signs keep it from joining the
    # two steps into one.
    low = -tf.reduce_max(-tf.reduce_min(maps, (1, 2)), 0)
    high = -tf.reduce_min(-tf.reduce_max(maps, (1, 2)), 0)
    return low, high


def segments_of(
    answer: dict[str, Any], layers: tuple[str, ...], *, first: int, n: int, n_all: int, hop: int
) -> dict[str, Segment]:
    """Copy layers out of TensorFlow's memory, which its next pass uses again.

    Parameters
    ----------
    answer : dict
        From the pass.
    layers : tuple of str
        The layers to keep.
    first : int
        Index of the first window.
    n, n_all : int
        The first `n` of `n_all` windows are kept.
    hop : int
        Frames from one window to the next.
    """
    cut: dict[str, list[Any]] = {}
    for name in layers:
        codes = [np.asarray(part) for part in answer[name][0]]
        # Shared rows are (filter, row, mel): each window left out takes `hop` of them along.
        lengths = [c.shape[1] - (n_all - n) * (hop if c.ndim == 3 else 1) for c in codes]
        cut[name] = [c[:, :length] for c, length in zip(codes, lengths, strict=True)]
    # One block of memory: page faults of many small ones would take longer than the copying.
    memory = np.empty(sum(c.size for codes in cut.values() for c in codes), np.uint8)
    segments, at = {}, 0
    for name, codes in cut.items():
        blocks = []
        for c in codes:
            block = memory[at : at + c.size].reshape(c.shape)
            block[...] = c
            blocks.append(block)
            at += c.size
        _, low, high = answer[name]
        segments[name] = Segment(first, tuple(blocks), np.array(low), np.array(high), hop)
    return segments
