"""Protocols on Online Retail: what they choose with, and whom they ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import datasets, fitting, item_protocols, ranking, splits
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items
from bigmodel_apps.recommendation.titles import Titles, text_of

ITEMS = 40


@pytest.fixture(scope="module")
def interactions() -> Interactions:
    """Two groups of users with a half of the items each, over 100 days; some items are chosen by everybody."""
    generator = np.random.default_rng(2)
    users = generator.integers(60, size=1_500).astype(np.int32)
    items = (20 * (users % 2) + generator.integers(20, size=1_500)).astype(np.int32)
    popular = generator.random(1_500) < 0.2
    items[popular] = generator.integers(3, size=int(popular.sum()))
    titles = np.array([f"{('mug', 'hose')[item // 20]} number {item}" for item in range(ITEMS)], dtype=object)
    return Interactions(
        users,
        items,
        np.arange(60).astype(str).astype(object),
        Items(np.arange(ITEMS).astype(str).astype(object), {"en": titles}),
        seconds=item_protocols.INNER + np.sort(generator.integers(-80 * DAY, 20 * DAY, size=1_500)),
        baskets=np.arange(1_500, dtype=np.int64) // 3,
    )


def test_popularity_weighs_less_until_lists_show_enough(interactions: Interactions) -> None:
    split = splits.at(interactions, item_protocols.INNER)
    recipe = Recipe({"ease": {"penalty": 20.0}, "popularity": {}}, {"ease": 0.2, "popularity": 0.8})
    shown = ranking.coverage(item_protocols._lists(fitting.fit(split.train, recipe), split, recipe.weights), ITEMS)
    same = item_protocols.spread(recipe, split, shown - 0.01)
    assert same.weights == pytest.approx(recipe.weights)
    more = item_protocols.spread(recipe, split, 1.0)
    assert more.weights["popularity"] < recipe.weights["popularity"]
    assert sum(more.weights.values()) == pytest.approx(1, abs=1e-3)
    assert "blend" in more.figures


def test_hidden_items_are_neither_learned_from_nor_in_histories(interactions: Interactions) -> None:
    before, after = item_protocols._halves(interactions)
    hidden = item_protocols._drawn(np.arange(ITEMS), 0)
    assert len(hidden) == 8
    asked = item_protocols._asked(before, after, hidden, np.arange(ITEMS))
    assert not np.isin(asked.train.items, hidden).any()
    assert not asked.known[hidden].any()
    bought = {(int(user), int(item)) for user, item in zip(after.users, after.items, strict=True)}
    for user, history, wanted in zip(asked.users, asked.histories, asked.wanted, strict=True):
        assert len(history)
        assert not np.isin(history, hidden).any()
        assert {(user, int(hidden[place])) for place in wanted} == {
            pair for pair in bought if pair[0] == user and pair[1] in hidden
        }
    fewer = item_protocols._asked(before, after, hidden, np.arange(30))
    assert fewer.train.items.max() < 30


def test_a_hidden_item_is_wanted_by_those_who_bought_its_kind(interactions: Interactions) -> None:
    before, after = item_protocols._halves(interactions)
    described = Titles.of([text_of(title) for title in interactions.catalogue.titles["en"]])
    asked = item_protocols._asked(before, after, item_protocols._drawn(np.arange(ITEMS), 0), np.arange(ITEMS))
    ridge, own = item_protocols._chosen(described, asked)
    assert ridge in item_protocols.RIDGES
    scores = item_protocols._cold_scores(described, asked, ridge, (own,))[own]
    own_kind = np.array(asked.users)[:, None] % 2 == asked.hidden[None] // 20
    for row, same in zip(scores, own_kind, strict=True):
        assert row[same].min() > row[~same].max()
    assert item_protocols._cold_ndcg(scores, asked).shape == (len(asked.users),)


def test_the_goal_for_new_articles_stands_at_both_questions(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "online_retail_kept", lambda _data: interactions)
    monkeypatch.setattr(datasets, "RETAIL_BOUNDARY", item_protocols.INNER + 10 * DAY)
    monkeypatch.setattr(item_protocols.titles, "encode", lambda *_: None)
    monkeypatch.setattr(item_protocols, "_described", lambda *_: None)
    monkeypatch.setattr(item_protocols, "DRAWS", 2)
    metrics, _ = item_protocols.online_retail_cold(None)
    goals = {(one.group, one.system): one.goal for one in metrics if one.name == "ndcg-10"}
    for question in ("hidden-purchases", "test"):
        found = {system: goal for (group, system), goal in goals.items() if group == (question,)}
        assert found.pop("ours") == item_protocols.COLD_GOAL
        assert set(found.values()) == {None}


def test_without_the_data_it_is_said_where_to_obtain_it(tmp_path: Path) -> None:
    for protocol in item_protocols.PROTOCOLS.values():
        with pytest.raises(InputError, match="protocol-data-missing"):
            protocol(tmp_path, None)


@pytest.mark.data
def test_online_retail_is_split_as_published(data: Path) -> None:
    split = datasets.online_retail_split(data / "recommendation" / "online-retail")
    assert len(split.train.catalogue) == 2_923
    assert len(np.unique(split.train.users)) == 3_612
    assert len(split.users) == 1_752
