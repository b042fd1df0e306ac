"""A user's file as transactions: every row is either one of them or named with the reason why it is not.

`open_table` reads the file, `read` its rows. Nothing is guessed in silence: how the columns, the times and the amounts
were read stands in the report, and a `Columns` given by hand is taken as it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmodel_apps import tables
from bigmodel_apps.dates import Moments, Order, coded_texts, read_clock, read_moments, texts_of
from bigmodel_apps.fraud import columns as columns_
from bigmodel_apps.fraud.cells import Amounts, Decimal, read_amounts, read_labels
from bigmodel_apps.fraud.columns import SECONDS, Columns, How, Role
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN, Floats, Ints, Marks, Transactions, codes
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import MIB, Limits, Table

Mask = npt.NDArray[np.bool_]

LIMITS = Limits(max_bytes=1024 * MIB, max_unpacked_bytes=4096 * MIB, max_rows=5_000_000)
"""What is read of a file of transactions; a larger one is refused with the limit."""

COUNTED_FROM = "2000-01-03"
"""The first day, a Monday, of times that are counted from a start which the file does not state."""

_OLDEST = datetime.date(1990, 1, 1)
_NAMED_ROWS = 1_000
_NAMED_EACH = 200
_SHOWN_VALUE = 40
_MOSTLY = 0.5
_CLEAR = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds and what was left out. Rows are counted in the file, without its header.

    Attributes:
        name: Of the file.
        rows: Rows in the file, those that no reader could use included.
        usable: Rows that are transactions.
        left_out: How many rows are none, by the code of the problem; also ``row-unreadable`` and ``row-empty``, those
            that are not even in the table. The message is ``fraud-left-<code>``.
        problems: Those rows, and rows of which something was not understood, named: at most 200 a reason and 1,000 in
            all.
        notes: What is to be known of the file as a whole.
        frauds, legitimate: Usable rows by their label; the others have none.
        first, last: Days of the first and the last transaction.
        schema: See `columns.Guess`.
        order, order_certain, ambiguous_dates: How ``03/05/2026`` was read; ask the user unless it is certain.
        decimal, decimal_certain, ambiguous_amounts: How ``1,234`` was read; ask the user unless it is certain.
        zone: Of the clock to which times were brought, in minutes east of UTC; None where no row states one.
        counted: Whether the times are counted from a start that the file does not state.
        encoding: Of a text file.
    """

    name: str
    rows: int
    usable: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    frauds: int = 0
    legitimate: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None
    schema: str | None = None
    order: Order | None = None
    order_certain: bool = True
    ambiguous_dates: int = 0
    decimal: Decimal = "."
    decimal_certain: bool = True
    ambiguous_amounts: int = 0
    zone: int | None = None
    counted: bool = False
    encoding: str | None = None

    @property
    def labelled(self) -> int:
        """Usable rows with a label."""
        return self.frauds + self.legitimate

    @property
    def days(self) -> int:
        """Days from the first to the last, both included."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file as transactions.

    Attributes:
        transactions: In order of time.
        places: For each transaction its place in the table's frame, shape (n,).
        why: For each row of the frame the code of the problem for which it was left out, ``""`` for transactions.
        columns, how: What stands where, and what gave it away; empty where given.
        report: What is in it and what was left out.
    """

    transactions: Transactions
    places: Ints
    why: npt.NDArray[np.object_]
    columns: Columns
    how: Mapping[Role, How]
    report: Report


def open_table(source: Path | bytes | BinaryIO, name: str, *, sheet: str | None = None) -> Table:
    """Read a file of any supported format, within `LIMITS`.

    Raises:
        InputError: See `tables.read_table`.
    """
    return tables.read_table(source, name, limits=LIMITS, sheet=sheet)


