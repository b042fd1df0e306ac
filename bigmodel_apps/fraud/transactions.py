"""Card transactions as columns: what the simulator draws, what a file is read into, what features are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]

DAY = 86_400
LEGITIMATE, FRAUD, UNKNOWN = 0, 1, -1
"""Values of `Transactions.fraud`."""

SCENARIOS = ("none", "large-amount", "terminal", "customer", "takeover", "card-testing")
"""By `Transactions.scenario`: the published three (1-3) and ours (4, 5)."""


@dataclass(frozen=True, slots=True)
class Transactions:
    """n transactions in order of time; those of the same second in the order of the file.

    Attributes:
        ids: Names of the transactions as their source writes them, shape (n,), objects of type str.
        seconds: Time, seconds since 1970-01-01 on the clock of the bank, shape (n,).
        amounts: In the file's currency, shape (n,).
        customers: Places in `customer_names`, shape (n,); None where the source names no customers (no card).
        terminals: Places in `terminal_names`, shape (n,); None where the source names no terminals (no merchant).
        fraud: `FRAUD`, `LEGITIMATE`, or `UNKNOWN`, shape (n,).
        scenario: Places in `SCENARIOS`, shape (n,); -1 where unknown.
        rows: For each its row in the file, 1 being the first below the header, shape (n,).
        customer_names, terminal_names: As the source writes them, shape (customers,) and (terminals,), objects of type str.
        numbers: Further numeric inputs by name, each shape (n,), such as V1 to V28.
        segments: Further columns of few values by name, each shape (n,), objects of type str, such as a country.
        simulated: Whether they were drawn by a simulator, which is said wherever they are shown.
    """

    ids: npt.NDArray[np.object_]
    seconds: Ints
    amounts: Floats
    customers: Codes | None
    terminals: Codes | None
    fraud: Marks
    scenario: Marks
    rows: Ints
    customer_names: npt.NDArray[np.object_] = field(default_factory=lambda: np.array([], dtype=object))
    terminal_names: npt.NDArray[np.object_] = field(default_factory=lambda: np.array([], dtype=object))
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    segments: Mapping[str, npt.NDArray[np.object_]] = field(default_factory=dict)
    simulated: bool = False

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def days(self) -> Ints:
        """Days since 1970-01-01, shape (n,)."""
        return self.seconds // DAY

    @property
    def labelled(self) -> bool:
        """Whether any of them is known to be fraud or to be none."""
        return bool((self.fraud != UNKNOWN).any())

    def take(self, places: npt.NDArray[np.int64] | npt.NDArray[np.bool_] | slice) -> Transactions:
        """Some of them, in the given order (which must be that of time). Names stay as they are."""
        changed: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("customer_names", "terminal_names"):
                continue
            if isinstance(value, np.ndarray):
                changed[item.name] = value[places]
            elif isinstance(value, Mapping):
                changed[item.name] = {name: column[places] for name, column in value.items()}
        return replace(self, **changed)

    def between(self, first_day: int, days: int) -> slice:
        """Places of those of `days` days from `first_day` on (days since 1970-01-01)."""
        low, high = np.searchsorted(self.seconds, (first_day * DAY, (first_day + days) * DAY))
        return slice(int(low), int(high))


def codes(names: Sequence[str] | npt.NDArray[np.object_]) -> tuple[Codes, npt.NDArray[np.object_]]:
    """Places of names among the different ones, in order of first appearance, and those."""
    places, different = pd.factorize(np.asarray(names, dtype=object))
    return places.astype(np.int32), np.asarray(different, dtype=object)


def day_of(text: str) -> int:
    """Days since 1970-01-01 of a date in ISO 8601."""
    return int(np.datetime64(text, "D").astype(np.int64))
