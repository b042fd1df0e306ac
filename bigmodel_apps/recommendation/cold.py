"""Things that nobody has chosen yet: from a title alone, what they are like, who would be shown them, and why.

What a blend makes of a new thing is predicted from what it makes of the others, by ridge regression from titles to a
person's scores (kernel form: Saunders, Gammerman and Vovk, ICML 1998; mapping content into a collaborative model: Gantner
et al., ICDM 2010). The regression is linear in the scores, and these are sums over the history, so "because" stays exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats, Ints, Singles
from bigmodel_apps.recommendation.recommender import LONGEST, Recommended, Recommender, top
from bigmodel_apps.recommendation.titles import MOST_ITEMS, Text, Titles, Vectors, texts

RIDGE = 1.0
OWN = 4.0
"""What a choice itself counts beside the blend's scores: a thing like one that was chosen is wanted, too."""

NEIGHBOURS = 8
MOST_PEOPLE = 5_000
"""So many are asked at most whether they would be shown a new thing, drawn at random."""

_SEED = 7
_FEW = 20
_STEPS, _CLOSE = 200, 1e-4
_AT_ONCE = 256
_SAMPLE, _PEOPLE = 200, 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Newcomer:
    """A new thing as a recommender sees it.

    Attributes:
        neighbours: Things of the catalogue with similar titles, with their similarities in (0, 1], the most similar first.
        loadings: What a person's score of each thing of the catalogue adds to that of the new one, shape (items,); with
            its scale, see `scale`.
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

    By conjugate gradients (Hestenes and Stiefel, 1952), so that K, which is items × items, need not be made; it is for many
    new things and a catalogue small enough.

    Args:
        known: Things of the catalogue to learn from, shape (items,); the others load 0.
    """
    vectors = titles.vectors
    rows = np.arange(len(vectors)) if known is None else np.flatnonzero(known)
    known_vectors = vectors.take(rows)
    found = np.zeros((len(vectors), len(new)))
    wanted = known_vectors.similarity(new)
    if len(new) > _FEW and len(rows) <= MOST_ITEMS:
        kernel = known_vectors.similarity(known_vectors)
        kernel[np.diag_indices_from(kernel)] += ridge
        found[rows] = linalg.solve(kernel, wanted, assume_a="pos", overwrite_a=True)
    else:
        found[rows] = _solve(known_vectors, ridge, wanted)
    return found


def scale(recommender: Recommender, histories: Sequence[Codes], titles: Titles | None = None, k: int = 10) -> float:
    """What predicted scores are multiplied with: regressions draw them towards the middle, and lists show the extremes.

    With this scale, things of the catalogue that are predicted as if they were new, each without itself, stand in as many
    lists of the best k as they do; 1 where nobody's lists show that. By a sample of things and of people.

    Raises:
        InputError: See `titles_of`.
    """
    titles = titles or titles_of(recommender)
    generator = np.random.default_rng(_SEED)
    chosen = generator.permutation(np.flatnonzero(recommender.counts))[:_SAMPLE]
    people = generator.permutation([place for place, history in enumerate(histories) if len(history)])[:_PEOPLE]
    picked = np.zeros((len(titles.vectors), len(chosen)))
    picked[chosen, np.arange(len(chosen))] = 1
    # Row j of the inverse gives the prediction of j by the others (Rasmussen and Williams, 2006, 5.4.2).
    inverse = _solve(titles.vectors, RIDGE, picked)
    left_out = -inverse / inverse[chosen, np.arange(len(chosen))]
    left_out[chosen, np.arange(len(chosen))] = 0
    wanted, shown = [np.zeros(0)], [np.zeros(0, dtype=bool)]
    for start in range(0, len(people), _AT_ONCE):
        part = [histories[person] for person in people[start : start + _AT_ONCE]]
        new, blend = scores(recommender, part, left_out)
        for row, history in zip(blend, part, strict=True):
            row[history] = -np.inf
        last = _last(blend, k)[:, None]
        unseen = np.isfinite(blend[:, chosen])
        ratio = np.divide(last, new, out=np.full_like(new, np.inf), where=(new > 0) & (last > 0))
        wanted.append(ratio[unseen])
        shown.append((blend[:, chosen] >= last)[unseen])
    ratios, lists = np.sort(np.concatenate(wanted)), int(np.concatenate(shown).sum())
    return float(ratios[lists - 1]) if lists and np.isfinite(ratios[lists - 1]) else 1.0


def place(
    recommender: Recommender,
    read: Text,
    meaning: Singles | None = None,
    titles: Titles | None = None,
    scale: float = 1.0,
) -> Newcomer:
    """What a new thing is like.

    Args:
        meaning: Of `titles.encode`, shape (1, dimension); wanted where the titles' `reads_meaning`.
        titles: Of `titles_of`, where the caller keeps them.
        scale: Of the function of that name.

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
    return Newcomer(near, scale * loadings(titles, new)[:, 0])


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
        found[start : start + len(part)] = new[:, 0]
        shown[start : start + len(part)] = new[:, 0] > _last(blend, k)
    order = np.argsort(-found, kind="stable")
    return Audience(people[order], found[order], shown[order], measures.wilson(int(shown.sum()), len(shown)))


def because(recommender: Recommender, newcomer: Newcomer, history: Codes) -> tuple[Floats, float]:
    """What each item of a history (its newest `LONGEST`) adds to the score of a new thing, and what comes from none."""
    history = history[-LONGEST:]
    told = recommender.explain(history, np.arange(len(recommender.catalogue), dtype=np.int32))
    rest = sum(told.rest.values(), start=np.zeros(len(recommender.catalogue)))
    return told.shares @ newcomer.loadings + OWN * newcomer.loadings[history], float(rest @ newcomer.loadings)


def _last(scores: Floats, k: int) -> Floats:
    """The score of the last one of the best k, shape (rows,)."""
    place = max(scores.shape[1] - k, 0)
    return np.asarray(np.partition(scores, place, axis=1)[:, place])


def _solve(vectors: Vectors, ridge: float, wanted: Floats) -> Floats:
    """(K + ridge)⁻¹ of each column of `wanted`, by conjugate gradients, all columns at once."""
    features, turned, meaning = vectors.features, vectors.features.T.tocsr(), vectors.meaning
    found = np.zeros_like(wanted)
    left = wanted.copy()
    direction = left.copy()
    size = (left * left).sum(axis=0)
    small = _CLOSE**2 * np.maximum(size, 1e-30)
    for _ in range(_STEPS):
        if (size <= small).all():
            break
        moved = ridge * direction + features @ (turned @ direction) + meaning @ (meaning.T @ direction)
        along = (direction * moved).sum(axis=0)
        length = np.divide(size, along, out=np.zeros_like(size), where=along > 0)
        found += length * direction
        left -= length * moved
        before, size = size, (left * left).sum(axis=0)
        direction = left + np.divide(size, before, out=np.zeros_like(size), where=before > 0) * direction
    return found
