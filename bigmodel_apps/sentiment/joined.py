"""Aspect rows without aspect labels: two texts that disagree, joined, and a word of one of them to ask about.

"the plot is thin" and "a score that soars" make "the plot is thin, but a score that soars": what it thinks of *plot* is
what the first part thinks. Words to ask about stand after an article or the like and carry no opinion themselves.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bigmodel_apps.sentiment.datasets import NEUTRAL, POSITIVE, AspectRow, Labelled, detokenised
from bigmodel_apps.sentiment.scoring import Span
from bigmodel_apps.text.segmentation import STOP_WORDS

_JOINTS = (", but ", ". ", ", and ", " while ", ", though ", "; ", " -- ", ". However, ", ", yet ", " and ", "! ")
_ASKED = re.compile(
    r"(?<!\w)(?:the|a|an|its|their|his|her|my|our|this|that|of|with|for) (?:[a-z]+ )?([a-z]{3,})(?![\w'-])(?: ([a-z]+))?",
    re.I,
)
_FEWEST_WORDS, _MOST_WORDS = 3, 18
_OPINION = 0.65
"""A word is neutral whose share of positive texts lies between this and its complement."""


class Joiner:
    """Makes rows from polar texts and texts without an opinion."""

    def __init__(self, polar: Sequence[Labelled], plain: Sequence[str]) -> None:
        self._loaded = _loaded(polar)
        kept = [row for row in polar if _FEWEST_WORDS <= row.text.count(" ") + 1 <= _MOST_WORDS]
        parts = [(detokenised(row.text).rstrip(" .!"), row.label) for row in kept]
        parts += [(text.rstrip(" .!"), NEUTRAL) for text in plain if text.count(" ") < _MOST_WORDS and "?" not in text]
        self._parts: list[list[tuple[str, Span]]] = [[], [], []]
        for text, label in parts:
            if spans := list(self._askable(text)):
                self._parts[label].append((text, spans[-1]))
        self._all = [(text, span, label) for label, rows in enumerate(self._parts) for text, span in rows]

    def rows(self, count: int, chance: random.Random) -> list[AspectRow]:
        """So many rows; of the two parts of a row one is asked about."""
        found: list[AspectRow] = []
        while len(found) < count:
            labels = chance.choices((0, 1, 2), weights=(4, 2, 4), k=2)
            (first, at), (second, then) = (chance.choice(self._parts[label]) for label in labels)
            if chance.random() < 0.15:
                found.append(AspectRow(first, at, labels[0]))
                continue
            joint = chance.choice(_JOINTS)
            text = first + joint + second
            moved = len(first) + len(joint)
            spans = (at, (then[0] + moved, then[1] + moved))
            place = chance.randrange(2)
            found.append(AspectRow(text, spans[place], labels[place]))
        return found

    def _askable(self, text: str) -> Iterator[Span]:
        for match in _ASKED.finditer(text):
            word, following = match[1].lower(), (match[2] or "the").lower()
            # A word before another content word would as likely be an adjective.
            if following in STOP_WORDS["en"] and word not in STOP_WORDS["en"] and word not in self._loaded:
                yield match.span(1)


def _loaded(rows: Sequence[Labelled]) -> set[str]:
    """Words that more often than not stand in texts of one kind."""
    seen: Counter[str] = Counter()
    positive: Counter[str] = Counter()
    for row in rows:
        for word in set(row.text.lower().split()):
            seen[word] += 1
            positive[word] += row.label == POSITIVE
    return {word for word, n in seen.items() if not 1 - _OPINION < (positive[word] + 1) / (n + 2) < _OPINION}
