"""What came before deep networks: statistics of MFCCs and a support vector machine.

**Conventions**: a feature vector is (2 * 2 * N_MFCC,): mean and standard deviation over time of the
coefficients and of their differences. It is computed from the same log-mel as the network's input
and learned from the same rendered clips.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.special import softmax
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from cnnviz.clips.instruments import CODES
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import augment
from cnnviz.training.collection import Item
from cnnviz.training.predict import log_mel
from cnnviz.training.shards import Shards

N_MFCC = 20
FRAMES = 130  # three seconds, the length of a clip it learns from


def features(x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the feature vectors of log-mels, shape (clip, frame, mel) to (clip, 4 * N_MFCC)."""
    mfcc = dct(x, axis=2, norm="ortho")[:, :, :N_MFCC]
    moved = np.diff(mfcc, axis=1)
    parts = (mfcc.mean(axis=1), mfcc.std(axis=1), moved.mean(axis=1), moved.std(axis=1))
    return np.concatenate(parts, axis=1).astype(np.float64)


def learn(clips: Shards, *, n_clips: int, seed: int = 0) -> Any:
    """Fit the machine to rendered clips with one label, most of them produced music.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Standardisation and an SVM with a radial kernel (C = 10, gamma by variance).
    """
    rng = np.random.default_rng(seed)
    kinds = ((clips.produced, clips.produced_labels), (clips.alone, clips.alone_labels))
    every = [
        (clip, int(labels.argmax()))
        for some in kinds
        for clip, labels in zip(*some, strict=True)
        if labels.sum() == 1
    ]
    picks = [every[i] for i in rng.permutation(len(every))[:n_clips]]
    rows = []
    for start in range(0, len(picks), 64):
        x = np.stack([clip for clip, _ in picks[start : start + 64]]).astype(np.float32)
        x = augment.coloured(x, rng, curve_db=3.0)
        rows.append(features(np.maximum(x, augment.FLOOR)))
    label = np.array([label for _, label in picks])
    machine = make_pipeline(StandardScaler(), SVC(C=10.0, decision_function_shape="ovr"))
    return machine.fit(np.concatenate(rows), label)


def scores(machine: Any, items: Sequence[Item], front_end: LogMel) -> NDArray[np.float64]:
    """Return scores (clip, class): each clip's stretches of three seconds, averaged.

    An SVM gives distances, no probabilities: their softmax keeps the order.
    """
    found = []
    for item in items:
        x = log_mel(item, front_end) * front_end.std + front_end.mean
        starts = range(0, max(1, len(x) - FRAMES + 1), FRAMES // 2)
        stretches = [features(x[None, s : s + FRAMES]) for s in starts]
        distance = machine.decision_function(np.concatenate(stretches))
        whole = np.zeros(len(CODES))
        whole[machine[-1].classes_] = softmax(distance, axis=1).mean(axis=0)
        found.append(whole)
    return np.stack(found)
