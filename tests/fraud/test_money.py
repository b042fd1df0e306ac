"""Money against threshold: equal to adding up every row, chosen on earlier days, quick enough for a slider."""

from __future__ import annotations

import dataclasses
import math
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.fraud import money
from bigmodel_apps.fraud.money import Curve, Rule, Term
from bigmodel_apps.fraud.transactions import UNKNOWN
from bigmodel_apps.problems import InputError

RULE = Rule(Term(50, 0.1), Term(-3, -1), Term(-5, -0.01), Term(0.2, 0.02), review=1.5)


def by_row(scores: np.ndarray, amounts: np.ndarray, fraud: np.ndarray, threshold: float, rule: Rule) -> float:
    """What a threshold brings, added up one row at a time."""
    total = 0.0
    for score, amount, label in zip(scores, amounts, fraud, strict=True):
        if score >= threshold:
            term = rule.refused_fraud if label else rule.refused_legitimate
            total -= rule.review
        else:
            term = rule.accepted_fraud if label else rule.accepted_legitimate
        total += term.fixed + term.share * amount
    return total


def drawn(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    fraud = (generator.random(rows) < 0.05).astype(np.int8)
    scores = np.clip(generator.normal(0.2 + 0.4 * fraud, 0.2), 0, 1).round(3)
    return scores, generator.gamma(2, 30, rows).round(2), fraud


row = st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.floats(0, 1e4), st.sampled_from([0, 1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=20), st.floats(-0.1, 1.1))
def test_a_point_is_the_sum_over_the_rows(rows: list[tuple[float, float, int]], threshold: float) -> None:
    scores, amounts, fraud = (np.array(column) for column in zip(*rows, strict=True))
    curve = Curve(scores, amounts, fraud)
    point = curve.at(threshold, RULE)
    assert point.money == pytest.approx(by_row(scores, amounts, fraud, threshold, RULE), abs=1e-6)
    assert point.money - point.gain == pytest.approx(by_row(scores, amounts, fraud, math.inf, RULE), abs=1e-6)
    assert point.alerts == (scores >= threshold).sum()
    assert point.caught == ((scores >= threshold) & (fraud == 1)).sum()
    assert point.refused == pytest.approx(amounts[(scores >= threshold) & (fraud == 0)].sum())
    assert point.lost == pytest.approx(amounts[(scores < threshold) & (fraud == 1)].sum(), abs=1e-6)
    for place, limit in enumerate(curve.thresholds):
        assert curve.money(RULE)[place] == pytest.approx(by_row(scores, amounts, fraud, limit, RULE), abs=1e-6)


def test_the_best_threshold_is_the_best_of_all() -> None:
    scores, amounts, fraud = drawn(300)
    curve = Curve(scores, amounts, fraud)
    found = curve.best(RULE)
    assert found.money == pytest.approx(
        max(by_row(scores, amounts, fraud, t, RULE) for t in [*np.unique(scores), math.inf])
    )
    assert found.money == pytest.approx(by_row(scores, amounts, fraud, found.threshold, RULE))
    assert found.precision == pytest.approx(fraud[scores >= found.threshold].mean())
    assert found.recall == pytest.approx(scores[fraud == 1].__ge__(found.threshold).mean())


def test_equal_scores_are_refused_together_whatever_the_capacity() -> None:
    curve = Curve(np.array([0.9, 0.5, 0.5, 0.5, 0.1]), np.full(5, 100.0), np.array([1, 1, 0, 1, 0]), days=2)
    assert [curve.capacity(alerts).alerts for alerts in (0, 1, 3, 4, 99)] == [0, 1, 1, 4, 5]
    assert curve.best(alerts=3).alerts == 1
    assert curve.best().alerts == 4
    assert curve.capacity(0).threshold == math.inf


def test_rows_without_a_label_are_left_out_and_none_left_is_told() -> None:
    scores, amounts, fraud = drawn(200)
    half = fraud.copy()
    half[::2] = UNKNOWN
    known, whole = Curve(scores, amounts, half), Curve(scores[1::2], amounts[1::2], fraud[1::2])
    assert len(known) == 100
    assert np.array_equal(known.money(RULE), whole.money(RULE))
    with pytest.raises(InputError, match="money-no-labels"):
        Curve(scores, amounts, np.full(200, UNKNOWN))


def test_probabilities_stand_for_labels() -> None:
    scores, amounts, _ = drawn(50)
    generator = np.random.default_rng(1)
    expected = Curve(scores, amounts, scores).at(0.4, RULE)
    sampled = [
        Curve(scores, amounts, (generator.random(50) < scores).astype(np.int8)).at(0.4, RULE).money for _ in range(2000)
    ]
    assert expected.money == pytest.approx(np.mean(sampled), abs=4 * np.std(sampled) / math.sqrt(2000))


def test_the_threshold_is_chosen_on_earlier_days_alone() -> None:
    earlier, later = Curve(*drawn(2000, 1), days=7), Curve(*drawn(2000, 2), days=14)
    choice = money.choose(earlier, later, RULE)
    assert choice.chosen == earlier.best(RULE)
    assert choice.reported == later.at(choice.chosen.threshold, RULE)
    assert choice.reported.money < choice.hindsight.money
    assert choice.none.alerts == choice.none.gain == 0
    few = money.choose(earlier, later, RULE, alerts_per_day=2)
    assert few.chosen.alerts <= 14
    assert few.hindsight.alerts <= 28


def test_a_drawn_curve_keeps_both_ends_and_the_best() -> None:
    curve = Curve(*drawn(5000), days=5)
    found = curve.drawn(RULE, 100)
    assert len(found.money) <= 103
    assert (found.alerts[0], found.alerts[-1]) == (0, 5000)
    assert found.money.max() == pytest.approx(curve.best(RULE).money)
    assert found.alerts_per_day[-1] == 1000
    assert np.isnan(found.precision[0])
    place = len(found.money) // 2
    assert found.money[place] == pytest.approx(curve.at(found.thresholds[place], RULE).money)


def test_the_interval_holds_the_gain_and_counts_cards_not_rows() -> None:
    scores, amounts, fraud = drawn(3000)
    alone = money.interval(scores, amounts, fraud, np.arange(3000), 0.5, RULE)
    assert alone.value == pytest.approx(Curve(scores, amounts, fraud).at(0.5, RULE).gain)
    assert alone.low < alone.value < alone.high
    thrice = [np.tile(column, 3) for column in (scores, amounts, fraud, np.arange(3000))]
    together = money.interval(*thrice, threshold=0.5, rule=RULE)
    assert together.high - together.low == pytest.approx(3 * (alone.high - alone.low), rel=0.01)


def test_an_empty_curve_side_has_no_shares() -> None:
    point = Curve(np.array([0.5]), np.array([10.0]), np.array([0])).at(0.9)
    assert (point.precision, point.recall, point.money) == (None, None, 0.2)


def test_a_changed_rule_is_answered_in_time_for_a_slider() -> None:
    scores, amounts, fraud = drawn(300_000)
    scores = scores + np.random.default_rng(3).random(300_000) * 1e-4  # nearly every score is its own threshold
    curve = Curve(scores, amounts, fraud)
    times = []
    for fixed in range(5):
        rule = dataclasses.replace(RULE, refused_fraud=Term(fixed))
        begun = time.perf_counter()
        curve.drawn(rule)
        curve.best(rule)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.2


@pytest.mark.data
def test_the_public_set_brings_what_is_published_without_a_model(data: Path) -> None:
    raw = pd.read_parquet(
        data / "fraud/handbook_raw/transactions.parquet",
        columns=["TX_TIME_DAYS", "CUSTOMER_ID", "TX_AMOUNT", "TX_FRAUD"],
        filters=[("TX_TIME_DAYS", ">=", 115), ("TX_TIME_DAYS", "<", 136)],
    )
    by_day = dict(list(raw.groupby("TX_TIME_DAYS")))
    # Fold 0: trained on days 115 to 121; cards known to be compromised by each test day are left out.
    known = set(raw[(raw.TX_TIME_DAYS < 122) & (raw.TX_FRAUD == 1)].CUSTOMER_ID)
    kept = []
    for number in range(7):
        if number:
            before = by_day[121 + number]
            known |= set(before[before.TX_FRAUD == 1].CUSTOMER_ID)
        day = by_day[129 + number]
        kept.append(day[~day.CUSTOMER_ID.isin(known)])
    test = pd.concat(kept)
    assert (len(test), test.TX_FRAUD.sum()) == (58_264, 385)
    curve = Curve(np.zeros(len(test)), test.TX_AMOUNT.to_numpy(), test.TX_FRAUD.to_numpy(), days=7)
    assert round(curve.at(math.inf).money) == 27_362
