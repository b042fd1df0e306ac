"""What a setting of the list gives and what it costs: hits on choices held out, against coverage, novelty and difference.

A shop's model has seen every choice, so nothing can be measured with it. A *rehearsal* is the same recipe fitted without the
last part; lists for the users of that part are then compared with what they went on to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.recommendation import fitting, lists, ranking, splits
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Flags, Floats, Interactions, Singles
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.recommendation.splits import SEED, Split
from bigmodel_apps.workspace.shelf import Shelf

MOST_USERS = 400
"""Users for whom lists are made, drawn by chance: enough to see a difference, few enough for a slider to answer at once."""

STEPS = (0.0, 0.2, 0.4, 0.6, 0.8)

_AT_ONCE = 100
_CELLS = 4_000_000  # scores that are kept: in a large catalogue fewer users are asked for
_FIT = 0.6
"""Share of the time that a rehearsal takes of the whole, about."""

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """A model that has not seen the part held out.

    Attributes:
        split: Its users are those that are asked for, `MOST_USERS` at most.
        vectors: See `lists.vectors`; of the part learned from.
        scores: Of every item for the split's users with the blend's own weights, shape (users, items), float32; None where
            they were not asked for.
        candidates: How many users the part held out has.
    """

    recommender: Recommender
    split: Split
    vectors: Singles
    scores: Singles | None
    candidates: int

    @property
    def nbytes(self) -> int:
        """About its memory."""
        train = self.split.train
        columns = (train.users, train.items, train.seconds, train.ratings, train.amounts, train.baskets, train.rows)
        arrays = (self.vectors, self.scores, *columns, *self.split.histories, *self.split.held)
        return int(self.recommender.nbytes + sum(one.nbytes for one in arrays if one is not None))


@dataclass(frozen=True, slots=True)
class Point:
    """How lists of a setting do.

    Attributes:
        ndcg: Mean over the users, at the list's length, with its interval.
        coverage: Share of the catalogue that stands in some list.
        novelty: Mean of -log2 of the share of users who chose an item, in bits.
        diversity: Mean of 1 - cosine over the pairs of a list.
    """

    settings: Settings
    ndcg: Estimate
    coverage: float
    novelty: float
    diversity: float


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What is known of a shop's settings.

    Attributes:
        fitted: The model whose recipe was rehearsed.
        points: Of `sweep`.
        plain: By score alone, with the blend's own weights.
    """

    fitted: Recommender
    rehearsal: Rehearsal
    points: tuple[Point, ...]
    plain: Point

    @property
    def nbytes(self) -> int:
        """About its memory."""
        return self.rehearsal.nbytes


kept: Shelf[Measured] = Shelf("recommendation-shop-unknown", "shop", 2**30)
"""By key of the shop."""


def of(shop: Shop) -> Measured | None:
    """What was measured of the model that a shop has now; None until that is done."""
    if not kept.has(shop.key):
        return None
    found = kept.get(shop.key)
    return found if found.fitted is shop.recommender else None


def find(shop: Shop, *, report: Progress | None = None, cancelled: Stop | None = None) -> Measured:
    """Rehearse a shop's recipe and measure the settings worth comparing; kept until its model changes. Two callers at once
    do so once.

    Args:
        report: Called with (thousandths done, 1,000).

    Raises:
        Cancelled: By `cancelled`.
        InputError: ``recommendation-nothing-held-out``.
    """

    def part(begin: float, end: float) -> Progress | None:
        if report is None:
            return None
        return lambda done, total: report(round(1_000 * (begin + (end - begin) * done / total)), 1_000)

    def measured() -> Measured:
        fitted = shop.recommender
        recipe = Recipe(fitted.facts["recipe"]["terms"], fitted.weights)
        rehearsal = rehearse(shop.interactions, recipe, report=part(0, _FIT), cancelled=cancelled)
        points = tuple(sweep(rehearsal, Settings(), report=part(_FIT, 1), cancelled=cancelled))
        return Measured(fitted, rehearsal, points, points[0])

    if kept.has(shop.key) and of(shop) is None:
        kept.close(shop.key)  # of an earlier model
    return kept.open(shop.key, measured)


