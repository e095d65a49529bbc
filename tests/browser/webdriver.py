"""Debian's WebKitGTK through its own WebDriver, on a screen that nobody sees.

Playwright drives only a WebKit of its own build, and selenium brings trio, whose plugin for
hypothesis warns at every start; here five commands are enough.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # names an element in WebDriver's messages
OPEN_S = 60
WAIT_S = 60
MINIBROWSER = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"


class WebKit:
    """A window of the browser, spoken to in WebDriver."""

    def __init__(self, address: str) -> None:
        self._web = requests.Session()
        (binary,) = Path("/").glob(MINIBROWSER[1:])
        options = {"binary": str(binary), "args": ["--automation"]}
        match = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        self._session = address
        asked = {"capabilities": {"alwaysMatch": match}}
        self._session += f"/session/{self._do('session', asked)['sessionId']}"
        self._do("window/rect", {"width": 1440, "height": 900})

    def open(self, url: str) -> None:
        """Go to an address."""
        self._do("url", {"url": url})

    def evaluate(self, expression: str) -> Any:
        """Return what an expression in JavaScript is; an element stands for itself."""
        return self._do("execute/sync", {"script": f"return {expression}", "args": []})

    def wait(self, condition: str, *, timeout_s: float = WAIT_S) -> None:
        """Wait until a condition in JavaScript holds."""
        end_s = time.monotonic() + timeout_s
        while not self.evaluate(f"Boolean({condition})"):
            assert time.monotonic() < end_s, f"after {timeout_s} s not: {condition}"
            time.sleep(0.1)

    def click(self, element: str) -> None:
        """Click the element that an expression names, as a person does."""
        found = self.evaluate(element)[ELEMENT]
        self._do(f"element/{found}/click", {})

    def type(self, element: str, text: str) -> None:
        """Type into the element that an expression names."""
        found = self.evaluate(element)[ELEMENT]
        self._do(f"element/{found}/value", {"text": text})

    def close(self) -> None:
        """End the browser."""
        self._web.delete(self._session, timeout=WAIT_S)

    def _do(self, command: str, content: Mapping[str, Any]) -> Any:
        answer = self._web.post(f"{self._session}/{command}", json=content, timeout=OPEN_S)
        assert answer.ok, answer.text
        return answer.json()["value"]


@contextmanager
def webkit(*, driver: str, screen: str, environment: dict[str, str], log: Path) -> Iterator[WebKit]:
    """Start a screen, the driver and the browser; `driver` and `screen` are programs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [screen, "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1440x1000x24"]
    with log.open("wb") as out:
        display = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=out)
        assert display.stdout is not None
        number = display.stdout.readline().decode().strip()
        environment = os.environ | environment | {"DISPLAY": f":{number}"}
        server = subprocess.Popen(
            [driver, f"--port={port}"], env=environment, stdout=out, stderr=out
        )
    try:
        _wait_for(port, server)
        browser = WebKit(f"http://127.0.0.1:{port}")
        yield browser
        browser.close()
    finally:
        for process in (server, display):
            process.terminate()
            process.wait(timeout=60)
        display.stdout.close()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    end_s = time.monotonic() + OPEN_S
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None and time.monotonic() < end_s, "WebKitWebDriver does not answer"
        time.sleep(0.05)
