"""From a waveform to what a network is fed, and the windows that it is cut into.

A network's card names the kind of its front end. A further one is a module here and a line in
`KINDS`; the rest of the app knows front ends by the protocol below.

log_mel     log-mel spectrograms, as in Han, Kim & Lee 2016
"""

from dataclasses import fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel


class FrontEnd(Protocol):
    """What the app asks of a front end; every one is hashable, as part of keys of caches.

    Attributes
    ----------
    sample_rate : int
        Samples a second, in Hz.
    n_mels : int
        Bands of the input.
    window_frames : int
        Frames in one window of the network.
    frame_s, window_s : float
        Seconds from one frame to the next, and of one window.
    """

    @property
    def sample_rate(self) -> int: ...  # noqa: D102
    @property
    def hop_length(self) -> int: ...  # noqa: D102
    @property
    def n_mels(self) -> int: ...  # noqa: D102
    @property
    def window_frames(self) -> int: ...  # noqa: D102
    @property
    def frame_s(self) -> float: ...  # noqa: D102
    @property
    def window_s(self) -> float: ...  # noqa: D102

    def input(self, y: Float32) -> Float32:
        """Return the input (frame, mel) of a whole waveform."""

    def windows(self, input: Float32, *, hop_frames: int = 1) -> Float32:
        """Cut an input into windows (window, frame, mel)."""

    def window_centres_s(self, n_windows: int, *, hop_frames: int = 1) -> NDArray[np.float64]:
        """Return the time in seconds at the middle of each window."""

    def mel_hz(self) -> NDArray[np.float64]:
        """Return the centre of each band in Hz, low to high."""

    def to_json(self) -> dict[str, Any]:
        """Return what stands in a card."""


KINDS: dict[str, type[LogMel]] = {"log-mel": LogMel}


def read_front_end(raw: dict[str, Any]) -> FrontEnd:
    """Make the front end that a card describes.

    Parameters
    ----------
    raw : dict
        `kind`, one of `KINDS` (log-mel if it is missing), and the numbers of that kind.

    Raises
    ------
    BadInput
        Naming the number that is unknown or out of range.
    """
    numbers = dict(raw)
    kind = numbers.pop("kind", "log-mel")
    if not isinstance(kind, str) or kind not in KINDS:
        raise _bad(f"have one of {', '.join(KINDS)} as 'kind' of its 'front_end'", kind)
    types = {field.name: field.type for field in fields(KINDS[kind])}
    for key, value in numbers.items():
        if key not in types:
            raise _bad(f"have only {', '.join(types)} in 'front_end'", key)
        whole = isinstance(value, int) and not isinstance(value, bool)
        number = whole or (types[key] is float and isinstance(value, float))
        if not (number and (value > 0 or key == "mean")):
            raise _bad(f"give '{key}' of 'front_end' a number above zero", value)
    return KINDS[kind](**numbers)


def _bad(what: str, came: object) -> BadInput:
    return BadInput(f"card.json must {what}, but it has {came!r:.100}. Correct the card.")
