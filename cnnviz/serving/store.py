"""What was computed lately, kept within a fixed number of bytes.

**Conventions**: a key holds everything that its value depends on; sizes are bytes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Store:
    """The most recently used values, together at most `max_bytes`.

    Streamlit's caches count entries, but a layer of a clip is 10 kB or 20 MB. Two visitors who ask
    for the same value at once wait for one computation; an error is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._values: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        with self._lock:
            return sum(size for _, size in self._values.values())

    def __contains__(self, key: Hashable) -> bool:
        """Tell whether a value is held, without counting that as use."""
        with self._lock:
            return key in self._values

    def get(self, key: Hashable, make: Callable[[], T], *, size: Callable[[T], int]) -> T:
        """Return the value of `key`, made by `make` if it is not held.

        A value larger than `max_bytes` is returned but not kept.
        """
        with self._lock:
            if key in self._values:
                return cast(T, self._held(key))
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return cast(T, self._held(key))
            try:
                value = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._values[key] = value, size(value)
                while sum(held for _, held in self._values.values()) > self.max_bytes:
                    self._values.popitem(last=False)
            return value

    def weigh(self, key: Hashable, size: int) -> None:
        """Note that a value has changed its size, if it is still held."""
        with self._lock:
            if key in self._values:
                self._values[key] = self._values[key][0], size

    def forget(self, parts: Collection[Hashable]) -> None:
        """Let go of the values whose key, a tuple, has one of these among its parts."""
        with self._lock:
            for key in [key for key in self._values if isinstance(key, tuple)]:
                if any(part in parts for part in key):
                    del self._values[key]

    def _held(self, key: Hashable) -> object:
        self._values.move_to_end(key)
        return self._values[key][0]
