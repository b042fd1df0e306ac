"""Days and moments out of a column as people write them, in both languages, and in more than one way in one column.

Read are ISO dates and their relatives (``2026-03-05``, ``2026/3/5 14:05``, ``20260305``), Chinese ones
(``2026年3月5日``), dates with the year last (``05.03.2026``, ``3/5/26``), with the month in words (``5 March 2026``,
``Mar 5, 2026``), a spreadsheet's day numbers and Unix times. Years from 1900 to 2100.

`read_dates` leaves a time of day and its zone alone: the day is the one that is written. `read_moments` reads them, to
the second, and brings all rows to one clock.

``03/05/2026`` is 3 May or 5 March. The other rows of the column tell which; where they do not, the reading says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

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


# --- Moments -------------------------------------------------------------------------------------------------------

_SECONDS = 86_400
_WEEKDAY_PLACED = r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+|[\s(（,]*(?:星期|周)[一二三四五六日天][)）]?"
_ZONE_PART = r"(?P<zone>Z|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?|[A-Z]{3,4})?"
_CLOCK_PART = (
    r"(?P<early>上午|凌晨|早上)?(?P<late>下午|中午|晚上)?\s*(?P<hour>\d{1,2})\s*[:时点.]\s*(?:(?P<minute>\d{1,2})\s*分?)?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:[.,]\d{1,9})?\s*秒?)?\s*(?P<half>[ap])?(?:\.?m\.?)?\s*"
)
_WITH_CLOCK = rf"(?i)^(?P<day>.*?[^\s,])(?:\s*[T,]\s*|\s+){_CLOCK_PART}{_ZONE_PART}$"
_CLOCK_ALONE = rf"(?i)^{_CLOCK_PART}$"
_COMPACT_CLOCK = (
    r"(?i)^(?P<day>\d{8})[T ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:\.\d{1,9})?)?\s*"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_COUNTED = r"^(?:\d{5}(?:\.\d+)?|\d{10}(?:\.\d+)?|\d{13}|\d{16}|\d{19})$"
# Abbreviations that stand for one zone only; CST, IST and BST stand for several. Minutes east of UTC.
_ABBREVIATIONS: Mapping[str, int] = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "est": -300,
    "edt": -240,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "cet": 60,
    "cest": 120,
    "eet": 120,
    "eest": 180,
    "jst": 540,
    "kst": 540,
    "hkt": 480,
    "sgt": 480,
    "aest": 600,
    "aedt": 660,
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d{2})?", re.I)
_MOST_OFFSET = 14 * 60


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of a column on one clock.

    Attributes:
        seconds: Shape (rows,), since 1970-01-01 on that clock, whole; 0 where `missing` or `unreadable`.
        missing: Shape (rows,). Empty cells.
        unreadable: Shape (rows,). Cells that hold something that is no moment.
        days_only: How many rows state no time of day; they are taken for midnight.
        zones: Rows by the zone that they state, in minutes east of UTC. Unix times are UTC.
        zone: That of the clock, in minutes east of UTC: the one given, else the most frequent one stated. Rows that
            state none are on this clock already. None where no row states one, or where the one given is a place,
            whose clock is put forward and back.
        ambiguous, order, certain: As in `Dates`.
    """

    seconds: npt.NDArray[np.int64]
    missing: npt.NDArray[np.bool_]
    unreadable: npt.NDArray[np.bool_]
    days_only: int = 0
    zones: Mapping[int, int] = field(default_factory=dict)
    zone: int | None = None
    ambiguous: int = 0
    order: Order | None = None
    certain: bool = True


def read_moments(
    values: pd.Series[Any] | Sequence[object], order: Order | None = None, zone: str | None = None
) -> Moments:
    """Read a column of dates with times of day.

    Args:
        values: Texts, numbers, or what pandas takes for dates.
        order: As of `read_dates`.
        zone: Of the clock to bring them to: a name such as ``Asia/Shanghai``, or an offset such as ``+08:00``.

    Raises:
        ValueError: There is no such zone (`is_zone` tells).
    """
    series = pd.Series(values)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return _typed_moments(series, zone)
    texts = texts_of(series)
    found = _Parts(texts)
    dates = read_dates(pd.Series(found.days), order)
    unreadable = dates.unreadable | found.wrong
    days = np.where(np.isnat(dates.days), np.datetime64(0, "D"), dates.days).astype(np.int64)
    wall = np.where(found.counted, found.counts, days * _SECONDS + found.clock)
    bounds = [(date(year, 1, 1) - _UNIX).days * _SECONDS for year in (_FIRST_YEAR, _LAST_YEAR + 1)]
    unreadable |= found.counted & ((wall < bounds[0]) | (wall >= bounds[1]))
    missing = texts == ""
    usable = ~(missing | unreadable)
    seconds, clock = _on_one_clock(wall, np.where(usable, found.offsets, np.nan), zone, found.counted)
    stated, rows = np.unique(found.offsets[usable & ~np.isnan(found.offsets)], return_counts=True)
    return Moments(
        np.where(usable, seconds, 0),
        missing,
        unreadable,
        int((usable & ~found.clocked).sum()),
        {int(minutes): int(count) for minutes, count in zip(stated, rows, strict=True)},
        clock,
        dates.ambiguous,
        dates.order,
        dates.certain,
    )


