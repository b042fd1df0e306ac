"""What a model is told of each transaction, computed from those before it: windows, ratios to the own past, known frauds.

The first fifteen are those of the handbook "Reproducible Machine Learning for Credit Card Fraud Detection" (Le Borgne
et al., 2022, chapter 3): amount, weekend, night, a customer's count and mean amount over the last 1, 7 and 30 days, and
a terminal's count and share of frauds over the same windows, moved back by the delay after which a label is known.

A window of w seconds that ends at time t is (t - w, t]. Of transactions in the same second those that come first in the
file are the earlier ones. Rows are sorted once by customer and once by terminal; a window is then a pair of places,
found by binary search, and a sum over it a difference of running sums. Every input depends only on rows of the same
customer or of the same terminal, which is what lets `Stream` recompute no more than those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.indexers import BaseIndexer

from bigmodel_apps.fraud.transactions import DAY, FRAUD, UNKNOWN, Codes, Floats, Ints, Marks, Transactions
from bigmodel_apps.problems import Cancelled

Report = Callable[[int, int], None]
Flags = npt.NDArray[np.bool_]

HOUR = 3_600
UNUSUAL = 3.0
"""An amount of so many times the customer's median counts as unusual."""

LAST = 5
"""How many of the last known transactions the inputs ``*_last_frauds`` look at."""

NOTHING = 1e-9
"""A median up to it is no amount to compare with."""

_RUN_CAP = 30
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Settings:
    """What the inputs depend on.

    Attributes:
        delay_days: Days after which it is known whether a transaction was fraud.
        windows: Lengths of the handbook's windows in days.
        habit_days: How far back a customer's or terminal's habits are looked at.
        recent_days: How far back unusual amounts are counted.
        added: Whether to compute more than the handbook's inputs.
    """

    delay_days: int = 7
    windows: tuple[int, ...] = (1, 7, 30)
    habit_days: int = 90
    recent_days: int = 14
    added: bool = True


def names(settings: Settings | None = None) -> tuple[str, ...]:
    """Of the inputs, in the order of the columns of `compute`.

    ``customer_*`` and ``terminal_*`` look at earlier transactions of the same customer or terminal; a mean and a count
    of the handbook's include the transaction itself.
    """
    settings = settings or Settings()
    book = ["amount", "weekend", "night"]
    book += [f"customer_{kind}_{days}d" for days in settings.windows for kind in ("count", "mean")]
    book += [f"terminal_{kind}_{days}d" for days in settings.windows for kind in ("count", "risk")]
    return (*book, *(_ADDED if settings.added else ()))


_ADDED = (
    "customer_amount_ratio",  # amount / median of the customer's amounts over the habit days
    "customer_amount_ratio_30d",  # the same over 30 days
    "customer_unusual_count",  # amounts over `UNUSUAL` medians in the recent days
    "customer_unusual_max",  # the largest amount ratio in the recent days
    "customer_count_1h",  # in the last hour, itself included
    "customer_gap_hours",  # since the customer's transaction before
    "customer_hour_share",  # share of the customer's transactions in this hour of the day, the one before and the one after
    "customer_visit_share",  # share of the customer's transactions at this terminal
    "customer_new_terminals_1d",  # terminals first visited in the last day, this one included
    "customer_known_frauds_30d",  # known frauds in the 30 days that end a delay ago
    "customer_fraud_age_days",  # since the customer's last known fraud
    "terminal_count_1h",  # in the last hour, itself included
    "terminal_amount_ratio",  # amount / median of the terminal's amounts over 30 days
    "terminal_last_frauds",  # frauds among the last `LAST` known at the terminal
    "terminal_run",  # how many of the last known were all fraud (above 0) or all legitimate (below 0)
    "terminal_fraud_age_days",  # since the terminal's last known fraud
    "terminal_fraud_amount",  # of that fraud: one that stands out says less about the terminal than an ordinary one
    "terminal_legitimate_age_days",  # since the terminal's last known legitimate transaction
    "terminal_run_age_days",  # since the first of the run, where it is one of frauds
)
BOOK = names(Settings(added=False))
"""The handbook's fifteen."""

NAMES = names()
"""All inputs with the default settings."""


