"""From scores to a list: what may be shown, what stands first, how different the items are from one another.

The order of the steps: scores of the blend, less a penalty for popularity; what rules and the user's own dismissals keep
out is gone; pinned items come first; the others follow by score, or by score and difference (maximal marginal relevance,
Carbonell and Goldstein, SIGIR 1998), as far as quotas of categories allow. Shares of a score stay exact, because the
penalty is a share like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats, Items, Singles
from bigmodel_apps.recommendation.recommender import Recommended, Recommender, Shares, standardised, top

NEXT, TEXT, POPULARITY, PENALTY = "next", "text", "popularity", "penalty"
"""Terms whose weight a slider sets; the rest of a score that rests on popularity alone, and what its penalty takes."""

DIMENSIONS, SEED = 64, 7
POOL = 300
"""Candidates, the best by score, among which a diverse list is chosen."""

_MOST_CATEGORIES = 200
_AT_ONCE = 2_000_000  # scores in memory


@dataclass(frozen=True, slots=True)
class Settings:
    """How a list is made.

    Attributes:
        k: Its length.
        diversity: In [0, 1]; 0 is by score alone.
        popularity_penalty: In [0, 1]; 1 takes as much off a popular item as the model's scores vary.
        recency, text: Weights of the terms `NEXT` and `TEXT` in the place of the blend's own.
        seen: Whether items of the history may come back.
    """

    k: int = 10
    diversity: float = 0.0
    popularity_penalty: float = 0.0
    recency: float | None = None
    text: float | None = None
    seen: bool = False

    def weights(self, recommender: Recommender) -> Mapping[str, float]:
        """The blend's, with those that are set here."""
        fitted = {term.name for term in recommender.terms}
        given = {name: weight for name, weight in ((NEXT, self.recency), (TEXT, self.text)) if weight is not None}
        return {**recommender.weights, **{name: weight for name, weight in given.items() if name in fitted}}


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Rules, as places in the catalogue.

    Attributes:
        hidden: Items that may not be shown, shape (items,).
        pinned: Items that come first, in this order.
        groups: For each item the number of its category, -1 where it has none, shape (items,).
        most: For each category how many of it a list may hold, shape (categories,).
    """

    hidden: Flags
    pinned: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    groups: Codes | None = None
    most: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @classmethod
    def none(cls, items: int) -> Limits:
        """Everything may be shown."""
        return cls(np.zeros(items, dtype=bool))

    def without(self, items: Codes) -> Limits:
        """With some further items hidden."""
        hidden = self.hidden.copy()
        hidden[items] = True
        return replace(self, hidden=hidden)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A list.

    Attributes:
        items: Places in the catalogue, shape (at most k,).
        scores: Of the model, less the penalty, shape as `items`.
        pinned: Which of them a rule put there.
        popular: Whether there is no history, so that popularity alone decides.
    """

    items: Codes
    scores: Floats
    pinned: Flags
    popular: bool


def make(
    recommender: Recommender,
    histories: Sequence[Codes],
    settings: Settings | None = None,
    limits: Sequence[Limits] | None = None,
    vectors: Singles | None = None,
    scores: Floats | None = None,
) -> list[Made]:
    """A list for each history.

    Args:
        limits: One for each history; by default everything may be shown.
        vectors: Of the items, rows of length 1 or 0, shape (items, d): with `Settings.diversity`, what difference is.
        scores: `Recommender.scores` of the histories with the settings' weights, shape (histories, items), where the
            caller has them.
    """
    settings = settings or Settings()
    made = []
    parts = _parts(recommender, histories, settings.weights(recommender)) if scores is None else iter([scores])
    for place, (row, history) in enumerate(zip((row for part in parts for row in part), histories, strict=True)):
        limit = limits[place] if limits else Limits.none(len(row))
        wanted = np.add(*_scored(recommender, row, history, settings))
        allowed = ~limit.hidden
        if not settings.seen:
            allowed[history] = False
        pins = limit.pinned[allowed[limit.pinned]][: settings.k]
        allowed[pins] = False
        chosen = _choose(np.where(allowed, wanted, -np.inf), settings, limit, pins, vectors)
        everything = np.concatenate([pins, chosen]).astype(np.int32)
        made.append(Made(everything, wanted[everything], np.arange(len(everything)) < len(pins), not len(history)))
    return made


