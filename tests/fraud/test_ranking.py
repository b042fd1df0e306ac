"""The handbook's measures, on rankings small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from bigmodel_apps.fraud import ranking
from bigmodel_apps.fraud.ranking import Fold
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, Transactions


def made(days: list[int], customers: list[int], fraud: list[int]) -> Transactions:
    n = len(days)
    return Transactions(
        ids=np.array([str(number) for number in range(n)], dtype=object),
        seconds=np.array(days) * DAY + np.arange(n),
        amounts=np.ones(n),
        customers=np.array(customers, dtype=np.int32),
        terminals=None,
        fraud=np.array(fraud, dtype=np.int8),
        scenario=np.array(fraud, dtype=np.int8),
        rows=np.arange(1, n + 1),
    )


def test_average_precision_is_that_of_scikit_learn_ties_included() -> None:
    assert ranking.average_precision(np.array([1, 0, 1]), np.array([3.0, 2.0, 1.0])) == pytest.approx((1 + 2 / 3) / 2)
    generator = np.random.default_rng(0)
    for _ in range(20):
        truth, scores = generator.random(50) < 0.2, generator.integers(0, 10, 50).astype(float)
        truth[0] = True
        assert ranking.average_precision(truth, scores) == pytest.approx(average_precision_score(truth, scores))
    assert np.isnan(ranking.average_precision(np.zeros(3), np.zeros(3)))


def test_card_precision_counts_cards_and_does_not_look_at_a_caught_one_again() -> None:
    # Day 0: card 0 (fraud, two transactions) and card 1. Day 1: card 0 again, card 2 (fraud), card 3.
    days = np.array([0, 0, 0, 1, 1, 1])
    customers = np.array([0, 0, 1, 0, 2, 3])
    fraud = np.array([0, 1, 0, 1, 1, 0])
    scores = np.array([9.0, 1.0, 5.0, 9.0, 5.0, 4.0])
    # Card 0 is caught on day 0 by its highest score, though that is not the fraud; on day 1 card 2 is first.
    assert ranking.card_precision(days, customers, fraud, scores, 1) == 1.0
    # Of two cards a day: day 0 one of two; day 1 one of two, for card 0 is no longer counted.
    assert ranking.card_precision(days, customers, fraud, scores, 2) == 0.5
    # k stays k where there are fewer cards.
    assert ranking.card_precision(days, customers, fraud, scores, 4) == 0.25


def test_the_ceiling_is_that_of_the_perfect_ranking() -> None:
    transactions = made([0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 1])
    found = ranking.measure(transactions, np.arange(4), np.array([0.0, 1.0, 0.0, 1.0]), k=1)
    assert found.ceiling == 1.0
    assert found.card_precision == 0.5
    assert found.frauds == {"large-amount": 3}
    assert found.recall == {"large-amount": pytest.approx(1 / 3)}  # of two alerts, one is a fraud


def test_a_compromised_terminal_is_unrevealed_until_a_label_of_it_has_arrived() -> None:
    # Terminal 5 is compromised from day 0 on; terminal 6 from day 40 on, and was once before.
    days, terminals = [0, 3, 8, 20, 1, 40, 45, 48, 48], [5, 5, 5, 5, 6, 6, 6, 6, 6]
    fraud = [1, 1, 1, 1, 1, 1, 1, 1, 0]
    transactions = replace(
        made(days, list(range(9)), fraud),
        terminals=np.array(terminals, dtype=np.int32),
        terminal_names=np.array(["a"] * 7, dtype=object),
        scenario=np.array([2, 2, 2, 2, 2, 2, 2, 2, 0], dtype=np.int8),
    )
    at = np.arange(9)
    told = ranking.revealed(transactions, at)
    assert told.tolist() == [False, False, True, True, False, False, False, True, False]
    found = ranking.measure(transactions, at, np.array([0, 0, 2, 2, 0, 0, 0, 2, 1.0]), k=1)
    assert found.auc_ceiling == pytest.approx(1 - 0.5 * 5 / 8)
    assert found.auc_revealed == 1
    assert found.auc == pytest.approx(3 / 8)
    assert ranking.revealed(replace(transactions, terminals=None), at).sum() == 8


def test_cards_whose_fraud_is_known_are_not_tested() -> None:
    fold = Fold(start=10, train_days=2, delay=2, test_days=2)
    assert fold.learned_until == 12
    assert list(fold.test) == [14, 15]
    #       known     known from day 15   unknown in time   legitimate
    days = [11, 14, 12, 14, 15, 13, 14, 15, 11, 14]
    cards = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3]
    fraud = [1, 0, 1, 0, 0, 1, 0, 0, 0, 0]
    order = np.argsort(days, kind="stable")
    transactions = made(*([column[place] for place in order] for column in (days, cards, fraud)))
    at = ranking.tested(transactions, fold)
    tested = sorted(zip(transactions.days[at].tolist(), transactions.customers[at].tolist(), strict=True))  # type: ignore[index]
    assert tested == [(14, 1), (14, 2), (14, 3), (15, 2)]
    assert set(transactions.fraud.tolist()) == {FRAUD, LEGITIMATE}
