"""The simulated bank: what every scenario does, what sliders change, and how it compares with the published set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.fraud import data_protocols
from bigmodel_apps.fraud.simulator import AGES, PUBLISHED, SAMPLE, World, sample_bank, simulate, simulate_bank
from bigmodel_apps.fraud.transactions import DAY, SCENARIOS, Transactions
from bigmodel_apps.problems import Cancelled, InputError
from tests.fraud.conftest import WORLD


def of(bank: Transactions, scenario: str) -> Transactions:
    return bank.take(bank.scenario == SCENARIOS.index(scenario))


def test_rows_are_in_order_and_say_that_they_are_simulated(bank: Transactions) -> None:
    assert bank.simulated
    assert (np.diff(bank.seconds) >= 0).all()
    assert bank.ids.tolist() == [str(number) for number in range(len(bank))]
    assert (np.floor(bank.days - bank.days[0]) < WORLD.days).all()
    assert str(np.datetime64(int(bank.seconds[0]), "s"))[:10] == WORLD.start
    assert (np.round(bank.amounts, 2) == bank.amounts).all()
    assert (bank.amounts >= 0).all()
    assert ((bank.fraud == 1) == (bank.scenario > 0)).all()
    assert set(bank.scenario.tolist()) == set(range(len(SCENARIOS)))


def test_equal_worlds_have_equal_transactions(bank: Transactions) -> None:
    again, other = simulate(WORLD), simulate(replace(WORLD, seed=WORLD.seed + 1))
    assert all(
        np.array_equal(getattr(bank, name), getattr(again, name)) for name in ("seconds", "amounts", "terminals")
    )
    assert len(other) != len(bank) or not np.array_equal(other.amounts, bank.amounts)


def test_customers_keep_to_terminals_nearby() -> None:
    world = replace(WORLD, takeover_rate=0, testing_rate=0)
    bank, places = simulate_bank(world)
    assert bank.customers is not None
    assert bank.terminals is not None
    way = np.linalg.norm(places.homes[bank.customers] - places.terminals[bank.terminals], axis=1)
    alone = np.linalg.norm(places.homes[:, None] - places.terminals, axis=2).min(axis=1) >= world.radius
    assert (way[~alone[bank.customers]] < world.radius).all()


def test_a_customer_far_from_all_goes_to_the_nearest() -> None:
    bank, places = simulate_bank(World(customers=20, terminals=3, days=20, radius=0.01))
    assert bank.customers is not None
    nearest = np.linalg.norm(places.homes[:, None] - places.terminals, axis=2).argmin(axis=1)
    assert (bank.terminals == nearest[bank.customers])[bank.scenario < 4].all()


def test_large_amounts_are_frauds(bank: Transactions) -> None:
    assert (bank.fraud[bank.amounts > 220] == 1).all()
    assert (of(bank, "large-amount").amounts > 220).all()


def test_a_compromised_terminal_is_fraud_all_over_for_four_weeks(bank: Transactions) -> None:
    found = of(bank, "terminal")
    assert found.terminals is not None
    first_day = int(bank.days[0])
    for terminal in np.unique(found.terminals):
        own = bank.take((bank.terminals == terminal) & (bank.scenario < 3))
        days = own.days[own.scenario == 2] - first_day
        if np.ptp(days) < 28:  # compromised once
            between = (own.days - first_day >= days.min()) & (own.days - first_day <= days.max())
            assert (own.scenario[between] == 2).all()


def test_compromised_customers_spend_five_times_as_much(bank: Transactions) -> None:
    without = simulate(replace(WORLD, customer_rate=0))
    hit = bank.scenario == SCENARIOS.index("customer")
    # Streams are separate: but for the scenario the rows are the same, and amounts were drawn before.
    assert len(without) == len(bank)
    times = bank.amounts[hit & (without.amounts > 0)] / without.amounts[hit & (without.amounts > 0)]
    assert np.isin(np.round(times / 5), [1, 5, 25]).all()
    changed = bank.amounts != without.amounts
    # A card test or a takeover is added later, never multiplied.
    assert not changed[bank.scenario >= 4].any()
    assert (hit | ~changed).all()


def test_takeovers_happen_at_night_and_anywhere(bank: Transactions) -> None:
    found = of(bank, "takeover")
    hours = found.seconds % DAY / 3_600
    assert np.quantile(hours, 0.9) < 6
    assert found.customers is not None
    days = [np.ptp(found.days[found.customers == customer]) for customer in np.unique(found.customers)]
    assert np.median(days) <= 2


def test_cards_are_tested_in_bursts_of_tiny_amounts(bank: Transactions) -> None:
    found = of(bank, "card-testing")
    assert found.amounts.max() <= 3
    for day in np.unique(found.days):
        burst = found.take(found.days == day)
        assert burst.terminals is not None
        for terminal in np.unique(burst.terminals):
            seconds = burst.seconds[burst.terminals == terminal]
            assert len(seconds) >= 16
            assert np.ptp(seconds) < 3_600 * 2


@pytest.mark.parametrize(
    ("field", "scenario"),
    [
        ("large_amount", "large-amount"),
        ("terminal_rate", "terminal"),
        ("customer_rate", "customer"),
        ("takeover_rate", "takeover"),
        ("testing_rate", "card-testing"),
    ],
)
def test_every_scenario_can_be_left_out_and_the_bank_stays(bank: Transactions, field: str, scenario: str) -> None:
    without = simulate(replace(WORLD, **{field: None if field == "large_amount" else 0.0}))
    assert not len(of(without, scenario))
    # The same bank: what nobody touched is there, to the second and the cent.
    assert np.isin(
        of(bank, "none").seconds * 10_000 + of(bank, "none").terminals, without.seconds * 10_000 + without.terminals
    ).all()


def test_more_is_drawn_where_a_rate_says_so() -> None:
    few, many = (simulate(replace(WORLD, takeover_rate=rate)) for rate in (0.001, 0.01))
    assert 5 < len(of(many, "takeover")) / len(of(few, "takeover")) < 20


def test_segments_mean_something() -> None:
    bank, places = simulate_bank(WORLD)
    assert set(bank.segments) == {"region", "card", "age"}
    assert bank.customers is not None
    premium = bank.segments["card"] == "premium"
    assert places.means[bank.customers[premium]].min() >= 80 > places.means[bank.customers[~premium]].max()
    assert (places.homes[bank.customers[bank.segments["region"] == "north-west"]] <= 50).all()
    taken = simulate_bank(replace(WORLD, customers=2_000, takeover_rate=0.02))[0]
    old = of(taken, "takeover").segments["age"] == AGES[-1]
    # 23 % of the customers, each twice as likely.
    assert old.mean() == pytest.approx(0.46 / 1.23, abs=0.05)


def test_the_sample_bank() -> None:
    bank = sample_bank()
    assert 400_000 < len(bank) < 500_000
    assert str(np.datetime64(int(bank.days[-1]), "D")) == "2026-10-31"
    assert 0.008 < (bank.fraud == 1).mean() < 0.012
    assert {SCENARIOS[number] for number in np.unique(bank.scenario)} == set(SCENARIOS)
    # Yesterday's queue holds frauds to find.
    assert (bank.fraud[bank.between(int(bank.days[-1]), 1)] == 1).sum() >= 10
    assert SAMPLE.start == "2026-06-04"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"customers": 0}, "customers"),
        ({"days": 1}, "days"),
        ({"terminal_rate": 1.5}, "terminal_rate"),
        ({"takeover_rate": -0.1}, "takeover_rate"),
        ({"customers": 10_000_000}, "customers"),
        ({"start": "yesterday"}, "start"),
    ],
)
def test_a_world_that_cannot_be(change: dict[str, float | str], field: str) -> None:
    with pytest.raises(InputError) as error:
        replace(WORLD, **change)
    assert error.value.problems[0].field == field


def test_progress_and_cancel() -> None:
    seen: list[tuple[int, int]] = []
    simulate(WORLD, report=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 5) for done in range(1, 6)]
    with pytest.raises(Cancelled):
        simulate(WORLD, cancelled=lambda: True)


@pytest.mark.data
@pytest.mark.slow
def test_ours_is_distributed_as_the_published_set(data: Path) -> None:
    metrics = data_protocols.simulator(data / "fraud")[0]
    assert metrics
    for metric in metrics:
        if metric.system == "ours" and metric.goal is not None:
            assert metric.value <= metric.goal, metric


def test_the_published_world_has_the_published_shape() -> None:
    # A tenth of it, quick enough for every run: what the book states of its set, within what chance allows.
    bank = simulate(replace(PUBLISHED, customers=500, terminals=1_000, radius=5 * 10**0.5, seed=3))
    assert len(bank) / 1_754_155 == pytest.approx(0.1, rel=0.1)
    assert (bank.fraud == 1).mean() == pytest.approx(0.0084, rel=0.25)
    assert np.median(bank.seconds % DAY) == pytest.approx(43_200, abs=600)
