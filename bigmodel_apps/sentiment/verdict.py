"""From log-probabilities to a verdict: the label, what it rests on, and how often such verdicts are right."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from bigmodel_apps.sentiment.schema import Label
from bigmodel_apps.sentiment.scoring import CLASSES, Scores, Span
from bigmodel_apps.text.sentences import sentences

Floats = npt.NDArray[np.floating[Any]]

UNKNOWN = np.full(3, -math.log(3), dtype=np.float32)
"""Of a text in which no reader finds anything to read: every class as likely as the others."""

MAX_SENTENCES = 200
"""More sentences than this are judged in neighbouring groups."""

_NEGATIVE, _NEUTRAL, _POSITIVE = range(3)
_EVEN = 1 / 3 + 1e-6
_TINY = 1e-6
_MARKUP = re.compile(r"<[/!a-zA-Z][^<>]{0,300}>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BREAK = re.compile(r"[\s,，;；、:：]")


class Verdict(NamedTuple):
    """See `schema.Scored` for the fields."""

    label: Label
    positive: float
    opinion: float
    confidence: float


def verdicts(scores: Scores, unsure_below: float) -> list[Verdict]:
    """One a row: the most probable class, or ``unsure`` where its probability is below `unsure_below`.

    Where all are as likely, none is the most probable, however low the bar.
    """
    shares = np.exp(scores.astype(np.float64))
    shares /= shares.sum(axis=1, keepdims=True)
    # The odds come from the logarithms: the probabilities of a sure reader round to 0.
    odds = scores[:, _POSITIVE].astype(np.float64) - scores[:, _NEGATIVE]
    positive = 1 / (1 + np.exp(-np.clip(odds, -60, 60)))
    best = shares.argmax(axis=1)
    confidence = shares.max(axis=1)
    return [
        Verdict(
            cast(Label, CLASSES[place]) if sure >= unsure_below and sure > _EVEN else "unsure", share, opinion, sure
        )
        for place, sure, share, opinion in zip(
            best.tolist(), confidence.tolist(), positive.tolist(), (1 - shares[:, _NEUTRAL]).tolist(), strict=True
        )
    ]


def combined(scores: Scores, lengths: Floats) -> npt.NDArray[np.float32]:
    """What the parts of a text say together, shape (3,).

    A part weighs by its length. The log-odds of positive against negative are averaged over the opinion there is, so
    that pages of plot do not thin it out, and grow with the square root of the number of parts (Kish's effective
    number): parts of a text are neither copies of one another nor independent, and the mean alone is far too modest.
    Opinion is the quadratic mean, between "somewhere" and "everywhere".

    Args:
        scores: One row a part.
        lengths: Characters of each.
    """
    if len(scores) == 1:
        return scores[0]
    weights = np.asarray(lengths, dtype=np.float64) / np.sum(lengths)
    rows = np.maximum(scores.astype(np.float64), -60)  # a reader may be sure beyond float32
    opinions = np.clip(1 - np.exp(rows[:, _NEUTRAL]), _TINY, 1 - _TINY)
    share = weights * opinions
    share /= share.sum()
    odds = float((share * (rows[:, _POSITIVE] - rows[:, _NEGATIVE])).sum() / math.sqrt((share**2).sum()))
    opinion = math.sqrt(float((weights * opinions**2).sum()))
    polar = np.array([-np.logaddexp(0, odds), -np.logaddexp(0, -odds)]) + math.log(opinion)
    return np.array([polar[0], math.log1p(-opinion), polar[1]], dtype=np.float32)


def readable(text: str) -> str:
    """`text` without markup, control, bidirectional and zero-width characters: spaces stand in their places.

    As long as before, so that a place in one is a place in the other.
    """
    if text.isprintable() and "<" not in text and "&" not in text:
        return text
    return _UNPRINTABLE.sub(" ", _MARKUP.sub(lambda found: " " * len(found[0]), text))


def parts(text: str, limit: int) -> list[Span]:
    """Spans of at most `limit` characters that together hold the whole text: sentences, as many as fit in each.

    A sentence that is longer ends after white space or a comma in its last third, or else after `limit` characters.
    """
    if len(text) <= limit:
        return [(0, len(text))]
    spans: list[Span] = []
    for start, end in sentences(text):
        if spans and end - spans[-1][0] <= limit:
            spans[-1] = (spans[-1][0], end)
            continue
        while end - start > limit:
            at = start + limit
            for found in _BREAK.finditer(text, start + 2 * limit // 3, start + limit):
                at = found.end()
            spans.append((start, at))
            start = at
        if text[start:end].strip():
            spans.append((start, end))
    return spans or [(0, len(text))]


def ribbon(text: str) -> list[Span]:
    """The sentences of a text, in `MAX_SENTENCES` groups at most."""
    spans = sentences(text)
    size = -(-len(spans) // MAX_SENTENCES)
    if size < 2:
        return spans
    groups = [spans[first : first + size] for first in range(0, len(spans), size)]
    return [(group[0][0], group[-1][1]) for group in groups]


class Bin(NamedTuple):
    """Held-out texts with a confidence from `low` to `high`: how many, and how many were judged rightly."""

    low: float
    high: float
    n: int
    right: int


Calibration = Mapping[str, Sequence[Bin]]
"""Bins by language."""


def bins(confidence: Floats, right: npt.NDArray[np.bool_], count: int = 10) -> list[Bin]:
    """`count` bins of equal size in rising order, for the weights' metadata (see `calibration`)."""
    order = np.argsort(confidence, kind="stable")
    return [
        Bin(float(confidence[some[0]]), float(confidence[some[-1]]), len(some), int(right[some].sum()))
        for some in np.array_split(order, count)
        if len(some)
    ]


@lru_cache(maxsize=16)
def calibration(folder: Path) -> Calibration:
    """What the weights in `folder` say of themselves: metadata ``calibration`` of their safetensors.

    JSON of ``{language: [{"low", "high", "n", "right"}]}``: `Bin._asdict` of what `bins` makes. Empty where nothing is said.
    """
    found: dict[str, list[Bin]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        said = json.loads(header.get("__metadata__", {}).get("calibration", "{}"))
        found |= {language: [Bin(**facts) for facts in rows] for language, rows in said.items()}
    return found


def right_share(facts: Calibration, language: str, confidence: float) -> tuple[float, int] | None:
    """Of held-out texts with a confidence like this: the share judged rightly, and how many there were.

    Those of the nearest bin. None where the reader says nothing of this language.
    """
    rows = [row for row in facts.get(language, ()) if row.n]
    if not rows:
        return None
    nearest = min(rows, key=lambda row: (max(row.low - confidence, confidence - row.high, 0.0), -row.n))
    return nearest.right / nearest.n, nearest.n
