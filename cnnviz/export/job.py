"""Makes one file in a thread of its own, and keeps what was made within a bound.

**Conventions**: sizes are bytes. Whoever waits asks a `Job` how far it is, again and again; a job
that nobody asks after ends by itself, for a visitor may leave without a word.
"""

import threading
import time
import weakref
from collections.abc import Callable

from cnnviz.errors import BadInput
from cnnviz.export.work import Stopped, Work

# A page asks twice a second, in a hidden tab of the browser perhaps once a minute; a visitor may
# look at another panel meanwhile, but not keep everyone waiting
LEFT_S = 75.0
TURN_POLL_S = 0.1


class Made:
    """A file that was made; `data` is None once it had to make room for newer ones."""

    def __init__(self, data: bytes) -> None:
        self.data: bytes | None = data

    def read(self) -> bytes:
        """Return the file.

        Raises
        ------
        BadInput
            If it has made room for newer ones.
        """
        if self.data is None:
            raise BadInput(
                "A file must be fetched before others need its room, but this one had to go. "
                "Make it again."
            )
        return self.data


class Outbox:
    """The newest files of all visitors, together at most `max_bytes`, and whose turn it is.

    A file goes with the session that holds it; the oldest go before when room is short.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.turn = threading.Lock()
        self._made: list[weakref.ref[Made]] = []
        self._lock = threading.Lock()

    def put(self, data: bytes) -> Made:
        """Keep a file; older ones give way, the new one stays whatever its size."""
        made = Made(data)
        with self._lock:
            alive = [ref for ref in self._made if (held := ref()) is not None and held.data]
            self._made = [*alive, weakref.ref(made)]
            while self.nbytes > self.max_bytes and len(self._made) > 1:
                if (oldest := self._made.pop(0)()) is not None:
                    oldest.data = None
        return made

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        found = (ref() for ref in self._made)
        return sum(len(made.data) for made in found if made is not None and made.data)


class Job:
    """One file on its way.

    Parameters
    ----------
    make : callable
        Makes the file, telling the `Work` it is given how far it is.
    outbox : Outbox
        Where the file is kept.
    in_turn : bool
        Whether to wait until no other such job is at work, for any visitor.

    Attributes
    ----------
    name, mime : str
        Of the file.
    waiting : bool
        Whether another job is having its turn.
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
        self.waiting = in_turn
        self.share = 0.0
        self._work = Work(self._progress)
        self._asked_s = time.monotonic()
        self._made: Made | None = None
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

    def result(self) -> Made | None:
        """Return the file, or None if the job was stopped; raise what went wrong in making it."""
        if self._error is not None:
            raise self._error
        return self._made

    def _run(self, make: Callable[[Work], bytes], outbox: Outbox, in_turn: bool) -> None:
        try:
            if in_turn:
                while not outbox.turn.acquire(timeout=TURN_POLL_S):
                    self._progress(0.0)
                    self._work.step(0.0)
            try:
                self.waiting = False
                self._made = outbox.put(make(self._work))
            finally:
                if in_turn:
                    outbox.turn.release()
        except Stopped:
            pass
        except Exception as error:  # it belongs to the thread of the page, which raises it
            self._error = error

    def _progress(self, share: float) -> None:
        self.share = share
        if time.monotonic() - self._asked_s > LEFT_S:
            self.stop()
