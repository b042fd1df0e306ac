"""Why a score is what it is, in words that an investigator can check.

Contributions are exact for the trees (TreeSHAP; Lundberg et al., Nature Machine Intelligence 2020) and a difference of
log-odds for the sequence model, so with the base they add up to the log-odds of the score. Inputs that tell of the same
thing are added into groups, and each group is worded with the facts behind it: what this customer and this terminal did
before, counted anew from the transactions, with the labels that were known at that moment and no others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import scoring
from bigmodel_apps.fraud.features import LAST, UNUSUAL, Settings
from bigmodel_apps.fraud.schema import Reason
from bigmodel_apps.fraud.transactions import DAY, FRAUD, UNKNOWN, Codes, Floats, Ints, Transactions
from bigmodel_apps.locales import Language, message, number

if TYPE_CHECKING:
    from bigmodel_apps.fraud.scoring import Contributions, Detector

GROUPS: Mapping[str, re.Pattern[str]] = {
    "amount": re.compile("amount"),
    "habit": re.compile(r"customer_mean_\d+d|customer_amount_ratio(_\d+d)?"),
    "unusual": re.compile(r"customer_unusual_\w+"),
    "pace": re.compile(r"customer_count_\d+[dh]|customer_gap_hours"),
    "places": re.compile(r"customer_visit_share|customer_new_terminals_\w+"),
    "customer-frauds": re.compile(r"customer_(known_frauds|fraud_age)_\w+"),
    "terminal-frauds": re.compile(r"terminal_(risk|last_frauds|run|fraud_age|fraud_amount|legitimate_age)\w*"),
    "terminal-traffic": re.compile(r"terminal_count_\d+[dh]"),
    "terminal-amount": re.compile(r"terminal_amount_ratio\w*"),
    "time": re.compile(r"weekend|night|customer_hour_share"),
    "sequence": re.compile(scoring.SEQUENCE),
}
"""Which inputs make a group; the first whole match counts. All others are the group `OTHER`."""

OTHER = "numbers"
CODES = (*GROUPS, OTHER)

_OF_CUSTOMERS = {"habit", "unusual", "pace", "places", "customer-frauds"}
_OF_TERMINALS = {"places", "terminal-frauds", "terminal-traffic", "terminal-amount"}
_FEWEST = 20  # amounts that one can be compared with
_NAMED = 2  # inputs of the group `OTHER` that are named
_HOUR = 3_600

Facts = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Contributions by group.

    Attributes:
        codes: The groups that have an input, of `CODES`, (g,).
        shares: Log-odds, shape (n, g). ``base + shares.sum(axis=1)`` are the log-odds of the scores.
        base: Log-odds before anything is known of a transaction.
    """

    codes: tuple[str, ...]
    shares: Floats
    base: float


def group_of(name: str) -> str:
    """The group of an input."""
    return next((code for code, pattern in GROUPS.items() if pattern.fullmatch(name)), OTHER)


def group_of_reason(code: str) -> str:
    """The group of a reason, whose code may name a variant of the message ("habit-new")."""
    return max((group for group in CODES if f"{code}-".startswith(f"{group}-")), key=len)


def grouped(contributions: Contributions) -> Grouped:
    """Add the contributions of a group's inputs."""
    of = [group_of(name) for name in contributions.names]
    codes = tuple(code for code in CODES if code in of)
    member = np.array([[code == name for code in codes] for name in of], dtype=np.float64).reshape(len(of), len(codes))
    return Grouped(codes, np.asarray(contributions.shares, dtype=np.float64) @ member, contributions.base)


def additivity_error(contributions: Contributions | Grouped, log_odds: Floats) -> float:
    """The largest difference between the sum of base and shares and the log-odds of the score."""
    sums = contributions.base + np.asarray(contributions.shares, dtype=np.float64).sum(axis=1)
    return float(np.abs(sums - log_odds).max(initial=0.0))


def explain(
    detector: Detector,
    values: npt.NDArray[Any],
    transactions: Transactions,
    at: Ints,
    language: Language,
    *,
    amounts: Floats | None = None,
) -> list[list[Reason]]:
    """Reasons of some scores, the heaviest first.

    Args:
        detector: That made the scores.
        values: `scoring.Inputs.values` of all transactions, shape (n, d).
        transactions: n; of the cards and terminals asked about, all there are.
        at: Places of the transactions asked about, shape (m,).
        amounts: What an amount is compared with; by default the amounts of the transactions.
    """
    found = scoring.contributions(detector, values, transactions, at)
    return worded(found, values[at], transactions, at, detector.settings, language, amounts=amounts)


