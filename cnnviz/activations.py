"""What a network answers to a clip: predictions and every layer's maps, from one forward pass.

**Conventions**: windows are (window, frame, mel); predictions (window, class); a layer's codes are
uint8 (filter, window, frame, mel), and what `overlap` computes once for all windows is kept once.
The value behind a code is `low + code * (high - low) / 255`, with `low` and `high` of its filter in
its segment. A layer of cells has maps of 1 x 1.
"""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import overlap
from cnnviz.frontend import Floats
from cnnviz.layers import CODES_MAX, Layers, Segment
from cnnviz.memory import give_back
from cnnviz.network import Network

__all__ = [
    "CODES_MAX",
    "SEGMENT_WINDOWS",
    "Answer",
    "Layers",
    "Listener",
    "Segment",
    "distribution",
    "movement",
]

# Windows in one call of the compiled pass: half of those of a 3 s clip at a hop of one frame. All
# at once take a tenth longer, and twice the memory. The shape is fixed because every other shape
# compiles anew (1 to 3 s).
SEGMENT_WINDOWS = 44
# In one call of the plain network, whose every layer then takes up to 18 MB
EXACT_WINDOWS = 22


@dataclass(frozen=True)
class Answer:
    """A network's answer to the windows of one clip.

    Attributes
    ----------
    predictions : np.ndarray [shape=(window, class)], float32
    layers : Layers
        Segments in order of time, by the layer's name.
    """

    predictions: Floats
    layers: Layers

    @property
    def nbytes(self) -> int:
        """Bytes held by the codes."""
        return self.layers.nbytes


