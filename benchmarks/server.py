"""The real server, started as a user starts it, on a port of its own.

**Conventions**: memory is the resident set of the server and its children, in bytes.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
STOP_S = 20


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    url : str
    process : psutil.Process
    """

    url: str
    process: psutil.Process

    def rss_bytes(self) -> int:
        """Return the memory that the server holds now."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_info().rss for process in family)

    def cpu_s(self) -> float:
        """Return the processor time that the server has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def serve() -> Iterator[Server]:
    """Run `streamlit run`; its last words are printed if it dies meanwhile."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.port", str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "CNNVIZ_IRMAS"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield Server(f"http://localhost:{port}", psutil.Process(process.pid))
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


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("localhost", 0))
        port: int = asked.getsockname()[1]
    return port
