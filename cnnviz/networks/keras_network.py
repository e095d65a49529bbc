"""A Keras model and the card that says how to use it, checked against each other.

**Conventions**: the model's input is (window, frame, mel, 1) float32, its output (window, class) in
the order of the card's labels; a layer's maps are (window, frame, mel, filter), a dense layer's
cells (window, filter). Importing this module does not import TensorFlow: `load` does.
"""

import hashlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.audio import Float32
from cnnviz.errors import BadInput
from cnnviz.networks import geometry
from cnnviz.networks.card import Card, Layer, read_card
from cnnviz.networks.forward import forward_of, segments_of
from cnnviz.networks.outputs import Outputs, Segment
from cnnviz.serving.memory import trim
from cnnviz.serving.turns import Turns, ignore

# Windows in one call of the compiled pass: half of those of a 3 s clip at a hop of one frame. All
# at once take a tenth longer, and twice the memory. The shape is fixed because every other shape
# compiles anew (1 to 3 s).
SEGMENT_WINDOWS = 44
# In one call of the plain model, whose every layer then takes up to 18 MB
EXACT_WINDOWS = 22

Pass = Callable[..., dict[str, Any]]


def load(folder: Path) -> "KerasNetwork":
    """Load a network and check that card and weights belong together.

    Parameters
    ----------
    folder : Path
        Holds `card.json` and `model.keras`. A model file is code: load only your own.

    Raises
    ------
    BadInput
        If a file is missing or card and weights do not fit; the sentence says where.
    """
    card = read_card(folder)
    weights = folder / "model.keras"
    if not weights.is_file():
        raise BadInput(
            f"network '{card.name}' needs its weights in model.keras, but the file is missing. "
            "Fetch or train the network again."
        )
    if hashlib.sha256(weights.read_bytes()).hexdigest() != card.weights_sha256:
        raise BadInput(
            f"the weights of network '{card.name}' must be those that its card describes, but "
            "their SHA-256 differs. Fetch both again."
        )
    import keras  # here, not above: it takes seconds, and the page paints before it

    # compile=False: the app never trains, and an optimiser's state is twice the weights.
    return KerasNetwork(keras.models.load_model(weights, compile=False), card)


