"""What a network answers to a clip: predictions and every layer's maps, from one forward pass.

**Conventions**: windows are (window, frame, mel); predictions (window, class); a layer's codes are
uint8 (filter, window, frame, mel), the order in which deflate finds what neighbouring windows
share. The value behind a code is `low + code * (high - low) / 255`, with `low` and `high` of its
filter in its segment. A layer of cells has maps of 1 x 1.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.frontend import Floats
from cnnviz.memory import give_back
from cnnviz.network import Network

# Windows in one call of the compiled pass: those of a 3 s clip at a hop of one frame, so that the
# usual clip is one call. The shape is fixed because every other shape compiles anew (1 to 3 s).
SEGMENT_WINDOWS = 88
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
    low: Floats
    high: Floats

    def values(self) -> Floats:
        """Return the activations behind the codes, within half a step of (high - low) / 255."""
        step = ((self.high - self.low) / CODES_MAX)[:, None, None, None]
        return np.asarray(self.low[:, None, None, None] + self.codes * step, dtype=np.float32)


@dataclass(frozen=True)
class Answer:
    """A network's answer to the windows of one clip.

    Attributes
    ----------
    predictions : np.ndarray [shape=(window, class)], float32
    layers : dict of str to tuple of Segment
        Per layer name, in order of time.
    """

    predictions: Floats
    layers: dict[str, tuple[Segment, ...]]

    @property
    def nbytes(self) -> int:
        """Bytes held by the codes."""
        return sum(s.codes.nbytes for segments in self.layers.values() for s in segments)


class Listener:
    """A network made ready to listen: its compiled pass, behind a lock.

    TensorFlow already uses every core for one pass, so a second visitor waits for the first.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._forward = _forward(network)
        self._pass = self._compiled(fast=False)
        self._lock = threading.Lock()

    def speed_up(self) -> None:
        """Compile the pass with XLA and use that from now on.

        It is faster, but takes seconds to compile; until then the plain graph answers.
        """
        self._pass = self._compiled(fast=True)

    def _compiled(self, *, fast: bool) -> Callable[[Floats], dict[str, Any]]:
        import tensorflow as tf

        front_end = self.network.card.front_end
        shape = (SEGMENT_WINDOWS, front_end.window_frames, front_end.n_mels, 1)
        signature = [tf.TensorSpec(shape, tf.float32)]
        compiled: Callable[[Floats], dict[str, Any]]
        compiled = tf.function(self._forward, jit_compile=fast, input_signature=signature)
        compiled(np.zeros(shape, np.float32))
        return compiled

    def listen(
        self,
        windows: Floats,
        *,
        layers: tuple[str, ...],
        progress: Callable[[float], object] = lambda share: None,
    ) -> Answer:
        """Run the network over all windows of a clip.

        Parameters
        ----------
        windows : np.ndarray [shape=(n_windows, window_frames, n_mels)]
        layers : tuple of str
            The layers to keep. All are computed in the pass; those not named are dropped.
        progress : callable
            Is told the share of windows done, in (0, 1].

        Returns
        -------
        Answer
        """
        kept: dict[str, list[Segment]] = {name: [] for name in layers}
        predictions = []
        for first in range(0, len(windows), SEGMENT_WINDOWS):
            part = windows[first : first + SEGMENT_WINDOWS]
            with self._lock:
                answer = self._pass(_padded(part))
            predictions.append(answer["predictions"].numpy()[: len(part)])
            for name, segments in kept.items():
                codes, low, high = (tensor.numpy() for tensor in answer[name])
                segments.append(Segment(first, codes[:, : len(part)], low, high))
            progress(min(1.0, (first + SEGMENT_WINDOWS) / len(windows)))
        give_back()
        return Answer(np.concatenate(predictions), {n: tuple(s) for n, s in kept.items()})


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
        for index, codes in enumerate(segment.codes):  # one at a time: 16 bits double the memory
            change = np.abs(np.diff(codes.astype(np.int16), axis=0))
            total[index] += (
                change.sum(dtype=np.int64)
                / max(1, change[0].size if len(change) else 1)
                * unit[index]
            )
        steps += segment.codes.shape[1] - 1
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
        per_code = np.bincount(segment.codes[filter_].ravel(), minlength=CODES_MAX + 1)
        start, end = float(segment.low[filter_]), float(segment.high[filter_])
        values = np.linspace(start, end, CODES_MAX + 1)
        counts += np.histogram(values, bins=edges, weights=per_code)[0].astype(np.int64)
    return edges.astype(np.float32), counts


def _padded(windows: Floats) -> Floats:
    """Repeat the last window up to the compiled shape; ranges do not change by it."""
    missing = SEGMENT_WINDOWS - len(windows)
    last = np.broadcast_to(windows[-1:], (missing, *windows.shape[1:]))
    return np.concatenate([windows, last])[..., None]  # (window, frame, mel, channel)


def _forward(network: Network) -> Callable[[Any], dict[str, Any]]:
    """Return the pass as TensorFlow operations: predictions, and each layer quantised."""
    import keras

    card = network.card
    tapped = keras.Model(
        network.model.input,
        [network.model.get_layer(name).output for name in card.outputs.values()],
    )

    def forward(windows: Any) -> dict[str, Any]:
        outputs = dict(zip(card.outputs, tapped(windows, training=False), strict=True))
        quantised = {name: _quantise(maps) for name, maps in outputs.items()}
        return {"predictions": outputs["output"]} | quantised

    return forward


def _quantise(maps: Any) -> tuple[Any, Any, Any]:
    """Quantise (window, [frame, mel,] filter) to codes (filter, window, frame, mel), low, high."""
    import tensorflow as tf

    if len(maps.shape) == 2:
        maps = maps[:, None, None, :]
    low, high = tf.reduce_min(maps, (0, 1, 2)), tf.reduce_max(maps, (0, 1, 2))
    scale = tf.math.divide_no_nan(float(CODES_MAX), high - low)
    codes = tf.cast((maps - low) * scale + 0.5, tf.uint8)
    return tf.transpose(codes, (3, 0, 1, 2)), low, high
