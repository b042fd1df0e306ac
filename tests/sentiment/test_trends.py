"""Trends count what is there, find the shifts that are there, and on a table without any stay silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps import measures
from bigmodel_apps.sentiment import bulk, samples, scan, trends
from bigmodel_apps.sentiment.results import Result
from bigmodel_apps.sentiment.schema import Aspect, Label, Options
from bigmodel_apps.tables import read_table
from tests.sentiment.rated import from_labels
from tests.sentiment.reader import Reader

# What went wrong in the samples: where, and from when to when.
INCIDENTS = {
    "shop": ("South", date(2026, 5, 18), date(2026, 6, 14)),
    "app": ("Android", date(2026, 3, 2), date(2026, 3, 24)),
    "restaurant": ("Station", date(2026, 8, 3), date(2026, 8, 30)),
}
START = date(2026, 1, 5)  # a Monday


def rated(name: str) -> Result:
    """A sample set with its ratings for labels: 1 and 2 negative, 4 and 5 positive."""
    frame = samples.table(name).frame
    labels: list[Label] = [
        "negative" if rating < 3 else "positive" if rating > 3 else "neutral" for rating in map(int, frame["rating"])
    ]
    return from_labels(frame["text"].tolist(), labels, frame["date"].tolist(), frame["group"].tolist(), name)


def made(shares: Sequence[Sequence[float]], a_week: int, seed: int, texts: Sequence[str] = ("x", "y")) -> Result:
    """Rows of groups whose negative share is given week by week."""
    generator = np.random.default_rng(seed)
    labels: list[Label] = []
    dates, groups, words = [], [], []
    for group, by_week in enumerate(shares):
        for week, share in enumerate(by_week):
            for _ in range(a_week):
                bad = bool(generator.random() < share)
                labels.append("negative" if bad else "positive")
                words.append(texts[bad])
                dates.append(START + timedelta(days=7 * week + int(generator.integers(7))))
                groups.append(f"g{group}")
    return from_labels(words, labels, dates, groups)


# --- Counting ------------------------------------------------------------------------------------------------------


def test_periods_count_every_dated_row_with_wilson_intervals() -> None:
    result = from_labels(
        ["a", "b", "c", "d"],
        ["positive", "negative", "unsure", "neutral"],
        ["2026-01-31", "2026-02-01", "2026-02-28", None],
    )
    found = trends.trend(result, "month")
    assert [(period.start, period.end, period.n) for period in found.periods] == [
        (date(2026, 1, 1), date(2026, 1, 31), 1),
        (date(2026, 2, 1), date(2026, 2, 28), 2),
    ]
    assert found.undated == 1
    assert found.periods[1].negative == measures.wilson(1, 2)
    assert found.periods[1].share("positive") == measures.wilson(0, 2)
    assert not found.periods[0].enough


def test_weeks_begin_on_monday_and_empty_periods_are_there() -> None:
    result = from_labels(["a", "b"], ["positive", "positive"], ["2026-03-01", "2026-03-16"])
    found = trends.trend(result, "week")
    assert [(period.start, period.n) for period in found.periods] == [
        (date(2026, 2, 23), 1),
        (date(2026, 3, 2), 0),
        (date(2026, 3, 9), 0),
        (date(2026, 3, 16), 1),
    ]
    assert found.periods[1].negative is None


@given(
    st.lists(
        st.tuples(st.dates(date(1999, 1, 1), date(2001, 12, 31)), st.sampled_from(["positive", "negative"])), min_size=1
    ),
    st.sampled_from(trends.GRAINS),
)
def test_every_row_is_in_the_period_of_its_day(rows: list[tuple[date, Label]], grain: trends.Grain) -> None:
    found = trends.trend(from_labels(["x"] * len(rows), [label for _, label in rows], [day for day, _ in rows]), grain)
    for period in found.periods:
        inside = [label for day, label in rows if period.start <= day <= period.end]
        assert (period.n, period.counts["negative"]) == (len(inside), inside.count("negative"))
    steps = zip(found.periods, found.periods[1:], strict=False)
    assert all(one.end + timedelta(days=1) == other.start for one, other in steps)
    assert sum(period.n for period in found.periods) == len(rows)


def test_the_grain_is_the_finest_that_has_enough_rows() -> None:
    flat = [0.2] * 8
    assert trends.suited_grain(made([flat], 100, 1)) == "day"
    assert trends.suited_grain(made([flat], 20, 1)) == "week"
    assert trends.suited_grain(rated("shop")) == "month"
    assert trends.trend(rated("shop"), "day").grain == "day"


def test_more_periods_than_a_chart_can_show_are_made_fewer() -> None:
    for last, grain in ((date(2004, 2, 8), "day"), (date(2004, 2, 9), "week"), (date(2100, 1, 1), "month")):
        found = trends.trend(from_labels(["a", "b"], ["positive", "negative"], ["2000-01-01", str(last)]), "day")
        assert found.grain == grain
        assert len(found.periods) <= trends.PERIODS


def test_nothing_dated_gives_no_trend_and_no_shift() -> None:
    result = from_labels(["x"] * 50, ["negative"] * 50)
    assert trends.trend(result).periods == ()
    assert trends.trend(result).undated == 50
    assert trends.shifts(result) == []


def test_by_group_adds_up_to_the_whole() -> None:
    result = rated("shop")
    whole, parts = trends.trend(result, "month"), trends.by_group(result, "month")
    assert set(parts) == {"North", "South", "West"}
    assert sum(p.n for part in parts.values() for p in part.periods) == sum(p.n for p in whole.periods) == 300


# --- Shifts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", samples.NAMES)
def test_the_incident_of_a_sample_is_found_and_nothing_else(name: str) -> None:
    group, start, end = INCIDENTS[name]
    (shift,) = trends.shifts(rated(name))
    assert shift.group == group
    assert shift.worse
    common = (min(shift.end, end) - max(shift.start, start)).days + 1
    assert common / ((max(shift.end, end) - min(shift.start, start)).days + 1) > 0.6
    assert shift.p <= 0.01
    assert shift.change.low > 0.3


@pytest.mark.parametrize("name", samples.NAMES)
def test_without_the_incident_nothing_is_found(name: str) -> None:
    group, start, end = INCIDENTS[name]
    result = rated(name)
    during = result.rows["date"].between(np.datetime64(start), np.datetime64(end)) & (result.rows["group"] == group)
    assert trends.shifts(replace(result, rows=result.rows[~during])) == []


def test_a_shift_of_all_groups_is_one_of_all() -> None:
    by_week = [0.15] * 20 + [0.5] * 5 + [0.15] * 15
    (shift,) = trends.shifts(made([by_week, by_week, by_week], 15, 2))
    assert shift.group is None
    assert shift.start == START + timedelta(weeks=20)
    assert shift.end == START + timedelta(weeks=25, days=-1)
    assert shift.scanned == "week"


def test_dates_far_apart_are_scanned_in_as_many_steps_as_others(monkeypatch: pytest.MonkeyPatch) -> None:
    by_week = [0.15] * 120 + [0.6] * 13 + [0.15] * 120
    result = made([by_week], 10, 5)
    dates = result.rows["date"].copy()
    dates.iloc[0] = pd.Timestamp(1903, 5, 1)  # 2003, most likely
    steps: list[int] = []
    windows = scan._windows
    monkeypatch.setattr(scan, "_windows", lambda periods: steps.append(periods) or windows(periods))
    for rows in (result.rows, result.rows.assign(date=dates)):
        (shift,) = trends.shifts(replace(result, rows=rows))
        assert shift.scanned == "month"
        assert abs(shift.start - (START + timedelta(weeks=120))).days < 40
        assert abs(shift.end - (START + timedelta(weeks=133))).days < 40
    spread = pd.Series(pd.date_range("1900-01-15", "2099-12-15", periods=len(dates)), dates.index).astype("M8[s]")
    trends.shifts(replace(result, rows=result.rows.assign(date=spread)), draws=19)
    assert max(steps) <= 120


def test_two_shifts_in_two_groups_and_a_turn_for_the_better() -> None:
    flat = [0.3] * 40
    first, second = list(flat), list(flat)
    first[5:10] = [0.8] * 5
    second[28:36] = [0.02] * 8
    found = trends.shifts(made([first, second, flat], 20, 3))
    assert [(shift.group, shift.worse) for shift in found] == [("g0", True), ("g1", False)]
    assert found[1].change.high < 0


def test_a_group_that_is_worse_all_year_or_grows_is_no_shift() -> None:
    grows = from_labels(
        ["x"] * 1_200,
        [("negative" if n % 2 else "positive") if group else ("negative" if n % 10 == 0 else "positive")
         for group, n in ((1, n) if n % 24 < n / 50 else (0, n) for n in range(1_200))],
        [START + timedelta(days=n * 280 // 1_200) for n in range(1_200)],
        ["bad" if n % 24 < n / 50 else "good" for n in range(1_200)],
    )  # fmt: skip
    shares = [period.negative.value for period in trends.trend(grows, "month").periods if period.negative]
    assert shares[-2] > shares[0] + 0.2  # it does look like one
    assert trends.shifts(grows) == []


def rows_of(a_period: np.ndarray) -> list[np.ndarray]:
    """Group and period of each of so many rows in every group and period."""
    return [np.repeat(axis.ravel(), a_period.ravel()) for axis in np.indices(a_period.shape)]


def test_a_shift_has_enough_rows_and_enough_change() -> None:
    a_period = np.full((1, 20), 9)
    groups, periods = rows_of(a_period)
    values = (periods == 7).astype(float)
    (found,) = scan.scan(values, groups, periods, least_rows=10, least_change=0.05)
    assert (found.rows, found.start <= 7 < found.stop) == (18, True)  # the week alone would be too few
    assert scan.scan(values, groups, periods, least_rows=100, least_change=0.05) == []
    assert scan.scan(values * 0.04, groups, periods, least_rows=10, least_change=0.05) == []


def alarms(tables: int, draws: int, seed: int) -> int:
    """How many of some tables in which nothing changes raise an alarm: half with zeros and ones, half with leanings."""
    generator = np.random.default_rng(seed)
    raised = 0
    for number in range(tables):
        groups, periods = rows_of(generator.poisson(3, size=(3, 40)))
        share = np.array([0.1, 0.3, 0.5])[groups]
        values = generator.random(len(groups)) < share if number % 2 else generator.beta(5 * share, 5 * (1 - share))
        raised += bool(
            scan.scan(values, groups, periods, least_rows=10, least_change=0.05, draws=draws, most=1, seed=number)
        )
    return raised


def test_a_table_without_shifts_raises_a_false_alarm_in_five_of_a_hundred() -> None:
    raised = alarms(200, 99, 11)
    assert raised <= 20  # of 200 at a rate of 5 %, more are seen once in a thousand times
    assert raised >= 1  # it is not silent because it cannot speak


def test_power_grows_with_the_shift() -> None:
    generator = np.random.default_rng(12)
    found = []
    for change in (0.1, 0.3, 0.55):
        times = 0
        for _ in range(20):
            groups, periods = rows_of(generator.poisson(5, size=(3, 40)))
            share = 0.25 + change * ((groups == 1) & (periods >= 20) & (periods < 25))
            values = generator.random(len(groups)) < share
            times += bool(scan.scan(values, groups, periods, least_rows=10, least_change=0.05, draws=99, most=1))
        found.append(times)
    assert found == sorted(found)
    assert found[-1] >= 17


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.integers(1, 15), st.integers(0, 2**32 - 1))
def test_any_rows_are_scanned(groups: int, periods: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    of_group, of_period = rows_of(generator.integers(0, 30, size=(groups, periods)))
    values = generator.random(len(of_group))
    for found in scan.scan(values, of_group, of_period, least_rows=5, least_change=0.0, draws=19, level=1.0):
        assert 0 <= found.start < found.stop <= periods
        assert found.rows >= 5
        assert 0 < found.p <= 1


@pytest.mark.slow
def test_from_verdicts_of_the_shipped_model_the_incidents_are_what_is_surest() -> None:
    others = 0
    for name, (group, start, end) in INCIDENTS.items():
        prepared = bulk.prepare(samples.table(name))
        result = bulk.score(bulk.keep("trends", prepared, Options(), "sentiment-own").id, "trends")
        surest, *more = sorted(trends.shifts(result), key=lambda shift: shift.p)
        # Where a group has most of a stretch's rows, the whole table shows it as surely.
        assert surest.worse
        assert surest.group in (group, None)
        assert (min(surest.end, end) - max(surest.start, start)).days >= 14
        others += len(more)
    # One table in twenty has a stretch by chance.
    assert others <= 1


# --- Drivers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"), [("shop", {"parcel", "快递"}), ("app", {"闪退"}), ("restaurant", {"cold"})]
)
def test_drivers_of_an_incident_are_its_words_with_quotes_from_it(name: str, expected: set[str]) -> None:
    result = rated(name)
    (shift,) = trends.shifts(result)
    found = trends.drivers(result, shift)
    assert expected <= {word.word for word in found.words}
    assert found.label == "negative"
    assert found.groups[0].name == shift.group
    assert found.groups[0].p < 0.001
    for quote in found.quotes:
        assert quote.group == shift.group
        assert quote.date is not None
        assert shift.start <= quote.date <= shift.end
        pointed = quote.text[quote.start : quote.end]
        assert pointed == quote.text or pointed.lower() in {word.word for word in found.words}
    assert any(quote.text[quote.start : quote.end] != quote.text for quote in found.quotes)


def test_the_aspect_that_moved_is_named() -> None:
    lines = []
    for n in range(600):
        broken = 200 <= n < 300
        text = f"The delivery was bad {n}" if broken and n % 2 else f"A {'good' if n % 3 else 'bad'} colour {n}"
        lines.append(f"{START + timedelta(days=n // 3)},{text}")
    table = bulk.prepare(read_table(("date,text\n" + "\n".join(lines)).encode(), "x.csv"))
    options = Options(aspects=(Aspect(name="delivery"), Aspect(name="colour")))
    result = bulk.score(bulk.keep("trends", table, options, "counting", "1").id, "trends", Reader())
    (shift,) = trends.shifts(result)
    found = trends.drivers(result, shift)
    assert found.aspects[0].name == "delivery"
    assert found.aspects[0].change.low > 0.2
    assert found.aspects[0].p < 0.001
    assert "delivery" in {word.word for word in found.words}


def test_words_by_hand() -> None:
    inside = ["the crash"] * 8 + ["another blue one"] * 2
    outside = ["another blue one"] * 40
    (word,) = trends._words(inside, outside, [*inside, *outside])
    assert (word.word, word.inside, word.outside) == ("crash", 8, 0)
