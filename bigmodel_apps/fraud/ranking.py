"""The protocol of the Fraud Detection Handbook (Le Borgne et al., 2021, chapters 4 and 5): which transactions a fold tests,
and how a ranking of them is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmodel_apps.fraud.transactions import DAY, FRAUD, SCENARIOS, Ints, Transactions
from bigmodel_apps.measures import auroc

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

_TERMINAL, _COMPROMISED_DAYS = SCENARIOS.index("terminal"), 28


@dataclass(frozen=True, slots=True)
class Fold:
    """Days of one fold, in days since 1970-01-01.

    The last `train_days` days from `start` on are the ones whose labels are known and whose cards are watched; a model may
    learn from earlier days too. Labels arrive `delay` days later, when the test begins.
    """

    start: int
    train_days: int = 7
    delay: int = 7
    test_days: int = 7

    @property
    def learned_until(self) -> int:
        """The first day whose labels are unknown when the test begins."""
        return self.start + self.train_days

    @property
    def test(self) -> range:
        """The days of the test."""
        first = self.learned_until + self.delay
        return range(first, first + self.test_days)


def tested(transactions: Transactions, fold: Fold) -> Ints:
    """Places of the fold's test transactions: no card whose fraud is known by then.

    On each test day a card is left out that had a fraud in the training days, or after them up to the day whose labels
    have arrived by then.
    """
    customers, days = _customers(transactions), transactions.days
    found = []
    for number, day in enumerate(fold.test):
        known = transactions.between(fold.start, fold.train_days + number)
        frauds = customers[known][transactions.fraud[known] == FRAUD]
        rows = transactions.between(day, 1)
        places = np.arange(rows.start, rows.stop)
        found.append(places[~np.isin(customers[rows], frauds)])
    assert all((days[places] == day).all() for places, day in zip(found, fold.test, strict=True))
    return np.concatenate(found)


def average_precision(fraud: npt.NDArray[Any], scores: Floats) -> float:
    """Σ (recall_i - recall_{i-1}) · precision_i over the different scores, the highest first; NaN without frauds."""
    truth = np.asarray(fraud, dtype=np.float64)
    if not truth.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    hits = truth[order].cumsum()
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    precision = hits[ends] / (ends + 1)
    return float((np.diff(hits[ends], prepend=0.0) * precision).sum() / hits[-1])


def card_precision(days: Ints, customers: npt.NDArray[Any], fraud: npt.NDArray[Any], scores: Floats, k: int) -> float:
    """CP@k: of the k cards a day that rank highest, the share that had a fraud on that day; the mean over the days.

    A card ranks by its highest score of the day. Cards that were found are not looked at again. The share is of k, even
    on a day with fewer frauds. Of equal scores, the card with the smaller number comes first.
    """
    found: list[float] = []
    caught = np.zeros(int(customers.max()) + 1 if len(customers) else 1, dtype=bool)
    for day in np.unique(days):
        rows = np.flatnonzero((days == day) & ~caught[customers])
        cards, place = np.unique(customers[rows], return_inverse=True)
        highest = np.full(len(cards), -np.inf)
        np.maximum.at(highest, place, scores[rows])
        guilty = np.bincount(place, weights=np.asarray(fraud)[rows], minlength=len(cards)) > 0
        top = np.argsort(-highest, kind="stable")[:k]
        hits = cards[top[guilty[top]]]
        caught[hits] = True
        found.append(len(hits) / k)
    return float(np.mean(found)) if found else float("nan")


@dataclass(frozen=True, slots=True)
class Figures:
    """One ranking, measured.

    Attributes:
        auc_ceiling: AUC of a ranking that puts every fraud on top that anything can reveal, and the others by chance.
        auc_revealed: AUC among legitimate transactions and frauds that something can reveal; see `revealed`.
        ceiling: CP@k of the perfect ranking.
        recall: By scenario, the share of its frauds among the `alerts` highest scores, alerts being as many as k a day.
        frauds: By scenario, how many there are.
    """

    auc: float
    auc_ceiling: float
    auc_revealed: float
    average_precision: float
    card_precision: float
    ceiling: float
    recall: Mapping[str, float]
    frauds: Mapping[str, int]
    rows: int


def revealed(transactions: Transactions, at: Ints, delay_days: int = 7) -> Marks:
    """Which frauds of the handbook's set can be told from legitimate transactions at all, shape (len(at),).

    All but those at a compromised terminal of which no label has arrived yet: such terminals are drawn by chance, the
    amounts there are ordinary ones, and for the days of the delay nothing tells that anything has begun.
    """
    if transactions.terminals is None:
        return transactions.fraud[at] == FRAUD
    begun = np.flatnonzero(transactions.scenario == _TERMINAL)
    places = dict(pd.Series(begun).groupby(transactions.terminals[begun]).agg(np.asarray))
    found = transactions.fraud[at] == FRAUD
    for row in np.flatnonzero(found & (transactions.scenario[at] == _TERMINAL)):
        seconds = transactions.seconds[places[transactions.terminals[at[row]]]]
        now = transactions.seconds[at[row]]
        known = (seconds <= now - delay_days * DAY) & (seconds > now - _COMPROMISED_DAYS * DAY)
        found[row] = known.any()
    return found


def measure(transactions: Transactions, at: Ints, scores: Floats, k: int = 100) -> Figures:
    """Measure the scores of the transactions at `at`."""
    fraud = transactions.fraud[at] == FRAUD
    customers, days = _customers(transactions)[at], transactions.days[at]
    scenario = transactions.scenario[at]
    alerts = np.zeros(len(at), dtype=bool)
    alerts[np.argsort(-scores, kind="stable")[: k * len(np.unique(days))]] = True
    present = {SCENARIOS[number]: fraud & (scenario == number) for number in np.unique(scenario[fraud]) if number > 0}
    told = revealed(transactions, at)
    some = told | ~fraud
    return Figures(
        auc=auroc(fraud, scores),
        auc_ceiling=1 - 0.5 * float((fraud & ~told).sum()) / max(1, int(fraud.sum())),
        auc_revealed=auroc(told[some], scores[some]),
        average_precision=average_precision(fraud, scores),
        card_precision=card_precision(days, customers, fraud, scores, k),
        ceiling=card_precision(days, customers, fraud, fraud.astype(np.float64), k),
        recall={name: float(alerts[rows].mean()) for name, rows in present.items()},
        frauds={name: int(rows.sum()) for name, rows in present.items()},
        rows=len(at),
    )


def _customers(transactions: Transactions) -> npt.NDArray[np.int32]:
    if transactions.customers is None:
        raise ValueError("the protocol is about cards")
    return transactions.customers
