"""A folder of bytes that were dear to get, kept within a fixed number of bytes.

**Conventions**: a key is any text and never becomes a path; sizes are bytes.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path


class Shelf:
    """The most recently used values, together at most `max_bytes`, across restarts of the app.

    What cannot be written or read is not there: a shelf saves time, and nothing depends on it.

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
        """Return the value of `key`, or None if it is not there."""
        path = self._path(key)
        try:
            if path.stat().st_size > self.max_bytes:
                return None
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep a value, whole or not at all; those not used for longest make room for it."""
        if len(data) > self.max_bytes:
            return
        with contextlib.suppress(OSError):  # no such disk, or a full one: then it is not kept
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(len(data))
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                path = Path(file.name)
                try:
                    file.write(data)
                    file.close()
                    path.replace(self._path(key))
                except BaseException:
                    path.unlink()
                    raise

    def drop(self, key: str) -> None:
        """Forget a value."""
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()

    def _make_room(self, n_bytes: int) -> None:
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process makes room too
                    stat = entry.stat(follow_symlinks=False)
                    found.append((stat.st_mtime_ns, stat.st_size, entry.path))
        held = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if held + n_bytes <= self.max_bytes:
                break
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            held -= size
