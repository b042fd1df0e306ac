"""Whether a sentence is supported by the sentences that it cites. No model: figures, words and "not" are compared.

The rule, for a sentence and the sources that it cites:

1. **Contact points** (addresses, e-mails, handles, telephone and account numbers) all stand in the cited sources.
2. **Figures** all stand there too: amounts with their currency, lengths of time with their unit, percentages, months
   and weekdays (`facts.facts`).
3. **Words**: of its content words and facts, at least `MIN_SHARE`, and at least two, stand in at most three sentences
   of the cited sources (chosen greedily). English words meet by their stem; a Chinese word also meets where each two
   characters of it stand together in the source. Where sentence and source differ in language, Chinese words are
   compared through their dictionary glosses, and the share is lower since translations rarely pick the gloss.
4. **Negation**: each clause is as negative as a source clause that it shares the most words with.

What this cannot see: a wrong combination of words that all stand in the source. The source itself is shown beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bigmodel_apps.customer_service.facts import facts, without_facts
from bigmodel_apps.text.documents import clean_text
from bigmodel_apps.text.gloss import gloss
from bigmodel_apps.text.language import HAN, Language, detect
from bigmodel_apps.text.segmentation import normalize, words
from bigmodel_apps.text.sentences import sentences

MIN_SHARE = {"same": 0.6, "other": 0.3}
"""Share of content words that a source in the same language, or in the other one, has to have."""

MAX_SENTENCES = 3
_FACT_WEIGHT = 3

Doubt = Literal["uncited", "contact", "figure", "words", "negation"]
"""Why a sentence is not supported."""

_CLAUSE = re.compile(
    r"[;:；：—]|\b(?:but|however|although|though|unless|except|if|because|whereas)\b|但是?|不过|除非|如果|若|因为"
    r"|(?<=[a-z]),(?=\s(?:you|we|it|they|the|this|please|an?)\b)|(?<=[\u3400-\u9fff])，",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\W*(?:if|when|once|after|before|until|while|since|because|in case|should|as long as)\b[^,]*(?=,)", re.IGNORECASE
)
_NOT_NEGATIVE = re.compile(
    r"\bno (?:later|more|less|fewer) than\b|\bnot (?:only|later than|more than)\b|\bno matter\b|\bno\. ?\d"
    r"|不[仅但过同断如久足论管足]|不得不|不超过|不晚于|不少于|无论|非常|未来|无线|特别|分别|级别|性别|个别|类别|识别|区别|别人|别的"
)
_NEGATIVE = re.compile(
    r"\b(?:not?|never|none|nothing|neither|nor|without|cannot|unable|\w+n['’]t)\b|[不没无未勿别]|禁止|并非|非[^常]",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that an answer may be composed from: an entry, or a passage of a document.

    Attributes:
        label: What the reader knows it by.
        untrusted: Whether strangers may have written it. What rests on it is only ever shown as its own words.
    """

    label: str
    text: str
    untrusted: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a source. `source` is its number, from 1."""

    source: int
    text: str


@dataclass(frozen=True, slots=True)
class Support:
    """What a sentence rests on, or why it does not. With a doubt, `sentences` is empty."""

    doubt: Doubt | None
    sentences: tuple[Found, ...] = ()


class Grounds:
    """The sources of one answer, ready for comparison.

    Args:
        sources: Numbered from 1 in this order.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sentences = [
            Found(number, text[start:end])
            for number, text in enumerate((clean_text(source.text) for source in sources), 1)
            for start, end in sentences(text)
        ]

    def support(self, text: str, cited: Sequence[int]) -> Support:
        """Check a sentence against the sources with the numbers `cited`, by the rule of this module."""
        candidates = [found for found in self._sentences if found.source in cited]
        if not candidates:
            return Support("uncited")
        said = facts(text, required=True)
        given: frozenset[str] = frozenset().union(*(_facts(found.text) for found in candidates))
        if missing := said - given:
            return Support("contact" if any(fact.startswith("contact ") for fact in missing) else "figure")
        chosen, covered, total, other = self._choose(text, said, candidates)
        least = MIN_SHARE["other" if other else "same"]
        if not chosen or covered < min(2, total) or covered < least * total:
            return Support("words")
        if not said <= frozenset().union(*(_facts(found.text) for found in chosen)):
            return Support("figure")
        if not all(_as_negative(clause, chosen) for clause in _clauses(text)):
            return Support("negation")
        return Support(None, tuple(sorted(chosen, key=self._sentences.index)))

    @staticmethod
    def _choose(text: str, said: frozenset[str], candidates: list[Found]) -> tuple[list[Found], int, int, bool]:
        """Up to three sentences that cover the most; words covered and in total; whether one is in another language."""
        language = detect(text)
        total = len(said) + len(_units(text, glossed=False))
        covers = {found: (_covered(text, language, found.text), said & _facts(found.text)) for found in candidates}
        chosen: list[Found] = []
        done: set[int] = set()
        proven: set[str] = set()

        def gain(found: Found) -> int:
            met, shown = covers[found]
            return len(met - done) + _FACT_WEIGHT * len(shown - proven)

        while len(chosen) < MAX_SENTENCES:
            best = max(covers, key=gain)
            if not gain(best):
                break
            chosen.append(best)
            done |= covers[best][0]
            proven |= covers[best][1]
        other = any(detect(found.text) != language for found in chosen)
        return chosen, len(done) + len(proven), total, other