def _parts(recommender: Recommender, histories: Sequence[Codes], weights: Mapping[str, float]) -> Iterator[Floats]:
    """Scores of some histories at a time, so that memory stays bounded."""
    at_once = max(1, _AT_ONCE // max(len(recommender.catalogue), 1))
    for at in range(0, len(histories), at_once):
        yield recommender.scores(histories[at : at + at_once], weights)


def explain(recommender: Recommender, history: Codes, items: Codes, settings: Settings | None = None) -> Shares:
    """What the scores of a list rest on: as `Recommender.explain`, with the penalty in the rest as `PENALTY`; without a
    history all of it is `POPULARITY`."""
    settings = settings or Settings()
    weights = settings.weights(recommender)
    if len(history):
        found = recommender.explain(history, items, weights)
    else:
        popular = _popular(recommender)[items]
        found = Shares(np.zeros((0, len(items))), {POPULARITY: popular}, popular)
    if not settings.popularity_penalty:
        return found
    row = recommender.scores([history], weights)[0]
    penalty = _scored(recommender, row, history, settings)[1][items]
    return Shares(found.shares, {**found.rest, PENALTY: penalty}, found.scores + penalty)


def vectors(matrix: sparse.csr_matrix, catalogue: Items) -> Singles:
    """What difference between items is: vectors whose cosine is high for items that the same users choose and, where
    categories are known, for items of one category, half each. Rows of length 1, or 0 for an item of which nothing is
    known; shape (items, d).

    Args:
        matrix: 1 where a user chose an item, shape (users, items).
    """
    parts = []
    dimensions = min(DIMENSIONS, *(size - 1 for size in matrix.shape))
    if dimensions > 0 and matrix.nnz:
        from sklearn.utils.extmath import randomized_svd

        norms = np.sqrt(np.asarray(matrix.sum(axis=0)).ravel())
        scaled = matrix @ sparse.diags(1 / np.maximum(norms, 1)).astype(np.float32)
        _, strengths, axes = randomized_svd(scaled, dimensions, n_iter=3, random_state=SEED)
        parts.append(_unit(axes.T * strengths))
    if catalogue.categories:
        names = next(iter(catalogue.categories.values())).astype(str)
        different, places, counts = np.unique(names, return_inverse=True, return_counts=True)
        largest = np.argsort(-np.where(different == "", 0, counts), kind="stable")[:_MOST_CATEGORIES]
        parts.append((places[:, None] == largest[different[largest] != ""]).astype(np.float64))
    return _unit(np.hstack([np.zeros((len(catalogue), 1)), *parts])).astype(np.float32)


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 1e-9, norms, 1))


def _scored(recommender: Recommender, row: Floats, history: Codes, settings: Settings) -> tuple[Floats, Floats]:
    """Scores of every item without the penalty, and the penalty, which is negative for popular items."""
    popular = _popular(recommender)
    scores = row if len(history) else popular
    return scores, -settings.popularity_penalty * scores.std() * popular


def _popular(recommender: Recommender) -> Floats:
    return standardised(np.log1p(recommender.counts)[None])[0][0]


def _choose(scores: Floats, settings: Settings, limits: Limits, pins: Codes, vectors: Singles | None) -> Codes:
    """What follows the pinned items."""
    wanted = settings.k - len(pins)
    if wanted <= 0:
        return np.zeros(0, dtype=np.int32)
    left = None
    if limits.groups is not None and len(limits.most):
        groups = limits.groups
        left = limits.most - np.bincount(groups[pins][groups[pins] >= 0], minlength=len(limits.most))
        scores = np.where((groups >= 0) & (left[groups] <= 0), -np.inf, scores)
    diverse = settings.diversity > 0 and vectors is not None
    if left is None and not diverse:
        return top(scores, wanted).items
    # With quotas everything is a candidate: however long the head of one category is, others are behind it.
    pool = top(scores, POOL if left is None else len(scores))
    return _greedy(pool, wanted, settings.diversity if diverse else 0.0, limits, left, pins, vectors)


def _greedy(
    pool: Recommended,
    wanted: int,
    diversity: float,
    limits: Limits,
    left: Codes | None,
    pins: Codes,
    vectors: Singles | None,
) -> Codes:
    """Best first, each judged by what is chosen already."""
    items, scores = pool.items, pool.scores
    if not len(items):
        return items
    least = scores[min(POOL, len(scores)) - 1]  # relevance is 1 for the best and 0 for the last of the pool
    relevance = (scores - least) / ((scores[0] - least) or 1.0)
    closest = np.zeros(len(items))
    if diversity and vectors is not None and len(pins):
        closest = np.maximum(closest, (vectors[items] @ vectors[pins].T).max(axis=1))
    left = None if left is None else left.copy()
    free = np.ones(len(items), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < wanted and free.any():
        worth = (1 - diversity) * relevance - diversity * closest
        best = int(np.argmax(np.where(free, worth, -np.inf)))
        free[best] = False
        chosen.append(best)
        if diversity and vectors is not None:
            closest = np.maximum(closest, vectors[items] @ vectors[items[best]])
        if left is not None and limits.groups is not None and (group := limits.groups[items[best]]) >= 0:
            left[group] -= 1
            if left[group] <= 0:
                free &= limits.groups[items] != group
    return items[chosen]
