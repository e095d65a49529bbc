"""Fetches pieces of files over HTTP, politely: one request at a time, few, and not for ever.

**Conventions**: the bytes of a file are numbered from 0, both ends of a piece included; times are
seconds.
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from cnnviz.errors import BadInput

# From one request to the next in the long run. Zenodo grants 60 a minute (its header
# X-RateLimit-Limit), which one a second and a burst would just exceed.
EVERY_S = 1.2
BURST = 6  # requests that may come at once before that holds: the member lists take five
CONNECT_S = 5.0
STALL_S = 10.0  # silence after which the host is given up
DEADLINE_S = 30.0  # for one piece, with all waiting
MOST_WAIT_S = 20.0  # a host that wants a longer pause is asked again by the visitor
PAUSE_S = 60.0  # after "too many requests" without a word of how long
TRIES = 3
STEP_S = 0.25  # while waiting, how often the page is told; it may have been left
CHUNK = 64 * 1024
NO_PIECES = (200, 405, 416, 501)  # how servers say that they number bytes another way, or not
CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")

Progress = Callable[[int, int], object]


class NoPieces(BadInput):
    """The host does not send the piece of a file that it was asked for."""


@dataclass(frozen=True)
class Piece:
    """Consecutive bytes of a file.

    Attributes
    ----------
    data : bytes
    first : int
        Number of the first of them.
    total : int
        Bytes of the whole file.
    """

    data: bytes
    first: int
    total: int


class Courier:
    """The one who makes all requests, whoever asks for them.

    Parameters
    ----------
    agent : str
        Who we are and what we want, for the people who run the host.
    deadline_s, stall_s : float
        Seconds for one piece, and of silence.
    clock, sleep, now : callable
        Seconds that only grow; wait so many of them; the date.
    """

    def __init__(
        self,
        *,
        agent: str,
        deadline_s: float = DEADLINE_S,
        stall_s: float = STALL_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deadline_s, self._stall_s = deadline_s, stall_s
        self._clock, self._sleep, self._now = clock, sleep, now
        self._lock = threading.Lock()
        self._due_s = 0.0  # when the next request would come at an even pace
        self._not_before_s = 0.0  # what the host asked for
        self._session = requests.Session()
        self._session.max_redirects = 3
        # Compressed on the way, the bytes of a range would not be those of the file.
        self._session.headers.update({"User-Agent": agent, "Accept-Encoding": "identity"})

    def fetch(
        self,
        url: str,
        *,
        first: int,
        last: int | None = None,
        progress: Progress = lambda done, total: None,
    ) -> Piece:
        """Fetch bytes `first` to `last` of a file, or with a negative `first` its last ones.

        Parameters
        ----------
        url : str
        first, last : int
        progress : callable
            Is told the bytes that came and those that will. What it raises ends the request.

        Raises
        ------
        BadInput
            If the host does not give them in time, whole, and as asked; `NoPieces` if it cannot.
        """
        host = urlsplit(url).hostname or url
        until_s = self._clock() + self._deadline_s
        if not self._lock.acquire(timeout=self._deadline_s):
            raise BadInput(
                f"Clips come from {host} one at a time, and others are waiting for theirs. "
                "Try again in a minute."
            )
        try:
            for _ in range(TRIES):
                self._wait_for_turn(until_s, progress, host=host)
                with self._ask(url, first, last, until_s=until_s, host=host) as response:
                    if response.status_code == 429 or (
                        response.status_code == 503 and "Retry-After" in response.headers
                    ):
                        asked_s = pause_s(response.headers.get("Retry-After"), now=self._now())
                        self._not_before_s = self._clock() + asked_s
                        continue
                    piece_first, n_bytes, total = _promised(response, first, last, host=host)
                    data = self._read(response, n_bytes, until_s, progress, host=host)
                    return Piece(data, piece_first, total)
            raise self._too_many(self._not_before_s - self._clock(), host=host)
        finally:
            self._lock.release()

    def _wait_for_turn(self, until_s: float, progress: Progress, *, host: str) -> None:
        """Keep the pace, and the pause that the host asked for."""
        pause = self._not_before_s - self._clock()
        if pause > min(MOST_WAIT_S, until_s - self._clock()):
            raise self._too_many(pause, host=host)
        turn_s = max(self._due_s, self._clock() - (BURST - 1) * EVERY_S)
        self._due_s = turn_s + EVERY_S
        while (left := max(turn_s, self._not_before_s) - self._clock()) > 0:
            progress(0, 0)
            self._sleep(min(left, STEP_S))

    def _ask(
        self, url: str, first: int, last: int | None, *, until_s: float, host: str
    ) -> requests.Response:
        left = max(0.001, until_s - self._clock())
        wanted = f"bytes={first}" if first < 0 else f"bytes={first}-{'' if last is None else last}"
        try:
            return self._session.get(
                url,
                headers={"Range": wanted},
                stream=True,
                timeout=(min(CONNECT_S, left), min(self._stall_s, left)),
            )
        except requests.ReadTimeout as error:
            raise _stalled(host) from error
        except requests.RequestException as error:
            raise BadInput(
                f"A clip comes over the network, but {host} cannot be reached. "
                "Check the connection of the machine that runs this page, then try again."
            ) from error

    def _read(
        self,
        response: requests.Response,
        n_bytes: int,
        until_s: float,
        progress: Progress,
        *,
        host: str,
    ) -> bytes:
        """Read the body as it comes; a host that sends a byte now and then is given up too."""
        data = bytearray()
        try:
            while len(data) < n_bytes:
                if self._clock() > until_s:
                    raise _stalled(host)
                chunk = response.raw.read1(min(CHUNK, n_bytes - len(data)))
                if not chunk:
                    break
                data += chunk
                progress(len(data), n_bytes)
        except (ReadTimeoutError, TimeoutError) as error:
            raise _stalled(host) from error
        except (HTTPError, OSError) as error:
            raise _cut_off(host, len(data), n_bytes) from error
        if len(data) < n_bytes:
            raise _cut_off(host, len(data), n_bytes)
        return bytes(data)

    def _too_many(self, wait_s: float, *, host: str) -> BadInput:
        now = self._now()
        when = now + timedelta(seconds=wait_s)
        day = "" if when.date() == now.date() else f"{when.day} {when:%B %Y}, "
        return BadInput(
            f"{host} answers only so many requests and asks for a pause. "
            f"Try again after {day}{when:%H:%M:%S} UTC."
        )


def pause_s(asked: str | None, *, now: datetime) -> float:
    """Return the pause that a Retry-After header asks for, given as seconds or as a date.

    One that is missing or cannot be read stands for `PAUSE_S`.
    """
    text = (asked or "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return PAUSE_S
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def _promised(
    response: requests.Response, first: int, last: int | None, *, host: str
) -> tuple[int, int, int]:
    """Return first byte, bytes and the file's size; refuse an answer to another question."""
    if response.status_code == 404:
        raise BadInput(
            f"The archive must lie at {host}, but that has no such file (404). "
            "Choose another clip; the address may have changed."
        )
    if response.status_code in NO_PIECES:
        raise NoPieces(
            f"{host} must send single pieces of a file, but it offers only the whole "
            f"({response.status_code}). Choose another clip, or another source of clips."
        )
    if response.status_code != 206:
        raise BadInput(
            f"{host} must send what it is asked for, but it failed ({response.status_code}). "
            "Try again later, or choose another clip."
        )
    match = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    begin, end, total = map(int, match.groups()) if match else (0, -1, 0)
    wanted = max(0, total + first) if first < 0 else first
    if begin != wanted or end != min(total - 1 if last is None else last, total - 1) or end < begin:
        raise BadInput(
            f"{host} must send the piece that it is asked for, but it sent another. "
            "Try again later, or choose another clip."
        )
    return begin, end - begin + 1, total


def _stalled(host: str) -> BadInput:
    return BadInput(
        f"A clip must arrive in good time, but {host} fell silent or was too slow. "
        "Try again, or choose another clip."
    )


def _cut_off(host: str, n_came: int, n_bytes: int) -> BadInput:
    return BadInput(
        f"A clip must arrive whole, but {host} hung up after {n_came:,} of {n_bytes:,} bytes. "
        "Try again, or choose another clip."
    )
