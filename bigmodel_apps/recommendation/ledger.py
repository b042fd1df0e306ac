"""A user's file as interactions: every row is either one of them or named with the reason why it is not.

`open_table` reads the file, `open_items` a file of items beside it, `read` the rows of both. Nothing is guessed in
silence: how the columns and times were read stands in the report, and a `Columns` given by hand is taken as it is.
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
from bigmodel_apps.dates import Moments, Order, coded_texts, read_moments, texts_of
from bigmodel_apps.locales import LANGUAGES
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation import columns as columns_
from bigmodel_apps.recommendation.cells import Numbers, read_numbers, read_unix
from bigmodel_apps.recommendation.columns import HEADERLESS, Columns, How, ItemColumns, Role
from bigmodel_apps.recommendation.interactions import DAY, Codes, Flags, Floats, Interactions, Ints, Items, Names
from bigmodel_apps.tables import MIB, Limits, Table

LIMITS = Limits(max_bytes=1024 * MIB, max_unpacked_bytes=4096 * MIB, max_rows=10_000_000, max_cell_chars=10_000)
"""What is read of a file of interactions; a larger one is refused with the limit. Ten million rows take 3 GB of memory."""

ITEM_LIMITS = Limits(max_bytes=200 * MIB, max_rows=1_000_000)
MOST_ITEMS = 50_000
"""Items of a catalogue: every item gets a score for every list, so that more would not answer at once."""

LEAST = 2
"""Users, and items: nothing can be learned from one."""


_OLDEST = datetime.date(1970, 1, 2)
_NAMED_ROWS = 1_000
_NAMED_EACH = 200
_SHOWN_VALUE = 40
_SHOWN_CHARS = 1_000
_MOSTLY = 0.5
_FIRST_PROBLEMS = 20
_QUANTILES = (0, 10, 25, 50, 75, 90, 100)


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds and what was left out. Rows are counted in the file, without its header.

    Attributes:
        name: Of the file.
        rows: Rows in the file, those that no reader could use included.
        usable: Rows that are interactions.
        left_out: How many rows are none, by the code of the problem; also ``row-unreadable`` and ``row-empty``, those
            that are not even in the table. The message is ``recommendation-left-<code>``.
        problems: Those rows, named: at most 200 a reason and 1,000 in all.
        notes: What is to be known of the file as a whole.
        users, items: Different ones among the usable rows.
        catalogue: Items, those that nobody chose included.
        titled: Items with a title.
        pairs: Different pairs of a user and an item.
        density: `pairs` over `users` times `items`.
        per_user, per_item: Different items of a user, different users of an item: by percentile (0 the least, 50 the
            median, 100 the most).
        duplicates: Rows that repeat an earlier one in everything that is read; they were left out.
        again: Usable rows in which a user comes back to an item.
        first, last: Days of the first and the last interaction; None where times are unknown.
        schema: See `columns.Guess`.
        order, order_certain, ambiguous_dates: How ``03/05/2026`` was read; ask the user unless it is certain.
        zone: Of the clock to which times were brought, in minutes east of UTC; None where no row states one.
        encoding: Of a text file.
        unknown_items: Items that were chosen and are not in the file of items; None without one.
    """

    name: str
    rows: int
    usable: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    users: int = 0
    items: int = 0
    catalogue: int = 0
    titled: int = 0
    pairs: int = 0
    density: float = 0.0
    per_user: Mapping[int, float] = field(default_factory=dict)
    per_item: Mapping[int, float] = field(default_factory=dict)
    duplicates: int = 0
    again: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None
    schema: str | None = None
    order: Order | None = None
    order_certain: bool = True
    ambiguous_dates: int = 0
    zone: int | None = None
    encoding: str | None = None
    unknown_items: int | None = None

    @property
    def days(self) -> int:
        """Days from the first to the last, both included; 0 where times are unknown."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file as interactions.

    Attributes:
        interactions: In order of time.
        columns, how: What stands where, and what gave it away; empty where given.
        item_columns: What stands where in the file of items; None without one.
        report: What is in it and what was left out.
    """

    interactions: Interactions
    columns: Columns
    how: Mapping[Role, How]
    item_columns: ItemColumns | None
    report: Report


def open_table(source: Path | bytes | BinaryIO, name: str, *, sheet: str | None = None) -> Table:
    """Read a file of any supported format, within `LIMITS`; one without a header gets names for its columns.

    Raises:
        InputError: See `tables.read_table`.
    """
    return columns_.with_header(tables.read_table(source, name, limits=LIMITS, sheet=sheet), HEADERLESS)


