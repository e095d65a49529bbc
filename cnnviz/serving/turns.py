"""Who may work now, and who waits: in the order they came, told how many are before them.

A lock would do the same silently; a visitor of a full page is owed a sentence.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Who waits is told again this often, so that one whose visitor has left can leave the line.
TELL_S = 0.5


def ignore(_: object) -> None:
    """Do nothing with what is told: for who need not know."""


class Turns:
    """Lets `at_once` callers work; the others stand in line.

    Attributes
    ----------
    at_once : int
    """

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self._line: list[object] = []  # those at work first, then those who wait
        self._moved = threading.Condition()

    @property
    def n_waiting(self) -> int:
        """How many stand in line now."""
        with self._moved:
            return max(0, len(self._line) - self.at_once)

    @contextmanager
    def turn(self, *, waiting: Callable[[int], object] = ignore) -> Iterator[None]:
        """Wait for a turn, and hold it within the `with` block.

        Parameters
        ----------
        waiting : callable
            Is told how many will have their turn before, at once and every `TELL_S`; never if
            there is no wait. What it raises ends the wait.
        """
        ticket = object()
        with self._moved:
            self._line.append(ticket)
            self._moved.notify_all()
        try:
            while (before := self._before(ticket)) > 0:
                waiting(before)
                with self._moved:
                    if self._before(ticket) == before:
                        self._moved.wait(TELL_S)
            yield
        finally:
            with self._moved:
                self._line.remove(ticket)
                self._moved.notify_all()

    def _before(self, ticket: object) -> int:
        """Return how many must end their work before this one may begin."""
        with self._moved:  # it may be taken again by who holds it
            return max(0, self._line.index(ticket) + 1 - self.at_once)
