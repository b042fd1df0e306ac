"""Nothing is learned from what is asked for, nor from after it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bigmodel_apps.recommendation import splits
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.splits import Split


def holds(split: Split, interactions: Interactions) -> None:
    known = set(split.train.items.tolist())
    for user, history, held in zip(split.users, split.histories, split.held, strict=True):
        mine = set(interactions.items[interactions.users == user].tolist())
        assert set(held.tolist()) <= mine & known
        assert set(history.tolist()) == set(split.train.items[split.train.users == user].tolist())
        assert not set(held.tolist()) & set(history.tolist())
        assert len(history)
        assert len(held)


def test_by_time(interactions: Interactions) -> None:
    split = splits.held_out(interactions, 0.25)
    holds(split, interactions)
    assert split.kind == "time"
    assert split.train.seconds is not None
    assert split.boundary is not None
    assert split.train.seconds.max() < split.boundary
    assert len(split.train) == pytest.approx(0.75 * len(interactions), abs=2)


@pytest.mark.parametrize("times", ["none", "all the same"])
def test_by_chance(times: str, interactions: Interactions) -> None:
    seconds = None if times == "none" else np.full(len(interactions), 7)
    timeless = replace(interactions, seconds=seconds)
    split = splits.held_out(timeless, 0.25)
    holds(split, interactions)
    assert split.kind == "chance"
    different = [len(history) for history in timeless.histories()]
    asked = {int(user): len(items) for user, items in zip(split.users, split.held, strict=True)}
    assert asked == {user: min(math.ceil(n / 4), n - 1) for user, n in enumerate(different) if n > 1}
    again = splits.held_out(timeless, 0.25)
    assert all(np.array_equal(one, other) for one, other in zip(split.held, again.held, strict=True))


def test_somebody_with_one_item_is_never_asked_for_it(interactions: Interactions) -> None:
    firsts = interactions.take(np.unique(interactions.users, return_index=True)[1])
    assert len(splits.seeded(firsts).users) == 0


def test_a_split_by_time_needs_times(interactions: Interactions) -> None:
    with pytest.raises(ValueError, match="times"):
        splits.temporal(replace(interactions, seconds=None))


def test_over_some_items_alone(interactions: Interactions) -> None:
    split = splits.held_out(interactions)
    kept = np.arange(60) % 3 == 0
    part = splits.among(split, kept)
    holds(part, interactions.among(kept))
    assert part.train.catalogue.ids.tolist() == [f"thing {n}" for n in range(0, 60, 3)]
    assert part.train.catalogue.title(1, "en") == interactions.catalogue.title(3, "en")
