"""Items by what somebody types: an id, a title in any language, or a part of one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bigmodel_apps.recommendation.interactions import Codes, Items


@dataclass(frozen=True, slots=True, eq=False)
class Pasted:
    """What lines of ids and titles name.

    Attributes:
        items: Places in the catalogue in the order of the lines, each once.
        unknown: Lines that name nothing, as they were given.
        ambiguous: Lines that are part of several titles and no title themselves.
    """

    items: Codes
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]


class Lookup:
    """An index of ids and titles.

    Args:
        counts: How often each item was chosen, shape (items,): of equal matches the more popular comes first. Without it
            the catalogue's order decides.
    """

    def __init__(self, items: Items, counts: Codes | None = None) -> None:
        self._places = {str(id): place for place, id in enumerate(items.ids)}
        self._ids = {plain(str(id)): place for place, id in reversed(list(enumerate(items.ids)))}
        columns = list(items.titles.values()) or [items.ids]
        self._titles = [
            tuple(dict.fromkeys(plain(str(column[place])) for column in columns)) for place in range(len(items))
        ]
        self._exact: dict[str, int] = {}
        often = np.zeros(len(items), dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
        order = np.argsort(-often, kind="stable")
        for place in order.tolist():
            for title in self._titles[place]:
                self._exact.setdefault(title, place)
        self._order = order.tolist()

    @property
    def nbytes(self) -> int:
        """About its memory."""
        return 250 * len(self._titles)

    def codes(self, ids: Iterable[str]) -> tuple[Codes, list[str]]:
        """Places of ids as their source writes them, in their order, and the ids that are not known."""
        found: list[int] = []
        unknown: list[str] = []
        for id in ids:
            place = self._places.get(id)
            if place is None:
                unknown.append(id)
            else:
                found.append(place)
        return np.array(found, dtype=np.int32), unknown

    def exact(self, text: str) -> int | None:
        """The item of this id or this whole title; of several alike the most popular."""
        wanted = plain(text)
        return self._ids.get(wanted, self._exact.get(wanted))

    def search(self, text: str, k: int = 20) -> list[int]:
        """Items whose id is `text` or a title of which holds all its words; whole titles first, then those that begin so,
        each by popularity."""
        wanted = plain(text)
        if not wanted:
            return []
        words = wanted.split()
        found: tuple[list[int], list[int], list[int]] = [], [], []
        if (exact := self.exact(text)) is not None:
            found[0].append(exact)
        for place in self._order:
            if place == exact:
                continue
            titles = self._titles[place]
            if any(title.startswith(wanted) for title in titles):
                found[1].append(place)
            elif any(all(word in title for word in words) for title in titles):
                found[2].append(place)
        return [place for group in found for place in group][:k]

    def read(self, lines: Iterable[str]) -> Pasted:
        """A history written down, one id or title a line, the oldest first; a part of one title alone is enough."""
        items: dict[int, None] = {}
        unknown: list[str] = []
        ambiguous: list[str] = []
        for line in lines:
            if not line.strip():
                continue
            place = self.exact(line)
            if place is None:
                near = self.search(line, 2)
                if len(near) != 1:
                    (ambiguous if near else unknown).append(line.strip())
                    continue
                place = near[0]
            items.pop(place, None)  # chosen again: it is as new as its last line
            items[place] = None
        return Pasted(np.array(list(items), dtype=np.int32), tuple(unknown), tuple(ambiguous))


def plain(text: str) -> str:
    """Without what makes no difference to a reader: width, case, white space, typographic apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(folded.split())
