"""What takes a while and does not change: found once for a session and for what it was found in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from bigmodel_apps.runtime import residency

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


@functools.cache
def settle(_page: str) -> None:
    """After a page's first run in this process: what it brought stays for good, so the garbage collector leaves it out.

    A server that loads its models before the first visitor does so once by itself; under ``streamlit run`` every page
    brings its own.

    Args:
        _page: Its address.
    """
    residency.keep()
