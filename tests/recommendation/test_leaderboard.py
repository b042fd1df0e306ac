"""A leaderboard on held-out choices: chance and popularity always on it, every figure with its interval."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.recommendation import fitting, leaderboard, splits
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.leaderboard import Leaderboard
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.splits import Split

RECIPE = Recipe({"ease": {"penalty": 20.0}, "popularity": {}}, {"ease": 0.9, "popularity": 0.1})


@pytest.fixture(scope="module")
def split(interactions: Interactions) -> Split:
    return splits.held_out(interactions)


@pytest.fixture(scope="module")
def trained(split: Split) -> Recommender:
    return fitting.fit(split.train, RECIPE)


def test_everything_is_on_it_and_the_blend_beats_chance(trained: Recommender, split: Split) -> None:
    board = leaderboard.measure(trained, split)
    assert {row.system for row in board.rows} == {"ours", "random", "term-ease", "term-popularity"}
    assert [row.ndcg.value for row in board.rows] == sorted((row.ndcg.value for row in board.rows), reverse=True)
    assert board.kind == "time"
    assert board.boundary == split.boundary
    assert board.users == len(split.users)
    ours, random = board.of("ours"), board.of("random")
    assert ours is not None
    assert random is not None
    assert ours.difference is None
    assert random.difference is not None
    assert random.difference.value == pytest.approx(ours.ndcg.value - random.ndcg.value)
    assert random.clear
    assert random.p is not None
    assert random.p < 0.01
    for row in board.rows:
        assert row.ndcg.low <= row.ndcg.value <= row.ndcg.high
        assert 0 <= row.coverage <= 1
        assert row.recall.value <= row.hit_rate.value
    assert board.of("nothing") is None
    assert Leaderboard.from_json(json.loads(json.dumps(board.to_json()))) == board


def test_chance_shows_nothing_seen_and_is_the_same_twice(split: Split) -> None:
    known = np.bincount(split.train.items, minlength=len(split.train.catalogue)) > 0
    one = leaderboard._by_chance(split.histories, known, 3)
    for found, again, history in zip(
        one, leaderboard._by_chance(split.histories, known, 3), split.histories, strict=True
    ):
        np.testing.assert_array_equal(found, again)
        assert not np.isin(found, history).any()
        assert len(found) == 10


def test_it_can_be_cancelled_and_says_how_far_it_is(trained: Recommender, split: Split) -> None:
    steps: list[tuple[int, int]] = []
    leaderboard.measure(trained, split, report=lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1]
    with pytest.raises(Cancelled):
        leaderboard.measure(trained, split, cancelled=lambda: True)
