"""Drift: the figures against other computations, nothing where there is none, and injected drift soon."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bigmodel_apps.fraud import datasets, drift, drift_protocol, features
from bigmodel_apps.fraud.drift import Kind
from bigmodel_apps.fraud.simulator import World, simulate
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN, Transactions
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError
from tests.fraud.written import written


@pytest.fixture(scope="module")
def months() -> Transactions:
    """Five months of a quiet bank."""
    return simulate(World(customers=300, terminals=600, days=150, radius=12, seed=5))


def watched(transactions: Transactions, first_day: int) -> drift.Watch:
    names, values = drift.columns(transactions, features.NAMES, features.compute(transactions))
    assert set(names) == {drift.TIME, *drift.WATCHED}
    return drift.watch(names, values, transactions.days, range(first_day + 30, first_day + 114))


# --- Figures ----------------------------------------------------------------------------------------------------------


def test_psi_is_the_sum_over_bins() -> None:
    before, after = np.array([100, 200, 700]), np.array([30, 30, 40])
    p, q = (np.array([100.5, 200.5, 700.5]) / 1001.5, np.array([30.5, 30.5, 40.5]) / 101.5)
    assert float(drift.psi(before, after)) == pytest.approx(float(((p - q) * np.log(p / q)).sum()))
    assert float(drift.psi(before, before)) == 0
    assert np.isfinite(drift.psi(np.array([10, 0]), np.array([0, 10])))


def test_ks_and_medians_are_scipys_and_numpys() -> None:
    generator = np.random.default_rng(0)
    before, after = generator.normal(0, 1, (3_000, 2)), generator.normal(0, 1, (2_000, 2))
    after[:, 1] += 0.2
    before[:600, 0] = np.nan
    found = {shift.name: shift for shift in drift.shifts(("still", "moved"), before, after)}
    expected = stats.ks_2samp(before[:, 1], after[:, 1], method="asymp")
    assert found["moved"].ks == pytest.approx(expected.statistic)
    assert found["moved"].p == pytest.approx(expected.pvalue, rel=0.2)
    assert found["moved"].after == np.median(after[:, 1])
    assert (found["still"].missing_before, found["still"].missing_after) == pytest.approx((0.2, 0.0))
    assert found["still"].psi > 0.1  # values that go missing are a drift
    assert found["still"].before == np.nanmedian(before[:, 0])


def test_columns_without_values_or_of_one_value_are_no_trouble() -> None:
    nothing, one = np.full((50, 1), np.nan), np.ones((50, 1))
    (found,) = drift.shifts(("x",), nothing, nothing)
    assert (found.psi, found.ks, found.p) == (0.0, 0.0, 1.0)
    (found,) = drift.shifts(("x",), nothing, one)
    assert found.ks == 1.0
    assert found.psi > 1
    (found,) = drift.shifts(("x",), one, one + 1)
    assert (found.ks, found.psi > 1) == (1.0, True)


def test_limits_know_the_number_of_rows() -> None:
    generator = np.random.default_rng(0)
    limits = []
    for a_day in (100, 1_000):
        days = np.repeat(np.arange(100), a_day)
        limits.append(drift.watch(("x",), generator.random((100 * a_day, 1)), days, range(56)).limits[0])
    assert 5 < limits[0] / limits[1] < 20


def test_independent_columns_raise_a_false_alarm_about_as_seldom_as_they_should() -> None:
    generator = np.random.default_rng(1)
    days = np.repeat(np.arange(456), 100)
    alarms = sum(len(drift.watch(("a", "b"), generator.random((45_600, 2)), days, range(91)).alarms) for _ in range(12))
    assert alarms <= 24  # 12 years: 12 expected


# --- Injected ---------------------------------------------------------------------------------------------------------


def test_a_quiet_bank_is_quiet(months: Transactions) -> None:
    found = watched(months, int(months.days[0]))
    assert len(found.days) == 150 - 114 - 6
    assert len(found.alarms) <= 1


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("amounts", {"amount", "customer_amount_ratio"}),
        ("night", {"time"}),
        ("terminals", {"terminal_count_1d"}),
    ],
)
def test_an_injected_drift_is_seen_within_a_week(months: Transactions, kind: Kind, columns: set[str]) -> None:
    first = int(months.days[0])
    found = watched(drift.inject(months, kind, first + 125), first)
    delay = found.seen(first + 125)
    assert delay is not None
    assert delay <= 7
    over = {found.names[place] for place in np.flatnonzero(found.over[-1])}
    assert columns <= over


def test_injecting_changes_later_rows_alone_and_no_label(months: Transactions) -> None:
    day = int(months.days[0]) + 60
    before = months.between(0, day)
    for kind in drift.KINDS:
        drifted = drift.inject(months, kind, day)
        assert len(drifted) == len(months)
        assert (np.diff(drifted.seconds) >= 0).all()
        for column in ("ids", "seconds", "amounts", "customers", "terminals", "fraud"):
            assert np.array_equal(getattr(drifted, column)[before], getattr(months, column)[before])
        order = np.argsort(drifted.ids.astype(str))
        old = np.argsort(months.ids.astype(str))
        assert np.array_equal(drifted.fraud[order], months.fraud[old])
        assert np.array_equal(drifted.days[order], months.days[old])
    later = slice(before.stop, None)
    assert np.allclose(drift.inject(months, "amounts", day, 2.0).amounts[later], 2 * months.amounts[later])
    moved = drift.inject(months, "terminals", day, 0.25)
    assert moved.terminals is not None
    assert (moved.terminals[later] >= len(months.terminal_names)).mean() == pytest.approx(0.25, abs=0.02)
    assert moved.terminals.max() < len(moved.terminal_names)
    night = drift.inject(months, "night", day, 0.5)
    share = [(one.seconds[later] % DAY < 6 * 3_600).mean() for one in (months, night)]
    assert share[1] == pytest.approx(0.5 + 0.5 * share[0], abs=0.02)


def test_the_protocol_tells_delays_and_false_alarms(months: Transactions) -> None:
    steps: list[tuple[int, int]] = []
    counted = drift_protocol._Steps(lambda done, total: steps.append((done, total)), 4)
    found = drift_protocol._watched("simulated", [months], [125], {}, counted)
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    alarms = next(metric for metric in found if metric.name == "drift-false-alarms")
    assert (alarms.group, alarms.n) == (("simulated", "inputs"), 150 - 104 - 6)
    delays = {metric.group[1]: metric.value for metric in found if metric.name == "drift-delay"}
    assert set(delays) == {f"drift-{kind}" for kind in drift.KINDS}
    assert all(1 <= days <= 7 for days in delays.values())


def test_a_column_that_was_over_its_limit_before_does_not_see_a_drift() -> None:
    days = np.arange(10, 20)
    psi = np.zeros((10, 2))
    psi[:, 0] = 1.0
    watch = drift.Watch(("always", "later"), days, psi, np.array([0.5, 0.5]))
    assert drift_protocol._delay(watch, 15) == 19 - 15 + 1  # never seen: counts to the last day
    psi[7:, 1] = 1.0
    assert drift_protocol._delay(watch, 15) == 3


# --- The rate of fraud ------------------------------------------------------------------------------------------------


def test_a_rate_is_told_once_its_labels_have_matured() -> None:
    rows = [(day * DAY + n, 0, 0, 1.0, FRAUD if n < day else LEGITIMATE) for day in (1, 2, 3) for n in range(10)]
    rows += [(2 * DAY + 50, 0, 0, 1.0, UNKNOWN), (20 * DAY, 0, 0, 1.0, UNKNOWN)]
    transactions = written(sorted(rows))
    found = drift.rates(transactions.days, transactions.fraud, today=10, delay_days=7)
    assert [(one.day, one.rate and (one.rate.value, one.rate.n)) for one in found] == [
        (1, (0.1, 10)),
        (2, (0.2, 10)),
        (3, None),
        (20, None),
    ]
    everything = drift.rates(transactions.days, transactions.fraud, today=40, delay_days=7)
    assert [one.rate is None for one in everything] == [False, False, False, True]


def test_a_higher_rate_is_found_and_clusters_are_not_mistaken_for_one() -> None:
    generator = np.random.default_rng(0)
    days = np.repeat(np.arange(90), 400)
    customers, terminals = generator.integers(0, 400, len(days)), generator.integers(0, 400, len(days))

    def bank(fraud: np.ndarray) -> Transactions:
        rows = zip((days * DAY).tolist(), customers.tolist(), terminals.tolist(), fraud.tolist(), strict=True)
        return written([(second, customer, terminal, 1.0, label) for second, customer, terminal, label in rows])

    rate = np.where(days < 60, 0.01, 0.05)
    found = drift.watch_rate(bank((generator.random(len(days)) < rate).astype(int)), range(45))
    assert len(found.alarms) == 1
    assert 60 < found.alarms[0] - 8 <= 66
    assert found.reference == pytest.approx(0.01, abs=0.002)
    assert (found.known - found.days == 8).all()
    # One terminal turns bad for a fortnight: many frauds, one event.
    once = np.where((terminals < 4) & (days >= 60) & (days < 75), 1, generator.random(len(days)) < 0.01)
    assert len(drift.watch_rate(bank(once.astype(int)), range(45)).alarms) == 0


def test_too_few_days_are_told() -> None:
    transactions = written([(day * DAY, 0, 0, 1.0, LEGITIMATE) for day in range(30)])
    values = transactions.amounts[:, None]
    for attempt in (
        lambda: drift.watch(("x",), values, transactions.days, range(20)),
        lambda: drift.watch(("x",), values, transactions.days, range(28)),
        lambda: drift.watch_rate(transactions, range(29)),
        lambda: drift.watch_rate(transactions, range(0)),
        lambda: drift.inject(dataclasses.replace(transactions, terminals=None), "terminals", 3),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert all(describe(problem, language) for problem in caught.value.problems for language in LANGUAGES)


@pytest.mark.data
def test_aprils_lower_rate_is_told_from_that_of_the_months_after(data: Path) -> None:
    transactions = datasets.handbook(data / "fraud")
    first = int(transactions.days[0])
    april = drift.watch_rate(transactions, range(first, first + 30))
    assert april.reference == pytest.approx(0.0059, abs=1e-4)
    assert len(april.alarms) > 0
    assert len(drift.watch_rate(transactions, range(first + 30, first + 61)).alarms) == 0
