"""Days and moments come back from however people write them, and what is none is said to be none."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.dates import read_dates


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
