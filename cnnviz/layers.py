"""Every layer's answer to a clip, small while nobody looks at it.

**Conventions**: codes are uint8 (filter, window, frame, mel), as in `cnnviz.activations`.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Level 4 saves a tenth, for twice the time. What windows share does not come again in a block:
# looking for matches there takes longer than coding byte by byte, and ends up larger.
LEVEL = 1
ONCE, AGAIN = zlib.Z_HUFFMAN_ONLY, zlib.Z_DEFAULT_STRATEGY
# Deflate lets go of the interpreter's lock: the filters of a large block go in parts, at once.
PARTS = 4
LEAST_BYTES = 2**19
CODES_MAX = 255


@dataclass(frozen=True)
class Segment:
    """Some consecutive windows of one layer, quantised with one range per filter.

    Attributes
    ----------
    first : int
        Index of the first window.
    blocks : tuple of np.ndarray, uint8
        The codes; or, where neighbouring windows share most of theirs, three arrays: the frames at
        each window's left end (filter, window, frame, mel), those in between, once for all windows
        (filter, row, mel), and those at its right end.
    low, high : np.ndarray [shape=(filter,)], float32
        Smallest and largest activation of each filter in this segment.
    hop : int
        Rows from one window's first to the next one's.
    """

    first: int
    blocks: tuple[NDArray[np.uint8], ...]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    hop: int = 1

    @property
    def n_windows(self) -> int:
        """How many windows it holds."""
        return int(self.blocks[0].shape[1])

    @property
    def codes(self) -> NDArray[np.uint8]:
        """All codes (filter, window, frame, mel), put together where windows share them."""
        return _whole(self.blocks, self.hop)

    def filter(self, index: int) -> NDArray[np.uint8]:
        """Return the codes of one filter (window, frame, mel)."""
        return _whole(tuple(block[index] for block in self.blocks), self.hop)

    def window(self, index: int) -> NDArray[np.uint8]:
        """Return the codes (filter, frame, mel) of one window, counted from the first."""
        if len(self.blocks) == 1:
            return self.blocks[0][:, index]
        left, rows, right = self.blocks
        start = index * self.hop
        n_rows = rows.shape[1] - (self.n_windows - 1) * self.hop
        middle = rows[:, start : start + n_rows]
        return np.concatenate([left[:, index], middle, right[:, index]], axis=1)

    def values(self) -> NDArray[np.float32]:
        """Return the activations behind the codes, within half a step of (high - low) / 255."""
        step = ((self.high - self.low) / CODES_MAX)[:, None, None, None]
        return np.asarray(self.low[:, None, None, None] + self.codes * step, dtype=np.float32)


def _whole(blocks: tuple[NDArray[np.uint8], ...], hop: int) -> NDArray[np.uint8]:
    """Return codes ([filter,] window, frame, mel)."""
    if len(blocks) == 1:
        return blocks[0]
    left, rows, right = blocks
    n_windows = left.shape[-3]
    n_rows = rows.shape[-2] - (n_windows - 1) * hop
    cut = np.lib.stride_tricks.sliding_window_view(rows, n_rows, axis=-2)  # (…, start, mel, row)
    middle = np.moveaxis(cut[..., ::hop, :, :], -1, -2)
    return np.concatenate([left, middle, right], axis=-2)


@dataclass(frozen=True)
class Packed:
    """A segment as it is kept and sent: what changes from window to window, deflated.

    Attributes
    ----------
    segment : Segment
        Without its blocks.
    shapes : tuple of tuple of int
        Of each block.
    parts : tuple of tuple of bytes
        Of each block, some filters after the other: the first window (or row) and the difference
        of each further one from the one before, modulo 256, as a zlib stream.
    """

    segment: Segment
    shapes: tuple[tuple[int, ...], ...]
    parts: tuple[tuple[bytes, ...], ...]

    @property
    def n_windows(self) -> int:
        """How many windows it holds."""
        return self.shapes[0][1]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(len(part) for block in self.parts for part in block)

    def whole(self) -> Segment:
        """Return the segment with its blocks."""
        blocks = []
        for shape, parts in zip(self.shapes, self.parts, strict=True):
            changes = np.frombuffer(b"".join(map(zlib.decompress, parts)), np.uint8)
            blocks.append(np.cumsum(changes.reshape(shape), axis=1, dtype=np.uint8))
        return replace(self.segment, blocks=tuple(blocks))


def packed(segment: Segment, *, at_once: Callable[..., Iterable[Any]] = map) -> Packed:
    """Pack a segment.

    Parameters
    ----------
    segment : Segment
    at_once : callable
        `map`, or that of a pool whose threads pack parts side by side.
    """
    strategy = AGAIN if len(segment.blocks) == 1 else ONCE

    def deflated(codes: NDArray[np.uint8]) -> bytes:
        changes = np.diff(codes, axis=1, prepend=np.zeros_like(codes[:, :1]))
        stream = zlib.compressobj(LEVEL, strategy=strategy)
        return stream.compress(np.ascontiguousarray(changes).data) + stream.flush()

    parts = []
    for block in segment.blocks:
        n_parts = min(PARTS, len(block)) if block.nbytes >= LEAST_BYTES else 1
        parts.append(tuple(at_once(deflated, np.array_split(block, n_parts))))
    shapes = tuple(block.shape for block in segment.blocks)
    return Packed(replace(segment, blocks=()), shapes, tuple(parts))


class Layers(Mapping[str, tuple[Segment, ...]]):
    """Segments by their layer's name; `pack` makes all small, each access gives them whole."""

    def __init__(self, whole: Mapping[str, tuple[Segment, ...]]) -> None:
        self._whole = dict(whole)
        self._packed: dict[str, tuple[Packed, ...]] = {}
        self._names = tuple(whole)

    def __getitem__(self, name: str) -> tuple[Segment, ...]:
        """Return a layer's segments in order of time."""
        whole = self._whole.get(name)
        # A layer is packed before it is let go of: it is found here or there at any moment.
        return whole if whole is not None else tuple(p.whole() for p in self._packed[name])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the layers' names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many layers there are."""
        return len(self._names)

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        segments = (segment for some in list(self._whole.values()) for segment in some)
        whole = [block.nbytes for segment in segments for block in segment.blocks]
        small = [p.nbytes for some in list(self._packed.values()) for p in some]
        return sum(whole) + sum(small)

    def packed(self, name: str) -> tuple[Packed, ...]:
        """Return a layer's segments as they are sent; with all cores, if nobody packed them yet."""
        if name in self._whole and name not in self._packed:
            with ThreadPoolExecutor(PARTS) as pool:
                self._pack(name, at_once=pool.map)
        return self._packed[name]

    def pack(self, *, before_each: Callable[[], object] = lambda: None) -> None:
        """Pack all layers, one after the other, and let go of what they were."""
        for name in list(self._whole):
            before_each()
            self._pack(name, at_once=map)
            del self._whole[name]

    def _pack(self, name: str, *, at_once: Callable[..., Iterable[Any]]) -> None:
        whole = self._whole.get(name, ())
        # Asked in this order: another thread lets go of the whole only once it has packed it.
        if name not in self._packed:
            self._packed[name] = tuple(packed(segment, at_once=at_once) for segment in whole)
