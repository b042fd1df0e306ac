"""How old choices are: seen from the last one, unless that one stands alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bigmodel_apps.recommendation.ease import Ease
from bigmodel_apps.recommendation.interactions import DAY, Interactions, ages


def stray(interactions: Interactions, days: int) -> Interactions:
    """The same with the last choice so many days later."""
    assert interactions.seconds is not None
    seconds = interactions.seconds.copy()
    seconds[-1] += days * DAY
    return replace(interactions, seconds=seconds)


def test_ages_count_from_the_last_choice(interactions: Interactions) -> None:
    assert interactions.seconds is not None
    expected = interactions.seconds[-1] - interactions.seconds
    for half_life in (3.0, 30.0):
        np.testing.assert_array_equal(ages(interactions.seconds, half_life), expected)
    np.testing.assert_array_equal(ages(np.array([5]), 30.0), [0])


def test_one_stray_time_makes_nothing_else_old(interactions: Interactions) -> None:
    late = stray(interactions, 4_000).seconds
    assert late is not None
    found = ages(late, 30.0)
    assert found.min() == 0
    assert found[-1] == 0
    assert found[len(late) // 2] < 130 * DAY  # of 200
    before, after = (Ease.fit(one, half_life=30.0).weights for one in (interactions, stray(interactions, 4_000)))
    np.testing.assert_allclose(after, before, atol=0.02)
    assert np.abs(after).max() > 0.5 * np.abs(before).max()
