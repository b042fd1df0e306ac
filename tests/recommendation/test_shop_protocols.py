"""The protocols on the samples: what is asked, that nothing is learned from it, and that the kept recipes are the chosen ones."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps import locales
from bigmodel_apps.recommendation import evaluation, samples, shop_protocols, splits
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Interactions, Items
from bigmodel_apps.recommendation.simulator import Shop, simulate_shop


@pytest.fixture(scope="module")
def made() -> Interactions:
    return simulate_shop(Shop(shoppers=250, seed=5))[0]


def test_every_new_choice_after_the_boundary_is_asked_for_once(made: Interactions) -> None:
    split = splits.temporal(made, 0.2)
    asked, first = shop_protocols.next_choices(made, split)
    assert split.boundary is not None
    assert made.seconds is not None
    assert made.baskets is not None
    assert asked.train is split.train
    assert len(asked.users) == len(asked.histories) == len(asked.held) == len(first)
    assert 0 < first.mean() < 1
    known = np.bincount(split.train.items, minlength=len(made.catalogue)) > 0
    expected = []
    for user in range(len(made.user_ids)):
        seen: list[int] = []
        for row in np.flatnonzero(made.users == user):
            item = int(made.items[row])
            if made.seconds[row] >= split.boundary and seen and item not in seen and known[item]:
                expected.append((user, item, frozenset(seen)))
            seen.append(item)
    found = [
        (int(user), int(held[0]), frozenset(history.tolist()))
        for user, held, history in zip(asked.users, asked.held, asked.histories, strict=True)
    ]
    assert found == expected


def test_the_first_new_item_of_a_basket_is_its_start_whatever_stands_before_it() -> None:
    rows = [
        (0, 0, 0),
        (0, 1, 0),
        (1, 2, 0),
        (1, 3, 0),
        (0, 4, 0),
        (5, 0, 1),
        (5, 2, 1),
        (5, 3, 1),
        (6, 1, 2),
        (6, 4, 2),
    ]
    seconds, items, baskets = np.array(rows).T
    catalogue = Items.untitled(np.array([f"item {n}" for n in range(5)], dtype=object))
    users = np.array([0, 0, 1, 1, 1, 0, 0, 0, 0, 0], dtype=np.int32)
    order = np.argsort(seconds, kind="stable")
    bought = Interactions(
        users[order],
        items[order].astype(np.int32),
        np.array(["ann", "bob"], dtype=object),
        catalogue,
        seconds=seconds[order].astype(np.int64),
        baskets=baskets[order].astype(np.int64),
    )
    asked, first = shop_protocols.next_choices(bought, splits.at(bought, 5))
    assert [int(held[0]) for held in asked.held] == [2, 3, 4]
    assert first.tolist() == [True, False, True]  # 0 and 1 were bought again


def test_a_history_has_no_doubles_and_ends_with_the_last_choice(made: Interactions) -> None:
    asked, _ = shop_protocols.next_choices(made, splits.temporal(made, 0.2))
    for history, held in zip(asked.histories, asked.held, strict=True):
        assert len(set(history.tolist())) == len(history)
        assert held[0] not in history


def test_the_next_choice_protocol_on_a_small_shop(made: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "interactions", lambda _name: made)
    few = Recipe({"ease": {"penalty": 100.0}, "popularity": {}}, {"ease": 1.0})
    monkeypatch.setattr(samples, "recipe", lambda _name: few)
    monkeypatch.setattr(shop_protocols, "CANDIDATES", {"next": [{}]})
    monkeypatch.setattr(shop_protocols, "SEQUENCES", [{"epochs": 2, "width": 16}])
    steps: list[int] = []
    metrics, datasets = shop_protocols.shop_next(report=lambda done, total: steps.append(done))
    assert steps == sorted(steps)
    assert steps[-1] == 1_000
    assert datasets[0].rows == len(made)
    told = {(one.name, one.group, one.system): one for one in metrics}
    for system in ("next-blend", "next-blend-sequence", "sasrec", "ease", "next", "popularity", "random"):
        hit = told["hit-rate-10", (), system]
        assert hit.low is not None
        assert hit.high is not None
        assert hit.low <= hit.value <= hit.high
        assert told["ndcg-10", (), system].value <= hit.value
    assert told["ndcg-10", (), "next-blend"].value > told["ndcg-10", (), "random"].value
    assert ("ndcg-gain", ("over-sasrec",), "next-blend") in told


def test_protocols_say_what_they_do_in_both_languages() -> None:
    assert set(shop_protocols.PROTOCOLS) == set(shop_protocols.DESCRIPTIONS)
    assert set(shop_protocols.PROTOCOLS) <= set(evaluation.names())
    for told in shop_protocols.DESCRIPTIONS.values():
        assert set(told) == set(locales.LANGUAGES)


@pytest.mark.slow
@pytest.mark.parametrize("name", samples.NAMES)
def test_the_kept_recipe_is_the_chosen_one(name: str) -> None:
    assert shop_protocols.choose(name) == samples.recipe(name)
