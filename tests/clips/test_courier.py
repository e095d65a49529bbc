"""Rate limit, retries and deadlines, on a clock that the tests turn."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnviz.clips.archive import courier
from cnnviz.clips.archive.courier import (
    BURST,
    EVERY_S,
    MOST_WAIT_S,
    PAUSE_S,
    Courier,
    parse_retry_after,
)
from cnnviz.errors import BadInput
from tests.archive_server import Server, serve

SLOW_S = 3.0  # dates are whole seconds, and the machine may be busy
FILE = bytes(range(256)) * 40


class Clock:
    """Time passes only while somebody waits."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s

    def sleep(self, seconds: float) -> None:
        self.s += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Iterator[Server]:
    with serve({"a.zip": FILE}) as running:
        yield running


@pytest.fixture
def fetcher(clock: Clock) -> Courier:
    return Courier(agent="tests", clock=clock, sleep=clock.sleep)


def url(server: Server) -> str:
    return f"{server.url}/a.zip"


def date_in(time: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + time, usegmt=True)


def seconds_refused(fetcher: Courier, server: Server) -> float:
    """Return the seconds from now to the time that a refusal names."""
    with pytest.raises(BadInput, match=r"asks for a pause\. Try again after .* UTC\.$") as caught:
        fetcher.fetch(url(server), first=0)
    time = datetime.strptime(str(caught.value)[-24:-1], "%Y-%m-%d %H:%M:%S %Z").replace(tzinfo=UTC)
    return (time - datetime.now(UTC)).total_seconds()


# --- refusals ---------------------------------------------------------------------------------


def test_a_long_pause_is_refused_with_its_end_and_kept(
    server: Server, clock: Clock, fetcher: Courier
) -> None:
    server.failure, server.retry_after = "429 with seconds", "90"
    assert seconds_refused(fetcher, server) == pytest.approx(90, abs=SLOW_S)
    server.failure = ""
    clock.s += 60
    assert seconds_refused(fetcher, server) == pytest.approx(30, abs=SLOW_S)
    assert len(server.asked) == 1
    clock.s += 31
    assert fetcher.fetch(url(server), first=0)[0] == FILE


def test_too_many_requests_without_a_word_is_a_minute(
    server: Server, clock: Clock, fetcher: Courier
) -> None:
    server.failure = "429"
    assert seconds_refused(fetcher, server) == pytest.approx(PAUSE_S, abs=SLOW_S)
    assert len(server.asked) == 1


def test_a_date_far_away_is_capped(server: Server, fetcher: Courier) -> None:
    server.failure, server.retry_after = "429 with a date", date_in(timedelta(days=2))
    assert seconds_refused(fetcher, server) == pytest.approx(6 * 3600, abs=SLOW_S)


def test_gives_up_on_a_host_that_always_asks_for_more(
    server: Server, clock: Clock, fetcher: Courier
) -> None:
    server.failure, server.retry_after = "429 with seconds", "4"
    with pytest.raises(BadInput, match="asks for a pause"):
        fetcher.fetch(url(server), first=0)
    assert len(server.asked) == courier.TRIES
    assert clock.s == pytest.approx(1000 + 4 * (courier.TRIES - 1))


def test_does_not_wait_for_others_without_end(server: Server) -> None:
    server.failure = "stall"
    fetcher = Courier(agent="tests", deadline_s=0.4)
    refused: list[str] = []

    def ask() -> None:
        with pytest.raises(BadInput) as caught:
            fetcher.fetch(url(server), first=0)
        refused.append(str(caught.value))

    visitors = [threading.Thread(target=ask) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(timeout=10)
    assert len(refused) == 3
    assert any("one at a time" in sentence for sentence in refused)


# --- properties -------------------------------------------------------------------------------


@given(st.text() | st.from_regex(r"[0-9]{1,40}", fullmatch=True))
@example("9" * 5000)
@example("Mon, 31 Feb 99999999 25:61:61 +9999")
@example(f"Mon, 02 Feb {10**30} 05:06:07 GMT")
def test_any_header_is_a_pause(text: str) -> None:
    assert 0 <= parse_retry_after(text) <= 6 * 3600


@given(st.integers(0, 6 * 3600))
def test_seconds_and_dates_are_the_same_pause(seconds: int) -> None:
    assert parse_retry_after(str(seconds)) == seconds
    date = date_in(timedelta(seconds=seconds))
    assert parse_retry_after(date) == pytest.approx(seconds, abs=SLOW_S)


def test_at_most_one_a_second_after_a_burst(server: Server, clock: Clock, fetcher: Courier) -> None:
    times = []
    for _ in range(BURST + 10):
        fetcher.fetch(url(server), first=0, last=9)
        times.append(clock.s)
    assert times[BURST - 1] == pytest.approx(times[0])
    assert times[-1] - times[BURST - 1] == pytest.approx(10 * EVERY_S)
    assert EVERY_S >= 1
    clock.s += 1000  # a rest earns another burst, and no more
    times = []
    for _ in range(BURST + 1):
        fetcher.fetch(url(server), first=0, last=9)
        times.append(clock.s)
    assert times[BURST - 1] == pytest.approx(times[0])
    assert times[BURST] > times[0] + 1


# --- references -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "data"),
    [
        (0, None, FILE),
        (10, 19, FILE[10:20]),
        (-5, None, FILE[-5:]),
        (-(10**6), None, FILE),
        (len(FILE) - 3, 10**9, FILE[-3:]),
    ],
)
def test_fetches_the_range(
    server: Server, fetcher: Courier, first: int, last: int | None, data: bytes
) -> None:
    told: list[tuple[int, int]] = []
    fetched = fetcher.fetch(
        url(server), first=first, last=last, progress=lambda done, total: told.append((done, total))
    )
    assert fetched == (data, len(FILE))
    assert told[-1] == (len(data), len(data))
    assert {agent for _, _, agent in server.asked} == {"tests"}


@pytest.mark.parametrize("form", ["429 with seconds", "429 with a date"])
def test_a_short_pause_is_waited_for(
    server: Server, clock: Clock, fetcher: Courier, form: str
) -> None:
    server.failure = form
    server.retry_after = "20" if "seconds" in form else date_in(timedelta(seconds=MOST_WAIT_S))

    def sleep(seconds: float) -> None:
        clock.s += seconds
        server.failure = ""

    waiting = Courier(agent="tests", clock=clock, sleep=sleep)
    assert waiting.fetch(url(server), first=0)[0] == FILE
    assert clock.s == pytest.approx(1000 + MOST_WAIT_S, abs=SLOW_S)
    assert len(server.asked) == 2


def test_a_visitor_who_leaves_ends_the_request(server: Server, fetcher: Courier) -> None:
    class Left(BaseException):
        pass

    def leave(done: int, total: int) -> None:
        raise Left

    with pytest.raises(Left):
        fetcher.fetch(url(server), first=0, progress=leave)
    assert fetcher.fetch(url(server), first=0)[0] == FILE  # the next one has their turn


def test_the_pause_without_a_word() -> None:
    assert parse_retry_after("") == parse_retry_after("soon") == PAUSE_S
    assert parse_retry_after("Sat, 01 Jan 2000 00:00:00 GMT") == 0
