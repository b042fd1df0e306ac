"""Items by what somebody types: an id, a title in any language, or a part of one."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bigmodel_apps.recommendation.interactions import Codes, Items
from bigmodel_apps.recommendation.schema import MOST_HISTORY

MOST_PARTS = 20
"""Lines of one paste that are looked for as parts of titles; ids and whole titles are found at once."""

_COUNTED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Pasted:
    """What lines of ids and titles name.

    Attributes:
        items: Places in the catalogue in the order of the lines, each once.
        unknown: Lines that name nothing, as they were given; parts of titles beyond `MOST_PARTS` too.
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
        self._exact: dict[str, int] = {}
        often = np.zeros(len(items), dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
        order = np.argsort(-often, kind="stable")
        # All titles as one text, a line each, those of the most popular item first: it is searched as fast as C can.
        lines: list[str] = []
        self._line_places: list[int] = []
        for place in order.tolist():
            for title in dict.fromkeys(plain(str(column[place])) for column in columns):
                self._exact.setdefault(title, place)
                lines.append(title)
                self._line_places.append(place)
        self._text = "\n" + "\n".join(lines) + "\n"
        self._ends = np.cumsum([len(line) + 1 for line in lines]).tolist()

    @property
    def nbytes(self) -> int:
        """About its memory."""
        return 250 * len(self._ends) + 2 * len(self._text)

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
        words = sorted(wanted.split(), key=len, reverse=True)
        rarest = min(words[:_COUNTED], key=self._text.count)  # few lines are then looked at closely
        exact = self.exact(text)
        found: dict[int, None] = {} if exact is None else {exact: None}
        for places in (self._holding("\n" + wanted, []), self._holding(rarest, words)):
            for place in places:
                if len(found) >= k:
                    break
                found[place] = None
        return list(found)[:k]

    def _holding(self, part: str, words: list[str]) -> Iterator[int]:
        """The items of the lines that hold a part and all words, in the order of the text."""
        at = self._text.find(part)
        while 0 <= at < self._ends[-1]:
            line = bisect_right(self._ends, at)
            begin, end = self._ends[line - 1] if line else 0, self._ends[line]
            if all(self._text.find(word, begin, end) >= 0 for word in words):
                yield self._line_places[line]
            at = self._text.find(part, end)

    def read(self, lines: Iterable[str]) -> Pasted:
        """A history written down, one id or title a line, the oldest first; a part of one title alone is enough.

        Only the newest `MOST_HISTORY` lines are read: no more of a history counts.
        """
        parts = 0
        items: dict[int, None] = {}
        unknown: list[str] = []
        ambiguous: list[str] = []
        for line in [line for line in lines if line.strip()][-MOST_HISTORY:]:
            place = self.exact(line)
            if place is None:
                parts += 1
                near = self.search(line, 2) if parts <= MOST_PARTS else []
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
