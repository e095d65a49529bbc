"""A small architecture and a shard, for tests of learning."""

import keras
import numpy as np
from keras import layers


def small(*, n_frames, n_mels, n_classes, normalised, dropout=0.0):
    """One convolution of eight filters, with the layers' names of the large one."""
    inputs = keras.Input((n_frames, n_mels, 1), name="log_mel")
    x = layers.Conv2D(8, (3, 8), strides=(2, 8), name="conv1_1")(inputs)
    if normalised:
        x = layers.BatchNormalization(name="conv1_1_norm")(x)
    x = layers.LeakyReLU(negative_slope=0.33, name="conv1_1_act")(x)
    x = layers.MaxPooling2D((20, 1), name="pool1")(x)
    x = layers.Dropout(dropout, name="drop1")(layers.Flatten(name="flat")(x))
    outputs = layers.Dense(n_classes, activation="sigmoid", name="output")(x)
    return keras.Model(inputs, outputs, name="small")


def shard(folder):
    """Write a shard with two clips of each class, in a band of its own, and two accompaniments."""
    rng = np.random.default_rng(0)
    labels = np.concatenate([np.eye(11), np.eye(11), np.zeros((2, 11))]).astype(bool)
    log_mel = rng.normal(-6, 1, (24, 130, 128)).astype(np.float16)
    for i in range(22):
        log_mel[i, :, 11 * (i % 11) : 11 * (i % 11) + 8] += 5
    produced = np.arange(24) < 11
    recording = np.array(["us:tones"] * 22 + ["us:band"] * 2)
    kept = {"labels": labels, "produced": produced, "recording": recording}
    np.savez(folder / "shard_00000.npz", log_mel=log_mel, **kept)