def compute(
    transactions: Transactions,
    settings: Settings | None = None,
    *,
    known_until: int | None = None,
    report: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Floats:
    """Inputs of every transaction, shape (n, d), stored by columns: those of `names`, then `transactions.numbers`.

    NaN where there is nothing to compare with (no earlier transaction) and where the source names no customers or no
    terminals. Shares of frauds are of the transactions whose label is known; 0 where none is.

    Args:
        known_until: Labels of transactions from this second on are taken as unknown.
        report: Called with (parts done, parts in total).
        cancelled: Asked between the parts.

    Raises:
        Cancelled: `cancelled` said so.
    """
    settings = settings or Settings()
    fraud = transactions.fraud
    if known_until is not None:
        fraud = np.where(transactions.seconds < known_until, fraud, UNKNOWN).astype(np.int8)
    columns = _Columns(
        transactions.seconds, transactions.amounts, fraud, transactions.customers, transactions.terminals
    )
    out, table = _empty(transactions, settings)
    for name, values in _of_row(columns).items():
        table[name][:] = values
    parts = [name for name in _PARTS if getattr(columns, name) is not None]
    done, total = 0, len(parts) * len(transactions)
    for part in parts:
        for rows in _blocks(getattr(columns, part)):
            if cancelled is not None and cancelled():
                raise Cancelled
            for name, values in _PARTS[part](columns.take(rows), settings).items():
                table[name][rows] = values
            done += len(rows)
            if report is not None:
                report(done, total)
    return out.T


class Stream:
    """Transactions that arrive a few at a time, and their inputs as `compute` would give them for all that came so far.

    Only earlier rows of the customers and terminals at hand are looked at, so an update takes no longer with more of the
    others. Customers and terminals are known by their names.

    Args:
        history: What came before.
    """

    def __init__(self, history: Transactions, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._size = len(history)
        self._owners = {name: _Owners() for name in _PARTS if getattr(history, name) is not None}
        self._held = self._columns(history)
        for name, owners in self._owners.items():
            owners.add(self._held[name], 0)

    def __len__(self) -> int:
        return self._size

    def preview(self, new: Transactions) -> Floats:
        """Inputs of new transactions without remembering them, shape (n, d) as those of `compute`.

        Each takes its place by time, after known ones of the same second.

        Raises:
            ValueError: Customers or terminals are named in the new ones but not in the history, or the other way round.
        """
        return self._inputs(self._columns(new), new)

    def update(self, new: Transactions) -> Floats:
        """Inputs of new transactions, as `preview`; from then on they are part of the history.

        Where they are earlier than known ones, the inputs that those were given stay as they were.
        """
        columns = self._columns(new)
        found = self._inputs(columns, new)
        end = self._size + len(new)
        for name, values in columns.items():
            if end > len(self._held[name]):
                # Twice the room, so that rows are seldom copied.
                self._held[name] = np.concatenate([self._held[name], np.empty(end, dtype=values.dtype)])
            self._held[name][self._size : end] = values
        for name, owners in self._owners.items():
            owners.add(columns[name], self._size)
        self._size = end
        return found

    def _columns(self, new: Transactions) -> dict[str, npt.NDArray[Any]]:
        """Fields of `_Columns`, customers and terminals by their places in the stream."""
        if {name for name in _PARTS if getattr(new, name) is not None} != set(self._owners):
            raise ValueError("customers or terminals are named in some transactions only")
        columns: dict[str, npt.NDArray[Any]] = {
            "seconds": new.seconds,
            "amounts": new.amounts,
            "fraud": new.fraud,
        }
        for name, owners in self._owners.items():
            columns[name] = owners.places(getattr(new, name), getattr(new, f"{name[:-1]}_names"))
        return columns

    def _inputs(self, columns: dict[str, npt.NDArray[Any]], new: Transactions) -> Floats:
        out, table = _empty(new, self.settings)
        for name, values in _of_row(_Columns(**columns)).items():
            table[name][:] = values
        for part, owners in self._owners.items():
            known = owners.rows(columns[part])
            rows = {name: np.concatenate([self._held[name][known], values]) for name, values in columns.items()}
            order = np.lexsort((rows["seconds"], rows[part]))
            place = np.empty(len(order), dtype=np.int64)
            place[order] = np.arange(len(order))
            for name, values in _PARTS[part](_Columns(**rows).take(order), self.settings).items():
                table[name][:] = values[place[len(known) :]]
        return out.T


class _Owners:
    """Customers or terminals of a stream: the place of each name, and the rows of each place."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._rows: list[list[Ints]] = []

    def places(self, codes: Codes, names: npt.NDArray[np.object_]) -> Codes:
        """Places of the owners that have these codes among `names`; new ones are appended."""
        different, inverse = np.unique(codes, return_inverse=True)
        found = [self._places.setdefault(names[code], len(self._places)) for code in different.tolist()]
        self._rows += [[] for _ in range(len(self._places) - len(self._rows))]
        return np.array(found, dtype=np.int32)[inverse]

    def add(self, places: Codes, first: int) -> None:
        """Note rows from `first` on: the place of each one's owner."""
        if not len(places):
            return
        order = np.argsort(places, kind="stable")
        owners, begins = np.unique(places[order], return_index=True)
        for owner, rows in zip(owners.tolist(), np.split(order + first, begins[1:]), strict=True):
            self._rows[owner].append(rows)

    def rows(self, places: Codes) -> Ints:
        """Rows of these owners, ascending."""
        found = [rows for owner in np.unique(places).tolist() for rows in self._rows[owner]]
        return np.sort(np.concatenate([np.array([], dtype=np.int64), *found]))


# --- Windows over sorted rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the inputs are computed from."""

    seconds: Ints
    amounts: Floats
    fraud: Marks
    customers: Codes | None = None
    terminals: Codes | None = None

    def take(self, rows: Ints) -> _Columns:
        return _Columns(
            self.seconds[rows],
            self.amounts[rows],
            self.fraud[rows],
            None if self.customers is None else self.customers[rows],
            None if self.terminals is None else self.terminals[rows],
        )


def _blocks(owners: Codes) -> Iterator[Ints]:
    """Rows by owner, then in their order: some whole owners at a time, so that what is computed of them fits the cache."""
    # Sorting numbers of 16 bits takes linear time: by their lower half, then by their upper one.
    order = np.argsort((owners & 0xFFFF).astype(np.uint16), kind="stable")
    if len(owners) and owners.max() > 0xFFFF:
        order = order[np.argsort((owners[order] >> 16).astype(np.uint16), kind="stable")]
    sorted_owners = owners[order]
    ends = np.append(np.flatnonzero(sorted_owners[1:] != sorted_owners[:-1]) + 1, len(owners))
    begin = 0
    while begin < len(owners):
        last = min(int(np.searchsorted(ends, begin + _BLOCK)), len(ends) - 1)
        yield order[begin : ends[last]]
        begin = int(ends[last])


class _Sorted:
    """Rows sorted by owner (a customer or a terminal), then by time. Places are those in this order.

    Attributes:
        first: Place of the first row of the same owner, shape (n,).
        number: How many owners come before that of each row, shape (n,).
    """

    def __init__(self, owners: Codes, seconds: Ints) -> None:
        self.seconds = seconds
        self.places = np.arange(len(owners))
        begins = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        self.bounds = np.append(begins, len(owners))
        self.number = np.repeat(np.arange(len(begins)), np.diff(self.bounds))
        self.first = begins[self.number]
        # One number a row that grows with owner and time. No look back is longer than the span, so it ends at the owner.
        self._start = int(seconds.min())
        self._span = int(seconds.max()) - self._start + 1

    @cached_property
    def _keys(self) -> Ints:
        return self.number * (2 * self._span) + (self.seconds - self._start)

    def after(self, seconds: int) -> Ints:
        """For each row the place of its owner's first row later than `seconds` before it."""
        return np.searchsorted(self._keys, self._keys - min(seconds, self._span), side="right")

    def running(self, values: Floats) -> Floats:
        """Sums of an owner's values before each place, starting anew with every owner: shape (n + owners,).

        Of an owner's places p the sum before p is at p + `number`; one more follows, of all of them. Starting anew keeps
        the rounding error that of one owner's rows, and the same whatever other owners there are.
        """
        sums = np.zeros(len(values) + len(self.bounds) - 1)
        for number, (begin, end) in enumerate(zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True)):
            np.cumsum(values[begin:end], out=sums[begin + number + 1 : end + number + 1])
        return sums

    def median(self, values: Floats, begin: Ints) -> Floats:
        """Median of the values at places from `begin` to the one before each; NaN where there is none."""
        return self._rolling(values, begin).median().to_numpy()

    def largest(self, values: Floats, begin: Ints) -> Floats:
        """The largest of the values at places from `begin` to the one before each; NaN where there is none."""
        return self._rolling(values, begin).max().to_numpy()

    def _rolling(self, values: Floats, begin: Ints) -> Any:
        return pd.Series(values).rolling(_Bounds(begin, self.places), min_periods=1)


class _Bounds(BaseIndexer):
    """Windows given by their bounds, for pandas' running medians (skip lists, exact)."""

    def __init__(self, begin: Ints, end: Ints) -> None:
        super().__init__()
        self._begin, self._end = begin.astype(np.int64), end.astype(np.int64)

    def get_window_bounds(  # pandas compares the names of the arguments
        self,
        num_values: int = 0,  # noqa: ARG002
        min_periods: int | None = None,  # noqa: ARG002
        center: bool | None = None,  # noqa: ARG002
        closed: str | None = None,  # noqa: ARG002
        step: int | None = None,  # noqa: ARG002
    ) -> tuple[Ints, Ints]:
        return self._begin, self._end


def _before(flags: Flags | Marks) -> Ints:
    """How many of the flags are set before each place, and in all: shape (n + 1,)."""
    return np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])


