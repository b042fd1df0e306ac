"""A small scorer that really reads: it counts good and bad words of both languages, and hears negations."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bigmodel_apps.sentiment.aspects import clause
from bigmodel_apps.sentiment.scoring import Scores, Span

_GOOD = "good|great|excellent|loved?|lovely|happy|tasty|delicious|friendly|clean|spotless|fast|nice|wonderful"
_BAD = "bad|terrible|awful|hated?|rude|dirty|slow|broken|boring|disgusting|angry|sad|joke|worst"
_ENGLISH = re.compile(
    rf"\b(?:(?P<no>not|never|isn't|wasn't)\s(?:\w+\s)?)?(?:(?P<good>{_GOOD})|(?P<bad>{_BAD}))\b", re.I
)
_CHINESE = re.compile(
    "(?P<no>[不没])?[很太]?"
    "(?:(?P<good>不错|好吃|很棒|喜欢|满意|开心|干净|热情|好|棒|快)|(?P<bad>讨厌|失望|难吃|垃圾|生气|差|糟|脏|慢|坏))"
)


class WordList:
    """Log-probabilities from the words found; without any, neutral is the most probable."""

    nbytes = 0

    def __init__(self, language: str, max_characters: int = 300) -> None:
        self.engine = f"words-{language}"
        self.max_characters = max_characters
        self._pattern = _ENGLISH if language == "en" else _CHINESE
        self.calls: list[tuple[str, ...]] = []

    def scores(self, texts: Sequence[str]) -> Scores:
        self.calls.append(tuple(texts))
        logits = np.array([self._logits(text[: self.max_characters]) for text in texts], dtype=np.float32).reshape(
            -1, 3
        )
        return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        clauses = [clause(text, *span) for text, span in zip(texts, spans, strict=True)]
        return self.scores([text[start:end] for text, (start, end) in zip(texts, clauses, strict=True)])

    def _logits(self, text: str) -> tuple[float, float, float]:
        good = bad = 0
        for found in self._pattern.finditer(text):
            if bool(found["good"]) != bool(found["no"]):
                good += 1
            else:
                bad += 1
        return (1.5 * bad, 1.0 if not good + bad else 0.0, 1.5 * good)
