"""From interactions to a recommender: fit the terms of a recipe, or choose the recipe on a part that is held out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from bigmodel_apps.recommendation import ease, ranking
from bigmodel_apps.recommendation.interactions import Flags, Interactions, Singles
from bigmodel_apps.recommendation.recommender import LONGEST, Recommender, standardised
from bigmodel_apps.recommendation.splits import SEED, Split, among, held_out
from bigmodel_apps.recommendation.terms import Report, Stop, Term, kind, step

Parameters = Mapping[str, Any]

MOST_SEARCHED = 5_000
"""Items among which `tune` chooses: parameters and weights found on the most chosen ones do for all."""

LEAST_NEIGHBOURS = 0.15
"""Share of the weight that similar items have at least where not all items fit into EASE, which scores the others 0."""

_PARTS = 1_000
_SEARCH = 4_000_000  # scores of one candidate that a search looks at
_LEAST_GAIN = 2e-4


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a recommender is made of.

    Attributes:
        terms: Parameters of ``fit`` by name of the term, in the order of `Recommender.terms`.
        weights: By name of the term.
        figures: nDCG on the part on which it was chosen, by term and of the ``blend``; empty where nothing was tuned.
    """

    terms: Mapping[str, Parameters]
    weights: Mapping[str, float]
    figures: Mapping[str, float] = field(default_factory=dict)


DEFAULT = Recipe(
    terms={"ease": {}, "als": {}, "neighbours": {}, "next": {}, "popularity": {}},
    weights={"ease": 0.6, "als": 0.3, "neighbours": 0.0, "next": 0.15, "popularity": 0.05},
)
"""Where nothing was tuned."""

CANDIDATES: Mapping[str, Sequence[Parameters]] = {
    "ease": [*({"penalty": penalty} for penalty in (50.0, 200.0, 800.0)), {"penalty": 200.0, "reach": 10.0}],
    "als": [{"size": 64, "penalty": penalty, "unobserved": 0.1} for penalty in (0.003, 0.03)],
    "neighbours": [{"similarity": "cosine"}],
    "next": [{"decay": decay} for decay in (0.6, 0.9)],
    "popularity": [{}, {"half_life": 30.0}],
}
"""Parameters among which `tune` chooses, by name of the term."""

WEIGHTS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
"""Weights that `tune` tries for a term, beside those of the others, which sum to 1."""


