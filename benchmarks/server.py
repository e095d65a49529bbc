"""The real server, started as a user starts it, on a port of its own.

**Conventions**: memory is the resident set of the server and its children, in bytes.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.request import urlopen

import psutil

from cnnviz.networks.loading import HEAD_START_S

ROOT = Path(__file__).resolve().parent.parent
CGROUPS = Path("/sys/fs/cgroup")
STOP_S = 20
REST_S = 1.0
REST_SHARE = 0.08  # of one core: what the server takes with nothing to do, and some
PATIENCE_S = 240


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    url : str
    process : psutil.Process
    log : file
        What the server prints.
    """

    url: str
    process: psutil.Process
    log: IO[str]

    def said(self) -> str:
        """Return all that the server has printed."""
        file = self.log.fileno()
        # Not by seeking: the server writes where the file stands.
        return os.pread(file, os.fstat(file).st_size, 0).decode("utf-8", "replace")

    def wait_until_up(self) -> None:
        """Wait until the server answers."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(OSError), urlopen(f"{self.url}/_stcore/health") as answer:
                if answer.status == 200:
                    return
            time.sleep(0.2)
        raise TimeoutError(f"the server did not answer in {PATIENCE_S} s: {self.said()}")

    def rss_bytes(self) -> int:
        """Return the memory that the server holds now."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_info().rss for process in family)

    def wait_until_warm(self) -> None:
        """Wait until the fast pass is compiled, which begins seconds after the first picture."""
        self._rest(HEAD_START_S + 2 * REST_S)

    def wait_until_rest(self) -> None:
        """Wait until the server does nothing more."""
        self._rest(2 * REST_S)

    def _rest(self, least_s: float) -> None:
        until = time.monotonic() + PATIENCE_S
        rested_s = 0.0
        while rested_s < least_s and time.monotonic() < until:
            before, start = self.cpu_s(), time.monotonic()
            time.sleep(REST_S)
            share = (self.cpu_s() - before) / (time.monotonic() - start)
            rested_s = rested_s + REST_S if share < REST_SHARE else 0.0

    def cpu_s(self) -> float:
        """Return the processor time that the server has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def serve(
    *, settings: Mapping[str, str] | None = None, group: Path | None = None
) -> Iterator[Server]:
    """Run `streamlit run`, with environment variables and in a control group of its own.

    Its last words are printed if it dies meanwhile.
    """
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.port", str(port)]
    own = {"CNNVIZ_IRMAS", "CNNVIZ_NETWORK"}
    environment = {name: value for name, value in os.environ.items() if name not in own}
    environment |= settings or {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        if group is not None:  # children come along
            (group / "cgroup.procs").write_text(str(process.pid), encoding="ascii")
        try:
            yield Server(f"http://localhost:{port}", psutil.Process(process.pid), log)
        finally:
            if process.poll() is not None:
                log.seek(0)
                print(log.read()[-4000:], file=sys.stderr)
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def memory_group(n_bytes: int) -> Iterator[Path | None]:
    """Make a control group of Linux whose processes may together hold so many bytes and no more.

    None where the system does not let us make one: then nothing is limited.
    """
    # The second version of control groups, and the first.
    for root, limit in ((CGROUPS, "memory.max"), (CGROUPS / "memory", "memory.limit_in_bytes")):
        folder = root / f"cnnviz-{os.getpid()}"
        if not (root / "cgroup.procs").exists():
            continue
        try:
            folder.mkdir()
            (folder / limit).write_text(str(n_bytes), encoding="ascii")
        except OSError:
            with suppress(OSError):
                folder.rmdir()
            continue
        try:
            yield folder
        finally:
            with suppress(OSError):  # something is still leaving it; then it stays, empty
                folder.rmdir()
        return
    yield None


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("localhost", 0))
        port: int = asked.getsockname()[1]
    return port
