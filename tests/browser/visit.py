"""One visitor of the page, in a browser window of their own.

**Conventions**: a *frame* is the index of a window of the network, as in the page; what went over
the wire is counted in bytes of the WebSocket's messages.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# Generous, because other work may keep both cores of a machine busy. Nothing waits this long
# unless something is broken.
NETWORK_S = 300
WAIT_S = 60
REPORT_MS = 300  # after so long without a key, the stage has reported where it rests
STAGE = "[data-state][data-frames]"
SCRIPT = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")

DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Visit:
    """A page, what it said to the console, and what it sent and got.

    Attributes
    ----------
    stage : Locator
        The stage's root element, which says what it shows.
    complaints : list of str
        Lines of the console and uncaught errors.
    sent, got : list of int
        Sizes of the messages to and from the server, in bytes.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.sent: list[int] = []
        self.got: list[int] = []
        self.stage: Locator = page.locator(STAGE)
        page.set_default_timeout(WAIT_S * 1000)
        page.add_init_script(SCRIPT)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("websocket", self._connected)

    def open(self, **address: str | int) -> "Visit":
        """Open the page at an address, and wait for its layer."""
        self.page.goto(f"{self.url}/?{urlencode(address)}" if address else self.url)
        self.wait("watch.says({ state: 'paused' }) && watch.still()", timeout_s=NETWORK_S)
        return self

    def wait(self, condition: str, wanted: Any = None, *, timeout_s: float = WAIT_S) -> None:
        """Wait until a condition in JavaScript holds; `wanted` is its argument."""
        self.page.wait_for_function(
            f"(wanted) => window.watch && ({condition})", arg=wanted, timeout=timeout_s * 1000
        )

    def until(self, **facts: str | int) -> None:
        """Wait until the stage says this of itself, and the page rests."""
        self.wait("watch.says(wanted) && watch.still()", facts)

    def says(self) -> dict[str, str]:
        """Return what the stage says of itself."""
        found: dict[str, str] = self.page.evaluate("watch.facts()")
        return found

    def choose(self, label: str, option: str) -> None:
        """Type an option into one of the sidebar's lists and take it, marked or not."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.click()
        box.fill(option)
        exactly = re.compile(rf"^(✗ )?(Rendered · )?{re.escape(option)}$")
        self.page.get_by_role("option", name=exactly).click()

    def button(self, name: str) -> Locator:
        """Return a button of the stage by the start of its name."""
        return self.stage.locator(f"button[aria-label^='{name}']")

    @property
    def slider(self) -> Locator:
        """The frame control of the sidebar."""
        return self.page.locator("input[aria-label=Frame]")

    def slid(self, frame: int | str) -> None:
        """Wait until frame control and address are at a frame; the address leaves out the first."""
        condition = """
          (new URLSearchParams(location.search).get("frame") ?? "0") === wanted &&
          watch.control().value === wanted &&
          watch.still()
        """
        self.wait(condition, str(frame))

    def rest(self, frame: int = 0) -> "Visit":
        """Bring the stage to rest at a frame: nothing plays, loops or lies open."""
        if self.says()["state"] == "playing":
            self.button("Pause").click()
        if self.button("Loop").get_attribute("aria-pressed") == "true":
            self.button("Loop").click()
        for key in ("Escape", "Home", *["ArrowRight"] * frame):
            self.button("Play").focus()
            self.page.keyboard.press(key)
        self.page.wait_for_timeout(REPORT_MS)
        self.slid(frame)
        self.until(frame=frame, state="paused")
        return self

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Wait until the server has answered what the body does."""
        with self.socket.expect_event("framereceived", _is_done, timeout=WAIT_S * 1000):
            yield

    def _connected(self, socket: WebSocket) -> None:
        self.socket = socket
        socket.on("framesent", lambda data: self.sent.append(len(data)))
        socket.on("framereceived", lambda data: self.got.append(len(data)))

    def _said(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")


def _is_done(data: str | bytes) -> bool:
    message = ForwardMsg()
    message.ParseFromString(data if isinstance(data, bytes) else data.encode())
    return message.WhichOneof("type") == "script_finished" and message.script_finished in DONE
