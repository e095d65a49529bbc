"""Every layer's answer to a clip, small while nobody looks at it.

**Conventions**: codes are uint8 (filter, window, frame, mel), as in `cnnviz.activations`.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# All layers of a 3 s clip: 53 MB, 17 MB at level 1 after 0.6 s of one core, 16 MB at level 4
# after 0.9 s; a pass takes twice that of all cores.
LEVEL = 1
CODES_MAX = 255


@dataclass(frozen=True)
class Segment:
    """Some consecutive windows of one layer, quantised with one range per filter.

    Attributes
    ----------
    first : int
        Index of the first window.
    codes : np.ndarray [shape=(filter, window, frame, mel)], uint8
    low, high : np.ndarray [shape=(filter,)], float32
        Smallest and largest activation of each filter in this segment.
    """

    first: int
    codes: NDArray[np.uint8]
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def values(self) -> NDArray[np.float32]:
        """Return the activations behind the codes, within half a step of (high - low) / 255."""
        step = ((self.high - self.low) / CODES_MAX)[:, None, None, None]
        return np.asarray(self.low[:, None, None, None] + self.codes * step, dtype=np.float32)


@dataclass(frozen=True)
class _Packed:
    """A segment with its codes deflated."""

    first: int
    data: bytes
    shape: tuple[int, ...]
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def segment(self) -> Segment:
        codes = np.frombuffer(zlib.decompress(self.data), np.uint8).reshape(self.shape)
        return Segment(self.first, codes, self.low, self.high)


class Layers(Mapping[str, tuple[Segment, ...]]):
    """Segments by their layer's name; `pack` makes all small, each access gives them whole."""

    def __init__(self, whole: Mapping[str, tuple[Segment, ...]]) -> None:
        self._whole = dict(whole)
        self._packed: dict[str, tuple[_Packed, ...]] = {}
        self._names = tuple(whole)

    def __getitem__(self, name: str) -> tuple[Segment, ...]:
        """Return a layer's segments in order of time."""
        whole = self._whole.get(name)
        # A layer is packed before it is let go of: it is found here or there at any moment.
        return whole if whole is not None else tuple(p.segment() for p in self._packed[name])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the layers' names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many layers there are."""
        return len(self._names)

    @property
    def nbytes(self) -> int:
        """Bytes held by the codes now."""
        whole = [s.codes.nbytes for segments in list(self._whole.values()) for s in segments]
        packed = [len(p.data) for some in list(self._packed.values()) for p in some]
        return sum(whole) + sum(packed)

    def pack(self, *, before_each: Callable[[], object] = lambda: None) -> None:
        """Deflate all layers, one after the other; others may read meanwhile."""
        for name, segments in list(self._whole.items()):
            before_each()
            self._packed[name] = tuple(
                _Packed(
                    s.first,
                    zlib.compress(np.ascontiguousarray(s.codes).data, LEVEL),
                    s.codes.shape,
                    s.low,
                    s.high,
                )
                for s in segments
            )
            del self._whole[name]