def worded(
    contributions: Contributions,
    values: npt.NDArray[Any],
    transactions: Transactions,
    at: Ints,
    settings: Settings,
    language: Language,
    *,
    amounts: Floats | None = None,
) -> list[list[Reason]]:
    """Contributions in words, the heaviest group first.

    Args:
        contributions: Of m scores.
        values: Their inputs, in the order of the contributions' names, shape (m, d).
        transactions, at, amounts: As of `explain`.
        settings: Of the inputs.
    """
    groups = grouped(contributions)
    facts = _Facts(contributions, values, transactions, np.asarray(at), settings, language, amounts)
    found = []
    for row in range(len(groups.shares)):
        shares = groups.shares[row]
        reasons = []
        for place in np.argsort(-np.abs(shares), kind="stable"):
            variant, filled = facts.of(groups.codes[place], row)
            code = groups.codes[place] + (f"-{variant}" if variant else "")
            text = message(f"fraud-reason-{code}", language, **filled)
            reasons.append(Reason(code=code, text=text, share=float(shares[place]), values=filled))
        found.append(reasons)
    return found


class _Past:
    """The rows of some owners (customers or terminals), in order of time."""

    def __init__(self, owners: Codes, at: Ints) -> None:
        asked = np.unique(owners[at])
        rows = np.flatnonzero(np.isin(owners, asked))
        self._rows = rows[np.argsort(owners[rows], kind="stable")]
        ends = np.searchsorted(owners[self._rows], asked, side="right")
        begins = np.append(0, ends[:-1])
        self._spans = dict(zip(asked.tolist(), np.stack([begins, ends], axis=1).tolist(), strict=True))
        self._owners = owners

    def until(self, place: int) -> Ints:
        """The owner's rows up to and with `place`."""
        begin, end = self._spans[int(self._owners[place])]
        rows = self._rows[begin:end]
        return rows[: int(np.searchsorted(rows, place, side="right"))]


