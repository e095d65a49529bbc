"""A loopback server with byte ranges, over zips in IRMAS's layout, that fails when told to."""

import io
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import soundfile as sf

from cnnviz.clips import irmas
from tests.conftest import ROOT

SAMPLES = ROOT / "sample_audio"
TRAINING = {
    "cel/[cel][cla]0001__1": "[cel][nod]0001__1",
    "cel/[cel][nod][pop_roc]0002__1": "[cel][nod]0002__1",
    "cla/[cla][dru][jaz_blu]0003__1": "[cla][dru]0003__1",
    "cla/004__[cla][nod][cla]0242__2": "[cla][nod]0001__1",
    "flu/[flu][nod][lat_sou]0393__3": "[flu][nod]0001__1",
}
TESTING = {
    "Part1/02 - And Another Song-8": ("[flu][pia][nod]0101__1", "flu\t\npia\t\n"),
    "Part1/(02) dont kill the whale-1": ("[voi][gac][nod]0101__1", "voi\t\ngac\t\n"),
}
FAILURES = (
    "no ranges",
    "no suffix",
    "404",
    "429",
    "429 with seconds",
    "429 with a date",
    "500",
    "cut off",
    "short",
    "stall",
    "drip",
    "another piece",
)


class SkippingClock:
    """A clock that runs on, and jumps ahead where others would wait."""

    def __init__(self) -> None:
        self.skipped_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.skipped_s

    def sleep(self, seconds: float) -> None:
        self.skipped_s += seconds


def wav(sample: str) -> bytes:
    """Return one of the rendered samples as IRMAS has its clips: a WAV file."""
    y, rate = sf.read(SAMPLES / f"{sample}.flac", dtype="int16")
    file = io.BytesIO()
    sf.write(file, y, rate, "PCM_16", format="WAV")
    return file.getvalue()


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def irmas_zips() -> dict[str, bytes]:
    """Make the four zips of IRMAS, with a few of the samples in place of its clips."""
    training = {f"IRMAS-TrainingData/{place}.wav": wav(name) for place, name in TRAINING.items()}
    training |= {"IRMAS-TrainingData/README.txt": b"cel", "__MACOSX/cel/._[cel]1__1.wav": b"x"}
    testing = {}
    for place, (name, codes) in TESTING.items():
        testing[f"IRMAS-TestingData-Part1/{place}.wav"] = wav(name)
        testing[f"IRMAS-TestingData-Part1/{place}.txt"] = codes.encode()
    odd = {"IRTestingData-Part2/x-1.wav": wav("[sax][nod]0001__1")}
    odd["IRTestingData-Part2/x-1.txt"] = b"sax"
    third = {"Part3/y-1.wav": wav("[gac][nod]0001__1"), "Part3/y-1.txt": b"gac"}
    zips = (training, testing, odd, third)
    return {name: zipped(files) for name, files in zip(irmas.ZIPS, zips, strict=True)}


@dataclass
class Server:
    """The server as the tests see it.

    Attributes
    ----------
    url : str
        Address of the folder of zips.
    files : dict of str to bytes
        What lies there.
    failure : str
        One of `FAILURES`, or nothing.
    retry_after : str
        What "429 with …" answers says.
    asked : list of tuple of str
        Path, range and user agent of each request.
    sent : int
        Bytes of all bodies.
    """

    url: str
    files: dict[str, bytes]
    failure: str = ""
    retry_after: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    sent: int = 0
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serve(files: dict[str, bytes]) -> Iterator[Server]:
    """Serve files of a folder on a port of their own."""
    http = _Quiet(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    http.state = Server(f"http://127.0.0.1:{http.server_port}/files", files)  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield http.state  # type: ignore[attr-defined]
    finally:
        http.state.released.set()  # type: ignore[attr-defined]
        http.shutdown()
        thread.join()
        http.server_close()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of visitors that hang up: the tests make them."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        server: Server = self.server.state  # type: ignore[attr-defined]
        wanted = self.headers.get("Range", "")
        server.asked.append((self.path, wanted, self.headers.get("User-Agent", "")))
        failure = server.failure
        data = server.files.get(Path(unquote(urlsplit(self.path).path)).name)
        if data is None or failure == "404":
            return self._answer(404, b"no such file")
        if failure == "500":
            return self._answer(500, b"oh")
        if failure.startswith("429"):
            retry = {"Retry-After": server.retry_after} if failure != "429" else {}
            return self._answer(429, b"slow down", retry)
        if failure == "no ranges" or not wanted:
            return self._answer(200, data)
        if failure == "no suffix" and wanted.startswith("bytes=-"):
            return self._answer(501, b"count from the front")
        first, last = self._range(wanted, len(data))
        if failure == "another piece":
            first, last = 0, 9
        piece = data[first : last + 1]
        head = {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
        if failure == "cut off":
            self._answer(206, piece[: len(piece) // 2], head, length=len(piece))
            self.close_connection = True
        elif failure == "short":  # not what its Content-Range says
            self._answer(206, piece[: len(piece) // 2], head)
        elif failure in ("stall", "drip"):
            self._answer(206, piece[:10], head, length=len(piece))
            for byte in piece[10:]:
                if server.released.wait(60 if failure == "stall" else 0.02):
                    break
                self.wfile.write(bytes([byte]))
            self.close_connection = True
        else:
            server.sent += len(piece)
            self._answer(206, piece, head)

    def _range(self, wanted: str, size: int) -> tuple[int, int]:
        first, _, last = wanted.removeprefix("bytes=").rpartition("-")
        if not first:
            return max(0, size - int(last)), size - 1
        return int(first), min(int(last or size), size - 1)

    def _answer(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
