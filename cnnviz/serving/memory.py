"""Keeps the C library from holding on to freed memory, which a small hosted machine needs.

glibc gives each thread an arena of its own and returns memory only from their ends; Streamlit has
a thread for every visitor. On other systems nothing is done about it. TensorFlow, of which there is
one, keeps its memory.
"""

import ctypes
import os
import sys

# From glibc's malloc.h
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
ARENAS = 2
# Larger blocks are mapped one by one and go back to the system when they are freed.
MAPPED_BYTES = 2**20


def limit_arenas() -> None:
    """Limit the arenas and map large blocks; call it before the threads come."""
    if (mallopt := _glibc("mallopt")) is not None:
        mallopt(M_ARENA_MAX, ARENAS)
        mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)


def reuse_between_passes() -> None:
    """Let TensorFlow use a pass's memory for the next one; call it before TensorFlow is imported.

    It would ask the system for 250 MB at each pass, page by page: a quarter of the pass's time.
    """
    os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "true")


def trim() -> None:
    """Return what has been freed to the system."""
    if (trim := _glibc("malloc_trim")) is not None:
        trim(0)


def _glibc(name: str) -> "ctypes._NamedFuncPointer | None":
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