def _units(text: str, *, glossed: bool) -> list[frozenset[str]]:
    """The content words of a text but for its facts, each as the set of terms under which it may be met."""
    units = []
    for word in words(without_facts(text)):
        if glossed and HAN.search(word.term):
            units.append(frozenset(_gloss_terms(word.term)) | {word.term})
        else:
            units.append(frozenset((word.term,)))
    return units


@lru_cache(maxsize=4096)
def _gloss_terms(word: str) -> tuple[str, ...]:
    return tuple(found.term for found in words(gloss(word, wide=True)))


@lru_cache(maxsize=1024)
def _terms(text: str, glossed: bool) -> frozenset[str]:
    return frozenset().union(*_units(text, glossed=glossed))


@lru_cache(maxsize=1024)
def _facts(text: str) -> frozenset[str]:
    return facts(text)


def _covered(text: str, language: Language, source: str) -> set[int]:
    """Places among the content words of `text` of those that `source` has."""
    other = detect(source) != language
    terms = _terms(source, other)
    folded = normalize(source)
    return {
        place
        for place, unit in enumerate(_units(text, glossed=other))
        if unit & terms or any(_meets(term, folded) for term in unit)
    }


def _meets(term: str, source: str) -> bool:
    """Whether each two characters of a Chinese word stand together in the source: 退货费 meets 退货的费用 by 退货 only."""
    return (
        len(term) > 1
        and bool(HAN.match(term))
        and all(term[place : place + 2] in source for place in range(len(term) - 1))
    )


def _clauses(text: str) -> Iterator[str]:
    position = 0
    if first := _CONDITION.match(text):  # If it has not come, ask for it.
        yield first[0]
        position = first.end()
    for match in _CLAUSE.finditer(text, position):
        yield text[position : match.start()]
        position = match.start()
    yield text[position:]


def negative(text: str) -> bool:
    """Whether a clause says "not"."""
    return bool(_NEGATIVE.search(_NOT_NEGATIVE.sub(" ", normalize(text))))


def _as_negative(clause: str, chosen: list[Found]) -> bool:
    language = detect(clause)
    overlaps: list[tuple[int, bool]] = [
        (len(_covered(clause, language, part)), negative(part)) for found in chosen for part in _clauses(found.text)
    ]
    most = max((overlap for overlap, _ in overlaps), default=0)
    if most < 2:  # too little in common to say which clause it renders
        return True
    return any(polarity == negative(clause) for overlap, polarity in overlaps if overlap == most)
