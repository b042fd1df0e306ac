"""Things that nobody has chosen yet: from a title alone, what they are like, who would be shown them, and why.

What a blend makes of a new thing is predicted from what it makes of the others, by ridge regression from titles to a
person's scores (kernel form: Saunders, Gammerman and Vovk, ICML 1998; mapping content into a collaborative model: Gantner
et al., ICDM 2010). The regression is linear in the scores, and these are sums over the history, so "because" stays exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats, Ints, Singles
from bigmodel_apps.recommendation.recommender import LONGEST, Recommended, Recommender, top
from bigmodel_apps.recommendation.titles import Text, Titles, Vectors, texts

RIDGE = 1.0
OWN = 4.0
"""What a choice itself counts beside the blend's scores: a thing like one that was chosen is wanted, too."""

NEIGHBOURS = 8
MOST_PEOPLE = 5_000
"""So many are asked at most whether they would be shown a new thing, drawn at random."""

_SEED = 7
_STEPS, _CLOSE = 200, 1e-4
_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class Newcomer:
    """A new thing as a recommender sees it.

    Attributes:
        neighbours: Things of the catalogue with similar titles, with their similarities in (0, 1], the most similar first.
        loadings: What a person's score of each thing of the catalogue adds to that of the new one, shape (items,).
    """

    neighbours: Recommended
    loadings: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Who would be shown a new thing.

    Attributes:
        people: Places of the histories that were asked, those who want it most first.
        scores: Theirs, on the scale of the blend, shape (people,).
        shown: In whose list of the best k it would stand, shape (people,).
        share: Of those asked.
    """

    people: Ints
    scores: Floats
    shown: Flags
    share: Estimate


def titles_of(recommender: Recommender) -> Titles:
    """Its term ``text``, weighed or not; made from the catalogue where it has none.

    Raises:
        InputError: ``recommendation-no-titles``: the catalogue has none.
    """
    found = next((term for term in recommender.terms if isinstance(term, Titles)), None)
    if found is not None and found.vectors.features.nnz:
        return found
    if not recommender.catalogue.titles:
        raise InputError(Problem("recommendation-no-titles"))
    return Titles.of(texts(recommender.catalogue))


def loadings(titles: Titles, new: Vectors, ridge: float = RIDGE, known: Flags | None = None) -> Floats:
    """(K + ridge)⁻¹ k of each new thing, K being the similarities of the catalogue: shape (items, new).

    By conjugate gradients (Hestenes and Stiefel, 1952), so K, which is items × items, is never made.

    Args:
        known: Things of the catalogue to learn from, shape (items,); the others load 0.
    """
    vectors = titles.vectors
    rows = np.arange(len(vectors)) if known is None else np.flatnonzero(known)
    features, meaning = vectors.features[rows], vectors.meaning[rows]
    turned = features.T.tocsr()
    found = np.zeros((len(vectors), len(new)))
    found[rows] = _solve(
        lambda x: ridge * x + features @ (turned @ x) + meaning @ (meaning.T @ x),
        vectors.take(rows).similarity(new),
    )
    return found


def place(
    recommender: Recommender, read: Text, meaning: Singles | None = None, titles: Titles | None = None
) -> Newcomer:
    """What a new thing is like.

    Args:
        meaning: Of `titles.encode`, shape (1, dimension); wanted where the titles' `reads_meaning`.
        titles: Of `titles_of`, where the caller keeps them.

    Raises:
        InputError: ``recommendation-no-titles``, see `titles_of`; ``recommendation-title-empty``: nothing is written
            about it.
    """
    if not read.titles:
        raise InputError(Problem("recommendation-title-empty", field="title"))
    titles = titles or titles_of(recommender)
    new = titles.read([read], meaning)
    similar = titles.vectors.similarity(new)[:, 0]
    near = top(np.where(similar > 0, similar, -np.inf), NEIGHBOURS)
    return Newcomer(near, loadings(titles, new)[:, 0])


def scores(
    recommender: Recommender, histories: Sequence[Codes], loaded: Floats, own: float = OWN
) -> tuple[Floats, Floats]:
    """Of new things and of the catalogue's.

    Args:
        loaded: `loadings` of the new things, shape (items, new).

    Returns:
        Shape (histories, new), and those of `Recommender.scores`.
    """
    blend = recommender.scores(histories)
    found = blend @ loaded
    for row, history in zip(found, histories, strict=True):
        row += own * loaded[history[-LONGEST:]].sum(axis=0)
    return found, blend


def audience(recommender: Recommender, newcomer: Newcomer, histories: Sequence[Codes], k: int = 10) -> Audience:
    """Who of those with a history would be shown it among the best k, `MOST_PEOPLE` at most being asked.

    Predicted scores are drawn towards the middle, as regressions are, so the share errs on the low side.

    Raises:
        InputError: ``recommendation-nobody``: no history holds anything.
    """
    people = np.array([place for place, history in enumerate(histories) if len(history)], dtype=np.int64)
    if not len(people):
        raise InputError(Problem("recommendation-nobody"))
    if len(people) > MOST_PEOPLE:
        people = np.sort(np.random.default_rng(_SEED).choice(people, MOST_PEOPLE, replace=False))
    found, shown = np.empty(len(people)), np.empty(len(people), dtype=bool)
    for start in range(0, len(people), _AT_ONCE):
        part = [histories[person] for person in people[start : start + _AT_ONCE]]
        new, blend = scores(recommender, part, newcomer.loadings[:, None])
        for row, history in zip(blend, part, strict=True):
            row[history] = -np.inf
        last = max(blend.shape[1] - k, 0)
        found[start : start + len(part)] = new[:, 0]
        shown[start : start + len(part)] = new[:, 0] > np.partition(blend, last, axis=1)[:, last]
    order = np.argsort(-found, kind="stable")
    return Audience(people[order], found[order], shown[order], measures.wilson(int(shown.sum()), len(shown)))


def because(recommender: Recommender, newcomer: Newcomer, history: Codes) -> tuple[Floats, float]:
    """What each item of a history (its newest `LONGEST`) adds to the score of a new thing, and what comes from none."""
    history = history[-LONGEST:]
    told = recommender.explain(history, np.arange(len(recommender.catalogue), dtype=np.int32))
    rest = sum(told.rest.values(), start=np.zeros(len(recommender.catalogue)))
    return told.shares @ newcomer.loadings + OWN * newcomer.loadings[history], float(rest @ newcomer.loadings)


def _solve(times: Callable[[Floats], Floats], wanted: Floats) -> Floats:
    """Conjugate gradients for each column of `wanted` at once."""
    found = np.zeros_like(wanted)
    left = wanted.copy()
    direction = left.copy()
    size = (left * left).sum(axis=0)
    small = _CLOSE**2 * np.maximum(size, 1e-30)
    for _ in range(_STEPS):
        if (size <= small).all():
            break
        moved = times(direction)
        along = (direction * moved).sum(axis=0)
        length = np.divide(size, along, out=np.zeros_like(size), where=along > 0)
        found += length * direction
        left -= length * moved
        before, size = size, (left * left).sum(axis=0)
        direction = left + np.divide(size, before, out=np.zeros_like(size), where=before > 0) * direction
    return found