def rehearse(
    interactions: Interactions,
    recipe: Recipe,
    *,
    report: Progress | None = None,
    cancelled: Stop | None = None,
    most: int = MOST_USERS,
    scored: bool = True,
    seed: int = SEED,
) -> Rehearsal:
    """Fit a recipe without the last fifth of the choices.

    Args:
        report: Called with (done, total).
        most: Users who are asked for; of more, as many are drawn.
        scored: Keep the scores, for `measure` to make many lists of them; in a large catalogue of fewer users than `most`.

    Raises:
        Cancelled: By `cancelled`.
        InputError: ``recommendation-nothing-held-out``: nobody chose anything new in the part held out.
    """
    split = splits.held_out(interactions, seed=seed)
    if not len(split.users):
        raise InputError(Problem("recommendation-nothing-held-out"))
    recommender = fitting.fit(split.train, recipe, report=report, cancelled=cancelled)
    if scored:
        most = min(most, max(1, _CELLS // len(interactions.catalogue)))
    rows = np.sort(np.random.default_rng(seed).permutation(len(split.users))[:most])
    asked = replace(
        split,
        users=split.users[rows],
        histories=[split.histories[row] for row in rows],
        held=[split.held[row] for row in rows],
    )
    vectors = lists.vectors(split.train.matrix(), interactions.catalogue)
    scores: Singles | None = None
    if scored:
        scores = np.empty((len(rows), len(interactions.catalogue)), dtype=np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            if cancelled is not None and cancelled():
                raise Cancelled
            scores[start : start + _AT_ONCE] = recommender.scores(asked.histories[start : start + _AT_ONCE])
    return Rehearsal(recommender, asked, vectors, scores, len(split.users))


def measure(rehearsal: Rehearsal, settings: Settings, *, cancelled: Stop | None = None) -> Point:
    """Make every list of the rehearsal with a setting. What was seen never comes back: what is held out is new.

    Raises:
        Cancelled: By `cancelled`.
    """
    settings = replace(settings, seen=False)
    split, recommender = rehearsal.split, rehearsal.recommender
    kept = rehearsal.scores if settings.weights(recommender) == dict(recommender.weights) else None
    made = []
    for start in range(0, len(split.users), _AT_ONCE):
        if cancelled is not None and cancelled():
            raise Cancelled
        part = slice(start, start + _AT_ONCE)
        scores = None if kept is None else kept[part].astype(np.float64)
        found = lists.make(recommender, split.histories[part], settings, None, rehearsal.vectors, scores)
        made += [one.items for one in found]
    counts, users = rehearsal.recommender.counts, len(np.unique(split.train.users))
    return Point(
        settings,
        measures.mean(ranking.measure(made, split.held, settings.k).ndcg, draws=500),
        ranking.coverage(made, len(counts)),
        float(np.nanmean(ranking.novelty(made, counts, users))),
        float(np.nanmean([*ranking.diversity(made, rehearsal.vectors), 0.0 if settings.k < 2 else np.nan])),
    )


def sweep(
    rehearsal: Rehearsal,
    settings: Settings,
    *,
    report: Progress | None = None,
    cancelled: Stop | None = None,
) -> list[Point]:
    """Every pair of `STEPS` of diversity and of the penalty for popularity, all else as it is set.

    Raises:
        Cancelled: By `cancelled`.
    """
    wanted = [
        replace(settings, diversity=diversity, popularity_penalty=penalty) for diversity in STEPS for penalty in STEPS
    ]
    points = []
    for place, one in enumerate(wanted):
        points.append(measure(rehearsal, one, cancelled=cancelled))
        if report is not None:
            report(place + 1, len(wanted))
    return points


def front(points: Sequence[Point], gain: str) -> Flags:
    """Which settings are worth a look: no other has at least as many hits and as much of the gain, and more of one.

    Args:
        gain: ``coverage``, ``novelty`` or ``diversity``.

    Returns:
        Shape (points,).
    """
    values: Floats = np.array([(point.ndcg.value, getattr(point, gain)) for point in points])
    no_less = np.all(values[None] >= values[:, None], axis=2)
    more = np.any(values[None] > values[:, None], axis=2)
    return np.asarray(~np.any(no_less & more, axis=1))