class _Known:
    """The last transactions of each owner whose label is known `delay` before each row."""

    def __init__(self, rows: _Sorted, fraud: Marks, delay: int) -> None:
        known = fraud != UNKNOWN
        numbers = _before(known)
        self.until, self.first = numbers[rows.after(delay)], numbers[rows.first]
        self.any = self.until > self.first
        self.fraud = fraud[known] == FRAUD
        self._rows, self._delay, self._known = rows, delay, known
        self._seconds, self._owners = rows.seconds[known], rows.number[known]
        self._frauds = _before(self.fraud)
        self._last = np.maximum(self.until - 1, 0)

    def last_frauds(self, count: int) -> Floats:
        """Frauds among the last `count`."""
        return (self._frauds[self.until] - self._frauds[np.maximum(self.until - count, self.first)]).astype(np.float64)

    def fraud_age(self) -> Floats:
        """Seconds since the last fraud; NaN where there is none."""
        return self._rows.seconds - self._of_last(self.fraud, self._seconds)

    def legitimate_age(self) -> Floats:
        """Seconds since the last legitimate one; NaN where there is none."""
        return self._rows.seconds - self._of_last(~self.fraud, self._seconds)

    def fraud_amount(self, amounts: Floats) -> Floats:
        """Amount of the last fraud, given those of all rows by place; NaN where there is none."""
        return self._of_last(self.fraud, amounts[self._known])

    def _of_last(self, flags: Flags, values: npt.NDArray[Any]) -> Floats:
        """For each row the value of its owner's last known transaction with that flag; NaN where there is none."""
        if not len(flags):
            return np.full(len(self.until), np.nan)
        last = np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))[self._last]
        return np.where(self.any & (last >= self.first), values[last], np.nan)

    def runs(self) -> tuple[Floats, Floats]:
        """Length of the last run of equal labels, below 0 where legitimate, and seconds since its first if fraud."""
        if not len(self.fraud):
            return np.zeros(len(self.until)), np.full(len(self.until), np.nan)
        changes = np.r_[True, (self.fraud[1:] != self.fraud[:-1]) | (self._owners[1:] != self._owners[:-1])]
        places = np.arange(len(self.fraud))
        begin = np.maximum.accumulate(np.where(changes, places, 0))
        length = np.minimum(places - begin + 1, _RUN_CAP) * np.where(self.fraud, 1, -1)
        age = self._rows.seconds - self._seconds[begin[self._last]]
        of_frauds = self.any & self.fraud[self._last]
        return np.where(self.any, length[self._last], 0).astype(np.float64), np.where(of_frauds, age, np.nan)


