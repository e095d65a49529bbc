"""Makes one file in a thread of its own, and keeps finished files within a bound.

**Conventions**: sizes are bytes. Whoever waits asks a `Job` how far it is, again and again; a job
that nobody asks after ends by itself, for a visitor may leave without a word.
"""

import threading
import time
import weakref
from collections.abc import Callable
from contextlib import nullcontext

from cnnviz.errors import BadInput
from cnnviz.export.work import Stopped, Work
from cnnviz.serving.turns import Turns

# A page asks twice a second, in a hidden tab of the browser perhaps once a minute; a visitor may
# look at another panel meanwhile, but not keep everyone waiting
LEFT_S = 75.0


class File:
    """A finished file; `data` is None once it had to make room for newer ones."""

    def __init__(self, data: bytes) -> None:
        self.data: bytes | None = data

    def read(self) -> bytes:
        """Return the file; raise `BadInput` if it has made room for newer ones."""
        data = self.data  # read once: another thread may clear it
        if data is None:
            raise BadInput(
                "A file must be fetched before others need its room, but this one had to go. "
                "Make it again."
            )
        return data


class Outbox:
    """The newest files of all visitors, together at most `max_bytes`.

    A file goes with the session that holds it; the oldest go before when room is short.

    Attributes
    ----------
    line : Turns
        In which large files wait, for they are made one at a time.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.line = Turns(1)
        self._files: list[weakref.ref[File]] = []
        self._lock = threading.Lock()

    def put(self, data: bytes) -> File:
        """Keep a file; older ones give way, the new one stays whatever its size."""
        new = File(data)
        with self._lock:
            held = [*self._held(), new]
            nbytes = sum(len(file.data or b"") for file in held)
            while nbytes > self.max_bytes and len(held) > 1:
                oldest = held.pop(0)
                nbytes -= len(oldest.data or b"")
                oldest.data = None
            self._files = [weakref.ref(file) for file in held]
        return new

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        with self._lock:
            return sum(len(file.data or b"") for file in self._held())

    def _held(self) -> list[File]:
        return [file for ref in self._files if (file := ref()) is not None]


class Job:
    """One file on its way.

    Parameters
    ----------
    make : callable
        Makes the file, telling the `Work` it is given how far it is.
    outbox : Outbox
        Where the file is kept.
    in_turn : bool
        Whether to wait in the outbox's line, behind the jobs of all visitors.

    Attributes
    ----------
    name, mime : str
        Of the file.
    before : int
        How many have their turn before this job; 0 once it is at work.
    share : float
        Done, 0 to 1.
    """

    def __init__(
        self,
        make: Callable[[Work], bytes],
        *,
        name: str,
        mime: str,
        outbox: Outbox,
        in_turn: bool,
    ) -> None:
        self.name, self.mime = name, mime
        self.before, self.share = 0, 0.0
        self._work = Work(self._progress, self._queued)
        self._asked_s = time.monotonic()
        self._file: File | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(
            target=self._run, args=(make, outbox, in_turn), name="export", daemon=True
        )
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended; who asks shows that someone waits."""
        self._asked_s = time.monotonic()
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it at its next step."""
        self._work.stop.set()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def result(self) -> File | None:
        """Return the file, or None if the job was stopped; raise what went wrong in making it."""
        if self._error is not None:
            raise self._error
        return self._file

    def _run(self, make: Callable[[Work], bytes], outbox: Outbox, in_turn: bool) -> None:
        try:
            with outbox.line.turn(waiting=self._work.wait) if in_turn else nullcontext():
                self.before = 0
                self._file = outbox.put(make(self._work))
        except Stopped:
            pass
        except Exception as error:  # it belongs to the thread of the page, which raises it
            self._error = error

    def _progress(self, share: float) -> None:
        self.before, self.share = 0, share
        self._stop_if_left()

    def _queued(self, before: int) -> None:
        self.before = before
        self._stop_if_left()

    def _stop_if_left(self) -> None:
        if time.monotonic() - self._asked_s > LEFT_S:
            self.stop()
