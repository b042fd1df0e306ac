"""The alert queue: cards ranked by their most suspicious transaction of a day, and what stands around an alert.

An analyst works on cards: a card's score of a day is the highest of its transactions, and it is a hit when one of them
is a fraud. Card precision at k (Le Borgne et al., *Reproducible Machine Learning for Credit Card Fraud Detection*) is
the share of hits among the k cards looked at, averaged over days; a card that was hit is blocked and leaves the queue
of later days. Where there are fewer compromised cards than k, even a perfect ranking stays below 1: its value is the
ceiling.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import ranking
from bigmodel_apps.fraud.schema import BANDS, Band
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN, Transactions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

CAPACITY = 100
"""Cards that are looked at a day, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The cards of a day, the most suspicious first; ties in order of time. Arrays have shape (cards,).

    Attributes:
        day: Days since 1970-01-01.
        cards: Places in `Transactions.customer_names`; where customers are unknown, every transaction is a card of its
            own, and this is its place in the transactions.
        tops: Places in the transactions of each card's most suspicious one.
        scores: Of those, probabilities.
        bands: Places in `schema.BANDS`.
        counts: Transactions of the card on that day.
        amounts: Their sum.
        fraud: `FRAUD` where one of them is known to be, `LEGITIMATE` where all are known not to be, else `UNKNOWN`.
    """

    day: int
    cards: Ints
    tops: Ints
    scores: Floats
    bands: Ints
    counts: Ints
    amounts: Floats
    fraud: Marks

    def __len__(self) -> int:
        return len(self.cards)

    def take(self, places: npt.NDArray[np.int64] | Flags | slice) -> Queue:
        """Some of the cards, in the given order."""
        columns = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "day"}
        return replace(self, **{name: column[places] for name, column in columns.items()})

    def band(self, place: int) -> Band:
        """Of one card."""
        return BANDS[int(self.bands[place])]


@dataclass(frozen=True, slots=True)
class CardPrecision:
    """How much of the analysts' time finds fraud.

    Attributes:
        k: Cards looked at a day.
        value: Card precision at k, the mean over days.
        ceiling: That of a perfect ranking of the same days.
        days: How many.
    """

    k: int
    value: float
    ceiling: float
    days: int

    @property
    def achieved(self) -> float | None:
        """Share of the ceiling that is reached; None where there was nothing to find."""
        return self.value / self.ceiling if self.ceiling else None


@dataclass(frozen=True, slots=True)
class Terminal:
    """Everything that happened at a terminal over some days until a moment.

    Attributes:
        places: Its transactions, the newest first, shape (m,).
        customers: How many different ones; None where customers are unknown.
        known: Transactions whose label is known at that moment, given the label delay.
        frauds: Known frauds among them.
        alerts: Transactions at or above the threshold.
    """

    places: Ints
    customers: int | None
    known: int
    frauds: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue is narrowed to; None and empty let everything pass.

    Attributes:
        bands: Any of these.
        least, most: Bounds of the highest transaction's amount, both included.
        terminal: Place in `Transactions.terminal_names`: cards with a transaction there on that day.
        segments: Values by the name of the segment, of the most suspicious transaction.
        cards: These alone.
        without: Not these, such as the cards already decided on.
    """

    bands: Collection[Band] = ()
    least: float | None = None
    most: float | None = None
    terminal: int | None = None
    segments: tuple[tuple[str, str], ...] = ()
    cards: Collection[int] | None = None
    without: Collection[int] = ()


def of_day(
    transactions: Transactions,
    scores: Floats,
    bands: npt.NDArray[Any],
    day: int,
    *,
    blocked: Flags | None = None,
) -> Queue:
    """The queue of a day.

    Args:
        transactions: n, in order of time.
        scores: Probabilities, shape (n,).
        bands: Places in `schema.BANDS`, shape (n,).
        day: Days since 1970-01-01.
        blocked: Cards that are left out as they are known to be compromised, by place in the customers' names.
    """
    span = transactions.between(day, 1)
    places = np.arange(span.start, span.stop, dtype=np.int64)
    cards = places if transactions.customers is None else transactions.customers[span].astype(np.int64)
    if blocked is not None and transactions.customers is not None:
        places, cards = places[~blocked[cards]], cards[~blocked[cards]]
    values = np.asarray(scores, dtype=np.float64)[places]
    # By card, the most suspicious transaction of each first.
    order = np.lexsort((places, -values, cards))
    places, cards, values = places[order], cards[order], values[order]
    first = np.flatnonzero(np.append(True, cards[1:] != cards[:-1])) if len(cards) else np.array([], dtype=np.int64)
    counts = np.diff(np.append(first, len(cards)))
    known = transactions.fraud[places]
    if len(first):
        amounts = np.add.reduceat(transactions.amounts[places], first)
        frauds = np.maximum.reduceat(known, first)
        least = np.minimum.reduceat(known, first)
        fraud = np.where(frauds == FRAUD, FRAUD, np.where(least == LEGITIMATE, LEGITIMATE, UNKNOWN)).astype(np.int8)
    else:
        amounts, fraud = np.array([]), np.array([], dtype=np.int8)
    queue = Queue(
        day=day,
        cards=cards[first],
        tops=places[first],
        scores=values[first],
        bands=np.asarray(bands)[places[first]].astype(np.int64),
        counts=counts.astype(np.int64),
        amounts=amounts,
        fraud=fraud,
    )
    return queue.take(np.lexsort((queue.tops, -queue.scores)))