def open_items(source: Path | bytes | BinaryIO, name: str, *, sheet: str | None = None) -> Table:
    """Read a file of items, a row each.

    Raises:
        InputError: See `tables.read_table`.
    """
    return columns_.with_header(tables.read_table(source, name, limits=ITEM_LIMITS, sheet=sheet))


def read(
    table: Table,
    mapping: Columns | None = None,
    *,
    items: Table | None = None,
    item_mapping: ItemColumns | None = None,
    now: datetime.datetime | None = None,
) -> Ledger:
    """The interactions of a table.

    Left out and named are rows without a user, an item or, where there is such a column, a readable rating or time;
    negative ratings, which say that an item was not liked; returns and cancelled orders; rows dated in the future, where
    most are not; and exact copies of an earlier row.

    Args:
        mapping: What stands where; guessed when None.
        items: Titles, categories and prices by id; those that nobody chose are part of the catalogue.
        item_mapping: What stands where in it; guessed when None.
        now: What is the future after it; the present when None.

    Raises:
        InputError: See `columns.check`; ``recommendation-no-usable-rows``, with the first rows' problems;
            ``recommendation-one-user`` and ``recommendation-one-item``: nothing can be learned;
            ``recommendation-too-many-items``, with the limit.
    """
    frame = table.frame.rename(columns=str)
    guess = columns_.guess(frame) if mapping is None else None
    columns = columns_.check(guess.columns if guess else mapping or Columns(), frame)
    rows = _Rows(table, frame, columns)
    user_places, user_ids = rows.names("user", columns.user)
    item_places, item_ids = rows.names("item", columns.item)
    if columns.numbered:
        rows.leave_out("recommendation-no-product", _not_numbered(item_ids)[item_places], columns.item, value="")
    moments = rows.times(now or datetime.datetime.now(datetime.UTC))
    rows.orders()
    ratings = rows.ratings()
    amounts, prices = rows.amounts()
    rows.copies(user_places, item_places)
    if not rows.keep.any():
        details = {"rows": rows.whole}
        raise InputError(Problem("recommendation-no-usable-rows", details=details), *rows.problems[:_FIRST_PROBLEMS])
    kept = np.flatnonzero(rows.keep)
    if rows.seconds is not None:
        kept = kept[np.argsort(rows.seconds[kept], kind="stable")]
    users, user_ids = _used(user_places[kept], user_ids)
    things, item_ids = _used(item_places[kept], item_ids)
    for code, found in (("recommendation-one-user", user_ids), ("recommendation-one-item", item_ids)):
        if len(found) < LEAST:
            raise InputError(Problem(code, details={"name": str(found[0])[:_SHOWN_VALUE], "rows": len(kept)}))
    catalogue = rows.catalogue(kept, things, item_ids, prices)
    item_columns, unknown = None, None
    if items is not None:
        catalogue, item_columns, unknown = _with_items(catalogue, items, item_mapping, rows.notes)
    if len(catalogue) > MOST_ITEMS:
        details = {"items": len(catalogue), "limit": MOST_ITEMS}
        raise InputError(Problem("recommendation-too-many-items", details=details))
    interactions = Interactions(
        users=users,
        items=things,
        user_ids=user_ids,
        catalogue=catalogue,
        seconds=None if rows.seconds is None else rows.seconds[kept],
        ratings=None if ratings is None else ratings[kept].astype(np.float32),
        amounts=None if amounts is None else amounts[kept],
        baskets=rows.baskets(kept),
        rows=rows.numbers[kept],
    )
    report = _report(table, rows, interactions, moments, guess.schema if guess else None, unknown)
    return Ledger(interactions, columns, guess.how if guess else {}, item_columns, report)


