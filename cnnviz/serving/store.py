"""What was computed lately, kept within a fixed number of bytes.

**Conventions**: a key holds everything that its value depends on; sizes are bytes.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Holder:
    """Someone who is using a value now: one for each picture of each visitor."""


class Store:
    """The most recently used values, and those that somebody is using.

    Streamlit's caches count entries, but a layer of a clip has 10 kB or 20 MB. Two visitors who ask
    for the same value at once wait for one computation; an error is not kept.

    Parameters
    ----------
    max_bytes : int
        Of the values that nobody is using.
    max_held_bytes : int
        Of those that somebody is using. Beyond it, the least recently used ones go all the same.
    """

    def __init__(self, max_bytes: int, *, max_held_bytes: int = 0) -> None:
        self.max_bytes, self.max_held_bytes = max_bytes, max_held_bytes
        self._values: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._holders: weakref.WeakKeyDictionary[Holder, Hashable] = weakref.WeakKeyDictionary()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """Bytes kept now."""
        with self._lock:
            return sum(size for _, size in self._values.values())

    def __contains__(self, key: Hashable) -> bool:
        """Tell whether a value is kept, without counting that as use."""
        with self._lock:
            return key in self._values

    def get(
        self,
        key: Hashable,
        make: Callable[[], T],
        *,
        size: Callable[[T], int],
        holder: Holder | None = None,
    ) -> T:
        """Return the value of `key`, made by `make` if it is not kept.

        Parameters
        ----------
        key : hashable
        make : callable
        size : callable
            The bytes of a value. One that is larger than the store is returned but not kept.
        holder : Holder, optional
            Uses the value from now on, instead of the one it used before.
        """
        with self._lock:
            if key in self._values:
                self._use(key)
            if holder is not None:
                self._holders[holder] = key
                self._make_room()  # the value it used before may be nobody's now
            if key in self._values:
                return cast(T, self._use(key))
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return cast(T, self._use(key))
            try:
                value = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            self._keep(key, value, size(value))
            return value

    def forget(self, parts: Collection[Hashable]) -> None:
        """Let go of the values whose key, a tuple, has one of these among its parts."""
        with self._lock:
            for key in [key for key in self._values if isinstance(key, tuple)]:
                if any(part in parts for part in key):
                    del self._values[key]

    def _use(self, key: Hashable) -> object:
        self._values.move_to_end(key)
        return self._values[key][0]

    def _keep(self, key: Hashable, value: object, n_bytes: int) -> None:
        with self._lock:
            self._values[key] = value, n_bytes
            self._make_room()

    def _make_room(self) -> None:
        """Drop the least recently used values of those held, and of the others."""
        held = set(self._holders.values())
        for of_held, at_most in ((True, self.max_held_bytes), (False, self.max_bytes)):
            sizes = {k: size for k, (_, size) in self._values.items() if (k in held) is of_held}
            excess = sum(sizes.values()) - at_most
            # One that is larger than the bound goes first: it would drive out all others.
            for key in sorted(sizes, key=lambda key: sizes[key] <= at_most):
                if excess <= 0:
                    break
                excess -= sizes[key]
                del self._values[key]
