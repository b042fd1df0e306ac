"""What is open in this process of what users own, by key: loaded once, shared, the least recently used closed first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from bigmodel_apps.problems import InputError, Problem


class Sized(Protocol):
    """Knows about how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes."""


T = TypeVar("T", bound=Sized)


class Shelf(Generic[T]):
    """What is open, by key; the least recently used closed first beyond a limit. Safe for threads.

    Args:
        unknown: Code of the problem when nothing of a name is open.
        field: The option that named it.
        limit_bytes: Beyond which something is closed; one thing always stays open.
    """

    def __init__(self, unknown: str, field: str, limit_bytes: int) -> None:
        self._problem = Problem(unknown, field=field)
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._open: OrderedDict[str, T] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Bytes of what is open."""
        with self._lock:
            return self._sum()

    def get(self, key: str) -> T:
        """What is open under a key.

        Raises:
            InputError: Nothing is.
        """
        with self._lock:
            if key not in self._open:
                raise InputError(self._problem)
            self._open.move_to_end(key)
            return self._open[key]

    def has(self, key: str) -> bool:
        """Whether something is open under a key."""
        with self._lock:
            return key in self._open

    def put(self, key: str, value: T) -> T:
        """Open something, or replace what is open under its key."""
        with self._lock:
            self._open[key] = value
            self._open.move_to_end(key)
            while len(self._open) > 1 and self._sum() > self._limit:
                self._open.popitem(last=False)
        return value

    def open(self, key: str, load: Callable[[], T]) -> T:
        """What is open, or what `load` brings. Two callers at once load once."""
        with self._lock:
            opening = self._opening.setdefault(key, threading.Lock())
        with opening:
            try:
                return self.get(key)
            except InputError:
                return self.put(key, load())

    def close(self, key: str) -> None:
        """Forget it."""
        with self._lock:
            self._open.pop(key, None)
            self._opening.pop(key, None)

    def close_below(self, prefix: str) -> None:
        """Forget everything whose key starts so."""
        with self._lock:
            for key in [key for key in (*self._open, *self._opening) if key.startswith(prefix)]:
                self._open.pop(key, None)
                self._opening.pop(key, None)

    def _sum(self) -> int:
        return sum(one.nbytes for one in self._open.values())
