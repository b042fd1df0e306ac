"""What opinions are about: lists of aspects with words in both languages, and the places where a text names them."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import rjieba

from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment.schema import MAX_ASPECTS, Aspect
from bigmodel_apps.sentiment.scoring import Span
from bigmodel_apps.text.language import HAN
from bigmodel_apps.text.segmentation import RUN, folded, stem, words
from bigmodel_apps.text.sentences import sentences

MAX_MENTIONS = 5
"""Of one aspect in one text; later ones are left out."""

_LISTS = Path(__file__).parent / "aspect_lists.json"
_TURNS = "but|although|though|however|yet|while|whereas|except|unfortunately|sadly|luckily"
_TURNED = frozenset(stem(word) for word in _TURNS.split("|"))
# Where a clause may end: punctuation, and words that turn to something else.
_CLAUSE = re.compile(
    r"[,;:()\[\]–—，；：（）【】\n]+|\s-+\s|\.{2,}|…+|[~～]+"
    rf"|\b(?=(?:{_TURNS})\b)"
    r"|\b(?=and (?:the|its|their|my|our|his|her|this|that|it|they|we|i|he|she|there)\b)"
    r"|(?=但是|但|不过|然而|可是|虽然|尽管|只是|就是|而且|可惜)|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])",
    re.IGNORECASE,
)
_GAP = re.compile(r"[ '’-]{0,4}")


class Mention(NamedTuple):
    """An aspect where a text names it: ``text[start:end]`` is the term, in the clause of a sentence."""

    aspect: str
    start: int
    end: int
    clause: Span
    sentence: Span


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[dict[str, str | list[str]]]]:
    found: dict[str, list[dict[str, str | list[str]]]] = json.loads(_LISTS.read_text(encoding="utf-8"))
    return found


def list_names() -> tuple[str, ...]:
    """Of the lists that ship; the words for them are the messages ``aspects-<name>``."""
    return tuple(_lists())


@lru_cache(maxsize=16)
def shipped(name: str, language: Language) -> tuple[Aspect, ...]:
    """A list that ships: named in `language`, with words in both languages.

    Raises:
        KeyError: There is no such list.
    """
    return tuple(Aspect(name=row[language], terms=row["terms"]) for row in _lists()[name])  # type: ignore[arg-type]


def names_in(aspects: Sequence[Aspect], language: Language) -> dict[str, str]:
    """What those of `aspects` that ship are called in `language`, by the name that they have.

    Nothing where two would end up with one name.
    """
    ship = {
        (row[other], *row["terms"]): row[language] for rows in _lists().values() for row in rows for other in LANGUAGES
    }
    names = {aspect.name: str(ship.get((aspect.name, *aspect.terms), aspect.name)) for aspect in aspects}
    return names if len(set(names.values())) == len(names) else {}


def parse(text: str, language: Language) -> tuple[Aspect, ...]:
    """The name of a shipped list, or aspects of one's own: ``food, staff=waiter|waitress, 价格``.

    Raises:
        InputError: An aspect has no name or is too long, or there are too many.
    """
    if text.strip() in list_names():
        return shipped(text.strip(), language)
    found: list[Aspect] = []
    for item in re.split(r"[,，\n]", text):
        name, _, terms = item.partition("=")
        given = [name.strip(), *(term.strip() for term in terms.split("|") if term.strip())]
        if item.strip() and (not given[0] or max(map(len, given)) > 60 or len(given) > 61):
            raise InputError(Problem("aspect-unusable", field="aspects", details={"aspect": item.strip()[:80]}))
        if given[0] and given[0] not in [aspect.name for aspect in found]:
            found.append(Aspect(name=given[0], terms=tuple(given[1:])))
    if len(found) > MAX_ASPECTS:
        raise InputError(Problem("aspects-too-many", field="aspects", details={"limit": MAX_ASPECTS}))
    return tuple(found)


def mentions(text: str, aspects: tuple[Aspect, ...]) -> list[Mention]:
    """Where `text` names the aspects, in order; once for each aspect and clause.

    English words match in every form with the same stem, whatever their case, the longest term first. Chinese terms
    have to begin or end where a word does, terms of one character to be a word (面 is not in 方面). A Chinese name that
    is found nowhere that way, and none of whose terms is, may stand anywhere.
    """
    found = sorted(_finder(aspects).find(text))
    if not found:
        return []
    clauses = _Clauses(text)
    kept: list[Mention] = []
    seen: set[tuple[str, Span]] = set()
    counts: dict[str, int] = {}
    for start, end, aspect in found:
        sentence = clauses.sentence(start, end)
        clause = clauses.around(start, end, sentence)
        if (aspect, clause) in seen or counts.get(aspect, 0) == MAX_MENTIONS:
            continue
        seen.add((aspect, clause))
        counts[aspect] = counts.get(aspect, 0) + 1
        kept.append(Mention(aspect, start, end, clause, sentence))
    return kept


def clause(text: str, start: int, end: int) -> Span:
    """The clause that speaks of ``text[start:end]``.

    A clause that holds nothing else to read takes in the next of its sentence, or the one before.
    """
    clauses = _Clauses(text)
    return clauses.around(start, end, clauses.sentence(start, end))


class _Clauses:
    """The clauses of a text, cut once for all mentions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sentences = sentences(text)
        self._starts = [start for start, _ in self._sentences]
        self._cut: dict[Span, list[Span]] = {}

    def sentence(self, start: int, end: int) -> Span:
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = max(bisect_right(self._starts, end - 1) - 1, 0)
        if not self._sentences:
            return (start, end)
        return (min(self._sentences[first][0], start), max(self._sentences[last][1], end))

    def around(self, start: int, end: int, sentence: Span) -> Span:
        if sentence not in self._cut:
            self._cut[sentence] = _split(self._text, *sentence)
        pieces = self._cut[sentence]
        held = [place for place, piece in enumerate(pieces) if piece[0] < end and start < piece[1]]
        if not held:
            return (start, end)
        first, last = held[0], held[-1]
        while self._bare(pieces[first][0], pieces[last][1], start, end) and last + 1 < len(pieces):
            last += 1
        while self._bare(pieces[first][0], pieces[last][1], start, end) and first:
            first -= 1
        return (pieces[first][0], pieces[last][1])

    def _bare(self, first: int, last: int, start: int, end: int) -> bool:
        """Whether there is nothing but the mention in ``text[first:last]``."""
        rest = f"{self._text[first:start]} {self._text[end:last]}"
        return all(word.term in _TURNED for word in words(rest[:400])) and "不" not in rest


