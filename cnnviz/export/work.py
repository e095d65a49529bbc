"""How long work says how far it is, and is stopped."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


class Stopped(Exception):
    """Someone asked for the work to stop; nothing of it is left."""


@dataclass
class Work:
    """The thread between who waits and who works.

    Attributes
    ----------
    progress : callable
        Is told the share done, in (0, 1].
    stop : threading.Event
        Set it to stop the work at its next step.
    """

    progress: Callable[[float], object] = lambda share: None
    stop: threading.Event = field(default_factory=threading.Event)

    def step(self, share: float) -> None:
        """Say how far the work is.

        Raises
        ------
        Stopped
            If it is to go no further.
        """
        if self.stop.is_set():
            raise Stopped
        self.progress(share)