class _Rows:
    """The rows of a table on their way to interactions: what each holds, which are kept, and why the others are not.

    Attributes:
        keep: Shape (rows,).
        seconds: Times, shape (rows,); None where they are unknown.
        left_out, problems, notes: As in `Report`.
        whole: Rows of the file.
        duplicates: Rows that were left out as copies.
    """

    def __init__(self, table: Table, frame: pd.DataFrame, columns: Columns) -> None:
        report = table.report
        self.frame, self.columns, self.numbers = frame, columns, table.row_numbers
        self.whole = len(frame) + report.skipped_rows + report.empty_rows
        self.keep = np.ones(len(frame), dtype=bool)
        self.seconds: Ints | None = None
        self.left_out: dict[str, int] = {}
        self.problems: list[Problem] = list(report.skipped[:_NAMED_EACH])
        self.notes: list[Problem] = list(report.notes)
        self.duplicates = 0
        self._ratings: Floats | None = None
        self._baskets: tuple[Ints, Names] | None = None
        if report.skipped_rows:
            self.left_out["row-unreadable"] = report.skipped_rows
        if report.empty_rows:
            self.left_out["row-empty"] = report.empty_rows

    def leave_out(self, code: str, where: Flags, column: str | None, **details: str | int | float) -> None:
        """Leave rows out for a reason, unless they are out already; a message that shows a value gets that of its row."""
        fresh = where & self.keep
        if not fresh.any():
            return
        self.left_out[code] = self.left_out.get(code, 0) + int(fresh.sum())
        for place in np.flatnonzero(fresh)[:_NAMED_EACH]:
            shown = dict(details)
            if shown.get("value") == "" and column is not None:
                shown["value"] = str(self.frame[column].iloc[place]).strip()[:_SHOWN_VALUE]
            self.problems.append(Problem(code, int(self.numbers[place]), column, shown))
        self.keep &= ~fresh

    def names(self, role: str, column: str) -> tuple[Ints, Names]:
        """Codes and names of users or items; rows without one are left out."""
        places, names = coded_texts(self.frame[column])
        self.leave_out(f"recommendation-{role}-missing", (names == "")[places], column)
        return places, names

    def times(self, now: datetime.datetime) -> Moments | None:
        """Read the times, and leave out what has none or is dated in the future, where most is not."""
        column = self.columns.time
        if column is None:
            self.notes.append(Problem("recommendation-times-missing"))
            return None
        moments = _moments(self.frame[column], self.columns)
        if (moments.missing | moments.unreadable).all():
            self.notes.append(Problem("recommendation-times-unreadable", field=column))
            return None
        self.leave_out("recommendation-time-missing", moments.missing, column)
        self.leave_out("recommendation-time-unreadable", moments.unreadable, column, value="")
        self.seconds = moments.seconds
        late = self.seconds > int(now.timestamp()) + DAY
        early = self.seconds < (_OLDEST - datetime.date(1970, 1, 1)).days * DAY
        usable = max(1, int(self.keep.sum()))
        for code, where in (("recommendation-time-future", late), ("recommendation-time-stray", early)):
            if (where & self.keep).sum() <= _MOSTLY * usable:
                self.leave_out(code, where, column, value="")
            else:
                self.notes.append(
                    Problem(f"{code}-most", field=column, details={"count": int((where & self.keep).sum())})
                )
        if moments.ambiguous and not moments.certain:
            details = {"count": moments.ambiguous, "order": moments.order or "day-first"}
            self.notes.append(Problem("recommendation-dates-ambiguous", field=column, details=details))
        if len(moments.zones) > 1:
            self.notes.append(
                Problem("recommendation-zones-mixed", field=column, details={"zones": len(moments.zones)})
            )
        return moments

    def orders(self) -> None:
        """Leave out what was cancelled or sent back."""
        basket, quantity = self.columns.basket, self.columns.quantity
        if basket is not None:
            codes, names = coded_texts(self.frame[basket])
            # Invoices of Online Retail: a C before the number of a cancelled one.
            cancelled = np.array([name[:1] in "Cc" and name[1:].isdigit() for name in names], dtype=bool)
            if cancelled.any() and not cancelled.all():
                self.leave_out("recommendation-cancelled", cancelled[codes], basket, value="")
            self._baskets = codes, names
        if quantity is not None:
            found = read_numbers(self.frame[quantity])
            self.leave_out("recommendation-returned", found.values <= 0, quantity, value="")
            self.leave_out("recommendation-quantity-unreadable", found.unreadable, quantity, value="")

    def ratings(self) -> Floats | None:
        """Read the ratings, and leave out what was not liked; None where there are none, or where all are the same."""
        column = self.columns.rating
        if column is None:
            return None
        found = read_numbers(self.frame[column])
        if np.isnan(found.values).all():
            self.notes.append(Problem("recommendation-ratings-unreadable", field=column))
            return None
        self.leave_out("recommendation-rating-missing", found.missing, column)
        self.leave_out("recommendation-rating-unreadable", found.unreadable, column, value="")
        self.leave_out("recommendation-rating-negative", found.values < 0, column, value="")
        if self.columns.liked_from is not None:
            low = found.values < self.columns.liked_from
            self.leave_out("recommendation-rating-low", low, column, value="", least=self.columns.liked_from)
        self._ratings = found.values
        left = found.values[self.keep]
        if len(left) and left.min() == left.max():
            details = {"rating": float(left[0])}
            self.notes.append(Problem("recommendation-ratings-identical", field=column, details=details))
            return None
        return found.values

    def amounts(self) -> tuple[Floats | None, Floats | None]:
        """What each row is worth: its amount, else quantity times price, else what there is of both; and its price."""

        def of(column: str | None) -> Floats | None:
            if column is None:
                return None
            found: Numbers = read_numbers(self.frame[column])
            return None if np.isnan(found.values).all() else found.values

        amount, quantity, price = (of(getattr(self.columns, role)) for role in ("amount", "quantity", "price"))
        if amount is None:
            known = [one for one in (quantity, price) if one is not None]
            amount = np.prod(known, axis=0) if known else None
        return (None if amount is None else np.nan_to_num(amount)), price

    def copies(self, users: Ints, things: Ints) -> None:
        """Leave out exact copies of an earlier row, as far as rows are read. Without times and baskets nobody can tell a
        copy from somebody who came back, so nothing is left out there."""
        columns = self.columns
        if self.seconds is None and columns.basket is None:
            return
        parts: dict[str, Any] = {"user": users, "item": things}
        if self.seconds is not None:
            parts["time"] = self.seconds
        if self._baskets is not None:
            parts["basket"] = self._baskets[0]
        if self._ratings is not None:
            parts["rating"] = self._ratings
        for role in ("quantity", "amount", "price"):
            if column := getattr(columns, role):
                parts[role] = self.frame[column]
        copied = pd.DataFrame(parts)[self.keep].duplicated()
        where = np.zeros(len(self.keep), dtype=bool)
        where[copied.index[copied.to_numpy()]] = True
        self.duplicates = int(where.sum())
        self.leave_out("recommendation-row-copied", where, columns.item, value="")

    def baskets(self, kept: Ints) -> Ints | None:
        """Numbers of the baskets of some rows; those without a name have one of their own."""
        if self._baskets is None:
            return None
        codes, names = self._baskets
        found = codes[kept].astype(np.int64)
        nameless = (names == "")[codes[kept]]
        found[nameless] = len(names) + np.arange(int(nameless.sum()))
        return np.unique(found, return_inverse=True)[1].astype(np.int64)

    def catalogue(self, kept: Ints, things: Codes, ids: Names, prices: Floats | None) -> Items:
        """What the rows themselves say of the items: the last title and category, and the median price."""
        titles = self._texts(self.columns.title, kept, things, len(ids))
        if titles is not None:
            titles = np.where(titles == "", ids, titles)
        categories = self._texts(self.columns.category, kept, things, len(ids))
        found: Floats | None = None
        if prices is not None:
            known = pd.Series(np.where(prices[kept] > 0, prices[kept], np.nan)).groupby(things).median()
            found = np.asarray(known.reindex(range(len(ids))), dtype=np.float64)
        return Items(ids, _everywhere(titles), _everywhere(categories), found)

    def _texts(self, column: str | None, kept: Ints, things: Codes, items: int) -> Names | None:
        if column is None:
            return None
        codes, texts = coded_texts(self.frame[column].iloc[kept])
        found = np.full(items, "", dtype=object)
        filled = (texts != "")[codes]
        found[things[filled]] = np.array([text[:_SHOWN_CHARS] for text in texts], dtype=object)[codes[filled]]
        return found if filled.any() else None


