"""Who chose what, and when, as columns; and the things that can be chosen.

The sample shop draws them, a file is read into them, every model is fitted on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Names = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

DAY = 86_400

_MOST, _FEW = 0.99, 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """The catalogue: m things, whose places are the item codes everywhere else.

    Attributes:
        ids: As their source writes them, shape (m,), objects of type str, all different.
        titles: By language, each shape (m,), objects of type str; a file's titles stand under every language.
        categories: By language likewise; empty where unknown.
        prices: Shape (m,), not a number where unknown; None where no price is known.
        descriptions: By language; empty where unknown.
    """

    ids: Names
    titles: Mapping[str, Names]
    categories: Mapping[str, Names] = field(default_factory=dict)
    prices: Floats | None = None
    descriptions: Mapping[str, Names] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def title(self, item: int, language: str) -> str:
        """In a language; its id where it has no title."""
        return str(self.titles[language][item]) if language in self.titles else str(self.ids[item])

    def take(self, places: Ints) -> Items:
        """Some of them, in the given order."""

        def of(columns: Mapping[str, Names]) -> dict[str, Names]:
            return {language: column[places] for language, column in columns.items()}

        return Items(
            self.ids[places],
            of(self.titles),
            of(self.categories),
            None if self.prices is None else self.prices[places],
            of(self.descriptions),
        )

    @classmethod
    def untitled(cls, ids: Names) -> Items:
        """Things of which only the ids are known."""
        return cls(ids, {})


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """n choices in order of time, those of the same second in the order of the source; in that order where there are no times.

    Attributes:
        users: Places in `user_ids`, shape (n,).
        items: Places in `catalogue`, shape (n,).
        seconds: Since 1970-01-01, shape (n,); None where times are unknown.
        ratings: Shape (n,); None where there are none.
        amounts: Money or quantity, shape (n,); None where unknown.
        baskets: Number of the basket or session that a choice belongs to, shape (n,); None where unknown.
        rows: For each its row in the file, 1 being the first below the header, shape (n,).
        user_ids: As the source writes them, objects of type str, all different.
        simulated: Whether they were drawn by a simulator, which is said wherever they are shown.
    """

    users: Codes
    items: Codes
    user_ids: Names
    catalogue: Items
    seconds: Ints | None = None
    ratings: Singles | None = None
    amounts: Floats | None = None
    baskets: Ints | None = None
    rows: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    simulated: bool = False

    def __len__(self) -> int:
        return len(self.users)

    def take(self, places: Ints | Flags | slice) -> Interactions:
        """Some of them, in the given order (which must be that of time). Users and catalogue stay as they are."""

        def of(column: npt.NDArray[np.generic] | None) -> npt.NDArray[np.generic] | None:
            return None if column is None else column[places]

        changed = {
            name: of(getattr(self, name)) for name in ("users", "items", "seconds", "ratings", "amounts", "baskets")
        }
        rows = self.rows[places] if len(self.rows) == len(self.users) else self.rows
        return replace(self, **changed, rows=rows)  # type: ignore[arg-type]

    def among(self, kept: Flags) -> Interactions:
        """Without the items that are not kept, shape (items,); the others move up. Users stay as they are."""
        places = (np.cumsum(kept) - 1).astype(np.int32)
        found = self.take(kept[self.items])
        return replace(found, items=places[found.items], catalogue=self.catalogue.take(np.flatnonzero(kept)))

    def matrix(self) -> sparse.csr_matrix:
        """1 where a user chose an item, however often; shape (users, items), float32, indices sorted."""
        shape = len(self.user_ids), len(self.catalogue)
        found = sparse.csr_matrix((np.ones(len(self), dtype=np.float32), (self.users, self.items)), shape=shape)
        found.sum_duplicates()
        found.data[:] = 1
        return found

    def histories(self) -> list[Codes]:
        """For each user the different items chosen, in the order of the last time that each was."""
        last = pd.DataFrame({"user": self.users, "item": self.items}).drop_duplicates(keep="last")
        order = np.argsort(last["user"].to_numpy(), kind="stable")
        items = last["item"].to_numpy()[order]
        counts = np.bincount(last["user"].to_numpy(), minlength=len(self.user_ids))
        return np.split(items, np.cumsum(counts)[:-1])


def ages(seconds: Ints, half_life: float) -> Ints:
    """How old choices are, in seconds, seen from the last one; shape (n,).

    A single late choice, such as one with a mistaken date or one that was added long after a file ends, must not make all
    others old: where the last one lies more than `_FEW` half-lives after the time by which `_MOST` of them are made, ages
    count from that time, and what is later is new.

    Args:
        seconds: In order of time, at least one.
        half_life: In days.
    """
    end, most = int(seconds[-1]), int(seconds[int(_MOST * (len(seconds) - 1))])
    if end - most > _FEW * half_life * DAY:
        end = most
    return np.maximum(end - seconds, 0)


def histories_matrix(histories: Sequence[Codes], items: int, decay: float = 1.0) -> sparse.csr_matrix:
    """What a history holds; shape (histories, items).

    Args:
        decay: The newest item counts 1, each earlier one this times the next.
    """
    lengths = np.array([len(one) for one in histories], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    places = np.concatenate([*histories, np.zeros(0, dtype=np.int32)])
    ages = np.repeat(starts[1:], lengths) - 1 - np.arange(len(places))
    values = np.power(decay, ages, dtype=np.float64)
    return sparse.csr_matrix((values, places, starts), shape=(len(histories), items))
