"""Clips to learn from as they are: each cut into windows that do not overlap, one label for all.

**Conventions**: windows are (window, frame, mel) float32 log-mel before standardisation; targets
are (window, class). A window of one second is 22 kB, so the 20,115 windows of IRMAS's 6,705
training clips take 443 MB; they lie in a file that is mapped into memory, not read.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from tqdm import tqdm

from cnnviz.audio import Float32
from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training.collection import Item, refuse_undecodable
from cnnviz.training.predict import log_mel


class Windows:
    """All windows of some clips.

    Parameters
    ----------
    items : sequence of Item
    front_end : LogMel
        Its mean must be 0 and its standard deviation 1.
    cache : Path
        Folder for the file of windows; clips decoded into it once are not decoded again while
        names, sizes and times of their files stay the same.
    batch, seed : int
        Windows in a step; what their order is drawn from.

    Attributes
    ----------
    windows, targets : np.ndarray
        Of all clips in their order.

    Raises
    ------
    BadInput
        With a list of the files that do not decode.
    """

    def __init__(
        self,
        items: Sequence[Item],
        front_end: LogMel,
        *,
        cache: Path,
        batch: int = 128,
        seed: int = 0,
    ) -> None:
        self._items, self._batch, self._seed = items, batch, seed
        self.windows, counts = _decoded(items, front_end, cache)
        labels = np.array([[code in item.labels for code in CODES] for item in items])
        self.targets = np.repeat(labels, counts, axis=0).astype(np.float32)
        self._order = lru_cache(maxsize=1)(self._drawn_order)

    def refresh(self) -> None:
        """Do nothing: no clips come while a network learns."""

    @property
    def steps(self) -> int:
        """Batches in an epoch: every window once."""
        return -(-len(self.windows) // self._batch)

    @property
    def n_clips(self) -> int:
        """Clips that the windows are of."""
        return len(self._items)

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the log-mel over 2,000 windows or more."""
        some = self.windows[:: max(1, len(self.windows) // 2000)]
        return float(some.mean(dtype=np.float64)), float(some.std(dtype=np.float64))

    def counts(self) -> dict[str, int]:
        """Return how many clips of each class there are."""
        return {code: sum(code in item.labels for item in self._items) for code in CODES}

    def batch(self, *, epoch: int, step: int) -> tuple[Float32, Float32]:
        """Return windows and targets of a step; over an epoch every window comes once."""
        picks = self._order(epoch)[step * self._batch : (step + 1) * self._batch]
        return np.asarray(self.windows[picks]), self.targets[picks]

    def _drawn_order(self, epoch: int) -> NDArray[np.int64]:
        return np.random.default_rng((self._seed, epoch)).permutation(len(self.windows))


def _decoded(
    items: Sequence[Item], front_end: LogMel, cache: Path
) -> tuple[Float32, NDArray[np.int64]]:
    """Return all windows, and how many each clip has."""
    cache.mkdir(parents=True, exist_ok=True)
    name = _key(items, front_end)
    rows, counted = cache / f"{name}.f32", cache / f"{name}.npy"
    if not counted.exists():  # it is written last
        counts = _decode(items, front_end, rows)
        with (cache / f"{name}.part").open("wb") as file:
            np.save(file, counts)
        Path(file.name).replace(counted)
    counts = np.load(counted)
    shape = (int(counts.sum()), front_end.window_frames, front_end.n_mels)
    return np.memmap(rows, np.float32, "r", shape=shape), counts


def _decode(items: Sequence[Item], front_end: LogMel, rows: Path) -> NDArray[np.int64]:
    """Write the windows of all clips one after another, and return how many each has."""
    counts: list[int] = []
    faults: list[str] = []
    with rows.open("wb") as file:
        for item in tqdm(items, unit="clip", disable=None, desc="decoding"):
            try:
                frames = log_mel(item, front_end)
            except (BadInput, sf.LibsndfileError, OSError) as error:
                faults.append(f"{item.path}: {error}")
                continue
            windows = front_end.windows(frames, hop_frames=front_end.window_frames)
            file.write(np.ascontiguousarray(windows, dtype=np.float32).tobytes())
            counts.append(len(windows))
    refuse_undecodable(faults, n_clips=len(items))
    return np.array(counts)


def _key(items: Sequence[Item], front_end: LogMel) -> str:
    """Return a name for the windows of these files as they are now."""
    total = hashlib.sha256(json.dumps(front_end.to_json()).encode())
    for item in items:
        state = item.path.stat()
        total.update(f"{item.path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return total.hexdigest()[:16]