def _moments(column: pd.Series[Any], columns: Columns) -> Moments:
    """The times of a column."""
    unix = read_unix(column)
    if unix is None:
        return read_moments(column, columns.order, columns.zone)
    nothing = np.zeros(len(unix), dtype=bool)
    return Moments(unix, nothing, nothing, 0, {0: len(unix)}, 0)


def _used(codes: Ints, names: Names) -> tuple[Codes, Names]:
    """Codes anew, of those names alone that occur, in the order in which they first do."""
    fresh, places = pd.factorize(codes)
    return fresh.astype(np.int32), names[places]


def _not_numbered(ids: Names) -> Flags:
    return np.array([id != "" and not id[0].isdigit() for id in ids], dtype=bool)


def _everywhere(texts: Names | None) -> dict[str, Names]:
    return {} if texts is None else dict.fromkeys(LANGUAGES, texts)


def _with_items(
    catalogue: Items, table: Table, mapping: ItemColumns | None, notes: list[Problem]
) -> tuple[Items, ItemColumns, int]:
    """The catalogue with what a file says of its items, and with those that nobody chose; and how many items of the
    catalogue the file does not have."""
    frame = table.frame.rename(columns=str)
    columns = columns_.check(mapping or columns_.guess_items(frame), frame)
    ids = texts_of(frame[columns.item])
    first = pd.Series(np.arange(len(ids)), index=ids)
    first = first[(first.index != "") & ~first.index.duplicated()]
    if repeated := int((ids != "").sum()) - len(first):
        notes.append(Problem("recommendation-items-repeated", field=columns.item, details={"count": repeated}))
    chosen = [str(id) for id in catalogue.ids]
    known = set(chosen)
    colder = [id for id in first.index if id not in known]
    everything = np.array([*chosen, *colder], dtype=object)
    places = first.reindex(everything).fillna(-1).to_numpy(dtype=np.int64)
    unknown = int((places[: len(chosen)] < 0).sum())
    if unknown == len(chosen):
        notes.append(Problem("recommendation-items-unrelated", field=table.report.name))
    elif unknown:
        notes.append(Problem("recommendation-items-unknown", field=table.report.name, details={"count": unknown}))

    def texts(column: str | None, given: Mapping[str, Names], otherwise: Names | None = None) -> dict[str, Names]:
        before = next(iter(given.values()), None)
        if column is None and before is None:
            return {}
        found = np.full(len(everything), "", dtype=object)
        if before is not None:
            found[: len(before)] = before
        if column is not None:
            said = np.append(texts_of(frame[column]), "")[places]
            said = np.array([text[:_SHOWN_CHARS] for text in said], dtype=object)
            found = np.where(said != "", said, found)
        return _everywhere(found if otherwise is None else np.where(found == "", otherwise, found))

    prices: Floats = np.full(len(everything), np.nan)
    if catalogue.prices is not None:
        prices[: len(chosen)] = catalogue.prices
    if columns.price is not None:
        said = np.append(read_numbers(frame[columns.price]).values, np.nan)[places]
        prices = np.where(np.isnan(said), prices, said)
    found = Items(
        everything,
        texts(columns.title, catalogue.titles, everything),
        texts(columns.category, catalogue.categories),
        None if np.isnan(prices).all() else prices,
        texts(columns.description, catalogue.descriptions),
    )
    return found, columns, unknown


