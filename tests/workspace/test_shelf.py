"""What is open is loaded once, and forgotten when there is too much."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.workspace.shelf import Shelf


@dataclass
class Sized:
    nbytes: int


def test_the_least_recently_used_is_closed() -> None:
    held: Shelf[Sized] = Shelf("own-model-unknown", "own", 100)
    for key in "abc":
        held.put(key, Sized(40))
        if key == "b":
            held.get("a")
    assert held.get("a")
    with pytest.raises(InputError) as caught:
        held.get("b")
    assert caught.value.problems[0].code == "own-model-unknown"
    held.put("huge", Sized(1_000))  # one is always kept
    assert held.get("huge")
    held.close("huge")
    with pytest.raises(InputError):
        held.get("huge")


def test_what_is_kept_below_a_key_is_closed_with_it() -> None:
    held: Shelf[Sized] = Shelf("own-model-unknown", "own", 100)
    for key in ("a", "a+1", "a+2", "ab"):
        held.open(key, lambda: Sized(1))
    held.close_below("a+")
    assert [key for key in ("a", "a+1", "a+2", "ab") if held.has(key)] == ["a", "ab"]


def test_two_callers_at_once_load_once() -> None:
    held: Shelf[Sized] = Shelf("own-model-unknown", "own", 100)
    loads, gate = [], threading.Event()

    def load() -> Sized:
        loads.append(1)
        gate.wait(5)
        return Sized(1)

    callers = [threading.Thread(target=held.open, args=("a", load)) for _ in range(4)]
    for caller in callers:
        caller.start()
    gate.set()
    for caller in callers:
        caller.join()
    assert len(loads) == 1
