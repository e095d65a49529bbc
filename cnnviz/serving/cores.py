"""How many cores this process may use, which on a hosted copy are fewer than the machine has."""

import math
import os
from pathlib import Path

CPU_MAX = Path("/sys/fs/cgroup/cpu.max")  # Linux: "200000 100000" are two cores, "max …" all


def usable(limit: Path = CPU_MAX) -> int:
    """Return the cores that the system lets this process use, at least 1."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = limit.read_text(encoding="ascii").split()
        allowed = math.ceil(int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):  # no limit is set, or none is known of
        allowed = ours
    return max(1, min(ours, allowed))
