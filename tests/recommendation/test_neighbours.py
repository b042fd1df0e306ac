"""Similarities of items, by hand, and popularity and what follows what beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items
from bigmodel_apps.recommendation.markov import Following
from bigmodel_apps.recommendation.neighbours import Neighbours, Similarity, strongest
from bigmodel_apps.recommendation.popularity import Popularity


def made(rows: list[tuple[int, int]], items: int = 4) -> Interactions:
    users, chosen = np.array(rows, dtype=np.int32).T
    return Interactions(
        users,
        chosen,
        np.array([str(n) for n in range(users.max() + 1)], dtype=object),
        Items.untitled(np.array([str(n) for n in range(items)], dtype=object)),
        seconds=np.arange(len(rows), dtype=np.int64) * DAY,
    )


@pytest.mark.parametrize(
    ("similarity", "expected"),
    [("cosine", 2 / (math.sqrt(6) + 1)), ("jaccard", 2 / (3 + 1)), ("lift", 2 / (6 / 3 + 1))],
)
def test_similarities(similarity: Similarity, expected: float) -> None:
    # Item 0 was chosen by users 0, 1, 2 and item 1 by 0 and 1.
    chosen = made([(0, 0), (0, 1), (1, 0), (1, 1), (1, 1), (2, 0), (2, 2)])
    weights = Neighbours.fit(chosen, similarity=similarity, shrinkage=1.0).weights.toarray()
    assert weights[0, 1] == pytest.approx(expected)
    assert weights[1, 0] == weights[0, 1]
    assert not np.diag(weights).any()
    assert not weights[3].any()


def test_the_nearest_alone_count() -> None:
    weights = strongest(np.array([[1.0, 3.0, 2.0, -1.0], [0.0, 0.0, 0.5, 0.0]]), 2).toarray()
    assert weights.tolist() == [[0, 3, 2, 0], [0, 0, 0.5, 0]]


def test_what_follows_counts_by_distance_and_direction() -> None:
    follows = Following.fit(made([(0, 0), (0, 1), (0, 2)]), steps=2, backward=0.5, damping=0.0, shrinkage=0.0)
    assert follows.weights.toarray()[:3, :3].tolist() == [[0, 1, 0.5], [0.5, 0, 1], [0.25, 0.5, 0]]


def test_nothing_follows_across_users() -> None:
    follows = Following.fit(made([(0, 0), (1, 1), (0, 2), (1, 3)]), steps=3, backward=0.0)
    assert np.argwhere(follows.weights.toarray()).tolist() == [[0, 2], [1, 3]]


def test_the_newest_choice_says_most() -> None:
    follows = Following.fit(made([(0, 0), (0, 1), (1, 2), (1, 3)]), steps=1, backward=0.0, decay=0.5)
    scores = follows.scores([np.array([0, 2], dtype=np.int32), np.array([2, 0], dtype=np.int32)])
    assert scores[0, 3] == 2 * scores[0, 1]
    assert scores[1, 1] == 2 * scores[1, 3]


def test_old_choices_fade() -> None:
    chosen = made([(0, 0), (1, 0), (0, 1)])
    assert Popularity.fit(chosen).values.tolist() == [math.log(3), math.log(2), 0, 0]
    fading = Popularity.fit(chosen, half_life=1.0).values
    assert np.expm1(fading[:2]).tolist() == pytest.approx([0.25 + 0.5, 1])