def fit(
    interactions: Interactions,
    recipe: Recipe = DEFAULT,
    *,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Recommender:
    """Fit every term of a recipe; where not all items fit into EASE, see `carried`.

    Args:
        report: Called with (thousandths done, 1,000).
        cancelled: Polled between steps.

    Raises:
        Cancelled: By `cancelled`.
    """
    started = time.perf_counter()
    recipe = carried(recipe, len(interactions.catalogue))
    terms: list[Term] = []
    for place, (name, parameters) in enumerate(recipe.terms.items()):
        part = _part(report, place / len(recipe.terms), (place + 1) / len(recipe.terms))
        terms.append(kind(name).fit(interactions, report=part, cancelled=cancelled, **parameters))
    step(_PARTS, _PARTS, report, cancelled)
    matrix = interactions.matrix()
    counts = np.asarray(matrix.sum(axis=0)).ravel().astype(np.int32)
    facts: dict[str, Any] = {
        "recipe": {
            "terms": {name: dict(given) for name, given in recipe.terms.items()},
            "figures": dict(recipe.figures),
        },
        "rows": len(interactions),
        "users": int((np.diff(matrix.indptr) > 0).sum()),
        "items": int((counts > 0).sum()),
        "simulated": interactions.simulated,
        "seconds": round(time.perf_counter() - started, 2),
    }
    if interactions.seconds is not None and len(interactions):
        facts["first"], facts["last"] = int(interactions.seconds[0]), int(interactions.seconds[-1])
    if len(interactions.catalogue) > ease.MOST_ITEMS and "ease" in recipe.terms:
        facts["ease_items"] = ease.MOST_ITEMS  # the rest is scored by the other terms alone
    if len(interactions.catalogue) > MOST_SEARCHED and recipe.figures:
        facts["searched_items"] = MOST_SEARCHED
    return Recommender(interactions.catalogue, tuple(terms), dict(recipe.weights), counts, facts)


def carried(recipe: Recipe, items: int) -> Recipe:
    """The recipe for a catalogue of so many items: beyond `ease.MOST_ITEMS`, similar items have `LEAST_NEIGHBOURS` of the
    weight at least, so that items outside EASE are not left to popularity."""
    if items <= ease.MOST_ITEMS or not recipe.weights.get("ease", 0.0):
        return recipe
    whole, others = sum(recipe.weights.values()), dict(recipe.weights)
    if others.pop("neighbours", 0.0) >= LEAST_NEIGHBOURS * whole:
        return recipe
    scale = (1 - LEAST_NEIGHBOURS) * whole / sum(others.values())
    weights = {name: round(weight * scale, 4) for name, weight in others.items()}
    return replace(
        recipe,
        terms={"neighbours": {}, **recipe.terms},
        weights={**weights, "neighbours": round(LEAST_NEIGHBOURS * whole, 4)},
    )


def tune(
    interactions: Interactions,
    split: Split | None = None,
    *,
    candidates: Mapping[str, Sequence[Parameters]] = CANDIDATES,
    k: int = ranking.K,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Recipe:
    """Choose parameters and weights by nDCG on a part that is held out.

    Every candidate is fitted and scored once. From the best one alone, terms are then added, exchanged and weighed one at
    a time as long as that helps. In a catalogue of more than `MOST_SEARCHED` items only the most chosen are looked at.

    Args:
        split: By default `splits.held_out`.

    Raises:
        Cancelled: By `cancelled`.
    """
    split = held_out(interactions) if split is None else split
    if len(split.train.catalogue) > MOST_SEARCHED:
        counts = np.bincount(split.train.items, minlength=len(split.train.catalogue))
        kept = np.zeros(len(counts), dtype=bool)
        kept[np.argsort(-counts, kind="stable")[:MOST_SEARCHED]] = True
        split = among(split, kept)
    if not len(split.users):
        return DEFAULT
    asked = _Asked(split, k)
    total = sum(len(given) for given in candidates.values())
    scored: dict[str, list[Singles]] = {}
    for name, given in candidates.items():
        scored[name] = []
        for parameters in given:
            part = _part(report, sum(map(len, scored.values())) / total, (sum(map(len, scored.values())) + 1) / total)
            term = kind(name).fit(split.train, report=part, cancelled=cancelled, **parameters)
            scored[name].append(asked.scores(term))
    alone = {name: [asked.ndcg(one) for one in given] for name, given in scored.items()}
    first = max(alone, key=lambda name: max(alone[name]))
    chosen = {first: (int(np.argmax(alone[first])), 1.0)}
    reached, better = max(alone[first]), True
    while better:
        better = False
        for name, options in scored.items():
            others = {other: found for other, found in chosen.items() if other != name}
            rest = sum(weight for _, weight in others.values())
            if not others:
                continue
            base: Singles = np.sum(
                [np.float32(weight / rest) * scored[other][place] for other, (place, weight) in others.items()], axis=0
            )
            tried = {(0, 0.0): asked.ndcg(base)}
            for place, one in enumerate(options):
                step(_PARTS, _PARTS, None, cancelled)
                tried |= {(place, weight): asked.ndcg(base + np.float32(weight) * one) for weight in WEIGHTS}
            best = max(tried, key=lambda found: tried[found])
            if tried[best] > reached + _LEAST_GAIN:
                reached, better = tried[best], True
                chosen = {other: (place, weight / rest) for other, (place, weight) in others.items()}
                if best[1]:
                    chosen[name] = best
    whole = sum(weight for _, weight in chosen.values())
    return Recipe(
        terms={
            name: given[chosen[name][0] if name in chosen else int(np.argmax(alone[name]))]
            for name, given in candidates.items()
        },
        weights={name: round(chosen[name][1] / whole, 4) if name in chosen else 0.0 for name in candidates},
        figures={**{name: round(max(values), 4) for name, values in alone.items()}, "blend": round(reached, 4)},
    )


class _Asked:
    """The users of a split of whom a search asks: all, or as many by chance as memory and patience allow."""

    def __init__(self, split: Split, k: int) -> None:
        items = len(split.train.catalogue)
        most = max(1, _SEARCH // max(items, 1))
        rows = np.sort(np.random.default_rng(SEED).permutation(len(split.users))[:most])
        self._histories = [split.histories[row][-LONGEST:] for row in rows]
        self._wanted: Flags = np.zeros((len(rows), items), dtype=bool)
        for wanted, row in zip(self._wanted, rows, strict=True):
            wanted[split.held[row]] = True
        self._unknown = np.bincount(split.train.items, minlength=items) == 0
        self._k = min(k, items)
        self._gains = 1 / np.log2(np.arange(2, self._k + 2))
        self._best = np.cumsum(self._gains)[np.minimum(self._wanted.sum(axis=1), self._k) - 1]

    def scores(self, term: Term) -> Singles:
        """Standardised, shape (users, items); -inf where an item may not be shown."""
        found = standardised(term.scores(self._histories))[0].astype(np.float32)
        found[:, self._unknown] = -np.inf
        for row, history in zip(found, self._histories, strict=True):
            row[history] = -np.inf
        return found

    def ndcg(self, scores: Singles) -> float:
        """Mean over the users."""
        best = np.argpartition(-scores, self._k - 1, axis=1)[:, : self._k]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        hits = np.take_along_axis(self._wanted, np.take_along_axis(best, order, axis=1), axis=1)
        return float((hits @ self._gains / self._best).mean())


def _part(report: Report | None, begin: float, end: float) -> Report | None:
    """The report of a part of the work, as thousandths of the whole."""
    if report is None:
        return None
    return lambda done, total: report(int(_PARTS * (begin + (end - begin) * done / max(total, 1))), _PARTS)
