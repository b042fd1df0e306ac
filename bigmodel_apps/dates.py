"""Days out of a column of dates as people write them, in both languages, and in more than one way in one column.

Read are ISO dates and their relatives (``2026-03-05``, ``2026/3/5 14:05``, ``20260305``), Chinese ones
(``2026年3月5日``), dates with the year last (``05.03.2026``, ``3/5/26``), with the month in words (``5 March 2026``,
``Mar 5, 2026``), a spreadsheet's day numbers and Unix times. A time of day and its zone may follow and are left alone:
the day is the one that is written. Years from 1900 to 2100.

``03/05/2026`` is 3 May or 5 March. The other rows of the column tell which; where they do not, the reading says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Order = Literal["day-first", "month-first"]

_TIME = (
    r"(?:(?:\s*[T,]\s*|\s+|(?<=[日号]))(?:上午|下午|凌晨|早上|中午|晚上)?\s*\d{1,2}\s*[:时点.]\s*(?:\d{1,2})?\s*分?"
    r"(?::?\s*\d{1,2}(?:[.,]\d{1,9})?\s*秒?)?\s*(?:[ap]\.?m\.?)?\s*(?:z|utc|gmt)?\s*(?:[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}|\d{{2}}(?=\s*年))\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?{_TIME}", re.I
)
_MONTH_ONLY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4}(?:\d{2})?Z?)?", re.I)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})\s*([-/.])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}", re.I)
_DAY_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]*([a-z]{{3,9}})\.?,?[\s-]*(\d{{4}}|\d{{2}}){_TIME}", re.I
)
_MONTH_NAMED = re.compile(rf"([a-z]{{3,9}})\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(\d{{4}}){_TIME}", re.I)
_NUMBER = re.compile(r"(\d{5}|\d{10}|\d{13})(\.\d*)?")
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+|[\s(（,]*(?:星期|周)[一二三四五六日天][)）]?", re.I
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_SPREADSHEET, _UNIX = date(1899, 12, 30), date(1970, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a column.

    Attributes:
        days: Shape (rows,), ``datetime64[D]``; NaT where a cell is empty or cannot be read.
        unreadable: Shape (rows,). Cells that hold something that is no date.
        ambiguous: How many cells would be another day were day and month exchanged.
        order: How those were read; None where there is none.
        certain: Whether the column itself, or the caller, says so. False is worth a question to the user.
    """

    days: npt.NDArray[np.datetime64]
    unreadable: npt.NDArray[np.bool_]
    ambiguous: int = 0
    order: Order | None = None
    certain: bool = True


def read_dates(values: pd.Series[Any] | Sequence[object], order: Order | None = None) -> Dates:
    """Read a column.

    Args:
        values: Texts, numbers, or what pandas takes for dates.
        order: How to read ``03/05/2026``; from the column when None: by the rows that can be read in one way only
            (the more frequent way where they disagree), then by which reading puts the rows in order of time. Where
            nothing tells, the day comes first.
    """
    series = pd.Series(values)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        days = series.dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
        return Dates(days, np.zeros(len(days), dtype=bool))
    codes, texts = pd.factorize(series.map(_text, na_action="ignore"))
    found = [_read(text) for text in texts]
    # One place more than there are texts: what is missing has the code -1.
    first, second = (np.full(len(found) + 1, "NaT", dtype="datetime64[D]") for _ in range(2))
    for place, (by_day, by_month) in enumerate(found):
        first[place], second[place] = by_day, by_month
    empty = np.array([not text for text in (*texts, "")])
    either = ~np.isnat(first) & ~np.isnat(second) & (first != second)
    ambiguous = int(either[codes].sum())
    certain = True
    if ambiguous and order is None:
        order, certain = _order(first[codes], second[codes])
    days = np.where(np.isnat(first), second, first)
    if order == "month-first":
        days = np.where(np.isnat(second), first, second)
    return Dates(days[codes], (np.isnat(days) & ~empty)[codes], ambiguous, order if ambiguous else None, certain)


def _order(first: Any, second: Any) -> tuple[Order, bool]:
    """How a column writes day and month, and whether it shows, by the days that each reading makes of the rows."""
    by_day = int((~np.isnat(first) & np.isnat(second)).sum())
    by_month = int((np.isnat(first) & ~np.isnat(second)).sum())
    if by_day or by_month:
        return ("day-first" if by_day >= by_month else "month-first"), not (by_day and by_month)
    ordered = [_in_order(np.where(np.isnat(one), other, one)) for one, other in ((first, second), (second, first))]
    if ordered[0] != ordered[1]:
        return ("day-first" if ordered[0] else "month-first"), True
    return "day-first", False


def _in_order(days: Any) -> bool:
    steps = np.diff(days[~np.isnat(days)]).astype(np.int64)
    return len(steps) >= 3 and bool(steps.any()) and bool((steps >= 0).all() or (steps <= 0).all())


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:80]


def _plain(text: str) -> str:
    return _WEEKDAY.sub("", unicodedata.normalize("NFKC", text)).strip()


def _read(text: str) -> tuple[date | None, date | None]:
    """The day of a text with the day first and with the month first; the same day twice where it does not matter."""
    plain = _plain(text)
    if match := _YEAR_LAST.fullmatch(plain):
        one, mark, other, year = match.groups()
        by_day = _day(year, other, one)
        # Nobody writes month.day.year.
        return by_day, _day(year, one, other) if mark != "." else by_day
    found = _plainly(plain)
    return found, found


def _plainly(text: str) -> date | None:
    if match := (_YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)):
        return _day(*match.groups())
    if match := _MONTH_ONLY.fullmatch(text):
        return _day(match[1], match[2], "1")
    if match := _DAY_NAMED.fullmatch(text):
        return _day(match[3], _month(match[2]), match[1])
    if match := _MONTH_NAMED.fullmatch(text):
        return _day(match[3], _month(match[1]), match[2])
    if match := _NUMBER.fullmatch(text):
        value = int(match[1])
        if len(match[1]) == 5:
            return _within(_SPREADSHEET + timedelta(days=value))
        return _within(_UNIX + timedelta(seconds=value if len(match[1]) == 10 else value // 1000))
    return None


def _month(name: str) -> str:
    name = name.lower()
    fitting = [place for place, month in enumerate(_MONTHS, 1) if month.startswith(name) or name == month[:4]]
    return str(fitting[0]) if fitting else "0"


def _day(year: str, month: str, day: str) -> date | None:
    whole = int(year)
    if len(year) == 2:
        whole += 1900 if whole >= 70 else 2000
    try:
        return _within(date(whole, int(month), int(day)))
    except ValueError:
        return None


def _within(day: date) -> date | None:
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
