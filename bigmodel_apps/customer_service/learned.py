"""What was learned from the phrasings of a knowledge base, and what came of it. `adaptation` makes it, `index` uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bigmodel_apps.customer_service.classifier import FACTS, Array, Classifier
from bigmodel_apps.customer_service.scores import standardise
from bigmodel_apps.text.language import Language

CONFIDENCE = (*FACTS, "lead", "behind")
"""What the confidence is made of: facts about the question, how far the best entry leads the second, and how far it is
behind the one that the classifier alone would have chosen."""

Reason = Literal["better", "no-gain", "few-phrasings", "few-entries", "passages", "too-large"]


@dataclass(frozen=True, slots=True)
class Adapted:
    """Which entry of one language a question means, and how surely.

    Attributes:
        classifier: Its classes are the entries of one language, in their order.
        share: Weight of what was learned, in (0, 1]; plain retrieval has the rest.
        confidence: Coefficients for `CONFIDENCE` with the bias last.
    """

    classifier: Classifier
    share: float
    confidence: Array

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.classifier.nbytes + self.confidence.nbytes

    def judge(self, views: Array) -> Judged:
        """What was learned says of questions, given their views (questions × width)."""
        judgement = self.classifier.judge(views)
        return Judged(self, standardise(judgement.scores), judgement.facts)


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions judged by what was learned: standardised scores (questions × entries), and facts."""

    by: Adapted
    scores: Array
    facts: Array

    def mix(self, plain: Array) -> Array:
        """Scores of all entries, given those of plain retrieval."""
        return mix(plain, self.scores, self.by.share)

    def parts(self, plain: Mapping[str, Array]) -> dict[str, Array]:
        """What the retrievers give to the scores of `mix`, given what they give to those of plain retrieval."""
        own = {"adapted": np.float32(self.by.share) * self.scores}
        rest = np.float32(1 - self.by.share)
        return own | ({name: rest * scores for name, scores in plain.items()} if rest else {})

    def calibrated(self, mixed: Array) -> Array:
        """Probability that the best entry by the scores of `mix` answers, for each question."""
        logits = confidence_facts(self.facts, self.scores, mixed) @ self.by.confidence[:-1] + self.by.confidence[-1]
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


def mix(plain: Array, learned: Array, share: float) -> Array:
    """Scores of plain retrieval and what was learned, the latter with the weight `share`."""
    return np.asarray(np.float32(1 - share) * plain + np.float32(share) * learned)


def confidence_facts(facts: Array, learned: Array, mixed: Array) -> Array:
    """What the confidence is made of, questions × `CONFIDENCE`."""
    rows, best = np.arange(len(mixed)), mixed.argmax(axis=1)
    second = np.partition(mixed, -2, axis=1)[:, -2]
    lead = mixed[rows, best] - second
    behind = learned.max(axis=1) - learned[rows, best]
    return np.column_stack([facts, lead, behind])


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the entries of one language.

    Attributes:
        reason: ``better``: what was learned is in use. ``no-gain``: it did not find more than plain retrieval by more
            than one standard error. ``few-phrasings``, ``few-entries``, ``passages``, ``too-large``: nothing was tried.
        phrasings: Of all entries.
        asked: Phrasings that were taken out of the base and asked.
        before, after: Share of those whose entry came first by plain retrieval, and with what was learned without
            them; None where nothing was tried.
        share: Weight of what was learned, beside plain retrieval with the rest.
        seconds: That it took.
    """

    language: Language
    reason: Reason
    entries: int
    phrasings: int
    asked: int = 0
    before: float | None = None
    after: float | None = None
    share: float | None = None
    seconds: float = 0.0

    @property
    def used(self) -> bool:
        """Whether it is in use."""
        return self.reason == "better"


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a base: a report for each language, and what is to be used."""

    reports: tuple[Report, ...]
    adapted: Mapping[Language, Adapted]
