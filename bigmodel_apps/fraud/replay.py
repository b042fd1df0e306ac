"""Days of a bank once more: transactions arrive as time passes, inputs are brought up to date, and the queue moves.

Nothing runs by itself: whoever shows a `Replay` calls `advance` with the seconds that have passed since the last call,
so a page that is closed costs nothing. Inputs come from `features.Stream`, which sees only what has arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import features, scoring
from bigmodel_apps.fraud import queue as queues
from bigmodel_apps.fraud.features import Stream
from bigmodel_apps.fraud.queue import CAPACITY, Queue
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import DAY, FRAUD, Floats, Transactions

SPEED = 3_600.0
"""Simulated seconds a second: a day in 24 seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happened between two moments.

    Attributes:
        now: The later moment, seconds since 1970-01-01 on the clock of the bank.
        arrived: Places of the transactions that came, in the bank's.
        scores: Of those, probabilities.
        queue: Of the day of the moment, as it stands.
        before: The rank, from 0, that a card among the first ones had a moment ago on the same day; no entry where it was
            not in the queue yet.
        new_day: Whether a day ended: the queue began anew.
    """

    now: int
    arrived: npt.NDArray[np.int64]
    scores: Floats
    queue: Queue
    before: Mapping[int, int]
    new_day: bool


class Replay:
    """Transactions of a bank from a moment on.

    Args:
        bank: Its detector scores; its later rows are not looked at before their time.
        start: First moment, seconds since 1970-01-01.
        until: Where it ends; after the bank's last day when None.
        speed: Simulated seconds a second; may be changed at any time.
        first: How many cards of the queue are watched for `Step.before`.
    """

    def __init__(
        self, bank: Bank, start: int, until: int | None = None, *, speed: float = SPEED, first: int = CAPACITY
    ) -> None:
        self.bank, self.speed, self.first = bank, speed, first
        self.now = self.start = int(start)
        self.until = int(until) if until is not None else (bank.last_day + 1) * DAY
        transactions = bank.transactions
        self._seen = int(np.searchsorted(transactions.seconds, self.start))
        self._stream = Stream(transactions.take(slice(0, self._seen)), bank.detector.settings)
        given = (*features.names(bank.detector.settings), *transactions.numbers)
        self._columns = [given.index(name) if name in given else None for name in bank.detector.names]
        # A model of card histories reads the inputs of earlier rows too; trees only those of the rows asked.
        self._values = bank.features.copy() if bank.detector.sequence is not None else None
        self._scores = np.zeros(len(transactions))
        self._bands = np.zeros(len(transactions), dtype=np.int8)
        self._scores[: self._seen], self._bands[: self._seen] = bank.scores[: self._seen], bank.bands[: self._seen]
        self._queue = self._of_day()

    @property
    def seen(self) -> Transactions:
        """What has arrived so far."""
        return self.bank.transactions.take(slice(0, self._seen))

    @property
    def scores(self) -> Floats:
        """Of what has arrived, shape (rows,)."""
        return self._scores[: self._seen]

    @property
    def queue(self) -> Queue:
        """Of the day of the moment, as it stands."""
        return self._queue

    @property
    def done(self) -> bool:
        """Whether the end is reached."""
        return self.now >= self.until

    def advance(self, seconds: float) -> Step:
        """Let time pass: so many real seconds, at `speed`."""
        return self.to(self.now + round(max(0.0, seconds) * self.speed))

    def to(self, moment: int) -> Step:
        """Let time pass until a moment, which does not come before the present one nor after the end."""
        transactions = self.bank.transactions
        before, was = self._queue, self._day
        self.now = max(self.now, min(int(moment), self.until))
        end = int(np.searchsorted(transactions.seconds, self.now))
        arrived = np.arange(self._seen, end)
        if len(arrived):
            self._score(transactions, arrived)
        self._queue = self._of_day()
        ranks = {int(card): rank for rank, card in enumerate(before.cards)} if self._day == was else {}
        watched = self._queue.cards[: self.first].tolist()
        return Step(
            now=self.now,
            arrived=arrived,
            scores=self._scores[arrived],
            queue=self._queue,
            before={card: ranks[card] for card in watched if card in ranks},
            new_day=self._day != was,
        )

    def caught(self, k: int) -> tuple[int, int]:
        """Cards with a fraud today so far: how many of them are among the first `k` of the queue, and how many there are.

        By all labels there are, also those that nobody knows on the day; for banks that are simulated or long past.
        """
        span = self.bank.transactions.between(self._day, 1)
        places = np.arange(span.start, max(span.start, min(span.stop, self._seen)))
        frauds = places[self.bank.truth[places] == FRAUD]
        customers = self.bank.transactions.customers
        cards = np.unique(frauds if customers is None else customers[frauds])
        cards = cards[np.isin(cards, self._queue.cards)]  # without those that are blocked
        return int(np.isin(cards, self._queue.cards[:k]).sum()), len(cards)

    @property
    def _day(self) -> int:
        """The day that the moment belongs to; midnight at the end belongs to the last day."""
        return (self.now - (1 if self.done and self.now > self.start else 0)) // DAY

    def _score(self, transactions: Transactions, arrived: npt.NDArray[np.int64]) -> None:
        found = self._stream.update(transactions.take(slice(self._seen, int(arrived[-1]) + 1)))
        values = np.full((len(arrived), len(self._columns)), np.nan)
        for place, column in enumerate(self._columns):
            if column is not None:
                values[:, place] = found[:, column]
        self._seen = int(arrived[-1]) + 1
        detector = self.bank.detector
        if self._values is not None:
            self._values[arrived] = values
            self._scores[arrived] = scoring.score(detector, self._values[: self._seen], self.seen, arrived)
        else:
            self._scores[arrived] = scoring.score(detector, values)
        self._bands[arrived] = scoring.band(detector, self._scores[arrived])

    def _of_day(self) -> Queue:
        return queues.of_day(self.seen, self._scores, self._bands, self._day, blocked=self.bank.blocked(self._day))
