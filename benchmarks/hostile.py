"""Files made to hurt, through the real upload path: what they cost, and how they end.

    python benchmarks/run.py --only hostile          500 files
    python benchmarks/run.py --only hostile --quick  50 files

One visitor uploads one after the other. Each must end in one sentence or play, in no more than
2 s and 500 MB beyond what the server held before it; the time of a file that plays holds the
network's pass over it.
"""

import io
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import soundfile as sf

from benchmarks.server import ROOT, Server, serve
from benchmarks.table import Measure
from benchmarks.visitor import Lost, Visitor
from tests.hostile.corpus import hostile

N, QUICK_N = 500, 50
SEED = 4
LIMIT_S = 2.0
LIMIT_MB = 500
WATCH_S = 0.02
FORMATS = {  # by ending: libsndfile's kind and encodings
    "wav": ("WAV", ("PCM_16", "PCM_24", "FLOAT", "ALAW", "IMA_ADPCM")),
    "flac": ("FLAC", ("PCM_16",)),
    "ogg": ("OGG", ("VORBIS", "OPUS")),
    "mp3": ("MP3", ("MPEG_LAYER_III",)),
    "aiff": ("AIFF", ("PCM_16", "FLOAT")),
}
SAMPLES = ("[flu][nod]0001__1.flac", "[vio][cel][pia][nod]0101__1.flac")
OPUS_HZ = 24_000  # one of the five rates that Opus knows


@dataclass(frozen=True)
class End:
    """How one file ended.

    Attributes
    ----------
    name : str
        How it was made.
    how : str
        "refused" with one sentence, "played", or what went wrong.
    seconds : float
        From sending its name to the end of the page's run.
    extra_mb : float
        Most memory meanwhile, beyond what was held before.
    """

    name: str
    how: str
    seconds: float
    extra_mb: float


def measure(*, quick: bool) -> Iterator[Measure]:
    """Upload the corpus."""
    with serve() as server:
        server.wait_until_up()
        with Visitor(server.url) as first:
            first.open_until_ready()
        server.wait_until_warm()
        whole = [
            _upload(server, visitor, f"{i} whole {name}", data)
            for i, (visitor, name, data) in enumerate(_each(server, corpus_clips().items()))
        ]
        files = hostile(corpus_clips(), n=QUICK_N if quick else N, seed=SEED)
        ends = [
            _upload(server, visitor, name, data) for visitor, name, data in _each(server, files)
        ]
        tracebacks = server.said().count("Traceback")
    counts = Counter(end.how if end.how in ("refused", "played") else "wrong" for end in ends)
    wrong = [f"{end.name}: {end.how}" for end in ends if end.how not in ("refused", "played")]
    said = ", ".join(f"{count} {how}" for how, count in sorted(counts.items()))
    yield Measure("hostile files that end badly", [len(wrong)], "", 0, note="; ".join(wrong[:3]))
    yield Measure("tracebacks in the log", [tracebacks], "", 0, note=f"{len(ends)} files: {said}")
    yield Measure(
        "a whole file, to compare with",
        [end.seconds for end in whole],
        "s",
        note=f"{len(whole)} encodings of two samples; the network's pass is most of it",
    )
    for how in ("refused", "played"):
        some = [end for end in ends if end.how == how]
        if not some:
            continue
        slowest = max(some, key=lambda end: end.seconds)
        yield Measure(
            f"a hostile file, {how}",
            [end.seconds for end in some],
            "s",
            LIMIT_S,
            largest=True,
            note=f"slowest: {slowest.name}",
        )
        largest = max(some, key=lambda end: end.extra_mb)
        yield Measure(
            f"… its memory, {how}",
            [end.extra_mb for end in some],
            "MB",
            LIMIT_MB,
            largest=True,
            note=f"largest: {largest.name}",
        )


def corpus_clips() -> dict[str, bytes]:
    """Return two samples, of 3 s and longer, in every encoding that the app takes."""
    found = {}
    for sample in SAMPLES:
        y, rate = sf.read(ROOT / "sample_audio" / sample, dtype="float32")
        for ending, (kind, encodings) in FORMATS.items():
            for encoding in encodings:
                file = io.BytesIO()
                as_if = OPUS_HZ if encoding == "OPUS" else rate
                sf.write(file, y, as_if, format=kind, subtype=encoding)
                found[f"{sample[:5]} {encoding}.{ending}"] = file.getvalue()
    return found


def _each(
    server: Server, files: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[Visitor, str, bytes]]:
    """Yield each file with the visitor who has the page open."""
    with Visitor(server.url) as visitor:
        visitor.open()
        for name, data in files:
            yield visitor, name, data


def _upload(server: Server, visitor: Visitor, name: str, data: bytes) -> End:
    ending = name.rpartition(".")[2]
    with _most(server) as most:
        try:
            id, run = visitor.upload(f"{name.split()[0]}.{ending}", data, layer=None)
        except Lost as error:
            return End(name, repr(error), 0.0, 0.0)
    how = "played" if run.layer_s is not None and run.shown[-1][0] == id else ""
    if run.errors:
        how = "refused" if len(run.errors) == 1 and not how else f"said {run.errors}"
    if run.exceptions or not how:
        how = f"neither played nor refused: {run.exceptions}"
    return End(name, how, run.seconds, max(0.0, most[0] - most[1]) / 1e6)


@contextmanager
def _most(server: Server) -> Iterator[list[int]]:
    """Watch the server's memory: [the most so far, what it was at first], in bytes."""
    first = server.process.memory_info().rss
    found, done = [first, first], threading.Event()

    def watch() -> None:
        while not done.wait(WATCH_S):
            found[0] = max(found[0], server.process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()
