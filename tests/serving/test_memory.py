"""What has been freed goes back to the system."""

import subprocess
import sys

FREED = """
import sys
from pathlib import Path
import numpy as np
from cnnviz.serving.memory import limit_arenas, trim

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

{first}
before = resident_mb()
# blocks of 64 kB below the last one, which stays: glibc could not give back from the end
held = [np.ones(8192) for _ in range(4000)]
last = np.ones(8192)
del held
{then}
print(resident_mb() - before)
"""


def test_freed_memory_goes_back():
    def left_mb(first, then):
        code = FREED.format(first=first, then=then)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        return float(done.stdout)

    assert left_mb("limit_arenas()", "trim()") < 20
    assert left_mb("pass", "pass") > 200
