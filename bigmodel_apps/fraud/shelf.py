"""The banks that are open in this process: transactions with their inputs and scores, computed once and shared.

`SAMPLE` is the simulated bank that the page opens on. A file of a user's becomes a bank under a key that only its owner's
session can make (`key_of`); `bulk` and the page put it here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import queue as queues
from bigmodel_apps.fraud import scoring
from bigmodel_apps.fraud.schema import Options
from bigmodel_apps.fraud.scoring import Contributions, Detector
from bigmodel_apps.fraud.transactions import FRAUD, UNKNOWN, Transactions
from bigmodel_apps.workspace.shelf import Shelf

SAMPLE = "sample"
BLOCKED_DAYS = 14
WEIGHTS = Path(__file__).parent / "weights" / "bank"


@dataclass(frozen=True, eq=False)
class Bank:
    """Transactions as somebody looks at them on a day: what was known then, and what the detector says.

    Attributes:
        key: For `Options.bank`.
        transactions: With the labels known by the end of the last day; later ones are `UNKNOWN`.
        truth: All labels, shape (n,); for a simulated bank or a labelled file, to measure with.
        features: Shape (n, d), columns as in `detector.names`.
        scores: Probabilities, shape (n,).
        first_test_day: The detector was trained and its thresholds chosen on earlier days, and on labels known by then.
    """

    key: str
    transactions: Transactions
    truth: npt.NDArray[np.int8]
    features: npt.NDArray[Any]
    scores: npt.NDArray[np.float64]
    detector: Detector
    first_test_day: int

    @property
    def last_day(self) -> int:
        """The day whose queue is the newest, days since 1970-01-01."""
        return int(self.transactions.seconds[-1] // 86_400)

    @property
    def nbytes(self) -> int:
        """About its memory."""
        return int(self.features.nbytes + self.scores.nbytes + 100 * len(self.transactions))

    def day(self, day: int) -> npt.NDArray[np.int64]:
        """Places of a day's transactions."""
        found = self.transactions.between(day, 1)
        return np.arange(found.start, found.stop)

    @functools.cached_property
    def bands(self) -> npt.NDArray[np.int8]:
        """Places in `schema.BANDS`, shape (n,)."""
        return scoring.band(self.detector, self.scores)

    def blocked(self, day: int) -> npt.NDArray[np.bool_] | None:
        """Cards of which a fraud was known when a day began and that are not replaced yet, by place in their names.

        A fraud is known after the label delay, and a card is replaced within `BLOCKED_DAYS` of that. None where customers
        are unknown.
        """
        customers = self.transactions.customers
        if customers is None:
            return None
        span = self.transactions.between(day - self.detector.settings.delay_days - BLOCKED_DAYS, BLOCKED_DAYS)
        found = np.zeros(len(self.transactions.customer_names), dtype=bool)
        found[customers[span][self.transactions.fraud[span] == FRAUD]] = True
        return found

    def queue(self, day: int) -> queues.Queue:
        """The cards of a day, without those that are blocked."""
        return queues.of_day(self.transactions, self.scores, self.bands, day, blocked=self.blocked(day))

    def card_precision(self, day: int, days: int, k: int) -> queues.CardPrecision | None:
        """Card precision at k on the last `days` days up to `day` whose truth is known; None where it is of none."""
        first = max(self.first_test_day, day - days + 1)
        span = self.transactions.between(first, day - first + 1)
        customers, truth, dates = self.transactions.customers, self.truth[span], self.transactions.days[span]
        if customers is None or not (truth == FRAUD).any():
            return None
        blocked = {
            int(one): np.flatnonzero(gone) for one in np.unique(dates) if (gone := self.blocked(int(one))) is not None
        }
        cards = customers[span].astype(np.int64)
        return queues.card_precision(dates, cards, self.scores[span], truth, k, blocked=blocked)

    def contributions(self, at: npt.NDArray[np.int64]) -> Contributions:
        """What makes the scores of some rows."""
        return scoring.contributions(self.detector, self.features, self.transactions, at)


banks: Shelf[Bank] = Shelf("fraud-bank-unknown", "bank", 2 * 2**30)
detectors: Shelf[Detector] = Shelf("own-model-unknown", "own", 256 * 2**20)
"""Models of the users' own, under `key_of`."""


@functools.cache
def shipped() -> Detector:
    """The detector of the sample bank."""
    return scoring.load(WEIGHTS)


def open_bank(key: str | None = None) -> Bank:
    """The bank of a key; the sample bank by default.

    Raises:
        InputError: ``fraud-bank-unknown``.
    """
    if key is None or key == SAMPLE:
        return banks.open(SAMPLE, _sample)
    return banks.get(key)


def key_of(id: str, owner: str) -> str:
    """The key of an owner's file or model: nobody else can make it."""
    return f"{id}~{blake2b(owner.encode(), digest_size=16, person=b'fraud-bank').hexdigest()}"


def score_bank(
    key: str,
    transactions: Transactions,
    detector: Detector,
    *,
    first_test_day: int | None = None,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Bank:
    """Compute a bank: inputs with the label delay, then scores. Does not open it: see `banks`.

    Args:
        transactions: With all labels there are.
        first_test_day: By default the first day after those that the detector learned from.
    """
    inputs = scoring.inputs(transactions, detector.settings, detector.names, report=report, cancelled=cancelled)
    return as_bank(key, transactions, inputs.values, detector, first_test_day=first_test_day)


def as_bank(
    key: str,
    transactions: Transactions,
    values: npt.NDArray[Any],
    detector: Detector,
    *,
    first_test_day: int | None = None,
) -> Bank:
    """Score a bank whose inputs are computed: shape (n, d), columns as in `detector.names`."""
    scores = scoring.score(detector, values, transactions)
    last = int(transactions.seconds[-1] // 86_400)
    immature = transactions.days > last - detector.settings.delay_days
    known = replace(transactions, fraud=np.where(immature, UNKNOWN, transactions.fraud).astype(np.int8))
    first = first_test_day if first_test_day is not None else int(detector.facts["first_test_day"])
    return Bank(key, known, transactions.fraud, values, scores, detector, first)


def prepare(options: Options, _model: str) -> None:
    """Runs on the caller's thread before transactions are queued: what the options name must be open."""
    open_bank(options.bank)
    if options.own:
        detectors.get(options.own)


def warm_up(_model: str) -> None:
    """Score the sample bank before the first visitor."""
    open_bank()


def _sample() -> Bank:
    from bigmodel_apps.fraud.simulator import sample_bank

    return score_bank(SAMPLE, sample_bank(), shipped())
