"""A process that is asked to stop and first finishes what it has in hand."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_stop() -> Iterator[list[int]]:
    """Collect signals that ask to stop; a second one ends the process as it always does."""
    asked: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.getsignal(one) for one in signals}

    def restore() -> None:
        for one in signals:
            signal.signal(one, before[one])

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        restore()

    for one in signals:
        signal.signal(one, ask)
    try:
        yield asked
    finally:
        restore()