def read(table: Table, mapping: Columns | None = None, *, now: datetime.datetime | None = None) -> Ledger:
    """The transactions of a table.

    Left out and named are rows without a readable amount or time, refunds (negative amounts in a file of positive
    ones), rows dated more than a day in the future or before 1990, where most are not, and exact copies of an earlier
    row with the same transaction id. An unreadable label leaves its row unlabelled. Nothing else is left out.

    Args:
        mapping: What stands where; guessed when None.
        now: What is the future after it; the present when None.

    Raises:
        InputError: See `columns.check`; ``fraud-no-usable-rows``, with the first rows' problems.
    """
    frame = table.frame.rename(columns=str)
    guess = columns_.guess(frame) if mapping is None else None
    columns = columns_.check(guess.columns if guess else mapping or Columns(), frame)
    rows = _Rows(table, frame, columns)
    moments = rows.times()
    amounts = rows.amounts()
    marks, leaks = rows.labels()
    rows.strays(now or datetime.datetime.now(datetime.UTC))
    ids = rows.ids()
    if not rows.keep.any():
        raise InputError(Problem("fraud-no-usable-rows", details={"rows": rows.whole}), *rows.problems[:_CLEAR])
    kept = np.flatnonzero(rows.keep)
    kept = kept[np.argsort(rows.seconds[kept], kind="stable")]
    transactions = rows.transactions(kept, ids, marks, leaks)
    rows.classes(transactions)
    days = [datetime.date(1970, 1, 1) + datetime.timedelta(days=int(day)) for day in transactions.days[[0, -1]]]
    report = Report(
        table.report.name,
        rows=rows.whole,
        usable=len(kept),
        left_out=rows.left_out,
        problems=tuple(rows.problems[:_NAMED_ROWS]),
        notes=tuple(rows.notes),
        frauds=int((transactions.fraud == FRAUD).sum()),
        legitimate=int((transactions.fraud == LEGITIMATE).sum()),
        first=days[0],
        last=days[1],
        schema=guess.schema if guess else None,
        order=moments.order if moments else None,
        order_certain=moments.certain if moments else True,
        ambiguous_dates=moments.ambiguous if moments else 0,
        decimal=amounts.decimal,
        decimal_certain=amounts.certain,
        ambiguous_amounts=amounts.ambiguous,
        zone=moments.zone if moments else None,
        counted=columns.unit is not None,
        encoding=table.report.encoding,
    )
    return Ledger(transactions, kept, rows.why, columns, guess.how if guess else {}, report)


