"""Networks: what a card says of one, and what one says of a clip.

card           `card.json`: front end, labels, layers, weights
loading        a network on its way from its folder, in a thread of its own
keras_network  a Keras model behind the interface below
forward        its compiled pass over the windows of a clip
overlap        what neighbouring windows share in their first layers, computed once
geometry       where the cells of a layer lie in the window
outputs        predictions, and every layer's activations in eight bits
verdict        from the predictions of windows to a verdict on the clip
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from cnnviz.audio import Float32
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.outputs import Outputs


class Network(Protocol):
    """What the app asks of a network, whatever library runs it.

    Attributes
    ----------
    card : Card
    layers : tuple of Layer
        In the order the sound flows, with the places of their cells.
    """

    @property
    def card(self) -> Card: ...  # noqa: D102
    @property
    def layers(self) -> tuple[Layer, ...]: ...  # noqa: D102

    def layer(self, name: str) -> Layer:
        """Return a layer by its name; a `KeyError` if there is none."""

    def turn(self, *, waiting: Callable[[int], object] = ...) -> AbstractContextManager[None]:
        """Wait in the one line for the network's time, and hold it within the `with` block.

        Parameters
        ----------
        waiting : callable
            Is told, again and again, how many have their turn before.
        """

    def run(
        self,
        input: Float32,
        *,
        hop_frames: int = 1,
        layers: tuple[str, ...],
        progress: Callable[[float], object] = ...,
    ) -> Outputs:
        """Run all windows of a clip; keep predictions, and these layers in eight bits."""

    def exact(
        self,
        input: Float32,
        *,
        hop_frames: int = 1,
        layer: str,
        progress: Callable[[float], object] = ...,
    ) -> tuple[Float32, Float32]:
        """Run all windows of a clip; keep one layer's activations and the predictions exactly."""
