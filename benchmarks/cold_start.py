"""From `streamlit run` to the first moving picture, beside the import of TensorFlow alone.

Each is a fresh process, in turns, so that both find the same files in the system's memory.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.browser import PATIENCE_MS, chromium, visit
from benchmarks.server import serve
from benchmarks.table import Measure

IMPORTS = 1.5
PLUS_S = 3.0


def measure(*, quick: bool) -> Iterator[Measure]:
    """Start both some times; the browser is there before."""
    imports_s, starts_s, limits_s, notes = [], [], [], []
    with chromium() as browser:
        for _ in range(1 if quick else 3):
            took, cpu = import_tensorflow()
            imports_s.append(took)
            start = time.perf_counter()
            with serve() as server:
                page = visit(browser, server.url, play=True)
                page.wait_for_function("bench.moving", polling=20, timeout=PATIENCE_MS)
                starts_s.append(time.perf_counter() - start)
                notes.append(f"server {server.cpu_s():.1f} s of CPU, import {cpu:.1f}")
                page.context.close()
            limits_s.append(IMPORTS * took + PLUS_S)
    importing = Measure('python -c "import tensorflow"', imports_s, "s")
    yield importing
    yield Measure(
        "`streamlit run` → moving picture",
        starts_s,
        "s",
        IMPORTS * importing.measured + PLUS_S,
        note="; ".join(notes),
    )


def import_tensorflow() -> tuple[float, float]:
    """Import TensorFlow in a fresh process; return wall-clock and processor seconds."""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-c", "import tensorflow"]
    subprocess.run(command, check=True, env=quiet, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, cpu
