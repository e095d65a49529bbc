"""A cache on disk for bytes that took a request to get, within a fixed size.

**Conventions**: a key is any text and never becomes a path; sizes are bytes.
"""

import contextlib
import hashlib
import os
import zlib
from pathlib import Path
from uuid import uuid4


class DiskCache:
    """The most recently used values, together at most `max_bytes`, across restarts of the app.

    A value that cannot be written, or cannot be read undamaged, is a cache miss and no error.

    Parameters
    ----------
    folder : Path
        Holds nothing else; made when first written to.
    max_bytes : int
    """

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def get(self, key: str) -> bytes | None:
        """Return the value of `key`, or None on a cache miss."""
        path = self._path(key)
        try:
            if path.stat().st_size > self.max_bytes:
                return None
            stored = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        value, checksum = stored[:-4], stored[-4:]
        return value if checksum == zlib.crc32(value).to_bytes(4) else None

    def put(self, key: str, value: bytes) -> None:
        """Keep a value, whole or not at all, in place of the least recently used ones."""
        stored = value + zlib.crc32(value).to_bytes(4)
        if len(stored) > self.max_bytes:
            return
        unfinished = self.folder / uuid4().hex
        with contextlib.suppress(OSError):  # no such disk, or a full one
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(len(stored))
            try:
                unfinished.write_bytes(stored)
                unfinished.replace(self._path(key))
            finally:
                unfinished.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()

    def _make_room(self, n_bytes: int) -> None:
        stats = [(path.stat(), path) for path in self.folder.iterdir()]
        n_bytes += sum(stat.st_size for stat, _ in stats)
        for stat, path in sorted(stats, key=lambda pair: pair[0].st_mtime_ns):
            if n_bytes <= self.max_bytes:
                break
            path.unlink(missing_ok=True)  # another process makes room too
            n_bytes -= stat.st_size
