"""Counts what visitors bring, so that all of it together stays within a bound.

**Conventions**: sizes are bytes. A visitor's share is counted as long as the session holds it; a
session ends some minutes after its visitor has left.
"""

import threading
import weakref
from dataclasses import dataclass
from typing import Protocol

from cnnviz.errors import BadInput


class Opened(Protocol):
    """A clip, as far as it is counted."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def nbytes(self) -> int: ...  # noqa: D102


@dataclass(eq=False)
class Share:
    """What one visitor's session holds: files as they came, and the clip opened last.

    Attributes
    ----------
    files : dict of str to int
        Bytes by the file's id. Streamlit keeps a file from its arrival until its visitor removes
        it, brings another in its place, or leaves; so files that were refused, those that wait to
        be decoded, and those whose widget has left the page count too.
    clip : Opened or None
    """

    files: dict[str, int]
    clip: Opened | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of files and clip."""
        return sum(self.files.values()) + (0 if self.clip is None else self.clip.nbytes)


class Uploads:
    """All visitors' shares, together at most `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._shares: weakref.WeakSet[Share] = weakref.WeakSet()
        self._ids: dict[str, weakref.ref[Share]] = {}
        self._lock = threading.Lock()

    def share(self) -> Share:
        """Return a share for a new session, which must keep it."""
        share = Share({})
        with self._lock:
            self._shares.add(share)
        return share

    @property
    def nbytes(self) -> int:
        """Bytes that all visitors' files and clips take now."""
        with self._lock:
            return self._nbytes()

    def bring(self, share: Share, file_id: str, n_bytes: int) -> None:
        """Count a file that has arrived.

        Raises
        ------
        BadInput
            If there is no room to open it.
        """
        with self._lock:
            share.files.pop(file_id, None)
            before = self._nbytes()
            share.files[file_id] = n_bytes  # it is in memory, whether it is opened or not
            self._check(before, n_bytes)

    def remove(self, share: Share, file_id: str) -> None:
        """Count a file no longer, which its visitor has removed."""
        with self._lock:
            share.files.pop(file_id, None)

    def keep(self, share: Share, clip: Opened) -> None:
        """Count a clip in place of the one opened before.

        Raises
        ------
        BadInput
            If there is no room for it.
        """
        with self._lock:
            before = self._nbytes() - (0 if share.clip is None else share.clip.nbytes)
            self._check(before, clip.nbytes)
            share.clip = clip
            self._ids[clip.id] = weakref.ref(share)

    def take_gone(self) -> set[str]:
        """Return the ids of the clips that no session holds any more, each once."""
        with self._lock:
            gone = set()
            for id, ref in list(self._ids.items()):
                share = ref()
                if share is None or share.clip is None or share.clip.id != id:
                    gone.add(id)
                    del self._ids[id]
            return gone

    def _nbytes(self) -> int:
        return sum(share.nbytes for share in self._shares)

    def _check(self, before: int, n_bytes: int) -> None:
        if before + n_bytes > self.max_bytes:
            raise BadInput(
                "The sounds that visitors bring must together be at most "
                f"{self.max_bytes / 1e6:.0f} MB, but those here now take {before / 1e6:.0f} MB. "
                "Come back in some minutes, or choose one of the samples."
            )
