"""The alert queue against a plain loop, its filters, and what stands around an alert."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.fraud import queue
from bigmodel_apps.fraud.queue import Filters
from bigmodel_apps.fraud.schema import BANDS
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN
from tests.fraud.written import written

ROWS = [
    (DAY - 1, 0, 0, 5.0, LEGITIMATE),  # the day before
    (DAY + 1, 0, 0, 10.0, LEGITIMATE),
    (DAY + 2, 1, 1, 20.0, FRAUD),
    (DAY + 3, 0, 1, 300.0, UNKNOWN),
    (DAY + 4, 2, 0, 40.0, LEGITIMATE),
    (DAY + 5, 1, 0, 50.0, LEGITIMATE),
    (2 * DAY, 0, 0, 5.0, FRAUD),  # the day after
]
SCORES = np.array([0.99, 0.1, 0.5, 0.7, 0.7, 0.2, 0.99])
PLACES = np.searchsorted([0.15, 0.6, 0.8], SCORES, side="right")


def test_a_card_ranks_by_its_most_suspicious_transaction_of_the_day() -> None:
    found = queue.of_day(written(ROWS), SCORES, PLACES, 1)
    assert found.cards.tolist() == [0, 2, 1]  # 0 and 2 are tied, 0 came first
    assert found.tops.tolist() == [3, 4, 2]
    assert found.scores.tolist() == [0.7, 0.7, 0.5]
    assert found.counts.tolist() == [2, 1, 2]
    assert found.amounts.tolist() == [310.0, 40.0, 70.0]
    assert found.fraud.tolist() == [UNKNOWN, LEGITIMATE, FRAUD]
    assert [found.band(place) for place in range(3)] == ["elevated", "elevated", "guarded"]


def test_blocked_cards_are_left_out() -> None:
    blocked = np.array([True, False, False])
    assert queue.of_day(written(ROWS), SCORES, PLACES, 1, blocked=blocked).cards.tolist() == [2, 1]


def test_a_day_without_transactions_has_an_empty_queue() -> None:
    transactions = written(ROWS)
    empty = queue.of_day(transactions, SCORES, PLACES, 9)
    assert len(empty) == 0
    assert len(queue.filtered(empty, transactions, Filters(bands=("high",), least=1.0, terminal=0, cards=[1]))) == 0


def test_without_customers_every_transaction_is_a_card() -> None:
    transactions = dataclasses.replace(written(ROWS), customers=None)
    found = queue.of_day(transactions, SCORES, PLACES, 1)
    assert found.cards.tolist() == found.tops.tolist() == [3, 4, 2, 5, 1]
    assert queue.filtered(found, transactions, Filters(terminal=1)).cards.tolist() == [3, 2]
    assert queue.on_card(transactions, 3, 2 * DAY).tolist() == [3]


row = st.tuples(st.integers(0, 5), st.sampled_from([0.1, 0.4, 0.8]), st.sampled_from([FRAUD, LEGITIMATE, UNKNOWN]))


@settings(max_examples=80, deadline=None)
@given(st.lists(row, max_size=30))
def test_the_queue_is_that_of_a_loop(rows: list[tuple[int, float, int]]) -> None:
    transactions = written([(DAY + n, card, 0, 1.0 + n, label) for n, (card, _, label) in enumerate(rows)])
    scores = np.array([score for _, score, _ in rows])
    found = queue.of_day(transactions, scores, np.zeros(len(rows), dtype=np.int64), 1)
    expected = []
    for card in {card for card, _, _ in rows}:
        own = [place for place, (other, _, _) in enumerate(rows) if other == card]
        top = max(own, key=lambda place: (scores[place], -place))
        labels = {rows[place][2] for place in own}
        label = FRAUD if FRAUD in labels else LEGITIMATE if labels == {LEGITIMATE} else UNKNOWN
        expected.append((card, top, scores[top], len(own), sum(1.0 + place for place in own), label))
    expected.sort(key=lambda item: (-item[2], item[1]))
    columns = (found.cards, found.tops, found.scores, found.counts, found.amounts, found.fraud)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


@pytest.mark.parametrize(
    ("filters", "cards"),
    [
        (Filters(), [0, 2, 1]),
        (Filters(bands=("guarded",)), [1]),
        (Filters(bands=("guarded", "elevated"), least=40.0), [0, 2]),
        (Filters(most=40.0), [2, 1]),
        (Filters(terminal=1), [0, 1]),
        (Filters(segments=(("region", "north"),)), [0, 1]),
        (Filters(cards=[1, 2]), [2, 1]),
        (Filters(without=[0]), [2, 1]),
        (Filters(bands=("high",)), []),
    ],
)
def test_filters(filters: Filters, cards: list[int]) -> None:
    regions = np.array(["north" if customer < 2 else "south" for _, customer, *_ in ROWS], dtype=object)
    transactions = written(ROWS, segments={"region": regions})
    found = queue.of_day(transactions, SCORES, PLACES, 1)
    assert queue.filtered(found, transactions, filters).cards.tolist() == cards


def test_everything_at_a_terminal_with_what_was_known_then() -> None:
    rows = [
        (0, 0, 1, 1.0, FRAUD),  # more than 30 days before
        (10 * DAY, 1, 0, 1.0, FRAUD),  # at another terminal
        (11 * DAY, 0, 1, 1.0, FRAUD),
        (12 * DAY, 1, 1, 1.0, UNKNOWN),
        (33 * DAY, 1, 1, 1.0, LEGITIMATE),
        (33 * DAY + 1, 2, 1, 1.0, FRAUD),  # labelled later than the moment looked at
        (40 * DAY, 0, 1, 1.0, UNKNOWN),
        (40 * DAY + 1, 0, 1, 1.0, UNKNOWN),
    ]
    found = queue.at_terminal(written(rows), np.linspace(0.3, 0.9, 8), 1, 40 * DAY)
    assert found.places.tolist() == [6, 5, 4, 3, 2]
    assert (found.customers, found.known, found.frauds, found.alerts) == (3, 2, 1, 4)
    assert queue.on_card(written(rows), 1, 40 * DAY).tolist() == [4, 3]
    assert queue.on_card(written(rows), 1, 40 * DAY, days=31).tolist() == [4, 3, 1]


def test_similar_alerts_came_about_the_same_way_whatever_their_inputs() -> None:
    past = np.array([[0.1, 3.0], [3.0, 0.1], [2.5, 0.3], [0.0, 0.0]])
    places, distances = queue.similar(np.array([2.9, 0.2]), past, 2)
    assert places.tolist() == [1, 2]
    assert distances == pytest.approx([np.hypot(0.1, 0.1), np.hypot(0.4, 0.1)])
    assert len(queue.similar(np.array([1.0]), np.empty((0, 1)))[0]) == 0


def by_loop(days: np.ndarray, cards: np.ndarray, scores: np.ndarray, fraud: np.ndarray, k: int) -> float:
    gone: set[int] = set()
    shares = []
    for day in np.unique(days):
        of_day = [n for n in range(len(days)) if days[n] == day and cards[n] not in gone]
        best = {int(card): max(scores[n] for n in of_day if cards[n] == card) for card in {cards[n] for n in of_day}}
        top = sorted(best, key=lambda card: (-best[card], card))[:k]
        hits = {card for card in top if any(fraud[n] == FRAUD and cards[n] == card for n in of_day)}
        gone |= hits
        shares.append(len(hits) / k)
    return float(np.mean(shares))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 8), st.floats(0, 1), st.booleans()), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_card_precision_is_that_of_a_loop(rows: list[tuple[int, int, float, bool]], k: int) -> None:
    days, cards, scores, fraud = (np.array(column) for column in zip(*sorted(rows), strict=True))
    found = queue.card_precision(days, cards, scores, fraud.astype(np.int8), k)
    assert found.value == pytest.approx(by_loop(days, cards, scores, fraud, k))
    assert found.value <= found.ceiling + 1e-12 or k < 9
    assert found.days == len(np.unique(days))


def test_a_perfect_ranking_reaches_the_ceiling_and_no_more_than_there_is() -> None:
    days, cards = np.repeat([1, 2], 10), np.tile(np.arange(10), 2)
    fraud = np.zeros(20, dtype=np.int8)
    fraud[[0, 1, 10, 12]] = FRAUD  # card 0 is found on the first day and blocked on the second
    perfect = queue.card_precision(days, cards, fraud.astype(np.float64), fraud, 4)
    assert (perfect.value, perfect.ceiling, perfect.achieved) == (0.375, 0.375, 1.0)
    blind = queue.card_precision(days, cards, -fraud.astype(np.float64), fraud, 4)
    assert (blind.value, blind.achieved) == (0.0, 0.0)
    without = queue.card_precision(days, cards, fraud.astype(float), fraud, 4, blocked={1: np.array([0])})
    assert without.value == 0.375  # found on the second day instead
    assert queue.card_precision(days, cards, fraud.astype(float), np.zeros(20), 4).achieved is None


def test_bands_are_those_of_the_contract() -> None:
    found = queue.of_day(written(ROWS), SCORES, np.arange(7) % len(BANDS), 1)
    assert [found.band(place) for place in range(3)] == ["high", "low", "elevated"]
