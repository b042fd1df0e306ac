"""Numbers and Unix times out of cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.recommendation.cells import read_numbers, read_unix


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        ("4.5", 4.5),
        (".5", 0.5),
        ("4,5", 4.5),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234", 1234),
        ("1,234,567", 1_234_567),
        ("-2", -2),
        ("4 / 5", 4),
        ("4/5", 4),
        ("5 ★", 5),
        ("$12.90", 12.9),
        ("￥１２", 12),
        ("12.90 EUR", 12.9),
        ("3 星", 3),
        ("1e3", 1000),
    ],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    found = read_numbers(pd.Series([text, "1"]))
    assert found.values[0] == pytest.approx(value)
    assert not found.unreadable.any()


@pytest.mark.parametrize("text", ["", "NaN", "null", "-", "未评分", " "])
def test_nothing_is_nothing(text: str) -> None:
    found = read_numbers(pd.Series([text]))
    assert found.missing.all()
    assert not found.unreadable.any()


@pytest.mark.parametrize("text", ["good", "1-2-3", "inf", "1e99", "4 of 5 stars 3"])
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    found = read_numbers(pd.Series([text]))
    assert found.unreadable.all()
    assert np.isnan(found.values).all()


@given(st.lists(st.one_of(st.text(max_size=12), st.floats().map(str), st.integers().map(str)), min_size=1, max_size=20))
def test_any_text_is_read_missing_or_unreadable(texts: list[str]) -> None:
    found = read_numbers(pd.Series(texts, dtype=object))
    read = ~np.isnan(found.values)
    assert (read.astype(int) + found.missing + found.unreadable == 1).all()
    assert np.isfinite(found.values[read]).all()


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1))
def test_any_number_is_read_missing_or_unreadable(values: list[float]) -> None:
    found = read_numbers(pd.Series(values))
    assert (~np.isnan(found.values) == ~(found.missing | found.unreadable)).all()


def test_unix_times_in_seconds_and_milliseconds() -> None:
    assert read_unix(pd.Series(["881250949", "1588687728"])) is not None
    found = read_unix(pd.Series(["1588687728923", "1588687729923"]))
    assert found is not None
    assert found.tolist() == [1588687728, 1588687729]
    assert read_unix(pd.Series([881250949, 891717742])) is not None


@pytest.mark.parametrize("texts", [["881250949", ""], ["2026-01-02"], ["12", "13"], ["20260102"], []])
def test_other_columns_are_no_unix_times(texts: list[str]) -> None:
    assert read_unix(pd.Series(texts, dtype=object)) is None
