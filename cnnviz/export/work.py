"""How long work reports its progress, and is stopped."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cnnviz.serving.turns import ignore


class Stopped(Exception):
    """Someone asked for the work to stop; nothing of it is left."""


@dataclass
class Work:
    """What a caller and the work that it waits for tell each other.

    Attributes
    ----------
    progress : callable
        Is told the share done, 0 to 1.
    queued : callable
        Is told how many are before this work while it waits in a line.
    stop : threading.Event
        Set it to stop the work at its next step, or to leave the line.
    """

    progress: Callable[[float], object] = ignore
    queued: Callable[[int], object] = ignore
    stop: threading.Event = field(default_factory=threading.Event)

    def step(self, share: float) -> None:
        """Report the share done; raise `Stopped` if the work is to go no further."""
        self._check()
        self.progress(share)

    def wait(self, before: int) -> None:
        """Report the place in a line, for `Turns.turn`; raise `Stopped` to leave the line."""
        self._check()
        self.queued(before)

    def _check(self) -> None:
        if self.stop.is_set():
            raise Stopped
