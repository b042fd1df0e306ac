"""A blend of terms: scores of every item for any history, and exact shares of what they rest on.

Each term's scores are standardised over the items of the catalogue, for each history on its own, and added with the
blend's weights. Mean and scale are those of the sum over the history, so shares stay exact: they sum to the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats, Interactions, Items
from bigmodel_apps.recommendation.terms import Term

LONGEST = 500
"""Items of a history that are looked at, the newest."""


@dataclass(frozen=True, slots=True, eq=False)
class Recommended:
    """The best items for a history.

    Attributes:
        items: Places in the catalogue, the best first, shape (k,).
        scores: Shape (k,).
    """

    items: Codes
    scores: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Why some items score as they do.

    Attributes:
        shares: What each item of the history adds, shape (len(history), items asked about); signed.
        rest: What does not come from a single item of the history (popularity, say), by term, each shape (items asked
            about,).
        scores: Shape (items asked about,): the sum of both.
    """

    shares: Floats
    rest: Mapping[str, Floats]
    scores: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Recommender:
    """Fitted terms and their weights.

    Attributes:
        catalogue: The items, in the order of every term.
        counts: How many users of those learned from chose each item, shape (items,).
        weights: By name of the term; a term without one counts nothing.
        facts: Recipe, rows, dates, figures on the validation part: what the card and the page show.
    """

    catalogue: Items
    terms: tuple[Term, ...]
    weights: Mapping[str, float]
    counts: Codes
    facts: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, histories: Sequence[Codes], weights: Mapping[str, float] | None = None) -> Floats:
        """Of every item, shape (histories, items).

        Args:
            weights: In the place of the blend's own.
        """
        weights = self.weights if weights is None else weights
        histories = [history[-LONGEST:] for history in histories]
        total = np.zeros((len(histories), len(self.catalogue)))
        for term in self.terms:
            if weight := weights.get(term.name, 0.0):
                raw = term.scores(histories)
                scale = raw.std(axis=1, keepdims=True)
                total += weight * np.divide(
                    raw - raw.mean(axis=1, keepdims=True), scale, where=scale > 0, out=np.zeros_like(raw)
                )
        return total

    def recommend(
        self,
        histories: Sequence[Codes],
        k: int = 10,
        *,
        weights: Mapping[str, float] | None = None,
        seen: bool = False,
        allowed: Flags | None = None,
    ) -> list[Recommended]:
        """The best k items for each history; fewer where no more may be shown.

        Args:
            seen: Whether items of the history may come back.
            allowed: Which items may be shown, shape (items,); all by default.
        """
        found = self.scores(histories, weights)
        if allowed is not None:
            found[:, ~allowed] = -np.inf
        if not seen:
            for row, history in enumerate(histories):
                found[row, history] = -np.inf
        return [top(row, k) for row in found]

    def explain(self, history: Codes, items: Codes, weights: Mapping[str, float] | None = None) -> Shares:
        """What the scores of some items rest on."""
        weights = self.weights if weights is None else weights
        history = history[-LONGEST:]
        shares = np.zeros((len(history), len(items)))
        rest: dict[str, Floats] = {}
        for term in self.terms:
            if weight := weights.get(term.name, 0.0):
                raw = term.shares(history)
                scale = raw.sum(axis=0).std()
                if scale > 0:
                    standard = weight * (raw[:, items] - raw.mean(axis=1, keepdims=True)) / scale
                    shares += standard[:-1]
                    rest[term.name] = standard[-1]
        scores = shares.sum(axis=0) + sum(rest.values(), start=np.zeros(len(items)))
        return Shares(shares, rest, scores)


def top(scores: Floats, k: int) -> Recommended:
    """The best k of one history's scores, shape (items,); -inf is never among them. Equal ones in the catalogue's order."""
    k = min(k, int(np.isfinite(scores).sum()))
    if not k:
        return Recommended(np.zeros(0, dtype=np.int32), np.zeros(0))
    best = np.argpartition(-scores, k - 1)[:k]
    least = scores[best].min()
    best = np.flatnonzero(scores >= least)  # ties at the edge: the first of the catalogue
    best = best[np.lexsort((best, -scores[best]))][:k]
    return Recommended(best.astype(np.int32), scores[best])


def fit_plain(interactions: Interactions, penalty: float = 200.0) -> Recommender:
    """EASE alone: the floor of every blend, in one call."""
    from bigmodel_apps.recommendation.ease import Ease

    matrix = interactions.matrix()
    counts = np.asarray(matrix.sum(axis=0)).ravel().astype(np.int32)
    return Recommender(interactions.catalogue, (Ease.fit(matrix, penalty),), {"ease": 1.0}, counts)
