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
from cnnviz.training.render import BEHIND


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
    front, back : list of np.ndarray [shape=(frame, mel)], float16
        Instruments; accompaniments.
    label : list of int
        The class of each instrument.
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

    @property
    def steps(self) -> int:
        """Batches in an epoch: as many windows as there are clips."""
        return -(-len(self.front) // self._batch)

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the log-mel over up to 2,000 clips."""
        some = np.stack(self.front[:: max(1, len(self.front) // 2000)]).astype(np.float32)
        return float(some.mean()), float(some.std())

    def counts(self) -> dict[str, int]:
        """Return how many clips of each class there are."""
        return {code: self.label.count(i) for i, code in enumerate(CODES)}

    def batch(self, *, epoch: int, step: int) -> tuple[Float32, Float32]:
        """Draw changed windows and their targets; the same for the same epoch and step."""
        rng = np.random.default_rng((self._seed, epoch, step))
        n = self._batch
        one_hot = np.eye(len(CODES), dtype=np.float32)
        picks = rng.integers(len(self.front), size=n)
        front = np.stack([self._window(self.front[i], rng) for i in picks]).astype(np.float32)
        back = np.empty_like(front)
        back_labels = np.zeros((n, len(CODES)), np.float32)
        for i in range(n):
            if rng.random() < self._recipe.together:
                other = int(rng.integers(len(self.front)))
                back[i] = self._window(self.front[other], rng)
                back_labels[i] = one_hot[self.label[other]]
            else:
                back[i] = self._window(self.back[rng.integers(len(self.back))], rng)
        labels = one_hot[[self.label[i] for i in picks]]
        return augment.changed(front, back, labels, back_labels, rng, self._recipe)

    def _window(self, clip: NDArray[np.float16], rng: np.random.Generator) -> NDArray[np.float16]:
        """Cut a window out, the louder of two: silence is seldom called an instrument."""
        n = self._window_frames
        starts = rng.integers(0, len(clip) - n + 1, size=2)
        a, b = (clip[s : s + n] for s in starts)
        loud = [w[::6, ::8].mean(dtype=np.float32) for w in (a, b)]
        return a if loud[0] >= loud[1] else b
