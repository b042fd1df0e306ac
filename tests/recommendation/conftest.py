"""A small shop: six kinds of things, users who mostly keep to one or two of them."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.recommendation import fitting
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items
from bigmodel_apps.recommendation.shelf import Shop

KINDS, EACH, USERS = 6, 10, 160


def small_shop(seed: int = 5) -> Interactions:
    """About 1,900 choices of 60 items over 200 days, simulated."""
    random = np.random.default_rng(seed)
    numbers = range(KINDS * EACH)
    titles = {
        "en": np.array([f"Thing {n % EACH + 1} of kind {n // EACH + 1}" for n in numbers], dtype=object),
        "zh": np.array([f"第 {n // EACH + 1} 类物品 {n % EACH + 1}" for n in numbers], dtype=object),
    }
    kinds = {
        "en": np.array([f"Kind {n // EACH + 1}" for n in numbers], dtype=object),
        "zh": np.array([f"第 {n // EACH + 1} 类" for n in numbers], dtype=object),
    }
    ids = np.array([f"thing {n}" for n in numbers], dtype=object)
    catalogue = Items(ids, titles, kinds, random.uniform(2, 50, len(ids)).round(2))
    rows = []
    for user in range(USERS):
        tastes = random.dirichlet(np.full(KINDS, 0.2))
        for _ in range(random.integers(4, 20)):
            item = random.choice(KINDS, p=tastes) * EACH + min(int(random.exponential(3)), EACH - 1)
            rows.append((1_760_000_000 + int(random.integers(0, 200 * DAY)), user, item))
    seconds, users, items = np.array(sorted(rows)).T
    return Interactions(
        users.astype(np.int32),
        items.astype(np.int32),
        np.array([f"user {n}" for n in range(USERS)], dtype=object),
        catalogue,
        seconds.astype(np.int64),
        amounts=catalogue.prices[items],
        simulated=True,
    )


@pytest.fixture(scope="session")
def interactions() -> Interactions:
    """See `small_shop`; not to be changed."""
    return small_shop()


@pytest.fixture(scope="session")
def shop(interactions: Interactions) -> Shop:
    """The same with EASE and popularity, the latter without weight."""
    recipe = Recipe({"ease": {"penalty": 20.0}, "popularity": {}}, {"ease": 1.0, "popularity": 0.0})
    return Shop("small", interactions, fitting.fit(interactions, recipe))