def filtered(queue: Queue, transactions: Transactions, filters: Filters) -> Queue:
    """The cards that pass, in the same order."""
    passing = np.ones(len(queue), dtype=bool)
    if filters.bands:
        passing &= np.isin(queue.bands, [BANDS.index(band) for band in filters.bands])
    amounts = transactions.amounts[queue.tops]
    if filters.least is not None:
        passing &= amounts >= filters.least
    if filters.most is not None:
        passing &= amounts <= filters.most
    if filters.terminal is not None and transactions.terminals is not None:
        span = transactions.between(queue.day, 1)
        there = np.flatnonzero(transactions.terminals[span] == filters.terminal) + span.start
        passing &= np.isin(queue.cards, there if transactions.customers is None else transactions.customers[there])
    for name, value in filters.segments:
        passing &= transactions.segments[name][queue.tops] == value
    if filters.cards is not None:
        passing &= np.isin(queue.cards, list(filters.cards))
    if filters.without:
        passing &= ~np.isin(queue.cards, list(filters.without))
    return queue.take(passing)


def on_card(transactions: Transactions, card: int, until: int, days: int = 30) -> Ints:
    """Places of a card's transactions in the `days` before and up to the second `until`, the newest first."""
    if transactions.customers is None:
        return np.array([card], dtype=np.int64)
    low, high = np.searchsorted(transactions.seconds, (until - days * DAY, until), side="right")
    return np.flatnonzero(transactions.customers[low:high] == card)[::-1] + low


def at_terminal(
    transactions: Transactions,
    scores: Floats,
    terminal: int,
    until: int,
    *,
    days: int = 30,
    delay_days: int = 7,
    threshold: float = 0.5,
) -> Terminal:
    """Everything at a terminal in the `days` before and up to the second `until`.

    Args:
        transactions: n, with terminals.
        scores: Shape (n,).
        terminal: Place in `Transactions.terminal_names`.
        delay_days: Labels are known so many days after a transaction.
        threshold: Of an alert.
    """
    if transactions.terminals is None:
        raise ValueError("the transactions name no terminals")
    low, high = np.searchsorted(transactions.seconds, (until - days * DAY, until), side="right")
    places = np.flatnonzero(transactions.terminals[low:high] == terminal)[::-1] + low
    matured = transactions.seconds[places] <= until - delay_days * DAY
    told = transactions.fraud[places]
    return Terminal(
        places=places,
        customers=None if transactions.customers is None else len(np.unique(transactions.customers[places])),
        known=int((matured & (told != UNKNOWN)).sum()),
        frauds=int((matured & (told == FRAUD)).sum()),
        alerts=int((np.asarray(scores)[places] >= threshold).sum()),
    )


def similar(contribution: Floats, past: Floats, count: int = 5) -> tuple[Ints, Floats]:
    """Past alerts whose scores came about in the most similar way.

    The space is that of the inputs' contributions, where inputs that a score does not depend on count for nothing
    (supervised clustering; Lundberg, Erion & Lee, 2018).

    Args:
        contribution: Of the alert: log-odds by input, without the base, shape (d,).
        past: Of past alerts, shape (m, d).

    Returns:
        Places among the past alerts, the nearest first, and distances in log-odds, each shape (up to `count`,).
    """
    if not len(past):
        return np.array([], dtype=np.int64), np.array([])
    distances = np.sqrt(((past - contribution) ** 2).sum(axis=1))
    nearest = np.argsort(distances, kind="stable")[:count]
    return nearest, distances[nearest]


def card_precision(
    days: Ints,
    cards: Ints,
    scores: Floats,
    fraud: npt.NDArray[Any],
    k: int = CAPACITY,
    *,
    blocked: Mapping[int, Ints] | None = None,
) -> CardPrecision:
    """Card precision at k over days, with its ceiling; see `ranking.card_precision`.

    Args:
        days: Day of each transaction, shape (n,).
        cards: Shape (n,).
        scores: Shape (n,).
        fraud: `FRAUD` or something else, shape (n,).
        k: Cards looked at a day; the divisor, also on a day with fewer cards.
        blocked: By day, cards that are left out on it.
    """
    kept = np.ones(len(days), dtype=bool)
    for day, gone in (blocked or {}).items():
        kept &= (days != day) | ~np.isin(cards, gone)
    days, cards, truth = days[kept], cards[kept], np.asarray(fraud)[kept] == FRAUD
    value, ceiling = (
        ranking.card_precision(days, cards, truth, found, k)
        for found in (np.asarray(scores, dtype=np.float64)[kept], truth.astype(np.float64))
    )
    return CardPrecision(k, value, ceiling, len(np.unique(days)))