class KerasNetwork:
    """A Keras model behind the interface of `cnnviz.networks.Network`.

    Parameters
    ----------
    model : keras.Model
    card : Card

    Raises
    ------
    BadInput
        If input, outputs or a named layer differ from the card.
    """

    def __init__(self, model: Any, card: Card) -> None:
        self.model, self.card = model, card
        self.layers = _fitted(model, card)
        self.line = Turns(1)  # a pass takes all cores and some 200 MB
        self._forward = forward_of(model, card)
        self._compiling = threading.Lock()
        self._any_hop: Pass | None = None
        self._every_frame: Pass | None = None

    def layer(self, name: str) -> Layer:
        """Return a layer by its name; a `KeyError` if there is none."""
        return {layer.name: layer for layer in self.layers}[name]

    def turn(self, *, waiting: Callable[[int], object] = ignore) -> AbstractContextManager[None]:
        """Wait in the one line for the network's time, and hold it within the `with` block."""
        return self.line.turn(waiting=waiting)

    def compile(self, *, fast: bool = False) -> None:
        """Compile the pass; `run` does it by itself the first time.

        Parameters
        ----------
        fast : bool
            Compile the pass for windows at every frame with XLA too. It is faster, but takes
            seconds to compile; until then the plain graph serves.
        """
        with self._compiling:
            if self._any_hop is None:
                self._any_hop = self._compiled(n_frames=None)
            if fast:
                self._every_frame = self._compiled(n_frames=self._segment_frames(hop_frames=1))

    def run(
        self,
        input: Float32,
        *,
        hop_frames: int = 1,
        layers: tuple[str, ...],
        progress: Callable[[float], object] = ignore,
    ) -> Outputs:
        """Run all windows of a clip.

        Parameters
        ----------
        input : np.ndarray [shape=(n_frames, n_mels)]
            At least one window long.
        hop_frames : int
            Frames from one window to the next.
        layers : tuple of str
            The layers to keep. All are computed in the pass; those not named are dropped.
        progress : callable
            Is told the share of windows done, in (0, 1].
        """
        if self._any_hop is None:
            self.compile()
        run = (self._every_frame if hop_frames == 1 else None) or self._any_hop
        assert run is not None
        n_windows = (len(input) - self.card.front_end.window_frames) // hop_frames + 1
        n_frames = self._segment_frames(hop_frames=hop_frames)
        kept: dict[str, list[Segment]] = {name: [] for name in layers}
        predictions = []
        for first in range(0, n_windows, SEGMENT_WINDOWS):
            n = min(SEGMENT_WINDOWS, n_windows - first)
            frames = input[first * hop_frames :][:n_frames]
            frames = np.pad(frames, ((0, n_frames - len(frames)), (0, 0)), mode="edge")
            # The last window stands again where there are too few; ranges do not change by it.
            starts = np.minimum(np.arange(SEGMENT_WINDOWS), n - 1) * hop_frames
            answer = run(frames, starts.astype(np.int32))
            predictions.append(np.array(answer["predictions"])[:n])
            cut = segments_of(
                answer, layers, first=first, n=n, n_all=SEGMENT_WINDOWS, hop=hop_frames
            )
            for name, segment in cut.items():
                kept[name].append(segment)
            progress((first + n) / n_windows)
        return Outputs(
            np.concatenate(predictions), {name: tuple(some) for name, some in kept.items()}
        )

    def exact(
        self,
        input: Float32,
        *,
        hop_frames: int = 1,
        layer: str,
        progress: Callable[[float], object] = ignore,
    ) -> tuple[Float32, Float32]:
        """Run the plain model, window by window, and keep one layer as it is.

        Parameters
        ----------
        input, hop_frames, progress
            As in `run`.
        layer : str

        Returns
        -------
        activations : np.ndarray [shape=(filter, window, frame, mel)], float32
            A layer of cells has maps of 1 x 1.
        predictions : np.ndarray [shape=(window, class)], float32
            Of the same pass.
        """
        import keras

        card, model = self.card, self.model
        wanted = self.layer(layer)
        tapped = keras.Model(
            model.inputs[0],
            [model.get_layer(card.outputs[name]).output for name in (layer, "output")],
        )
        windows = card.front_end.windows(input, hop_frames=hop_frames)
        activations = np.empty(
            (wanted.filters, len(windows), wanted.frames, wanted.mels), dtype=np.float32
        )
        predictions = np.empty((len(windows), len(card.labels)), dtype=np.float32)
        for first in range(0, len(windows), EXACT_WINDOWS):
            some = slice(first, first + EXACT_WINDOWS)
            maps, scores = tapped(np.ascontiguousarray(windows[some])[..., None])
            maps = np.reshape(maps, (-1, wanted.frames, wanted.mels, wanted.filters))
            activations[:, some] = maps.transpose(3, 0, 1, 2)
            predictions[some] = scores
            progress(min(1.0, (first + EXACT_WINDOWS) / len(windows)))
        trim()
        return activations, predictions

    def _segment_frames(self, *, hop_frames: int) -> int:
        """Return how many frames the windows of one segment cover."""
        return (SEGMENT_WINDOWS - 1) * hop_frames + self.card.front_end.window_frames

    def _compiled(self, *, n_frames: int | None) -> Pass:
        """Compile for clips of any length, or with XLA for one."""
        import tensorflow as tf

        n_mels = self.card.front_end.n_mels
        signature = [
            tf.TensorSpec((n_frames, n_mels), tf.float32),
            tf.TensorSpec((SEGMENT_WINDOWS,), tf.int32),
        ]
        compiled: Pass = tf.function(
            self._forward, jit_compile=n_frames is not None, input_signature=signature
        )
        silence = np.zeros((self._segment_frames(hop_frames=1), n_mels), np.float32)
        compiled(silence, np.arange(SEGMENT_WINDOWS, dtype=np.int32))
        return compiled


def _fitted(model: Any, card: Card) -> tuple[Layer, ...]:
    """Return the card's layers with the places of their cells, or say what does not fit."""
    front_end = card.front_end
    wanted = (None, front_end.window_frames, front_end.n_mels, 1)
    if tuple(model.input_shape) != wanted:
        raise BadInput(
            f"the input of network '{card.name}' must be {wanted} as its card says, but its "
            f"weights take {tuple(model.input_shape)}. Correct 'front_end' in card.json."
        )
    if tuple(model.output_shape) != (None, len(card.labels)):
        raise BadInput(
            f"network '{card.name}' must have {len(card.labels)} outputs as its card says, but its "
            f"weights have the shape {tuple(model.output_shape)}. Correct 'labels' in card.json."
        )
    known = {layer.name for layer in model.layers}
    places = geometry.places(model)
    layers = []
    for layer in card.layers:
        keras_name = card.outputs[layer.name]
        if keras_name not in known:
            raise BadInput(
                f"layer '{layer.name}' of network '{card.name}' must be '{keras_name}' of its "
                "weights, but they have no such layer. Correct its 'output' in card.json."
            )
        shape = tuple(model.get_layer(keras_name).output.shape[1:])
        if shape != layer.shape:
            raise BadInput(
                f"layer '{layer.name}' of network '{card.name}' must have the shape {layer.shape} "
                f"of its card, but its weights give {shape}. Correct 'shape' in card.json."
            )
        if layer.is_map:
            place = places[keras_name]
            if isinstance(place, geometry.Unknown):
                raise BadInput(
                    f"the cells of layer '{layer.name}' of network '{card.name}' must have known "
                    f"places in the window, but {place.reason}. Take the layer out of card.json."
                )
            layer = replace(layer, **asdict(place))
        layers.append(layer)
    return tuple(layers)
