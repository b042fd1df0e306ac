"""Simulated A/B tests: who sees what, what a test tells, and that chance is found as often as promised."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.recommendation import experiment, splits
from bigmodel_apps.recommendation.experiment import Outcomes
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.recommender import fit_plain
from bigmodel_apps.recommendation.simulator import Shop, simulate_shop


def outcomes(users: int = 2_000, base: float = 0.3, other: float = 0.3, seed: int = 0) -> Outcomes:
    random = np.random.default_rng(seed)
    return Outcomes([f"u{n}" for n in range(users)], random.random(users) < base, random.random(users) < other)


def test_assignment_is_by_user_and_even() -> None:
    hashes = experiment._hashes([f"u{n}" for n in range(20_000)])
    first = experiment.assigned(hashes, 1, 0.5)
    assert np.array_equal(first, experiment.assigned(hashes, 1, 0.5))
    assert first.mean() == pytest.approx(0.5, abs=0.02)
    other = experiment.assigned(hashes, 2, 0.5)
    assert (first == other).mean() == pytest.approx(0.5, abs=0.02)  # another seed has nothing to do with it
    assert experiment.assigned(hashes, 3, 0.1).mean() == pytest.approx(0.1, abs=0.02)
    # A larger share keeps those who were there.
    assert (experiment.assigned(hashes, 4, 0.5) <= experiment.assigned(hashes, 4, 0.7)).all()


def test_a_test_counts_what_each_arm_sees() -> None:
    found = outcomes(other=0.5)
    result = experiment.run(found, seed=5)
    second = experiment.assigned(experiment._hashes(found.ids), 5, 0.5)
    assert result.first.users + result.second.users == len(found.ids)
    assert result.first.conversions == (found.first & ~second).sum()
    assert result.second.conversions == (found.second & second).sum()
    assert result.difference.value == pytest.approx(result.second.share.value - result.first.share.value)
    assert result.difference.low < result.difference.value < result.difference.high
    assert result.clear
    assert result.lift is not None
    assert result.lift.value == pytest.approx(result.second.share.value / result.first.share.value - 1)
    assert result.lift.low < result.lift.value < result.lift.high
    assert result.true_difference == pytest.approx(found.second.mean() - found.first.mean())
    assert result.needed is not None
    assert result.needed < 200


def test_the_interval_of_the_difference_holds_the_truth() -> None:
    found = outcomes(other=0.36)
    held = [
        (r := experiment.run(found, seed=s)).difference.low <= r.true_difference <= r.difference.high
        for s in range(300)
    ]
    assert np.mean(held) >= 0.93


def test_a_test_without_conversions_still_answers() -> None:
    none = Outcomes([f"u{n}" for n in range(100)], np.zeros(100, dtype=bool), np.zeros(100, dtype=bool))
    result = experiment.run(none)
    assert (result.p, result.lift, result.needed) == (1.0, None, None)
    some = Outcomes(none.ids, np.ones(100, dtype=bool), np.zeros(100, dtype=bool))
    lift = experiment.run(some).lift
    assert lift is not None
    assert lift.value == -1


def test_p_is_that_of_the_pooled_test() -> None:
    # 40 of 200 against 60 of 200: z = 0.1 / sqrt(0.25 * 0.75 * 0.01)
    assert float(experiment._p(np.array(40), np.array(200), np.array(60), np.array(200))) == pytest.approx(
        0.02092, abs=1e-4
    )


def test_chance_is_found_as_often_as_promised() -> None:
    told = experiment.same(outcomes(1_500), runs=2_000)
    assert told.found.low <= 0.05 <= told.found.high
    assert told.uniform > 0.01
    assert len(told.p) == 2_000
    assert (np.diff(told.p) >= 0).all()
    # Looking ten times finds chance several times as often; a stricter level at each look mends it.
    assert told.peeking.value > 0.12
    assert told.corrected.value < 0.05


def test_few_users_are_looked_at_as_often_as_there_are() -> None:
    assert experiment.same(outcomes(3), runs=50, looks=10).looks == 3


def test_sample_sizes_are_those_of_the_formula() -> None:
    # Fleiss, Levin and Paik's formula without the correction for continuity, known from many tables.
    assert experiment.sample_size(0.5, 0.2) == 388
    assert experiment.sample_size(0.1, 0.1) == 14_751
    assert experiment.sample_size(0.1, 0.1) == pytest.approx(experiment.sample_size(0.1, -0.1), rel=0.15)
    assert experiment.sample_size(0.1, 0.1, power=0.9) > experiment.sample_size(0.1, 0.1)


@pytest.mark.parametrize(("base", "lift"), [(0.05, 0.1), (0.3, -0.2), (0.62, 0.05)])
def test_power_size_and_effect_agree(base: float, lift: float) -> None:
    users = experiment.sample_size(base, lift)
    assert experiment.power(base, lift, users) == pytest.approx(0.8, abs=0.01)
    if lift > 0:
        assert experiment.detectable(base, users) == pytest.approx(lift, rel=0.02)


def test_power_is_what_tests_reach() -> None:
    random = np.random.default_rng(2)
    base, lift, users = 0.2, 0.25, 800
    hits = random.binomial(users, base, 4_000), random.binomial(users, base * (1 + lift), 4_000)
    n = np.full(4_000, users)
    assert (experiment._p(hits[0], n, hits[1], n) < 0.05).mean() == pytest.approx(
        experiment.power(base, lift, users), abs=0.03
    )


def test_too_few_users_detect_nothing() -> None:
    assert experiment.detectable(0.9, 3) is None


@pytest.mark.parametrize(
    ("base", "lift", "power", "field"),
    [(0.0, 0.1, 0.8, "base"), (1.0, 0.1, 0.8, "base"), (0.5, 0.0, 0.8, "lift"), (0.5, 1.5, 0.8, "lift"),
     (0.5, float("nan"), 0.8, "lift"), (0.5, 0.1, 1.0, "power")],
)  # fmt: skip
def test_values_out_of_range_are_refused(base: float, lift: float, power: float, field: str) -> None:
    with pytest.raises(InputError) as error:
        experiment.sample_size(base, lift, power=power)
    assert error.value.problems[0].field == field


def test_an_empty_arm_is_refused() -> None:
    with pytest.raises(InputError):
        experiment.run(outcomes(1))
    with pytest.raises(InputError):
        experiment.run(outcomes(), share=1.0)
    with pytest.raises(InputError):
        experiment.power(0.5, 0.1, 0)


def test_a_replay_of_the_simulated_shop() -> None:
    made = simulate_shop(Shop(shoppers=400, seed=2))[0]
    split = splits.held_out(made)
    recommender = fit_plain(split.train)
    seen: list[tuple[int, int]] = []
    found = experiment.outcomes(
        recommender, split, Settings(), Settings(popularity_penalty=1.0), report=lambda *parts: seen.append(parts)
    )
    users = len(split.users)
    assert len(found.ids) == users
    assert seen[-1] == (2 * users, 2 * users)
    lists = recommender.recommend(split.histories)
    expected = [bool(np.isin(one.items, held).any()) for one, held in zip(lists, split.held, strict=True)]
    assert found.first.tolist() == expected
    assert not np.array_equal(found.first, found.second)
    alike = experiment.outcomes(recommender, split, Settings(), Settings())
    assert np.array_equal(alike.first, alike.second)
    with pytest.raises(Cancelled):
        experiment.outcomes(recommender, split, Settings(), Settings(), cancelled=lambda: True)