def read_clock(values: pd.Series[Any] | Sequence[object]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Times of day alone (``14:05:22``, ``2:05 pm``, ``下午2时05分``): seconds since midnight, shape (rows,), and which
    cells hold something that is none; an empty cell is midnight."""
    texts = texts_of(pd.Series(values))
    parts = pc.extract_regex(_normal(texts), _CLOCK_ALONE)
    seconds, wrong = _clock(parts)
    read = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    return np.where(read & ~wrong, seconds, 0), (~read | wrong) & (texts != "")


def is_zone(zone: str) -> bool:
    """Whether `read_moments` knows a zone."""
    try:
        return bool(zone) and (_minutes(zone) is not None or bool(ZoneInfo(zone)))
    except (KeyError, ValueError, OSError):
        return False


def texts_of(series: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """The cells of a column as stripped texts, whole numbers without a point; ``""`` where there is nothing."""
    dtype = series.dtype
    if pd.api.types.is_float_dtype(dtype):
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        whole = numbers[~np.isnan(numbers)]
        if len(whole) and (np.abs(whole) < 2**53).all() and (whole == np.floor(whole)).all():
            series = series.astype("Int64")
    if pd.api.types.is_bool_dtype(dtype) or not pd.api.types.is_numeric_dtype(dtype):
        cells = series if isinstance(dtype, pd.StringDtype) else series.astype(object).map(_text, na_action="ignore")
        cells = cells.astype(object).where(series.notna(), "")
        array = pa.array(cells.to_numpy(dtype=object), pa.large_string())
        return np.asarray(pc.utf8_trim_whitespace(array).to_numpy(zero_copy_only=False), dtype=object)
    texts = pa.array(series, from_pandas=True).cast(pa.large_string())
    return np.asarray(pc.fill_null(texts, "").to_numpy(zero_copy_only=False), dtype=object)


def coded_texts(series: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """The different texts of a column as `texts_of` gives them, in order of appearance, and the place of each cell's."""
    raw, different = pd.factorize(series, use_na_sentinel=False)
    places, texts = pd.factorize(texts_of(pd.Series(different)))
    return places[raw], np.asarray(texts, dtype=object)


def _typed_moments(series: pd.Series[Any], zone: str | None) -> Moments:
    missing = series.isna().to_numpy()
    nothing = np.zeros(len(series), dtype=bool)
    if series.dt.tz is not None:
        wall = series.dt.tz_convert("UTC").dt.tz_localize(None)
        offset = (series.dt.tz_localize(None) - wall).dt.total_seconds().to_numpy() / 60
    else:
        wall, offset = series, np.full(len(series), np.nan)
    utc = wall.to_numpy(dtype="datetime64[s]").astype(np.int64)
    utc = np.where(missing, 0, utc)
    local = utc + np.where(np.isnan(offset), 0, offset * 60).astype(np.int64)
    stated, rows = np.unique(offset[~np.isnan(offset)], return_counts=True)
    zones = {int(minutes): int(count) for minutes, count in zip(stated, rows, strict=True)}
    if zone is None and len(zones) > 1:  # one place, its clock put forward and back: as it is written
        return Moments(local, missing, nothing, 0, zones)
    seconds, clock = _on_one_clock(local, offset, zone)
    return Moments(np.where(missing, 0, seconds), missing, nothing, 0, zones, clock)


class _Parts:
    """What the texts of a column say of day, time of day and zone, each of shape (rows,).

    Attributes:
        days: Texts of the days; empty where there is none.
        clock: Seconds since midnight.
        clocked: Whether a time of day is stated.
        offsets: Minutes east of UTC; NaN where none is stated.
        counted, counts: Whether the text is a count, and the seconds since 1970-01-01 that it stands for.
        wrong: Whether a time of day or a zone is none.
    """

    def __init__(self, texts: npt.NDArray[np.object_]) -> None:
        plain = _normal(texts)
        plain = pc.replace_substring_regex(plain, _WEEKDAY_PLACED, " ")
        plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, r"([日号])\s*", r"\1 "))
        compact = pc.extract_regex(plain, _COMPACT_CLOCK)
        long = pc.extract_regex(plain, _WITH_CLOCK)
        is_compact, is_long = (pc.is_valid(parts).to_numpy(zero_copy_only=False) for parts in (compact, long))
        is_long &= ~is_compact
        self.clocked = is_compact | is_long
        self.counted = ~self.clocked & pc.match_substring_regex(plain, _COUNTED).to_numpy(zero_copy_only=False)
        named = [pc.struct_field(parts, "day") for parts in (compact, long)]
        days = pc.if_else(pa.array(is_compact), named[0], pc.if_else(pa.array(is_long), named[1], plain))
        self.days = np.where(self.counted, "", days.to_numpy(zero_copy_only=False))
        clocks = [_clock(parts) for parts in (compact, long)]
        self.clock = np.where(is_compact, clocks[0][0], np.where(is_long, clocks[1][0], 0))
        self.wrong = np.where(is_compact, clocks[0][1], is_long & clocks[1][1])
        zones = [pc.struct_field(parts, "zone").to_numpy(zero_copy_only=False) for parts in (compact, long)]
        self.offsets = np.full(len(texts), np.nan)
        for mask, column in zip((is_compact, is_long), zones, strict=True):
            for text in pd.unique(column[mask]):
                if text:
                    minutes = _minutes(text)
                    same = mask & (column == text)
                    self.offsets[same] = np.nan if minutes is None else minutes
                    self.wrong[same] |= minutes is None
        self.counts = np.zeros(len(texts), dtype=np.int64)
        if self.counted.any():
            self.counts[self.counted], unix = _counts(plain.filter(pa.array(self.counted)))
            self.offsets[np.flatnonzero(self.counted)[unix]] = 0