class _Rows:
    """The rows of a table on their way to transactions: what each holds, which are kept, and why the others are not.

    Attributes:
        keep: Shape (rows,).
        seconds, values: Times and amounts, shape (rows,).
        why: As in `Ledger`.
        left_out, problems, notes: As in `Report`.
        whole: Rows of the file.
        repeated: How many of them repeat another one in every column.
    """

    def __init__(self, table: Table, frame: pd.DataFrame, columns: Columns) -> None:
        report = table.report
        self.frame, self.columns, self.numbers = frame, columns, table.row_numbers
        self.whole = report.rows + report.skipped_rows + report.empty_rows
        self.repeated = report.duplicate_rows
        self.keep = np.ones(len(frame), dtype=bool)
        self.seconds: Ints = np.zeros(len(frame), dtype=np.int64)
        self.values: Floats = np.zeros(len(frame))
        self.why = np.full(len(frame), "", dtype=object)
        self.left_out: dict[str, int] = {}
        self.problems: list[Problem] = list(report.skipped[:_NAMED_EACH])
        self.notes: list[Problem] = list(report.notes)
        if report.skipped_rows:
            self.left_out["row-unreadable"] = report.skipped_rows
        if report.empty_rows:
            self.left_out["row-empty"] = report.empty_rows

    def leave_out(self, code: str, where: Mask, column: str | None, **details: str | int | float) -> None:
        """Leave rows out for a reason, unless they are out already."""
        fresh = where & self.keep
        if fresh.any():
            self.left_out[code] = self.left_out.get(code, 0) + int(fresh.sum())
            self.name(code, fresh, column, **details)
            self.why[fresh] = code
            self.keep &= ~fresh

    def name(self, code: str, where: Mask, column: str | None, **details: str | int | float) -> None:
        """Name the first of some rows; a message that shows a value gets that of its row."""
        for place in np.flatnonzero(where)[:_NAMED_EACH]:
            shown = dict(details)
            if shown.get("value") == "":
                shown["value"] = str(self.frame[column].iloc[place]).strip()[:_SHOWN_VALUE]
            self.problems.append(Problem(code, int(self.numbers[place]), column, shown))

    def times(self) -> Moments | None:
        """Read the times; None where they are counted."""
        column = self.columns.time
        if self.columns.unit is not None:
            counted = read_amounts(self.frame[column])
            self.leave_out("fraud-time-missing", counted.missing, column)
            self.leave_out("fraud-time-not-counted", counted.unreadable | (counted.values < 0), column, value="")
            start = int(np.datetime64(COUNTED_FROM, "s").astype(np.int64))
            elapsed = np.where(np.isnan(counted.values), 0, counted.values) * SECONDS[self.columns.unit]
            self.seconds = start + np.floor(np.clip(elapsed, 0, 1e11)).astype(np.int64)
            self.notes.append(Problem("fraud-times-counted", field=column, details={"unit": self.columns.unit}))
            return None
        moments = read_moments(self.frame[column], self.columns.order, self.columns.zone)
        self.leave_out("fraud-time-missing", moments.missing, column)
        self.leave_out("fraud-time-unreadable", moments.unreadable, column, value="")
        self.seconds = moments.seconds
        if self.columns.clock:
            clock, wrong = read_clock(self.frame[self.columns.clock])
            self.leave_out("fraud-time-unreadable", wrong, self.columns.clock, value="")
            self.seconds = moments.seconds + clock
        elif moments.days_only == int((~(moments.missing | moments.unreadable)).sum()) > 0:
            self.notes.append(Problem("fraud-times-are-days", field=column))
        if len(moments.zones) > 1:
            self.notes.append(
                Problem(
                    "fraud-zones-mixed", field=column, details={"zones": len(moments.zones), "zone": _zone(moments)}
                )
            )
        if moments.ambiguous and not moments.certain:
            details = {"count": moments.ambiguous, "order": moments.order or "day-first"}
            self.notes.append(Problem("fraud-dates-ambiguous", field=column, details=details))
        return moments

    def amounts(self) -> Amounts:
        """Read the amounts, those of a statement that writes spending as negative with their sign changed."""
        column = self.columns.amount
        amounts = read_amounts(self.frame[column], self.columns.decimal)
        self.leave_out("fraud-amount-missing", amounts.missing, column)
        self.leave_out("fraud-amount-unreadable", amounts.unreadable, column, value="")
        self.values = amounts.values
        negative, positive = int((amounts.values < 0).sum()), int((amounts.values > 0).sum())
        if negative > positive:
            self.values = -amounts.values
            self.notes.append(Problem("fraud-signs-changed", field=column, details={"count": negative}))
        self.leave_out("fraud-amount-negative", self.values < 0, column, value="")
        if len(amounts.currencies) > 1:
            named = ", ".join(f"{name} {count}" for name, count in sorted(amounts.currencies.items()))
            self.notes.append(Problem("fraud-currencies-mixed", field=column, details={"currencies": named}))
        if amounts.ambiguous and not amounts.certain:
            details = {"count": amounts.ambiguous, "mark": amounts.decimal}
            self.notes.append(Problem("fraud-amounts-ambiguous", field=column, details=details))
        return amounts

    def labels(self) -> tuple[Marks, tuple[str, ...]]:
        """Read the labels; with them the further columns that give the label away, which no model may see."""
        column = self.columns.fraud
        if column is None:
            return np.full(len(self.frame), UNKNOWN, dtype=np.int8), ()
        labels = read_labels(self.frame[column], self.columns.fraud_value)
        unclear = labels.unreadable & self.keep
        if unclear.any() and not (labels.marks != UNKNOWN).any():
            values = pd.unique(texts_of(self.frame[column][unclear].iloc[:1000]))[:5]
            details = {"values": ", ".join(str(value)[:_SHOWN_VALUE] for value in values)}
            self.notes.append(Problem("fraud-labels-unclear", field=column, details=details))
        else:
            self.name("fraud-label-unreadable", unclear, column, value="")
        leaks = tuple(
            name
            for name in (*self.columns.numbers, *self.columns.segments)
            if _gives_away(self.frame[name], labels.marks, name in self.columns.numbers)
        )
        self.notes += [Problem("fraud-column-gives-away", field=name) for name in leaks]
        return labels.marks, leaks

    def strays(self, now: datetime.datetime) -> None:
        """Leave out what is dated in the future or long ago, where most is not."""
        if self.columns.unit is not None or not self.keep.any():
            return
        latest = int(now.timestamp()) + DAY
        oldest = (_OLDEST - datetime.date(1970, 1, 1)).days * DAY
        for code, note, where in (
            ("fraud-time-future", "fraud-all-in-future", self.seconds > latest),
            ("fraud-time-stray", None, self.seconds < oldest),
        ):
            share = (where & self.keep).sum() / self.keep.sum()
            if share <= _MOSTLY:
                self.leave_out(code, where, self.columns.time, value="")
            elif note:
                self.notes.append(Problem(note, details={"count": int((where & self.keep).sum())}))

    def ids(self) -> npt.NDArray[np.object_]:
        """Names of the transactions, unique ones: a repeated id with another content gets a number behind it."""
        column = self.columns.id
        if column is None:
            if self.repeated:
                self.notes.append(Problem("fraud-rows-repeated", details={"count": self.repeated}))
            return texts_of(pd.Series(self.numbers))
        ids = pd.Series(texts_of(self.frame[column]), dtype=object)
        if (ids == "").any():
            ids = ids.where(ids != "", texts_of(pd.Series(self.numbers)))
        if not ids[self.keep].is_unique:
            roles = [getattr(self.columns, role) for role in columns_.ROLES if getattr(self.columns, role)]
            repeated = self.frame[roles].assign(**{column: ids}).duplicated().to_numpy()
            self.leave_out("fraud-row-copied", repeated, column, value="")
            again = ids[self.keep].duplicated().reindex(ids.index, fill_value=False).to_numpy()
            self.name("fraud-id-repeated", again, column, value="")
            count = ids[self.keep].groupby(ids[self.keep]).cumcount().reindex(ids.index, fill_value=0)
            ids = ids.where(~again, ids + " (" + (count + 1).astype(str) + ")")
        return ids.to_numpy(dtype=object)

    def transactions(self, kept: Ints, ids: Any, marks: Marks, leaks: tuple[str, ...]) -> Transactions:
        """The rows at `kept`, in that order."""
        columns = self.columns
        customers, customer_names = self._names(columns.customer, kept)
        terminals, terminal_names = self._names(columns.terminal, kept)
        scenario = np.full(len(kept), -1, dtype=np.int8)
        if columns.scenario:
            found = read_amounts(self.frame[columns.scenario].iloc[kept]).values
            scenario = np.where((found >= 0) & (found <= 5), found, -1).astype(np.int8)
        numbers = {
            name: read_amounts(self.frame[name].iloc[kept], columns.decimal).values
            for name in columns.numbers
            if name not in leaks
        }
        segments = {}
        for name in columns.segments:
            if name not in leaks:
                places, values = coded_texts(self.frame[name].iloc[kept])
                segments[name] = values[places]
        return Transactions(
            ids=ids[kept],
            seconds=self.seconds[kept],
            amounts=self.values[kept],
            customers=customers,
            terminals=terminals,
            fraud=marks[kept],
            scenario=scenario,
            rows=self.numbers[kept],
            customer_names=customer_names,
            terminal_names=terminal_names,
            numbers=numbers,
            segments=segments,
        )

    def classes(self, transactions: Transactions) -> None:
        """Say what the labels allow."""
        counts = {mark: int((transactions.fraud == mark).sum()) for mark in (FRAUD, LEGITIMATE, UNKNOWN)}
        known = counts[FRAUD] + counts[LEGITIMATE]
        if not known:
            self.notes.append(Problem("fraud-no-labels"))
        elif not counts[FRAUD] or not counts[LEGITIMATE]:
            code = "fraud-one-class-fraud" if counts[FRAUD] else "fraud-one-class-legitimate"
            self.notes.append(Problem(code, details={"count": known}))
        elif counts[UNKNOWN]:
            self.notes.append(Problem("fraud-some-unlabelled", details={"count": counts[UNKNOWN]}))

    def _names(self, column: str | None, kept: Ints) -> tuple[Any, Any]:
        """Codes and names of cards or terminals. A row without one is taken for one of its own, ``?12`` in row 12."""
        nobody = np.array([], dtype=object)
        if column is None:
            return None, nobody
        places, names = coded_texts(self.frame[column].iloc[kept])
        missing = (names == "")[places]
        if missing.all():
            self.notes.append(Problem("fraud-column-empty", field=column))
            return None, nobody
        if missing.any():
            self.notes.append(Problem("fraud-names-missing", field=column, details={"count": int(missing.sum())}))
            found = np.where(missing, "?" + self.numbers[kept].astype(str).astype(object), names[places])
            return codes(found)
        return places.astype(np.int32), names


def _zone(moments: Moments) -> str:
    """``UTC+08:00``, or ``given`` where the clock is that of a place."""
    if moments.zone is None:
        return "given"
    hours, minutes = divmod(abs(moments.zone), 60)
    return f"UTC{'-' if moments.zone < 0 else '+'}{hours:02d}:{minutes:02d}"


def _gives_away(column: pd.Series[Any], marks: Marks, numeric: bool) -> bool:
    """Whether a column tells fraud from the rest without a miss in either direction, with enough of both."""
    known = marks != UNKNOWN
    frauds = marks[known] == FRAUD
    if min(int(frauds.sum()), int((~frauds).sum())) < _CLEAR:
        return False
    cells = column[known]
    if numeric:
        values = read_amounts(cells).values
        filled = ~np.isnan(values)
        if filled.any() and bool((filled == frauds).all()):
            return True  # filled in only where it was fraud
        one, other = values[frauds & filled], values[~frauds & filled]
        return bool(len(one) and len(other) and (one.min() > other.max() or one.max() < other.min()))
    texts = pd.Series(texts_of(cells))
    mixed = pd.Series(frauds).groupby(texts.to_numpy()).nunique()
    return bool((mixed == 1).all()) and len(mixed) <= columns_.MAX_SEGMENTS
