"""Learning: shards of rendered clips in, a network folder out; goes on where it was cut off.

**Conventions**: progress runs from 0 to 1 over the whole of the learning, by steps or, on a machine
that is shared, by minutes. The learning rate rises for its first seventh and falls to nothing on a
half cosine (Smith & Topin 2018, "Super-convergence").
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import librosa
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from cnnviz.audio import Float32
from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import augment
from cnnviz.training.architecture import ARCHITECTURES, folded
from cnnviz.training.collection import Item
from cnnviz.training.render import BEHIND, CLIP_S
from cnnviz.training.takes import load

RISE = 1 / 7
SETTLING = 60  # batches; the normalisations forget with a momentum of 0.97


@dataclass(frozen=True)
class Plan:
    """Everything that decides how a network learns.

    Attributes
    ----------
    architecture : str
        A name in `ARCHITECTURES`.
    batch : int
        Windows in a step.
    steps : int
        Steps in all, where `minutes` is 0.
    minutes : float
        Time in all; breaks between resumed runs do not count.
    rate : float
        Largest learning rate of Adam.
    dropout : float
        The paper's is 0.5; little time to learn asks for none.
    short_frames : int
        Frames of the windows in the first `short_part` of the learning. Global pooling lets the
        same filters read shorter windows; padding makes 25 frames cost 0.7 of 43, for less sound.
    """

    architecture: str = "han2016"
    batch: int = 64
    steps: int = 6000
    minutes: float = 0.0
    rate: float = 2e-3
    short_frames: int = 25
    short_part: float = 0.0
    dropout: float = 0.0
    seed: int = 1
    recipe: augment.Recipe = field(default_factory=augment.Recipe)


class Clips:
    """All shards of a folder in memory; new shards are taken up when `refresh` is called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()
        self.front: list[NDArray[np.float16]] = []
        self.label: list[int] = []
        self.back: list[NDArray[np.float16]] = []
        self.refresh()
        if not self.front or not self.back:
            raise BadInput(
                f"learning needs shards of rendered clips, but '{folder}' has none. "
                "Make them: python -m cnnviz.training render"
            )

    def refresh(self) -> None:
        """Read the shards that have appeared since the last time."""
        for path in sorted(self._folder.glob("shard_*[0-9].npz")):
            if path.name in self._read:
                continue
            self._read.add(path.name)
            with np.load(path) as made:
                log_mel, label = made["log_mel"], made["label"]
            self.front += list(log_mel[label != BEHIND])
            self.label += label[label != BEHIND].tolist()
            self.back += list(log_mel[label == BEHIND])

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the log-mel over up to 2,000 clips."""
        some = np.stack(self.front[:: max(1, len(self.front) // 2000)]).astype(np.float32)
        return float(some.mean()), float(some.std())


def batch(
    clips: Clips, rng: np.random.Generator, *, plan: Plan, n_frames: int
) -> tuple[Float32, Float32]:
    """Draw changed windows and their targets, before standardisation."""
    n = plan.batch
    one_hot = np.eye(len(CODES), dtype=np.float32)
    picks = rng.integers(len(clips.front), size=n)
    front = np.stack([_window(clips.front[i], rng, n_frames) for i in picks]).astype(np.float32)
    back = np.empty_like(front)
    back_labels = np.zeros((n, len(CODES)), np.float32)
    for i in range(n):
        if rng.random() < plan.recipe.together:
            other = int(rng.integers(len(clips.front)))
            back[i] = _window(clips.front[other], rng, n_frames)
            back_labels[i] = one_hot[clips.label[other]]
        else:
            back[i] = _window(clips.back[rng.integers(len(clips.back))], rng, n_frames)
    labels = one_hot[[clips.label[i] for i in picks]]
    return augment.changed(front, back, labels, back_labels, rng, plan.recipe)


def _window(
    clip: NDArray[np.float16], rng: np.random.Generator, n_frames: int
) -> NDArray[np.float16]:
    """Cut a window out, the louder of two, so that silence is seldom called an instrument."""
    starts = rng.integers(0, len(clip) - n_frames + 1, size=2)
    a, b = (clip[s : s + n_frames] for s in starts)
    return a if a[::6, ::8].mean(dtype=np.float32) >= b[::6, ::8].mean(dtype=np.float32) else b


@keras.saving.register_keras_serializable("cnnviz")  # type: ignore[untyped-decorator]
def loss(targets: Any, outputs: Any) -> Any:
    """Add the cross-entropy of each sigmoid to that of a softmax over the same logits.

    The first makes every output a probability of its own; the second makes the right class stand
    out from the start, where eleven sigmoids alone dwell long on saying "one in eleven" of all.
    """
    ops = keras.ops
    outputs = ops.clip(outputs, 1e-6, 1 - 1e-6)
    logits = ops.log(outputs) - ops.log(1 - outputs)
    shares = targets / ops.sum(targets, axis=1, keepdims=True)
    apart = keras.losses.categorical_crossentropy(shares, logits, from_logits=True)
    each = keras.losses.binary_crossentropy(targets, outputs)
    return ops.mean(apart + 3.0 * each)


def rate_at(progress: float, *, largest: float) -> float:
    """Return the learning rate: a straight rise, then a half cosine to nothing."""
    if progress < RISE:
        return largest * (0.04 + 0.96 * progress / RISE)
    return largest * float(0.002 + 0.5 * (1 + np.cos(np.pi * (progress - RISE) / (1 - RISE))))


class Held:
    """The middle window of each held-out clip, and what it should be called."""

    def __init__(self, items: Sequence[Item], front_end: LogMel) -> None:
        self.label = np.array([CODES.index(item.labels[0]) for item in items])
        n = round(CLIP_S * front_end.sample_rate)
        start = (n // front_end.hop_length - front_end.window_frames) // 2
        stop = start + front_end.window_frames
        self.windows = np.stack(
            [
                front_end.input(librosa.util.fix_length(load(item), size=n))[start:stop, :, None]
                for item in items
            ]
        )  # (window, frame, mel, channel)

    def recall(self, network: Any) -> float:
        """Return the macro top-1 recall."""
        named = np.concatenate(
            [
                np.asarray(network.predict_on_batch(self.windows[i : i + 110])).argmax(axis=1)
                for i in range(0, len(self.windows), 110)
            ]
        )
        right = named == self.label
        return float(np.mean([right[self.label == c].mean() for c in np.unique(self.label)]))


def settle(network: Any, clips: Clips, *, plan: Plan, front_end: LogMel, passes: int) -> None:
    """Let the batch normalisations measure the final weights.

    Their means lag behind weights that still move; measured on the held-out clips early in the
    learning, 0.25 of them were named rightly before and 0.45 after.
    """
    for i in range(passes):
        rng = np.random.default_rng((plan.seed, 1 << 30, i))
        x, _ = batch(clips, rng, plan=plan, n_frames=front_end.window_frames)
        network(((x - front_end.mean) / front_end.std)[..., None], training=True)


def fit(
    plan: Plan,
    *,
    shards: Path,
    held_out: Sequence[Item],
    out: Path,
    start_from: Path | None = None,
    every: int = 150,
) -> Path:
    """Let a network learn; called again with the same folder it goes on.

    Parameters
    ----------
    plan : Plan
        How.
    shards : Path
        Folder of rendered shards; it may still be growing.
    held_out : sequence of Item
        Clips of recordings that no shard has.
    out : Path
        Working folder: checkpoint, curve.csv, and at the end network.keras and learned.json.
    start_from : Path, optional
        Checkpoint whose weights are the start instead of random ones.
    every : int
        Steps between looks at the held-out clips, each followed by a checkpoint.

    Returns
    -------
    Path
        The network of the last step (`network.keras`), without batch normalisation.
    """
    out.mkdir(parents=True, exist_ok=True)
    clips = Clips(shards)
    state_path, checkpoint = out / "state.json", out / "checkpoint.keras"
    if checkpoint.exists() and state_path.exists():
        state = json.loads(state_path.read_text())
        network = keras.models.load_model(checkpoint)
    else:
        mean, std = clips.moments()
        state = {"step": 0, "seconds": 0.0, "mean": mean, "std": std}
        keras.utils.set_random_seed(plan.seed)
        front_end = LogMel()
        network = ARCHITECTURES[plan.architecture](
            n_frames=None,
            n_mels=front_end.n_mels,
            n_classes=len(CODES),
            normalised=True,
            dropout=plan.dropout,
        )
        if start_from is not None:
            state |= json.loads((start_from.parent / "state.json").read_text())
            state |= {"step": 0, "seconds": 0.0}
            network.set_weights(keras.models.load_model(start_from, compile=False).get_weights())
        network.compile(
            optimizer=keras.optimizers.AdamW(plan.rate, weight_decay=1e-3, clipnorm=2.0),
            loss=loss,
            jit_compile=False,
        )
    front_end = LogMel(mean=state["mean"], std=state["std"])
    held = Held(held_out, front_end)
    progress = 0.0
    bar = tqdm(total=1000, unit="‰", disable=None)
    losses: list[float] = []
    began = time.monotonic() - state["seconds"]
    while progress < 1:
        seconds = time.monotonic() - began
        progress = seconds / 60 / plan.minutes if plan.minutes else state["step"] / plan.steps
        rng = np.random.default_rng((plan.seed, state["step"]))
        short = progress < plan.short_part
        n_frames = plan.short_frames if short else front_end.window_frames
        x, y = batch(clips, rng, plan=plan, n_frames=n_frames)
        x = ((x - front_end.mean) / front_end.std)[..., None]  # (window, frame, mel, channel)
        network.optimizer.learning_rate = rate_at(min(progress, 1.0), largest=plan.rate)
        losses.append(float(network.train_on_batch(x, y)))
        state |= {"step": state["step"] + 1, "seconds": seconds}
        bar.update(int(1000 * min(progress, 1.0)) - bar.n)
        if state["step"] % every == 0 or progress >= 1:
            recall = held.recall(network)
            with (out / "curve.csv").open("a", encoding="utf-8") as curve:
                curve.write(
                    f"{state['step']},{seconds:.0f},{np.mean(losses):.4f},{recall:.4f},{len(clips.front)}\n"
                )
            bar.set_postfix(loss=f"{np.mean(losses):.3f}", recall=f"{recall:.3f}")
            losses.clear()
            network.save(checkpoint)
            state_path.write_text(json.dumps(state))
            clips.refresh()
    bar.close()
    settle(network, clips, plan=plan, front_end=front_end, passes=SETTLING)
    plain = ARCHITECTURES[plan.architecture](
        n_frames=front_end.window_frames,
        n_mels=front_end.n_mels,
        n_classes=len(CODES),
        normalised=False,
    )
    folded(network, plain).save(out / "network.keras")
    summary = {"plan": asdict(plan), **state, "clips": len(clips.front), "backs": len(clips.back)}
    (out / "learned.json").write_text(json.dumps(summary, indent=1))
    return out / "network.keras"
