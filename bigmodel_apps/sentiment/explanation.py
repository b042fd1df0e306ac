"""Which words made a verdict, by leaving them out, and whether that can be trusted.

Occlusion (Zeiler & Fergus, 2014; Li et al., "Understanding Neural Networks through Representation Erasure", 2016): the
text is read again without a word, without two neighbours, without three; a word's share is the mean change of the
log-odds over the windows that hold it. Two neighbours that do together what neither does alone ("not good") are a
phrase. The check is that of ERASER (DeYoung et al., 2020), against chance: the probability of the verdict must fall
more when the most important words are deleted than when random words are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rjieba

from bigmodel_apps.sentiment.schema import Output
from bigmodel_apps.sentiment.scoring import CLASSES, Scorer, Span
from bigmodel_apps.sentiment.verdict import readable, ribbon
from bigmodel_apps.text.language import HAN
from bigmodel_apps.text.segmentation import folded

Shares = npt.NDArray[np.float64]
"""Probabilities of `scoring.CLASSES`, shape (texts, 3)."""

Read = Callable[[Sequence[str]], Shares]

MAX_WORDS, FEWEST_WORDS = 80, 20
"""So many words are looked at; of a longer text those of the sentences that matter most. Every word takes a few
readings of the whole text, so of one of many thousand characters it is the fewer the longer it is."""

WINDOWS = (1, 2, 3)
TOP, DRAWS = 3, 8
MAX_PHRASES = 5

_SEED = 20_240_601
_TINY = 1e-6
# A phrase is more than its parts by at least so much log-odds.
_MORE = 0.5
_CHARACTERS = 400_000  # words looked at times characters, at most
_WORD = re.compile(
    rf"(?P<han>{HAN.pattern}+)|(?:(?!{HAN.pattern})[^\W_])+(?:['’-](?:(?!{HAN.pattern})[^\W_])+)*"
    r"|[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?|[!?！？]+"
)


@dataclass(frozen=True, slots=True)
class Word:
    """``text[start:end]`` and what it adds to the log-odds of positive against negative (of an opinion, where the
    verdict is that there is none)."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Check:
    """What the probability of the verdict loses without some words.

    Attributes:
        words: How many were deleted.
        top: Loss without the most important ones, in [-1, 1].
        random: Mean loss without random ones.
        draws: The losses behind the mean.
    """

    words: int
    top: float
    random: float
    draws: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text was judged as it was.

    Attributes:
        label: What is explained: the most probable of `scoring.CLASSES`.
        probability: Its probability.
        words: Those that were looked at, in order.
        phrases: Neighbouring words that do together what they do not do alone, the strongest first.
        check: None for a text of one word, of which nothing is left to compare.
        total: Words in the text.
    """

    label: str
    probability: float
    words: tuple[Word, ...]
    phrases: tuple[Word, ...]
    check: Check | None
    total: int

    @property
    def capped(self) -> bool:
        """Whether there are words that were not looked at."""
        return len(self.words) < self.total


def of(outputs: Sequence[Output]) -> Shares:
    """The probabilities behind outputs, for a `Read` that goes through the engine."""
    found = [(one.opinion * (1 - one.positive), 1 - one.opinion, one.opinion * one.positive) for one in outputs]
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def through(scorer: Scorer) -> Read:
    """A `Read` that asks a scorer; on the worker thread of its device alone."""
    return lambda texts: np.exp(scorer.scores(texts).astype(np.float64))


def word_spans(text: str) -> list[Span]:
    """Words, emoji and marks of feeling, in order: Chinese characters joined to words, "wasn't" in one piece."""
    spans: list[Span] = []
    for found in _WORD.finditer(folded(readable(text))):
        if not found["han"]:
            spans.append(found.span())
            continue
        at = found.start()
        for word in rjieba.cut(found[0]):
            spans.append((at, at + len(word)))
            at += len(word)
    return spans


def explain(text: str, read: Read, *, seed: int = _SEED) -> Explanation:
    """Weigh the words of a text. Reads it a few hundred times at most, in three calls.

    Args:
        text: As it was judged.
        read: What is explained; gets many texts at once. A blank one is never among them.
        seed: Of the random words in the check.
    """
    everything = word_spans(text)
    shares = read([text])[0]
    label = int(shares.argmax())
    most = min(MAX_WORDS, max(FEWEST_WORDS, _CHARACTERS // len(text)))
    capped = len(everything) > most
    chosen = _most_important(text, everything, read, label, most) if capped else set(range(len(everything)))
    windows = [
        (first, first + size) for size in WINDOWS for first in sorted(chosen) if chosen >= {*range(first, first + size)}
    ]
    without = [_without(text, everything[first:last]) for first, last in windows]
    values = _value(_all(read, without), label)
    effects = dict(zip(windows, (_value(shares[None], label)[0] - values).tolist(), strict=True))
    words = tuple(Word(*everything[place], _mean(effects, place)) for place in sorted(chosen))
    return Explanation(
        label=CLASSES[label],
        probability=float(shares[label]),
        words=words,
        phrases=_phrases(everything, effects),
        check=_check(text, words, shares, label, read, seed),
        total=len(everything),
    )


def _value(shares: Shares, label: int) -> Shares:
    """Log-odds of positive against negative; of an opinion where neutral is explained."""
    shares = np.clip(shares, _TINY, 1)
    if CLASSES[label] == "neutral":
        return np.asarray(np.log(shares[:, 0] + shares[:, 2]) - np.log(shares[:, 1]))
    return np.asarray(np.log(shares[:, 2]) - np.log(shares[:, 0]))


def _mean(effects: dict[Span, float], place: int) -> float:
    """The mean effect of the windows that hold a word, each shared among its words."""
    held = [
        effects[first, first + size] / size
        for size in WINDOWS
        for first in range(place - size + 1, place + 1)
        if (first, first + size) in effects
    ]
    return float(np.mean(held))


def _phrases(spans: Sequence[Span], effects: dict[Span, float]) -> tuple[Word, ...]:
    found = []
    for (first, last), together in effects.items():
        if last - first == 2:
            more = together - effects[first, first + 1] - effects[first + 1, last]
            if abs(more) >= _MORE and abs(together) >= _MORE:
                found.append((abs(more), Word(spans[first][0], spans[first + 1][1], together)))
    kept: list[Word] = []
    for _, word in sorted(found, key=lambda item: -item[0]):
        if all(word.end <= other.start or other.end <= word.start for other in kept):
            kept.append(word)
    return tuple(kept[:MAX_PHRASES])


def _check(text: str, words: Sequence[Word], shares: Shares, label: int, read: Read, seed: int) -> Check | None:
    count = min(TOP, len(words) // 2)
    if not count:
        return None
    towards = {"negative": -1, "neutral": -1, "positive": 1}[CLASSES[label]]
    best = sorted(range(len(words)), key=lambda place: -towards * words[place].weight)[:count]
    generator = np.random.default_rng(seed)
    drawn = [best, *(generator.choice(len(words), count, replace=False).tolist() for _ in range(DRAWS))]
    without = [_without(text, [(words[place].start, words[place].end) for place in sorted(some)]) for some in drawn]
    losses = (shares[label] - _all(read, without)[:, label]).tolist()
    return Check(count, losses[0], float(np.mean(losses[1:])), tuple(losses[1:]))


def _most_important(text: str, words: Sequence[Span], read: Read, label: int, most: int) -> set[int]:
    """Places of words, `most` of them, in the sentences that lean most when read alone (hold most opinion, where that
    there is none is explained): leaving each out would be to read the whole text once a sentence."""
    sentences = ribbon(text)
    alone = _all(read, [text[start:end] for start, end in sentences])
    strength = 1 - alone[:, 1] if CLASSES[label] == "neutral" else np.abs(alone[:, 2] - alone[:, 0])
    chosen: set[int] = set()
    for rank in np.argsort(-strength, kind="stable"):
        start, end = sentences[rank]
        inside = [place for place, word in enumerate(words) if start <= word[0] and word[1] <= end]
        chosen.update(inside[: most - len(chosen)])
        if len(chosen) >= most:
            break
    return chosen


def _all(read: Read, texts: Sequence[str]) -> Shares:
    """`read`, but for texts of which nothing is left: of them every class is as likely as the others."""
    found = np.full((len(texts), 3), 1 / 3)
    left = [place for place, text in enumerate(texts) if text.strip()]
    if left:
        found[left] = read([texts[place] for place in left])
    return found


def _without(text: str, spans: Sequence[Span]) -> str:
    """`text` without these spans, which rise; one space is left where two would meet."""
    kept, at = "", 0
    for start, end in spans:
        kept += text[at:start]
        at = end
        if (not kept or kept[-1].isspace()) and text[at : at + 1].isspace():
            at += 1
    return kept + text[at:]