class _Facts:
    """What the messages are filled with: for each group the variant of its message ("" for the plain one), and values."""

    def __init__(
        self,
        contributions: Contributions,
        values: npt.NDArray[Any],
        transactions: Transactions,
        at: Ints,
        settings: Settings,
        language: Language,
        amounts: Floats | None,
    ) -> None:
        self._contributions, self._values, self._at = contributions, values, at
        self._transactions, self._settings, self._language = transactions, settings, language
        self._columns = {name: place for place, name in enumerate(contributions.names) if place < values.shape[1]}
        self._amounts = np.sort(transactions.amounts if amounts is None else amounts)
        self._customers = None if transactions.customers is None else _Past(transactions.customers, at)
        self._terminals = None if transactions.terminals is None else _Past(transactions.terminals, at)
        self._parts = {
            "amount": self._amount,
            "habit": self._habit,
            "unusual": self._unusual,
            "pace": self._pace,
            "places": self._places,
            "customer-frauds": self._customer_frauds,
            "terminal-frauds": self._terminal_frauds,
            "terminal-traffic": self._terminal_traffic,
            "terminal-amount": self._terminal_amount,
            "time": self._time,
            "sequence": self._sequence,
            OTHER: self._numbers,
        }

    def of(self, code: str, row: int) -> tuple[str, Facts]:
        """Variant and values of a group's message for one of the rows asked about."""
        if (code in _OF_CUSTOMERS and self._customers is None) or (code in _OF_TERMINALS and self._terminals is None):
            return "unnamed", {}
        return self._parts[code](row)

    def _input(self, row: int, name: str) -> float:
        """An input; NaN where there is none of that name."""
        place = self._columns.get(name)
        return math.nan if place is None else float(self._values[row, place])

    def _customer(self, row: int) -> Ints:
        place = int(self._at[row])
        return self._customers.until(place) if self._customers else np.array([place])

    def _terminal(self, row: int) -> Ints:
        place = int(self._at[row])
        return self._terminals.until(place) if self._terminals else np.array([place])

    def _within(self, rows: Ints, days: float, *, ended_days_ago: float = 0) -> Ints:
        """Those of the last `days` before `ended_days_ago` days before the last of them."""
        seconds = self._transactions.seconds[rows]
        end = seconds[-1] - ended_days_ago * DAY
        return rows[(seconds > end - days * DAY) & (seconds <= end)]

    # --- One method a group ---------------------------------------------------------------------------------------

    def _amount(self, row: int) -> tuple[str, Facts]:
        amount = float(self._transactions.amounts[self._at[row]])
        if len(self._amounts) < _FEWEST:
            return "alone", {"amount": _money(amount)}
        below = int(np.searchsorted(self._amounts, amount)) / max(1, len(self._amounts))
        return "", {"amount": _money(amount), "share": math.floor(1000 * below) / 1000}  # never "more than 100 %"

    def _habit(self, row: int) -> tuple[str, Facts]:
        amount = float(self._transactions.amounts[self._at[row]])
        earlier = self._within(self._customer(row), self._settings.habit_days)[:-1]
        if not len(earlier):
            return "new", {"amount": _money(amount)}
        usual = float(np.median(self._transactions.amounts[earlier]))
        return _compared(amount / usual, usual) if usual > 0 else ("zero", {})

    def _unusual(self, row: int) -> tuple[str, Facts]:
        count, days = self._input(row, "customer_unusual_count"), self._settings.recent_days
        largest = self._input(row, "customer_unusual_max")
        if count > 0:
            return "", {"count": int(count), "times": UNUSUAL, "largest": largest, "days": days}
        return "none", {"times": UNUSUAL, "days": days}

    def _pace(self, row: int) -> tuple[str, Facts]:
        return "", self._traffic(self._customer(row))

    def _places(self, row: int) -> tuple[str, Facts]:
        rows = self._within(self._customer(row), self._settings.habit_days)
        terminals = self._transactions.terminals
        assert terminals is not None
        visits = int((terminals[rows[:-1]] == terminals[rows[-1]]).sum())
        facts: Facts = {"visits": visits, "payments": len(rows) - 1}
        if visits:
            return "", facts
        new = self._input(row, "customer_new_terminals_1d")
        return "first", {"payments": len(rows) - 1, "new": 1 if math.isnan(new) else max(1, int(new))}

    def _customer_frauds(self, row: int) -> tuple[str, Facts]:
        facts = self._known(self._customer(row))
        return ("unknown", {}) if facts is None else ("", facts)

    def _terminal_frauds(self, row: int) -> tuple[str, Facts]:
        facts = self._known(self._terminal(row))
        if facts is None:
            return "unknown", {"delay": self._settings.delay_days}
        return ("" if facts["frauds"] else "none"), facts

    def _terminal_traffic(self, row: int) -> tuple[str, Facts]:
        return "", self._traffic(self._terminal(row))

    def _terminal_amount(self, row: int) -> tuple[str, Facts]:
        ratio = self._input(row, "terminal_amount_ratio")
        if math.isnan(ratio) or ratio <= 0:
            return "new", {}
        amount = float(self._transactions.amounts[self._at[row]])
        return _compared(ratio, amount / ratio)

    def _time(self, row: int) -> tuple[str, Facts]:
        second = int(self._transactions.seconds[self._at[row]])
        clock = f"{second % DAY // _HOUR:02d}:{second % _HOUR // 60:02d}"
        facts: Facts = {"clock": clock, "weekday": (second // DAY + 3) % 7}  # 1970-01-01 was a Thursday
        share = self._input(row, "customer_hour_share")
        return ("new", facts) if math.isnan(share) else ("", facts | {"share": share})

    def _sequence(self, row: int) -> tuple[str, Facts]:
        return "", {"payments": len(self._customer(row)) - 1}

    def _numbers(self, row: int) -> tuple[str, Facts]:
        names = self._contributions.names
        places = [place for place, name in enumerate(names) if group_of(name) == OTHER]
        ranked = sorted(places, key=lambda place: -abs(float(self._contributions.shares[row, place])))
        shown = [self._equation(row, names[place]) for place in ranked[:_NAMED]]
        separator = message("list-separator", self._language)
        return "", {"inputs": separator.join(shown), "further": max(0, len(ranked) - _NAMED)}

    # --- What groups share ----------------------------------------------------------------------------------------

    def _traffic(self, rows: Ints) -> Facts:
        """Transactions of the last hour and day, the last row included, and the usual number a day before that."""
        day = self._within(rows, 1)
        before = self._within(rows, self._settings.habit_days, ended_days_ago=1)
        seconds = self._transactions.seconds
        span = (seconds[rows[-1]] - seconds[before[0]]) / DAY - 1 if len(before) else 0
        usual = len(before) / max(1.0, span)
        return {"hour": len(self._within(rows, 1 / 24)), "day": len(day), "usual": usual}

    def _known(self, rows: Ints) -> Facts | None:
        """What was known of earlier transactions when the last row happened; None where nothing was."""
        days = max(self._settings.windows)
        known = self._within(rows, days, ended_days_ago=self._settings.delay_days)
        known = known[self._transactions.fraud[known] != UNKNOWN]
        if not len(known):
            return None
        frauds = self._transactions.fraud[known] == FRAUD
        last = frauds[-LAST:]
        return {
            "frauds": int(frauds.sum()),
            "known": len(known),
            "days": days,
            "last": len(last),
            "last_frauds": int(last.sum()),
        }

    def _equation(self, row: int, name: str) -> str:
        value = self._input(row, name)
        return f"{name} = {'—' if math.isnan(value) else number(value, self._language)}"


def _compared(ratio: float, usual: float) -> tuple[str, Facts]:
    """Five times the usual amount, but 3 % of it."""
    return ("" if ratio >= 1 else "below"), {"ratio": ratio, "usual": _money(usual)}


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def heaviest(reasons: Sequence[Reason], count: int = 3) -> list[Reason]:
    """Those that raise the score most, at most so many; the heaviest of all where none raises it."""
    raising = [reason for reason in reasons if reason.share > 0][:count]
    return raising or list(reasons[:1])