# --- The inputs -----------------------------------------------------------------------------------------------------


def _empty(transactions: Transactions, settings: Settings) -> tuple[Floats, dict[str, Floats]]:
    """Room for the inputs by row of a table, shape (d, n), those of `names` by name; further numbers are filled in."""
    wanted = names(settings)
    out = np.full((len(wanted) + len(transactions.numbers), len(transactions)), np.nan)
    for place, values in enumerate(transactions.numbers.values(), len(wanted)):
        out[place] = values
    return out, dict(zip(wanted, out, strict=False))


def _of_row(columns: _Columns) -> dict[str, npt.NDArray[Any]]:
    return {
        "amount": columns.amounts,
        "weekend": (columns.seconds // DAY + 3) % 7 >= 5,  # 1970-01-01 was a Thursday
        "night": columns.seconds % DAY // HOUR <= 6,
    }


def _of_customers(columns: _Columns, settings: Settings) -> dict[str, npt.NDArray[Any]]:
    """Inputs ``customer_*`` of rows sorted by customer, then by time."""
    assert columns.customers is not None
    rows = _Sorted(columns.customers, columns.seconds)
    places, amounts, fraud = rows.places, columns.amounts, columns.fraud
    sums = rows.running(amounts)
    found: dict[str, npt.NDArray[Any]] = {}
    for days in settings.windows:
        begin = rows.after(days * DAY)
        count = found[f"customer_count_{days}d"] = places + 1 - begin
        found[f"customer_mean_{days}d"] = (sums[places + 1 + rows.number] - sums[begin + rows.number]) / count
    if not settings.added:
        return found
    habits, recent, day = (rows.after(days * DAY) for days in (settings.habit_days, settings.recent_days, 1))
    ratio = _ratio(amounts, rows.median(amounts, habits))
    unusual = _before(ratio > UNUSUAL)
    gap = (rows.seconds - rows.seconds[np.maximum(places - 1, 0)]) / HOUR
    delay = settings.delay_days * DAY
    frauds = _before(fraud == FRAUD)
    found |= {
        "customer_amount_ratio": ratio,
        "customer_amount_ratio_30d": _ratio(amounts, rows.median(amounts, rows.after(30 * DAY))),
        "customer_unusual_count": unusual[places] - unusual[recent],
        "customer_unusual_max": rows.largest(ratio, recent),
        "customer_count_1h": places + 1 - rows.after(HOUR),
        "customer_gap_hours": np.where(places > rows.first, gap, np.nan),
        "customer_hour_share": _share(_same_hours(rows, habits), places - habits),
        "customer_known_frauds_30d": frauds[rows.after(delay)] - frauds[rows.after(delay + 30 * DAY)],
        "customer_fraud_age_days": _Known(rows, fraud, delay).fraud_age() / DAY,
    }
    if columns.terminals is not None:
        visits = _matching(rows, columns.terminals, habits)
        new = _before(visits == 0)
        found["customer_visit_share"] = _share(visits, places - habits)
        found["customer_new_terminals_1d"] = new[places + 1] - new[day]
    return found


def _of_terminals(columns: _Columns, settings: Settings) -> dict[str, npt.NDArray[Any]]:
    """Inputs ``terminal_*`` of rows sorted by terminal, then by time."""
    assert columns.terminals is not None
    rows = _Sorted(columns.terminals, columns.seconds)
    places, amounts, fraud = rows.places, columns.amounts, columns.fraud
    delay = settings.delay_days * DAY
    until = rows.after(delay)
    frauds, labelled = _before(fraud == FRAUD), _before(fraud != UNKNOWN)
    found: dict[str, npt.NDArray[Any]] = {}
    for days in settings.windows:
        begin = rows.after(delay + days * DAY)
        found[f"terminal_count_{days}d"] = until - begin
        known_count = labelled[until] - labelled[begin]
        found[f"terminal_risk_{days}d"] = (frauds[until] - frauds[begin]) / np.maximum(known_count, 1)
    if not settings.added:
        return found
    known = _Known(rows, fraud, delay)
    run, run_age = known.runs()
    return found | {
        "terminal_count_1h": places + 1 - rows.after(HOUR),
        "terminal_amount_ratio": _ratio(amounts, rows.median(amounts, rows.after(30 * DAY))),
        "terminal_last_frauds": known.last_frauds(LAST),
        "terminal_run": run,
        "terminal_fraud_age_days": known.fraud_age() / DAY,
        "terminal_fraud_amount": known.fraud_amount(amounts),
        "terminal_legitimate_age_days": known.legitimate_age() / DAY,
        "terminal_run_age_days": run_age / DAY,
    }


_PARTS: Mapping[str, Callable[[_Columns, Settings], dict[str, npt.NDArray[Any]]]] = {
    "customers": _of_customers,
    "terminals": _of_terminals,
}
"""By the column that names the owners: inputs of rows sorted by it, then by time."""


def _same_hours(rows: _Sorted, begin: Ints) -> Ints:
    """How many of the owner's rows from `begin` on are in the hour of the day of each, the one before or the one after."""
    hours = rows.seconds % DAY // HOUR
    earlier, same, later = (_matching(rows, hours, begin, (hours + step) % 24) for step in (-1, 0, 1))
    return earlier + same + later


def _matching(rows: _Sorted, kinds: npt.NDArray[Any], begin: Ints, asked: npt.NDArray[Any] | None = None) -> Ints:
    """How many of the owner's rows from `begin` on and before each are of the kind asked for: by default its own."""
    span = int(kinds.max()) + 1
    owners = rows.number * span
    # As in `_Sorted`, one number a row, here by owner, kind and place.
    keys = np.sort((owners + kinds) * len(kinds) + rows.places)
    wanted = (owners + (kinds if asked is None else asked)) * len(kinds)
    return np.searchsorted(keys, wanted + rows.places) - np.searchsorted(keys, wanted + begin)


def _ratio(amounts: Floats, usual: Floats) -> Floats:
    return np.divide(amounts, usual, out=np.full(len(amounts), np.nan), where=usual > NOTHING)


def _share(part: Ints, whole: Ints) -> Floats:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
