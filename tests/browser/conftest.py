"""The real app behind a real server, and Debian's browsers to look at it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.visit import Visit
from tests.conftest import ROOT

SERVER_S = 120
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--force-color-profile=srgb",  # pixels are compared with numbers
    "--autoplay-policy=no-user-gesture-required",
]
# Lines of the console that are not ours, each with its reason.
HARMLESS = (
    # Streamlit, when a report of the stage and another widget's change come in one tick. The page
    # answers both: widgets outside the fragments ask for a run of the whole page.
    re.compile("Multiple different fragmentIds detected in a single batch"),
)

Enter = Callable[..., Visit]


@contextmanager
def serve(script: Path, *, log: Path, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a page's script as `streamlit run` does, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.headless", "true", "--server.port", str(port)]
    # Someone may be editing the tree while its tests run; a page half old, half new tests nothing.
    command += ["--server.fileWatcherType", "none"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=environment
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_stcore/health", server=server, log=log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)
    assert "Uncaught app execution" not in log.read_text(encoding="utf-8")


def _wait_for(url: str, *, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end_s = time.monotonic() + SERVER_S
    while time.monotonic() < end_s:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"no server after {SERVER_S} s: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="package")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, served once for all tests of this folder."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serve(ROOT / "streamlit_app.py", log=log) as address:
        yield address


def program(name: str) -> str:
    """Return the path of a program; a missing browser is a failure, not a skip."""
    path = shutil.which(name)
    assert path is not None, f"the browser tests need {name}: scripts/test installs it"
    return path


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; one process can have one."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's chromium."""
    browser = playwright.chromium.launch(executable_path=program("chromium"), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def loudspeaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A sound device that nobody hears, as environment variables; chromium brings its own.

    Without one, Firefox ends a sound with an error.
    """
    folder = tmp_path_factory.mktemp("sound")
    # Its clock goes in blocks: of 50 ms without rewinds, of 2 s with them.
    modules = [
        "module-null-sink norewinds=1",
        f"module-native-protocol-unix socket={folder}/native",
    ]
    command = [program("pulseaudio"), "-n", "--daemonize=no", "--use-pid-file=no"]
    command += ["--exit-idle-time=-1", *(f"--load={module}" for module in modules)]
    home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    with (folder / "log.txt").open("wb") as out:
        server = subprocess.Popen(
            command, env=os.environ | home, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        end_s = time.monotonic() + SERVER_S
        while not (folder / "native").exists():
            assert server.poll() is None, (folder / "log.txt").read_text()
            assert time.monotonic() < end_s, (folder / "log.txt").read_text()
            time.sleep(0.05)
        yield home | {"PULSE_SERVER": f"unix:{folder}/native"}
    finally:
        server.terminate()
        server.wait(timeout=60)


@contextmanager
def visitors(browser: Browser, url: str) -> Iterator[Enter]:
    """Let visitors in, each in a browser context of their own, and see them all out in silence."""
    contexts, visits = [], []

    def enter(**options: Any) -> Visit:
        options = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"} | options
        contexts.append(browser.new_context(**options))
        visits.append(Visit(contexts[-1].new_page(), url))
        return visits[-1]

    yield enter
    for context in contexts:
        context.close()
    complaints = [line for visit in visits for line in visit.complaints]
    assert [line for line in complaints if not any(p.search(line) for p in HARMLESS)] == []


@pytest.fixture
def enter(browser: Browser, url: str) -> Iterator[Enter]:
    """Make visitors: a page each, not opened yet. No test may leave a line in their consoles."""
    with visitors(browser, url) as let_in:
        yield let_in


@pytest.fixture
def visit(enter: Enter) -> Visit:
    """A newcomer: the page as it opens, with its clip and layer."""
    return enter().open()


@pytest.fixture(scope="module")
def regular(browser: Browser, url: str) -> Iterator[Visit]:
    """One visitor for a module: opening the page takes longer than most tests."""
    with visitors(browser, url) as let_in:
        yield let_in().open()


@pytest.fixture
def settled(regular: Visit) -> Visit:
    """The module's visitor, at rest at the first frame, whatever the test before left behind."""
    return regular.rest()