class Listener:
    """A network made ready to listen: its compiled pass, behind a lock.

    TensorFlow already uses every core for one pass, so a second visitor waits for the first.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._forward = _forward(network)
        self._pass = self._compiled(n_frames=None)
        self._fast = self._pass
        self._lock = threading.Lock()

    def speed_up(self) -> None:
        """Compile the pass for windows at every frame with XLA, and use that from now on.

        It is faster, but takes seconds to compile; until then the plain graph answers.
        """
        self._fast = self._compiled(n_frames=self._frames_heard(hop_frames=1))

    def _frames_heard(self, *, hop_frames: int) -> int:
        """Return how many frames the windows of one segment hear."""
        return (SEGMENT_WINDOWS - 1) * hop_frames + self.network.card.front_end.window_frames

    def _compiled(self, *, n_frames: int | None) -> Callable[..., dict[str, Any]]:
        """Compile for clips of any length, or with XLA for one."""
        import tensorflow as tf

        n_mels = self.network.card.front_end.n_mels
        signature = [
            tf.TensorSpec((n_frames, n_mels), tf.float32),
            tf.TensorSpec((SEGMENT_WINDOWS,), tf.int32),
        ]
        compiled: Callable[..., dict[str, Any]] = tf.function(
            self._forward, jit_compile=n_frames is not None, input_signature=signature
        )
        silence = np.zeros((self._frames_heard(hop_frames=1), n_mels), np.float32)
        compiled(silence, np.arange(SEGMENT_WINDOWS, dtype=np.int32))
        return compiled

    def listen(
        self,
        log_mel: Floats,
        *,
        hop_frames: int = 1,
        layers: tuple[str, ...],
        progress: Callable[[float], object] = lambda share: None,
    ) -> Answer:
        """Run the network over all windows of a clip.

        Parameters
        ----------
        log_mel : np.ndarray [shape=(n_frames, n_mels)]
            At least one window long.
        hop_frames : int
            Frames from one window to the next.
        layers : tuple of str
            The layers to keep. All are computed in the pass; those not named are dropped.
        progress : callable
            Is told the share of windows done, in (0, 1].

        Returns
        -------
        Answer
        """
        n_windows = (len(log_mel) - self.network.card.front_end.window_frames) // hop_frames + 1
        n_heard = self._frames_heard(hop_frames=hop_frames)
        kept: dict[str, list[Segment]] = {name: [] for name in layers}
        predictions = []
        for first in range(0, n_windows, SEGMENT_WINDOWS):
            n = min(SEGMENT_WINDOWS, n_windows - first)
            frames = log_mel[first * hop_frames :][:n_heard]
            frames = np.pad(frames, ((0, n_heard - len(frames)), (0, 0)), mode="edge")
            # The last window stands again where there are too few; ranges do not change by it.
            starts = np.minimum(np.arange(SEGMENT_WINDOWS), n - 1) * hop_frames
            with self._lock:
                run = self._fast if hop_frames == 1 else self._pass
                answer = run(frames, starts.astype(np.int32))
            predictions.append(np.asarray(answer["predictions"])[:n])
            for name, segments in kept.items():
                segments.append(_segment(answer[name], first=first, n=n, hop=hop_frames))
            progress((first + n) / n_windows)
        layered = Layers({name: tuple(segments) for name, segments in kept.items()})
        return Answer(np.concatenate(predictions), layered)

    def exact(
        self,
        log_mel: Floats,
        *,
        hop_frames: int = 1,
        layer: str,
        progress: Callable[[float], object] = lambda share: None,
    ) -> tuple[Floats, Floats]:
        """Run the plain network, window by window, and keep one layer as it is.

        Parameters
        ----------
        log_mel, hop_frames, progress
            As in `listen`.
        layer : str

        Returns
        -------
        activations : np.ndarray [shape=(filter, window, frame, mel)], float32
            A layer of cells has maps of 1 x 1.
        predictions : np.ndarray [shape=(window, class)], float32
            Of the same pass.
        """
        import keras

        card, model = self.network.card, self.network.model
        shown = self.network.layer(layer)
        tapped = keras.Model(
            model.inputs[0],
            [model.get_layer(card.outputs[name]).output for name in (layer, "output")],
        )
        windows = card.front_end.windows(log_mel, hop_frames=hop_frames)
        activations = np.empty(
            (shown.filters, len(windows), shown.frames, shown.mels), dtype=np.float32
        )
        predictions = np.empty((len(windows), len(card.labels)), dtype=np.float32)
        for first in range(0, len(windows), EXACT_WINDOWS):
            some = slice(first, first + EXACT_WINDOWS)
            with self._lock:
                maps, scores = tapped(np.ascontiguousarray(windows[some])[..., None])
            maps = np.reshape(maps, (-1, shown.frames, shown.mels, shown.filters))
            activations[:, some] = maps.transpose(3, 0, 1, 2)
            predictions[some] = scores
            progress(min(1.0, (first + EXACT_WINDOWS) / len(windows)))
        give_back()
        return activations, predictions


def movement(segments: tuple[Segment, ...]) -> Floats:
    """Return how much each filter moves: its mean change from one window to the next.

    Returns
    -------
    np.ndarray [shape=(filter,)], float32
        Mean over windows and cells of |a(window + 1) - a(window)|, in units of the activation;
        zero for a clip of one window.
    """
    total = np.zeros(len(segments[0].low))
    steps = 0
    for segment in segments:
        unit = (segment.high - segment.low) / CODES_MAX
        for index in range(len(total)):  # one at a time: 16 bits double the memory
            change = np.abs(np.diff(segment.filter(index).astype(np.int16), axis=0))
            total[index] += (
                change.sum(dtype=np.int64)
                / max(1, change[0].size if len(change) else 1)
                * unit[index]
            )
        steps += segment.n_windows - 1
    return np.asarray(total / max(1, steps), dtype=np.float32)


def distribution(
    segments: tuple[Segment, ...], *, filter_: int, n_bins: int = 60
) -> tuple[Floats, NDArray[np.int64]]:
    """Count the activations of one filter over a clip.

    Returns
    -------
    edges : np.ndarray [shape=(n_bins + 1,)], float32
        In units of the activation.
    counts : np.ndarray [shape=(n_bins,)], int64
    """
    low = min(float(s.low[filter_]) for s in segments)
    high = max(float(s.high[filter_]) for s in segments)
    edges = np.linspace(low, high if high > low else low + 1.0, n_bins + 1)
    counts = np.zeros(n_bins, dtype=np.int64)
    for segment in segments:
        per_code = np.bincount(segment.filter(filter_).ravel(), minlength=CODES_MAX + 1)
        start, end = float(segment.low[filter_]), float(segment.high[filter_])
        values = np.linspace(start, end, CODES_MAX + 1)
        counts += np.histogram(values, bins=edges, weights=per_code)[0].astype(np.int64)
    return edges.astype(np.float32), counts


def _forward(network: Network) -> Callable[[Any, Any], dict[str, Any]]:
    """Return the pass as TensorFlow operations: predictions, and each layer quantised."""
    import keras

    card, model = network.card, network.model
    length = card.front_end.window_frames
    shared = overlap.leading(model)
    alone = set(card.outputs.values()) - {layer.name for layer in shared}
    meeting = shared[-1].output if shared else model.inputs[0]
    rest = keras.Model(meeting, {name: model.get_layer(name).output for name in sorted(alone)})

    def forward(frames: Any, starts: Any) -> dict[str, Any]:
        if shared:
            outputs = overlap.answers(shared, frames, starts, length=length)
            heard = outputs[shared[-1].name].windows()
        else:
            outputs, heard = {}, overlap.windows(frames, starts, length=length)
        outputs |= rest(heard, training=False)
        quantised = {name: _quantise(outputs[layer]) for name, layer in card.outputs.items()}
        return {"predictions": outputs[card.outputs["output"]]} | quantised

    return forward


def _quantise(maps: Any) -> tuple[tuple[Any, ...], Any, Any]:
    """Quantise (window, [frame, mel,] filter) to a segment's blocks, low and high."""
    import tensorflow as tf

    shared = isinstance(maps, overlap.Shared)
    if not shared and len(maps.shape) == 2:
        maps = maps[:, None, None, :]
    ranges = [_range(part) for part in (maps.heard() if shared else (maps,))]
    low = functools.reduce(tf.minimum, [low for low, _ in ranges])
    high = functools.reduce(tf.maximum, [high for _, high in ranges])
    scale = tf.math.divide_no_nan(float(CODES_MAX), high - low)

    def encode(part: Any) -> Any:
        n_axes = len(part.shape)
        codes = tf.cast((part - low) * scale + 0.5, tf.uint8)
        return tf.transpose(codes, (n_axes - 1, *range(n_axes - 1)))

    parts = (maps.left, maps.rows, maps.right) if shared else (maps,)
    return tuple(encode(part) for part in parts), low, high


def _segment(
    quantised: tuple[tuple[Any, ...], Any, Any], *, first: int, n: int, hop: int
) -> Segment:
    """Return the first `n` windows of what `_quantise` made."""
    # Not copied, which would take a fifth of the pass: TensorFlow's own memory, which is free again
    # for the next pass once the layers have been packed.
    parts, low, high = quantised
    n_over = SEGMENT_WINDOWS - n
    blocks = []
    for codes in map(np.asarray, parts):
        rows = codes.ndim == 3
        blocks.append(codes[:, : codes.shape[1] - n_over * (hop if rows else 1)])
    return Segment(first, tuple(blocks), np.asarray(low), np.asarray(high), hop)


def _range(maps: Any) -> tuple[Any, Any]:
    """Return each filter's smallest and largest activation."""
    import tensorflow as tf

    # Window by window, so that XLA shares it among the cores; the signs keep it from joining the
    # two steps into one.
    low = -tf.reduce_max(-tf.reduce_min(maps, (1, 2)), 0)
    high = -tf.reduce_min(-tf.reduce_max(maps, (1, 2)), 0)
    return low, high
