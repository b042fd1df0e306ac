"""What if a transaction had been another: change raw fields, compute its inputs anew from the history, score it again.

Only what came before counts, so the history is cut at the (changed) moment of the transaction, and of it only the rows
of its card and terminal are needed, and those of the terminals where the card was before if the detector reads the
card's history. The answer is that of computing the whole bank again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import reasons, scoring
from bigmodel_apps.fraud.schema import BANDS, MAX_AMOUNT, Band, Reason
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.transactions import UNKNOWN, Floats, Transactions
from bigmodel_apps.locales import Language
from bigmodel_apps.problems import Cancelled, InputError, Problem

NEW = -1
"""In place of a customer or terminal: one that the bank has never seen."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different; None leaves a field as it is.

    Attributes:
        amount: In the bank's currency.
        seconds: Time, seconds since 1970-01-01.
        customer: Place in `Transactions.customer_names`, or `NEW`.
        terminal: Place in `Transactions.terminal_names`, or `NEW`.
        numbers: Further inputs by name.
    """

    amount: float | None = None
    seconds: int | None = None
    customer: int | None = None
    terminal: int | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A transaction as it was or might have been.

    Attributes:
        transactions: The history that was looked at, the transaction itself last.
        inputs: Its inputs, in the order of the detector's names, shape (d,).
        score: Probability.
        log_odds: Of the score. With `base` the shares of `reasons` sum to it.
        reasons: The heaviest first.
    """

    transactions: Transactions
    inputs: npt.NDArray[Any]
    score: float
    log_odds: float
    band: Band
    base: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """What a group of inputs adds before and after, in log-odds; texts are empty where it has no reason."""

    code: str
    before: float
    after: float
    before_text: str
    after_text: str

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


def judge(
    detector: Detector,
    transactions: Transactions,
    place: int,
    change: Change | None = None,
    language: Language = "en",
) -> Judged:
    """Score one transaction as it would be with a change; without one, as it is.

    Raises:
        InputError: A value that no transaction can have.
    """
    history, values = _with_inputs(detector, transactions, place, change or Change())
    at = np.array([len(history) - 1])
    log_odds = scoring.log_odds(detector, values, history, at)
    score = scoring.probability(log_odds)
    found = scoring.contributions(detector, values, history, at)
    (why,) = reasons.worded(found, values[at], history, at, detector.settings, language, amounts=transactions.amounts)
    return Judged(
        transactions=history,
        inputs=values[-1],
        score=float(score[0]),
        log_odds=float(log_odds[0]),
        band=BANDS[int(scoring.band(detector, score)[0])],
        base=found.base,
        reasons=tuple(why),
    )


def shifts(before: Judged, after: Judged) -> list[Shift]:
    """What changed the score, the largest change first."""

    def by_group(judged: Judged) -> dict[str, Reason]:
        return {reasons.group_of_reason(one.code): one for one in judged.reasons}

    first, second = by_group(before), by_group(after)
    found = []
    for code in reasons.CODES:
        one, other = first.get(code), second.get(code)
        if one is not None or other is not None:
            found.append(
                Shift(
                    code,
                    one.share if one else 0.0,
                    other.share if other else 0.0,
                    one.text if one else "",
                    other.text if other else "",
                )
            )
    return sorted(found, key=lambda shift: -abs(shift.change))


def sweep(
    detector: Detector,
    transactions: Transactions,
    place: int,
    changes: Sequence[Change],
    *,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Floats:
    """Scores of the transaction under each of many changes, shape (changes,)."""
    found = np.empty(len(changes))
    for done, change in enumerate(changes):
        if cancelled is not None and cancelled():
            raise Cancelled
        history, values = _with_inputs(detector, transactions, place, change)
        found[done] = scoring.score(detector, values, history, np.array([len(history) - 1]))[0]
        if report is not None:
            report(done + 1, len(changes))
    return found


def changed(transactions: Transactions, place: int, change: Change, *, wide: bool = False) -> Transactions:
    """The history that bears on a changed transaction, which comes last.

    Args:
        wide: Also everything at the terminals where the card was before.

    Raises:
        InputError: ``fraud-what-if-amount`` or ``fraud-what-if-number``.
    """
    amount = float(transactions.amounts[place]) if change.amount is None else change.amount
    if not 0 <= amount <= MAX_AMOUNT:  # not a number neither
        raise InputError(Problem("fraud-what-if-amount", field="amount", details={"limit": MAX_AMOUNT}))
    for name, value in change.numbers.items():
        if name not in transactions.numbers or not np.isfinite(value):
            raise InputError(Problem("fraud-what-if-number", field=name))
    moment = int(transactions.seconds[place]) if change.seconds is None else change.seconds
    customer, customer_names = _owner(transactions.customers, transactions.customer_names, place, change.customer)
    terminal, terminal_names = _owner(transactions.terminals, transactions.terminal_names, place, change.terminal)
    # In the same second the order of the file counts, if the second is still the same.
    end = place if change.seconds is None else int(np.searchsorted(transactions.seconds, moment, side="right"))
    bears = np.zeros(end, dtype=bool)
    if transactions.customers is not None:
        bears |= transactions.customers[:end] == customer
    if transactions.terminals is not None:
        terminals = transactions.terminals[:end]
        visited = np.unique(terminals[bears]) if wide else np.array([], dtype=np.int32)
        bears |= np.isin(terminals, np.append(visited, terminal))
    if place < end:
        bears[place] = False
    kept = transactions.take(np.append(np.flatnonzero(bears), place))
    for column, value in (
        (kept.seconds, moment),
        (kept.amounts, amount),
        (kept.customers, customer),
        (kept.terminals, terminal),
        (kept.fraud, UNKNOWN),
        *((kept.numbers[name], value) for name, value in change.numbers.items()),
    ):
        if column is not None:
            column[-1] = value  # `take` with places copies
    return replace(kept, customer_names=customer_names, terminal_names=terminal_names)


def _with_inputs(
    detector: Detector, transactions: Transactions, place: int, change: Change
) -> tuple[Transactions, npt.NDArray[Any]]:
    history = changed(transactions, place, change, wide=detector.sequence is not None)
    return history, scoring.inputs(history, detector.settings, detector.names).values


def _owner(
    owners: npt.NDArray[np.int32] | None, names: npt.NDArray[np.object_], place: int, wanted: int | None
) -> tuple[int, npt.NDArray[np.object_]]:
    """The customer or terminal of the changed transaction, and the names with it."""
    if wanted == NEW:
        return len(names), np.append(names, "")
    return (NEW if owners is None else int(owners[place])) if wanted is None else wanted, names
