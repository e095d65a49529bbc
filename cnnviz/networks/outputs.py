"""What a network says of a clip: predictions, and every layer's activations in eight bits.

**Conventions**: predictions are (window, class); a layer's codes are uint8 (filter, window, frame,
mel), and what neighbouring windows share is kept once. The activation behind a code is `low + code
* (high - low) / 255`, with `low` and `high` of its filter in its segment. A layer of cells has maps
of 1 x 1.
"""

import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32

CODES_MAX = 255
# Level 4 saves a tenth, for twice the time. What windows share does not repeat within a block:
# looking for matches there takes longer than coding byte by byte, and ends up larger.
LEVEL = 1
SHARED, REPEATING = zlib.Z_HUFFMAN_ONLY, zlib.Z_DEFAULT_STRATEGY
# Deflate releases the interpreter's lock: the filters of a large block are packed in parallel.
PARTS = 4
LEAST_BYTES = 2**19


@dataclass(frozen=True)
class Outputs:
    """What a network says of the windows of one clip.

    Attributes
    ----------
    predictions : np.ndarray [shape=(window, class)], float32
    layers : mapping of str to tuple of Segment
        Segments in order of time, by the layer's name.
    """

    predictions: Float32
    layers: Mapping[str, tuple["Segment", ...]]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        segments = (segment for some in self.layers.values() for segment in some)
        codes = sum(block.nbytes for segment in segments for block in segment.blocks)
        return self.predictions.nbytes + codes


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

    def cut(self, frames: slice, mels: slice) -> "Segment":
        """Return a part of every map, without a copy; `low` and `high` stay those of the whole."""
        if len(self.blocks) == 1:
            return replace(self, blocks=(self.blocks[0][:, :, frames, mels],))
        left, rows, right = self.blocks
        n_left, n_right = left.shape[2], right.shape[2]
        n_rows = rows.shape[1] - (self.n_windows - 1) * self.hop
        first, last, _ = frames.indices(n_left + n_rows + n_right)
        # A window's rows move on with it: what is cut off at one end is cut off of them all.
        from_row, to_row = (min(n_rows, max(0, end - n_left)) for end in (first, last))
        left = left[:, :, first:last, mels]
        rows = rows[:, from_row : rows.shape[1] - (n_rows - to_row), mels]
        ends = (max(0, end - n_left - n_rows) for end in (first, last))
        return replace(self, blocks=(left, rows, right[:, :, slice(*ends), mels]))

    def counts(self) -> NDArray[np.int64]:
        """Return how many cells of all windows have each code (filter, code)."""
        counts = np.zeros((len(self.low), CODES_MAX + 1), np.int64)
        for block in self.blocks if len(self.blocks) == 1 else self.blocks[::2]:
            for index, codes in enumerate(block):
                counts[index] += np.bincount(codes.ravel(), minlength=CODES_MAX + 1)
        if len(self.blocks) == 3:
            rows = self.blocks[1]
            n_rows = rows.shape[1] - (self.n_windows - 1) * self.hop
            starts = np.arange(self.n_windows) * self.hop
            # A shared row counts in each window that has it.
            began = np.searchsorted(starts, np.arange(rows.shape[1]), side="right")
            ended = np.searchsorted(starts + n_rows, np.arange(rows.shape[1]), side="right")
            weights = np.repeat((began - ended).astype(np.float64), rows.shape[2])
            for index, codes in enumerate(rows):
                shared = np.bincount(codes.ravel(), weights, minlength=CODES_MAX + 1)
                counts[index] += shared.astype(np.int64)
        return counts

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
class PackedSegment:
    """A segment as it is sent: what changes from window to window, deflated.

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

    def whole(self) -> Segment:
        """Return the segment with its blocks."""
        blocks = []
        for shape, parts in zip(self.shapes, self.parts, strict=True):
            changes = np.frombuffer(b"".join(map(zlib.decompress, parts)), np.uint8)
            blocks.append(np.cumsum(changes.reshape(shape), axis=1, dtype=np.uint8))
        return replace(self.segment, blocks=tuple(blocks))


def packed(segments: Iterable[Segment]) -> tuple[PackedSegment, ...]:
    """Pack segments, large blocks on several cores."""
    with ThreadPoolExecutor(PARTS) as pool:
        return tuple(_packed(segment, pool) for segment in segments)


def _packed(segment: Segment, pool: ThreadPoolExecutor) -> PackedSegment:
    strategy = REPEATING if len(segment.blocks) == 1 else SHARED

    def deflated(codes: NDArray[np.uint8]) -> bytes:
        changes = np.diff(codes, axis=1, prepend=np.zeros_like(codes[:, :1]))
        stream = zlib.compressobj(LEVEL, strategy=strategy)
        return stream.compress(np.ascontiguousarray(changes).data) + stream.flush()

    parts = []
    for block in segment.blocks:
        n_parts = min(PARTS, len(block)) if block.nbytes >= LEAST_BYTES else 1
        parts.append(tuple(pool.map(deflated, np.array_split(block, n_parts))))
    shapes = tuple(block.shape for block in segment.blocks)
    return PackedSegment(replace(segment, blocks=()), shapes, tuple(parts))
