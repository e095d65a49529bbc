"""A network over a collection: every clip's window predictions.

**Conventions**: predictions are (window, class), windows overlap by half; scores are (clip, class).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from cnnviz.audio import Float32
from cnnviz.audio.decoding import decode
from cnnviz.front_ends import FrontEnd
from cnnviz.networks.verdict import half_overlap, verdict_s1, verdict_s2
from cnnviz.training.collection import LONGEST_S, Item

# Windows in one forward pass: enough to fill two cores, little enough for a small machine.
BATCH = 132


def log_mel(item: Item, front_end: FrontEnd) -> Float32:
    """Return the log-mel of a file, as the app makes it for the page."""
    waveform = decode(
        item.path,
        name=item.path.name,
        sample_rate=front_end.sample_rate,
        max_s=LONGEST_S,
        min_s=max(1.0, front_end.window_s),
    )
    return front_end.input(waveform.y)


def predictions(
    model: Any, items: Sequence[Item], front_end: FrontEnd
) -> list[NDArray[np.float32]]:
    """Run a network over every clip of a collection.

    Parameters
    ----------
    model : keras.Model
        Takes (window, frame, mel, 1).

    Returns
    -------
    list of np.ndarray [shape=(window, class)]
        One array per item.
    """
    hop = half_overlap(front_end.window_frames)
    waiting: list[Float32] = []
    batches: list[NDArray[np.float32]] = []
    counts: list[int] = []
    for item in tqdm(items, unit="clip", disable=None, desc="predicting"):
        windows = front_end.windows(log_mel(item, front_end), hop_frames=hop)
        waiting.append(windows)
        counts.append(len(windows))
        if sum(map(len, waiting)) >= BATCH:
            batches.append(_forward(model, waiting))
            waiting = []
    if waiting:
        batches.append(_forward(model, waiting))
    together = np.concatenate(batches)
    return np.split(together, np.cumsum(counts)[:-1])


def _forward(model: Any, windows: Sequence[Float32]) -> NDArray[np.float32]:
    x = np.concatenate(windows)[..., None]  # (window, frame, mel, channel)
    parts = np.array_split(x, math.ceil(len(x) / (2 * BATCH)))  # a long clip alone has more
    return np.concatenate([np.asarray(model.predict_on_batch(part)) for part in parts])


def clip_scores(
    predictions: Sequence[NDArray[np.float32]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the scores of every clip by S1 and by S2, each (clip, class)."""
    s1 = np.stack([verdict_s1(one) for one in predictions])
    s2 = np.stack([verdict_s2(one) for one in predictions])
    return s1, s2
