"""A search finds what helps, reports, stops, and copes with little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.recommendation import ease, fitting, ranking, splits
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Interactions, Items
from bigmodel_apps.recommendation.terms import KINDS

SMALL = {
    "ease": [{"penalty": 5.0}, {"penalty": 50.0}],
    "als": [{"size": 8, "rounds": 3}],
    "next": [{}],
    "popularity": [{}],
}


def test_the_tuned_blend_is_not_behind_its_best_term_where_it_was_chosen(interactions: Interactions) -> None:
    recipe = fitting.tune(interactions, candidates=SMALL)
    assert list(recipe.terms) == list(SMALL)
    assert sum(recipe.weights.values()) == pytest.approx(1, abs=1e-3)
    assert recipe.figures["blend"] >= max(recipe.figures[name] for name in SMALL)
    # The figures are those of lists made of it.
    split = splits.held_out(interactions)
    fitted = fitting.fit(split.train, recipe)
    lists = fitted.recommend(split.histories, allowed=fitted.counts > 0)
    ndcg = ranking.measure([one.items for one in lists], split.held).ndcg.mean()
    assert ndcg == pytest.approx(recipe.figures["blend"], abs=2e-3)
    alone = fitted.recommend(split.histories, allowed=fitted.counts > 0, weights={"popularity": 1.0})
    popular = ranking.measure([one.items for one in alone], split.held).ndcg.mean()
    assert popular == pytest.approx(recipe.figures["popularity"], abs=2e-3)
    assert ndcg > 1.5 * popular


def test_a_term_that_only_confuses_gets_little_weight(interactions: Interactions) -> None:
    """A Markov model of users whose choices were put in any order among all knows nothing."""
    random = np.random.default_rng(0)
    split = splits.held_out(interactions)
    confused = replace(split, train=replace(split.train, items=random.permutation(split.train.items)))
    recipe = fitting.tune(interactions, confused, candidates={"next": [{"damping": 1.0}], "popularity": [{}]})
    assert recipe.weights["popularity"] > 0.5


def test_facts_say_what_was_learned_from(interactions: Interactions) -> None:
    fitted = fitting.fit(interactions, fitting.tune(interactions, candidates={"ease": [{"penalty": 20.0}]}))
    assert fitted.facts["rows"] == len(interactions)
    assert fitted.facts["simulated"] is True
    assert fitted.facts["recipe"]["terms"] == {"ease": {"penalty": 20.0}}
    assert set(fitted.facts["recipe"]["figures"]) == {"ease", "blend"}
    assert fitted.facts["first"] <= fitted.facts["last"]


def test_the_search_looks_at_the_most_chosen_items_of_a_large_catalogue(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MOST_SEARCHED", 25)
    recipe = fitting.tune(interactions, candidates=SMALL)
    assert recipe.figures["blend"] > 0
    monkeypatch.setattr(fitting, "_SEARCH", 500)  # and at few users
    assert fitting.tune(interactions, candidates=SMALL).figures["blend"] > 0


def test_items_that_do_not_fit_into_ease_are_carried_by_their_neighbours(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe({"ease": {"penalty": 20.0}, "popularity": {}}, {"ease": 1.5, "popularity": 0.5})
    assert fitting.carried(recipe, 60) is recipe
    monkeypatch.setattr(ease, "MOST_ITEMS", 30)
    for one in (recipe, fitting.DEFAULT):
        found = fitting.carried(one, 60)
        whole = sum(one.weights.values())
        assert sum(found.weights.values()) == pytest.approx(whole, abs=1e-3)
        assert found.weights["neighbours"] == pytest.approx(fitting.LEAST_NEIGHBOURS * whole, abs=1e-3)
        assert found.weights["ease"] > found.weights["neighbours"]
        assert set(found.weights) == set(found.terms)
        assert fitting.carried(found, 60) == found
    fitted = fitting.fit(interactions, recipe)
    assert fitted.facts["ease_items"] == 30
    known = {term.name: term for term in fitted.terms}
    outside = np.setdiff1d(np.arange(60), known["ease"].arrays()["modelled"])
    for history in interactions.histories()[:20]:
        # What was chosen tells the items outside apart, in the order of their neighbours.
        shares = fitted.explain(history, outside).shares
        assert np.ptp(shares.sum(axis=0)) > 0
        nearest = known["neighbours"].scores([history])[0, outside]
        assert shares.sum(axis=0).argmax() == nearest.argmax()


def test_facts_say_on_how_many_items_it_was_chosen(interactions: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = fitting.tune(interactions, candidates={"popularity": [{}]})
    assert "searched_items" not in fitting.fit(interactions, recipe).facts
    monkeypatch.setattr(fitting, "MOST_SEARCHED", 25)
    assert fitting.fit(interactions, recipe).facts["searched_items"] == 25
    assert "searched_items" not in fitting.fit(interactions, replace(recipe, figures={})).facts


def test_progress_and_cancel(interactions: Interactions) -> None:
    seen: list[tuple[int, int]] = []
    fitting.fit(interactions, report=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (1_000, 1_000)
    seen.clear()
    fitting.tune(interactions, candidates=SMALL, report=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (1_000, 1_000)
    for work in (fitting.fit, fitting.tune):
        with pytest.raises(Cancelled):
            work(interactions, cancelled=lambda: True)


def made(users: list[int], items: list[int], seconds: list[int] | None = None) -> Interactions:
    return Interactions(
        np.array(users, dtype=np.int32),
        np.array(items, dtype=np.int32),
        np.array([f"用户 {n}" for n in range(max(users, default=0) + 1)], dtype=object),
        Items.untitled(np.array([f"item {n}" for n in range(max(items, default=0) + 1)], dtype=object)),
        seconds=None if seconds is None else np.array(seconds, dtype=np.int64),
    )


@pytest.mark.parametrize(
    "given",
    [
        made([0], [0]),
        made([0, 0, 0], [0, 1, 2]),  # one user
        made([0, 1, 2], [0, 0, 0]),  # one item
        made([0, 0, 1, 1], [0, 1, 0, 1], [5, 5, 5, 5]),  # one moment
        made([0] * 10, [0] * 10, list(range(10))),  # the same again and again
    ],
)
def test_little_is_enough(given: Interactions) -> None:
    recipe = fitting.tune(given)
    fitted = fitting.fit(given, recipe)
    for found in fitted.recommend([*given.histories(), np.zeros(0, dtype=np.int32)]):
        assert np.isfinite(found.scores).all()


def test_the_default_has_terms_that_are_known() -> None:
    assert set(fitting.DEFAULT.terms) <= set(KINDS)
    assert set(fitting.CANDIDATES) <= set(KINDS)
    assert set(fitting.DEFAULT.weights) == set(fitting.DEFAULT.terms)