def _split(text: str, start: int, end: int) -> list[Span]:
    pieces: list[Span] = []
    at = start
    for cut in (*_CLAUSE.finditer(text, start, end), None):
        stop = cut.start() if cut else end
        piece = text[at:stop]
        if piece.strip():
            left = len(piece) - len(piece.lstrip())
            pieces.append((at + left, at + len(piece.rstrip())))
        at = cut.end() if cut else end
    return pieces


class _Finder:
    """The terms of some aspects, ready to be looked for."""

    def __init__(self, aspects: Sequence[Aspect]) -> None:
        self._latin: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        whole: dict[str, str] = {}
        literal: dict[str, str] = {}
        for aspect in aspects:
            if HAN.search(aspect.name):
                literal.setdefault(folded(aspect.name), aspect.name)
            for term in (aspect.name, *aspect.terms):
                plain = folded(term)
                if HAN.search(plain) or re.search(r"[^\w\s'’-]", plain):
                    whole.setdefault(plain, aspect.name)
                elif stems := tuple(stem(run[0]) for run in RUN.finditer(plain)):
                    rows = self._latin.setdefault(stems[0], [])
                    if all(known != stems for known, _ in rows):
                        rows.append((stems, aspect.name))
        for rows in self._latin.values():
            rows.sort(key=lambda row: -len(row[0]))
        self._whole = whole
        self._literal = literal
        self._any_whole = _alternation(whole)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        plain = folded(text)
        found = [*self._by_stems(plain), *self._letter_by_letter(plain)]
        for name in self._literal.keys() - {folded(aspect) for _, _, aspect in found}:
            at = plain.find(name)
            if at >= 0 and all(end <= at or at + len(name) <= start for start, end, _ in found):
                found.append((at, at + len(name), self._literal[name]))
        return found

    def _by_stems(self, plain: str) -> Iterator[tuple[int, int, str]]:
        runs = [run for run in RUN.finditer(plain) if not run["han"]] if self._latin else []
        stems = [stem(run[0]) for run in runs]
        place = 0
        while place < len(runs):
            step = 1
            for term, aspect in self._latin.get(stems[place], ()):
                chosen = runs[place : place + len(term)]
                if tuple(stems[place : place + len(term)]) == term and _together(plain, chosen):
                    yield chosen[0].start(), chosen[-1].end(), aspect
                    step = len(term)
                    break
            place += step

    def _letter_by_letter(self, plain: str) -> Iterator[tuple[int, int, str]]:
        hits = list(self._any_whole.finditer(plain)) if self._any_whole else []
        if not hits:
            return
        starts: set[int] = set()
        ends: set[int] = set()
        at = 0
        for word in rjieba.cut(plain):
            starts.add(at)
            at += len(word)
            ends.add(at)
        for hit in hits:
            start, end = hit.span()
            aligned = (start in starts) + (end in ends)
            if aligned == 2 or (aligned and end - start > 1) or not HAN.search(hit[0]):
                yield start, end, self._whole[hit[0]]


@lru_cache(maxsize=256)
def _finder(aspects: tuple[Aspect, ...]) -> _Finder:
    return _Finder(aspects)


def _alternation(terms: dict[str, str]) -> re.Pattern[str] | None:
    ordered = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def _together(text: str, runs: Sequence[re.Match[str]]) -> bool:
    """Whether words follow one another with nothing but spaces, hyphens or apostrophes between them."""
    return all(_GAP.fullmatch(text, one.end(), other.start()) for one, other in pairwise(runs))
