"""From somebody's interactions to a model that answers, chosen and measured without looking ahead.

Parameters and weights are chosen on a part held out of the part to learn from, the leaderboard is measured on the part held
out of all; the model that answers then learns from everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bigmodel_apps.recommendation import fitting, leaderboard, splits
from bigmodel_apps.recommendation.fitting import Parameters, Recipe
from bigmodel_apps.recommendation.interactions import Interactions, Items
from bigmodel_apps.recommendation.leaderboard import Leaderboard
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.terms import Report, Stop

TEXT = "text"
_RIDGE, _TEXT_WEIGHT = 3.0, 0.1
_PARTS = 1_000


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of it.

    Attributes:
        leaderboard: None where fewer than `leaderboard.LEAST_USERS` have something held out.
        recipe: Chosen, or the one for data too small to choose on.
    """

    recommender: Recommender
    leaderboard: Leaderboard | None
    recipe: Recipe


def learn(
    interactions: Interactions,
    recipe: Recipe | None = None,
    *,
    tuned: Callable[[Recipe], object] | None = None,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Fitted:
    """Choose a recipe, measure it on what it has not seen, then fit it on everything.

    Args:
        recipe: Chosen before; chosen now when None.
        tuned: Called with what was chosen.
        report: Called with (thousandths done, 1,000).

    Raises:
        Cancelled: By `cancelled`.
    """
    split = splits.held_out(interactions)
    enough = len(split.users) >= leaderboard.LEAST_USERS
    if recipe is None:
        recipe = untuned(interactions.catalogue)
        if enough:
            recipe = fitting.tune(
                split.train,
                candidates=candidates(interactions.catalogue),
                report=part(report, 0.0, 0.5),
                cancelled=cancelled,
            )
        if tuned is not None:
            tuned(recipe)
    board = None
    if enough:
        trained = fitting.fit(split.train, recipe, report=part(report, 0.5, 0.65), cancelled=cancelled)
        board = leaderboard.measure(trained, split, report=part(report, 0.65, 0.85), cancelled=cancelled)
    recommender = fitting.fit(interactions, recipe, report=part(report, 0.85, 1.0), cancelled=cancelled)
    return Fitted(recommender, board, recipe)


def candidates(catalogue: Items) -> Mapping[str, Sequence[Parameters]]:
    """What `fitting.tune` chooses from: with titles, the term of titles too."""
    return {**fitting.CANDIDATES, TEXT: [{}, {"ridge": _RIDGE}]} if catalogue.titles else fitting.CANDIDATES


def untuned(catalogue: Items) -> Recipe:
    """What is fitted where there is too little to choose on."""
    default = fitting.DEFAULT
    if not catalogue.titles:
        return default
    return Recipe({**default.terms, TEXT: {"ridge": _RIDGE}}, {**default.weights, TEXT: _TEXT_WEIGHT})


def part(report: Report | None, begin: float, end: float) -> Report | None:
    """Reports a part of the work as that share of all, in thousandths."""
    if report is None:
        return None
    return lambda done, total: report(int(_PARTS * (begin + (end - begin) * done / max(total, 1))), _PARTS)
