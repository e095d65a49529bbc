"""An HTTP client for range requests: one at a time, with a rate limit, retries and a deadline.

**Conventions**: the bytes of a file are numbered from 0, both ends of a range included; times are
seconds.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
from urllib3 import Retry
from urllib3.exceptions import HTTPError, InvalidHeader, ReadTimeoutError

from cnnviz.errors import BadInput

# From one request to the next in the long run. Zenodo grants 60 a minute (its header
# X-RateLimit-Limit), which one a second and a burst would just exceed.
EVERY_S = 1.2
BURST = 6  # requests that may come at once before that holds: the member lists take five
CONNECT_S = 5.0
STALL_S = 10.0  # silence after which the host is given up
DEADLINE_S = 30.0  # for one range, with all waiting
MOST_WAIT_S = 20.0  # a host that wants a longer pause is asked again by the visitor
PAUSE_S = 60.0  # after "too many requests" without a Retry-After header that can be read
TRIES = 3
STEP_S = 0.25  # while waiting, how often the page is told; it may have been left
CHUNK = 64 * 1024
NO_RANGES = (200, 405, 416, 501)  # how servers say that they number bytes another way, or not
ANSWERS = {200: "the whole", 206: "another part", 404: "“no such file”"}
CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")

Progress = Callable[[int, int], object]


class RangeNotSupported(BadInput):
    """The host does not answer a range request with that range."""


class Courier:
    """The client that makes all requests for all visitors, so that one rate limit holds.

    Parameters
    ----------
    agent : str
        Who we are and what we want, for the people who run the host.
    deadline_s, stall_s : float
        Seconds for one range, and of silence.
    clock, sleep : callable
        Seconds that only grow; wait so many of them.
    """

    def __init__(
        self,
        *,
        agent: str,
        deadline_s: float = DEADLINE_S,
        stall_s: float = STALL_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._deadline_s, self._stall_s = deadline_s, stall_s
        self._clock, self._sleep = clock, sleep
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
    ) -> tuple[bytes, int]:
        """Fetch bytes `first` to `last` of a file, or with a negative `first` its last ones.

        Parameters
        ----------
        url : str
        first, last : int
        progress : callable
            Is told the bytes that came and those that will. What it raises ends the request.

        Returns
        -------
        data : bytes
        total : int
            Bytes of the whole file.

        Raises
        ------
        BadInput
            If the host does not send them in time, whole, and as asked; `RangeNotSupported` if it
            cannot.
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
                with _network_errors(host), self._get(url, first, last, until_s) as response:
                    if response.status_code == 429 or (
                        response.status_code == 503 and "Retry-After" in response.headers
                    ):
                        pause_s = parse_retry_after(response.headers.get("Retry-After", ""))
                        self._not_before_s = self._clock() + pause_s
                        continue
                    n_bytes, total = _check_answer(response, first, last, host=host)
                    return self._read(response, n_bytes, until_s, progress), total
            raise _too_many(self._not_before_s - self._clock(), host=host)
        finally:
            self._lock.release()

    def _wait_for_turn(self, until_s: float, progress: Progress, *, host: str) -> None:
        """Keep the rate limit (the generic cell rate algorithm), and the host's Retry-After."""
        pause_s = self._not_before_s - self._clock()
        if pause_s > min(MOST_WAIT_S, until_s - self._clock()):
            raise _too_many(pause_s, host=host)
        turn_s = max(self._due_s, self._clock() - (BURST - 1) * EVERY_S)
        self._due_s = turn_s + EVERY_S
        while (left_s := max(turn_s, self._not_before_s) - self._clock()) > 0:
            progress(0, 0)
            self._sleep(min(left_s, STEP_S))

    def _get(self, url: str, first: int, last: int | None, until_s: float) -> requests.Response:
        left_s = max(0.001, until_s - self._clock())
        wanted = str(first) if first < 0 else f"{first}-{'' if last is None else last}"
        return self._session.get(
            url,
            headers={"Range": f"bytes={wanted}"},
            stream=True,
            timeout=(min(CONNECT_S, left_s), min(self._stall_s, left_s)),
        )

    def _read(
        self, response: requests.Response, n_bytes: int, until_s: float, progress: Progress
    ) -> bytes:
        """Read the body as it comes; a host that sends a byte now and then is given up too."""
        data = bytearray()
        while len(data) < n_bytes:
            if self._clock() > until_s:
                raise TimeoutError
            # requests' own iter_content waits until a whole chunk has come.
            chunk = response.raw.read1(min(CHUNK, n_bytes - len(data)))
            if not chunk:
                raise ConnectionError
            data += chunk
            progress(len(data), n_bytes)
        return bytes(data)


def parse_retry_after(text: str) -> float:
    """Return the seconds that a Retry-After header asks for, at most urllib3's six hours.

    One that is missing or cannot be read stands for `PAUSE_S`.
    """
    try:
        return Retry().parse_retry_after(text)
    except (InvalidHeader, ValueError, OverflowError):
        return PAUSE_S


@contextmanager
def _network_errors(host: str) -> Iterator[None]:
    """Make what requests and urllib3 raise one sentence."""
    try:
        yield
    except (requests.ReadTimeout, ReadTimeoutError, TimeoutError) as error:
        raise BadInput(
            f"A clip must arrive in good time, but {host} fell silent or was too slow. "
            "Try again, or choose another clip."
        ) from error
    except requests.RequestException as error:
        raise BadInput(
            f"A clip comes over the network, but {host} cannot be reached. "
            "Check the connection of the machine that runs this page, then try again."
        ) from error
    except (HTTPError, OSError) as error:
        raise BadInput(
            f"A clip must arrive whole, but {host} hung up before its end. "
            "Try again, or choose another clip."
        ) from error


def _check_answer(
    response: requests.Response, first: int, last: int | None, *, host: str
) -> tuple[int, int]:
    """Return the bytes of the body and of the whole file; refuse what was not asked for."""
    status = response.status_code
    match = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    begin, end, total = map(int, match.groups()) if match else (0, -1, 0)
    wanted_begin = max(0, total + first) if first < 0 else first
    wanted_end = total - 1 if last is None else min(last, total - 1)
    if status == 206 and (begin, end) == (wanted_begin, wanted_end) and begin <= end:
        return end - begin + 1, total
    refusal = RangeNotSupported if status in NO_RANGES else BadInput
    raise refusal(
        f"{host} must send the part of a file that it is asked for, but it answered with "
        f"{ANSWERS.get(status, 'an error')} ({status}). Try again later, or choose another clip."
    )


def _too_many(wait_s: float, *, host: str) -> BadInput:
    when = datetime.now(UTC) + timedelta(seconds=wait_s)
    return BadInput(
        f"{host} answers only so many requests and asks for a pause. "
        f"Try again after {when:%Y-%m-%d %H:%M:%S} UTC."
    )