def _report(
    table: Table,
    rows: _Rows,
    interactions: Interactions,
    moments: Moments | None,
    schema: str | None,
    unknown: int | None,
) -> Report:
    pairs = np.unique(interactions.users.astype(np.int64) * len(interactions.catalogue) + interactions.items)
    by_user = np.bincount(pairs // len(interactions.catalogue))
    by_item = np.bincount(pairs % len(interactions.catalogue))
    by_item = by_item[by_item > 0]
    titles = next(iter(interactions.catalogue.titles.values()), None)
    seconds = interactions.seconds
    days = [None, None] if seconds is None else [_day(int(seconds[0])), _day(int(seconds[-1]))]
    return Report(
        table.report.name,
        rows=rows.whole,
        usable=len(interactions),
        left_out=rows.left_out,
        problems=tuple(rows.problems[:_NAMED_ROWS]),
        notes=tuple(rows.notes),
        users=len(by_user),
        items=len(by_item),
        catalogue=len(interactions.catalogue),
        titled=0 if titles is None else int((titles != interactions.catalogue.ids).sum()),
        pairs=len(pairs),
        density=len(pairs) / (len(by_user) * len(by_item)),
        per_user=_percentiles(by_user),
        per_item=_percentiles(by_item),
        duplicates=rows.duplicates,
        again=len(interactions) - len(pairs),
        first=days[0],
        last=days[1],
        schema=schema,
        order=moments.order if moments else None,
        order_certain=moments.certain if moments else True,
        ambiguous_dates=moments.ambiguous if moments else 0,
        zone=moments.zone if moments else None,
        encoding=table.report.encoding,
        unknown_items=unknown,
    )


def _percentiles(counts: npt.NDArray[np.int64]) -> dict[int, float]:
    return {at: float(np.percentile(counts, at)) for at in _QUANTILES}


def _day(seconds: int) -> datetime.date:
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=seconds // DAY)