def _normal(texts: npt.NDArray[np.object_]) -> Any:
    array = pa.array(texts, pa.large_string())
    return pc.utf8_trim_whitespace(
        array if pc.all(pc.string_is_ascii(array)).as_py() else pc.utf8_normalize(array, "NFKC")
    )


def _clock(parts: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Seconds since midnight of what `_CLOCK_PART` found, and where that is no time of day."""
    fields = {part.name for part in parts.type}

    def number(name: str) -> npt.NDArray[np.int64]:
        found = pc.struct_field(parts, name)
        return pc.fill_null(pc.if_else(pc.equal(found, ""), "0", found), "0").cast(pa.int64()).to_numpy()

    def said(name: str, *texts: str) -> npt.NDArray[np.bool_]:
        if name not in fields:
            return np.zeros(len(parts), dtype=bool)
        found = pc.utf8_lower(pc.fill_null(pc.struct_field(parts, name), ""))
        matches = pc.is_in(found, pa.array(texts, found.type)) if texts else pc.not_equal(found, "")
        return np.asarray(matches.to_numpy(zero_copy_only=False), dtype=bool)

    hours, minutes, seconds = number("hour"), number("minute"), number("second")
    early, late = said("early") | said("half", "a"), said("late") | said("half", "p")
    wrong = (hours > 23) | (minutes > 59) | (seconds > 59) | (early & (hours > 12))
    hours = np.where(early & (hours == 12), 0, np.where(late & (hours < 12), hours + 12, hours))
    hours = np.where(said("late", "晚上") & (number("hour") == 12), 24, hours)
    return hours * 3600 + minutes * 60 + seconds, wrong


def _counts(texts: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Seconds since 1970-01-01 of a spreadsheet's day numbers and of Unix times, and which of them are the latter."""
    digits = pc.utf8_length(pc.replace_substring_regex(texts, r"\..*", "")).to_numpy()
    numbers = texts.cast(pa.float64()).to_numpy()
    days = (numbers + (_SPREADSHEET - _UNIX).days) * _SECONDS
    scale = np.select([digits == 13, digits == 16, digits == 19], [1e3, 1e6, 1e9], 1.0)
    # A day number holds its seconds only to about a microsecond.
    return np.where(digits == 5, np.round(days), np.floor(numbers / scale)).astype(np.int64), digits != 5


def _minutes(zone: str) -> int | None:
    """Minutes east of UTC of an offset or an abbreviation; None for what is neither."""
    plain = zone.strip().lower()
    if plain in _ABBREVIATIONS:
        return _ABBREVIATIONS[plain]
    match = _OFFSET.fullmatch(plain)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > _MOST_OFFSET or int(match[3] or 0) > 59:
        return None
    return -minutes if match[1] == "-" else minutes


def _on_one_clock(
    wall: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.float64],
    zone: str | None,
    counted: npt.NDArray[np.bool_] | None = None,
) -> tuple[npt.NDArray[np.int64], int | None]:
    """Seconds on one clock, and its zone in minutes east of UTC. Counts say nothing of a clock unless all are counts."""
    stated = ~np.isnan(offsets)
    if zone is None:
        if not stated.any():
            return wall, None
        written = stated if counted is None or counted[stated].all() else stated & ~counted
        minutes, rows = np.unique(offsets[written], return_counts=True)
        target: int | None = int(minutes[rows.argmax()])
    else:
        target = _minutes(zone)
    utc = wall[stated] - (offsets[stated] * 60).astype(np.int64)
    seconds = wall.copy()
    if target is not None:
        seconds[stated] = utc + target * 60
    else:
        moments = pd.DatetimeIndex(utc.astype("datetime64[s]")).tz_localize("UTC").tz_convert(zone)
        seconds[stated] = moments.tz_localize(None).to_numpy(dtype="datetime64[s]").astype(np.int64)
    return seconds, target
