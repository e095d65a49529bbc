"""Rendered clips to learn from: shards in memory, changed anew for every batch.

**Conventions**: windows are (window, frame, mel) log-mel before standardisation; targets are
(window, class).
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.training import augment

LogMels = list[NDArray[np.float16]]


class Shards:
    """All shards of a folder, which may still be growing.

    Parameters
    ----------
    folder : Path
    recipe : Recipe
        How clips are changed from one draw to the next.
    batch, seed : int
        Windows in a step; what they are drawn from.
    window_frames : int

    Attributes
    ----------
    produced, alone, behind : list of np.ndarray [shape=(frame, mel)], float16
        Music as it is produced; instruments alone; accompaniments.
    produced_labels, alone_labels : list of np.ndarray [shape=(class,)], bool
    recordings : set of str
        What instruments and accompaniments came from.
    """

    def __init__(
        self,
        folder: Path,
        *,
        recipe: augment.Recipe | None = None,
        batch: int = 32,
        seed: int = 1,
        window_frames: int = 43,
    ) -> None:
        self._folder, self._recipe = folder, recipe or augment.Recipe()
        self._batch, self._seed, self._window_frames = batch, seed, window_frames
        self._read: set[str] = set()
        self.produced: LogMels = []
        self.alone: LogMels = []
        self.behind: LogMels = []
        self.produced_labels: list[NDArray[np.bool_]] = []
        self.alone_labels: list[NDArray[np.bool_]] = []
        self.recordings: set[str] = set()
        self.refresh()
        if not self.produced or not self.alone or not self.behind:
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
                if "labels" not in made:
                    raise BadInput(
                        f"shards must be as `render` writes them now, but '{path}' is not. "
                        "Render into a new folder."
                    )
                self.recordings |= {*made["recording"].tolist()}
                log_mel, labels, produced = made["log_mel"], made["labels"], made["produced"]
            alone = labels.any(axis=1) & ~produced
            self.produced += list(log_mel[produced])
            self.produced_labels += list(labels[produced])
            self.alone += list(log_mel[alone])
            self.alone_labels += list(labels[alone])
            self.behind += list(log_mel[~labels.any(axis=1)])

    @property
    def steps(self) -> int:
        """Batches in an epoch: as many windows as there are clips with an instrument."""
        return -(-self.n_clips // self._batch)

    @property
    def n_clips(self) -> int:
        """Clips with an instrument."""
        return len(self.produced) + len(self.alone)

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the log-mel over up to 2,000 clips."""
        every = [*self.produced, *self.alone]
        some = np.stack(every[:: max(1, len(every) // 2000)]).astype(np.float32)
        return float(some.mean()), float(some.std())

    def counts(self) -> dict[str, int]:
        """Return how many clips of each class there are."""
        counts = np.sum([*self.produced_labels, *self.alone_labels], axis=0)
        return {code: int(n) for code, n in zip(CODES, counts, strict=True)}

    def batch(self, *, epoch: int, step: int) -> tuple[Float32, Float32]:
        """Draw changed windows and their targets; the same for the same epoch and step."""
        rng = np.random.default_rng((self._seed, epoch, step))
        recipe = self._recipe
        n_produced = round(self._batch * recipe.produced)
        n_alone = self._batch - n_produced
        x, y = self._drawn(self.produced, self.produced_labels, n_produced, rng)
        front, labels = self._drawn(self.alone, self.alone_labels, n_alone, rng)
        back = self._windows(self.behind, rng.integers(len(self.behind), size=n_alone), rng)
        back_labels = np.zeros_like(labels)
        second = rng.random(n_alone) < recipe.together
        back[second], back_labels[second] = self._drawn(
            self.alone, self.alone_labels, int(second.sum()), rng
        )
        front, labels = augment.over(
            front, back, labels=labels, back_labels=back_labels, rng=rng, recipe=recipe
        )
        return augment.changed(
            np.concatenate([x, front]), labels=np.concatenate([y, labels]), rng=rng, recipe=recipe
        )

    def _drawn(
        self, clips: LogMels, labels: list[NDArray[np.bool_]], n: int, rng: np.random.Generator
    ) -> tuple[Float32, Float32]:
        """Draw windows of `n` clips, and their labels."""
        picks = rng.integers(len(clips), size=n)
        y = np.array([labels[i] for i in picks], np.float32).reshape(n, len(CODES))
        return self._windows(clips, picks, rng), y

    def _windows(
        self, clips: LogMels, picks: NDArray[np.int64], rng: np.random.Generator
    ) -> Float32:
        x = np.empty((len(picks), self._window_frames, clips[0].shape[1]), np.float32)
        for row, pick in enumerate(picks):
            x[row] = self._window(clips[pick], rng)
        return x

    def _window(self, clip: NDArray[np.float16], rng: np.random.Generator) -> NDArray[np.float16]:
        """Cut a window out, the louder of two: silence is seldom called an instrument."""
        n = self._window_frames
        starts = rng.integers(0, len(clip) - n + 1, size=2)
        a, b = (clip[s : s + n] for s in starts)
        loud = [w[::6, ::8].mean(dtype=np.float32) for w in (a, b)]
        return a if loud[0] >= loud[1] else b
