"""Days and moments come back from however people write them, and what is none is said to be none."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.dates import is_zone, read_clock, read_dates, read_moments


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-03-05",
            "2026/3/5",
            "2026.3.5",
            "2026年3月5日",
            "2026 年 3 月 5 日",
            "２０２６年３月５日",
            "26年3月5日",
            "20260305",
        ),
        *(
            "5 March 2026",
            "5-Mar-26",
            "March 5, 2026",
            "Mar 5 2026",
            "5th of March 2026",
            "Thu, 05 Mar 2026 23:59:59 +0000",
        ),
        *(
            "2026-03-05T23:30:00Z",
            "2026-03-05 23:30:00.123456+08:00",
            "2026/3/5 下午3:05",
            "2026年3月5日14时05分",
            "46086",
        ),
        *("1772668800", "1772668800000", "05.03.2026", "2026年3月5日（周四）", "2026-03-05 11:30 PM"),
    ],
)
def test_dates_as_people_write_them(text: str) -> None:
    found = read_dates([text])
    assert found.days.tolist() == [date(2026, 3, 5)]
    assert not found.unreadable.any()


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "soon", "12", "31/31/2026", "0000-01-01", "5 Monday 2026"]
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    found = read_dates([text, ""])
    assert np.isnat(found.days).all()
    assert found.unreadable.tolist() == [True, False]


def test_day_and_month_are_told_apart_by_the_column() -> None:
    assert read_dates(["03/05/2026", "14/05/2026"]).days[0] == np.datetime64("2026-05-03")
    assert read_dates(["03/05/2026", "05/14/2026"]).days[0] == np.datetime64("2026-03-05")
    in_order = read_dates(["01/02/2026", "02/01/2026", "03/01/2026", "04/01/2026"])
    assert (in_order.order, in_order.certain, in_order.ambiguous) == ("month-first", True, 4)
    alone = read_dates(["03/05/2026"])
    assert (alone.order, alone.certain) == ("day-first", False)
    assert read_dates(["03/05/2026"], "month-first").days[0] == np.datetime64("2026-03-05")
    torn = read_dates(["03/05/2026", "14/05/2026", "05/14/2026", "20/05/2026"])
    assert (torn.order, torn.certain) == ("day-first", False)
    assert torn.days.tolist()[2] == date(2026, 5, 14)
    assert read_dates(["05/05/2026"]).ambiguous == 0


FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d %B %Y", "%b %d, %Y", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S")


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(FORMATS))
def test_every_day_in_every_format_comes_back(day: date, format: str) -> None:
    assert read_dates([day.strftime(format)]).days.tolist() == [day]


@given(st.lists(st.text(max_size=30) | st.floats() | st.integers() | st.none(), max_size=8))
def test_no_cell_breaks_the_reading_of_dates(cells: list[object]) -> None:
    found = read_dates(pd.Series(cells, dtype=object))
    assert len(found.days) == len(found.unreadable) == len(cells)
    assert not (found.unreadable & ~np.isnat(found.days)).any()


# --- Moments -------------------------------------------------------------------------------------------------------


def moment(text: str) -> int:
    return int(np.datetime64(text, "s").astype(np.int64))


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-05 14:05:22", "2026-03-05T14:05:22", "2026/3/5 14:05:22.999", "20260305140522", "20260305T140522"),
        *(
            "2026年3月5日14时05分22秒",
            "2026年3月5日 下午2:05:22",
            "２０２６年３月５日１４：０５：２２",
            "5 Mar 2026 2:05:22 pm",
        ),
        *(
            "05.03.2026 14.05:22",
            "Thu, 05 Mar 2026 14:05:22",
            "2026年3月5日（周四）下午2时05分22秒",
            "March 5, 2026 2:05:22 P.M.",
        ),
    ],
)
def test_moments_as_people_write_them(text: str) -> None:
    found = read_moments([text])
    assert found.seconds.tolist() == [moment("2026-03-05T14:05:22")]
    assert (found.unreadable.any(), found.zone, found.days_only) == (False, None, 0)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        *(("2026-03-05 12:05 AM", "00:05"), ("2026-03-05 12:05 PM", "12:05"), ("2026/3/5 上午12:05", "00:05")),
        *(
            ("2026/3/5 中午12:05", "12:05"),
            ("2026/3/5 凌晨1:05", "01:05"),
            ("46086.5", "12:00"),
            ("2026-03-05", "00:00"),
        ),
    ],
)
def test_noon_midnight_and_day_numbers(text: str, time: str) -> None:
    assert read_moments([text]).seconds.tolist() == [moment(f"2026-03-05T{time}")]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-03-05 25:00",
            "2026-03-05 14:61",
            "2026-02-30 10:00",
            "soon",
            "14:05",
            "2026-03-05 14:05 CST",
            "9999999999999",
        ),
        *("2026-03-05 上午13:00", "2026-03-05 14:05 +15:00", "20260305250000", "99999"),
    ],
)
def test_what_is_no_moment_is_said_to_be_none(text: str) -> None:
    found = read_moments([text, ""])
    assert found.unreadable.tolist() == [True, False]
    assert found.missing.tolist() == [False, True]
    assert found.seconds.tolist() == [0, 0]


def test_zones_are_brought_to_the_most_frequent_one() -> None:
    found = read_moments(
        ["2026-03-05 14:00+08:00", "2026-03-05T07:00:00Z", "2026-03-05 15:30 UTC+8", "2026-03-05 16:00"]
    )
    hours = [(second - moment("2026-03-05T00:00")) / 3600 for second in found.seconds.tolist()]
    assert hours == [14, 15, 15.5, 16]
    assert (found.zone, found.zones) == (480, {0: 1, 480: 2})


def test_a_zone_given_is_the_clock() -> None:
    texts = ["2026-01-05T12:00:00Z", "2026-07-05T12:00:00Z", "2026-07-05 12:00:00", "1767614400"]
    for zone, hours in (("+08:00", [20, 20, 12, 20]), ("Europe/Berlin", [13, 14, 12, 13])):
        found = read_moments(texts, zone=zone)
        assert [second // 3600 % 24 for second in found.seconds.tolist()] == hours
    assert is_zone("Asia/Shanghai")
    assert is_zone("+05:30")
    assert not any(map(is_zone, ("", "Mars", "+25:00")))
    with pytest.raises((ValueError, KeyError)):
        read_moments(texts, zone="Mars")


def test_typed_columns_keep_their_clock() -> None:
    times = pd.to_datetime(["2026-01-05 12:00", None, "2026-07-05 12:00"])
    plain = read_moments(pd.Series(times))
    assert plain.seconds.tolist() == [moment("2026-01-05T12:00"), 0, moment("2026-07-05T12:00")]
    assert plain.missing.tolist() == [False, True, False]
    placed = read_moments(pd.Series(times.tz_localize("Europe/Berlin")))
    assert placed.seconds.tolist() == plain.seconds.tolist()
    assert placed.zones == {60: 1, 120: 1}
    utc = read_moments(pd.Series(times.tz_localize("UTC")), zone="Asia/Shanghai")
    assert utc.seconds[0] == moment("2026-01-05T20:00")


def test_day_and_month_of_moments_are_told_apart_by_the_column() -> None:
    found = read_moments(["03/05/2026 14:05", "05/14/2026 14:05"])
    assert found.seconds[0] == moment("2026-03-05T14:05")
    assert (found.ambiguous, found.order, found.certain) == (1, "month-first", True)
    assert read_moments(["03/05/2026 14:05"], "day-first").seconds[0] == moment("2026-05-03T14:05")


MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%dT%H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%d %B %Y %H:%M:%S", "%Y%m%d%H%M%S")
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarter: timedelta(minutes=15 * quarter))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)), st.sampled_from(MOMENTS))
def test_every_moment_in_every_format_comes_back(when: datetime, format: str) -> None:
    assert read_moments([when.strftime(format)]).seconds.tolist() == [moment(str(when.replace(microsecond=0)))]


@given(st.datetimes(datetime(1950, 1, 1), datetime(2090, 12, 31)), OFFSETS, OFFSETS)
def test_the_same_moment_in_two_zones_is_the_same(when: datetime, one: timedelta, other: timedelta) -> None:
    aware = when.replace(microsecond=0, tzinfo=timezone(one))
    found = read_moments([aware.isoformat(), aware.astimezone(timezone(other)).isoformat()])
    assert found.seconds[0] == found.seconds[1]


@given(st.lists(st.text(max_size=30) | st.floats() | st.integers() | st.none() | st.datetimes(), max_size=8))
def test_no_cell_breaks_the_reading_of_moments(cells: list[object]) -> None:
    found = read_moments(pd.Series(cells, dtype=object))
    assert len(found.seconds) == len(found.missing) == len(found.unreadable) == len(cells)
    assert not (found.missing & found.unreadable).any()
    assert not found.seconds[found.missing | found.unreadable].any()


@given(st.times(), st.sampled_from(("%H:%M:%S", "%I:%M:%S %p", "%H时%M分%S秒")))
def test_every_time_of_day_comes_back(when: time, format: str) -> None:
    seconds, wrong = read_clock([when.strftime(format), "", "noonish"])
    assert seconds.tolist() == [when.hour * 3600 + when.minute * 60 + when.second, 0, 0]
    assert wrong.tolist() == [False, False, True]
