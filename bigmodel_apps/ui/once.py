"""What takes a while and does not change: found once for a session and for what it was found in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

T = TypeVar("T")

_KEPT = 8


def once(name: str, source: object, given: tuple[object, ...], work: Callable[[], T]) -> T:
    """What `work` finds in `source`, kept over reruns until another object takes the place of `source`.

    Args:
        name: Unique in the app.
        source: Compared by identity.
        given: What else the result depends on; hashable. The last eight are kept.
    """
    kept: dict[object, tuple[object, T]] = st.session_state.setdefault(f"once.{name}", {})
    found = kept.get(given)
    if found is None or found[0] is not source:
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[given] = found = source, work()
    return found[1]
