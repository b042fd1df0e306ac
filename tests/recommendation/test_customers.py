"""Segments, cohorts and categories, on histories small enough to count by hand and on the simulated shop."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import customers, samples
from bigmodel_apps.recommendation.customers import SEGMENTS
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items


def made(
    rows: list[tuple[int, int, str]], users: int, items: int = 4, amounts: list[float] | None = None
) -> Interactions:
    """From (user, item, day)."""
    rows = sorted(rows, key=lambda row: row[2])
    catalogue = Items(
        np.array([f"i{number}" for number in range(items)], dtype=object),
        {},
        {"en": np.array([("tea", "pots")[number % 2] for number in range(items)], dtype=object)},
    )
    return Interactions(
        users=np.array([row[0] for row in rows], dtype=np.int32),
        items=np.array([row[1] for row in rows], dtype=np.int32),
        user_ids=np.array([f"u{number}" for number in range(users)], dtype=object),
        catalogue=catalogue,
        seconds=np.array([np.datetime64(row[2], "D").astype(int) * DAY for row in rows], dtype=np.int64),
        amounts=None if amounts is None else np.array(amounts),
    )


FEW = made(
    [
        (0, 0, "2026-01-05"), (1, 1, "2026-01-20"), (0, 1, "2026-02-03"), (2, 0, "2026-02-10"),
        (0, 2, "2026-03-09"), (0, 3, "2026-03-09"), (2, 0, "2026-03-31"),
    ],
    users=4,
)  # fmt: skip


def test_recency_frequency_and_value_are_counted() -> None:
    found = customers.profile(FEW)
    assert found.recency[:3].tolist() == [22, 70, 0]
    assert found.frequency[:3].tolist() == [3, 1, 2]  # different days
    assert found.value[:3].tolist() == [4, 1, 2]
    assert np.isnan(found.recency[3])
    assert found.scores[3].tolist() == [0, 0, 0]


def test_amounts_and_baskets_count_where_they_are_known() -> None:
    one = made([(0, 0, "2026-01-05"), (0, 1, "2026-01-05")], users=1, amounts=[2.5, np.nan])
    found = customers.profile(one)
    assert found.value.tolist() == [2.5]
    two = Interactions(
        one.users, one.items, one.user_ids, one.catalogue, one.seconds, baskets=np.array([1, 2]), amounts=one.amounts
    )
    assert customers.profile(two).frequency.tolist() == [2]


def test_everybody_is_in_one_segment() -> None:
    shop = samples.interactions(samples.SHOP)
    found = customers.segments(shop)
    chose = np.bincount(shop.users, minlength=len(shop.user_ids)) > 0
    assert (found.of[chose] >= 0).all()
    assert (found.of[~chose] == -1).all()
    assert [one.name for one in found.segments] == list(SEGMENTS)
    assert sum(one.users for one in found.segments) == chose.sum()
    assert sum(one.share.value for one in found.segments) == pytest.approx(1)
    assert sum(one.value_share.value for one in found.segments) == pytest.approx(1)
    assert found.amounts
    assert found.last == date(2026, 10, 31)
    by_name = {one.name: one for one in found.segments}
    assert by_name["champions"].frequency > by_name["lost"].frequency
    assert by_name["champions"].recency_days < by_name["at-risk"].recency_days
    for one in found.segments:
        assert one.share.low <= one.share.value <= one.share.high
        assert one.value_share.low <= one.value_share.value <= one.value_share.high


def test_one_user_is_enough() -> None:
    found = customers.segments(made([(0, 0, "2026-01-05")], users=1))
    assert (found.of >= 0).all()
    assert sum(one.users for one in found.segments) == 1


def test_cohorts_come_back() -> None:
    found = customers.retention(FEW)
    assert found.period == "month"
    assert found.starts == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert found.sizes.tolist() == [2, 1, 0]
    assert found.counts.tolist() == [[2, 1, 1], [1, 1, -1], [0, -1, -1]]
    assert found.shares[0].tolist() == [1, 0.5, 0.5]
    assert np.isnan(found.shares[1, 2])
    assert np.isnan(found.shares[2, 0])
    assert found.low[0, 1] < 0.5 < found.high[0, 1]
    assert found.complete
    assert not customers.retention(FEW.take(slice(0, 6))).complete


def test_a_calm_shop_loses_nobody_between_periods() -> None:
    shop = samples.interactions(samples.SHOP)
    found, happened = customers.retention(shop), customers.activity(shop)
    assert found.sizes.sum() == len(np.unique(shop.users))
    assert happened.new.tolist() == found.sizes.tolist()
    # Who is active in a period belongs to a cohort of that period or of one before.
    last = len(found.starts) - 1
    diagonal = sum(found.counts[cohort, last - cohort] for cohort in range(last + 1))
    assert diagonal == happened.users[last]


@pytest.mark.parametrize(
    ("last", "period", "count"),
    [("2026-02-20", "week", 7), ("2026-05-20", "month", 5), ("2028-12-31", "quarter", 12), ("2040-01-01", "year", 15)],
)
def test_periods_are_as_long_as_needed(last: str, period: str, count: int) -> None:
    found = customers.activity(made([(0, 0, "2026-01-06"), (1, 0, last)], users=2))
    assert found.period == period
    assert len(found.starts) == count
    assert found.choices.sum() == 2
    assert found.starts[0] <= date(2026, 1, 6)


def test_activity_of_some() -> None:
    whole = customers.activity(FEW)
    assert whole.choices.tolist() == [2, 2, 3]
    assert whole.users.tolist() == [2, 2, 2]
    assert whole.new.tolist() == [2, 1, 0]
    assert whole.value is None
    some = customers.activity(FEW, np.array([True, False, True, False]))
    assert some.choices.tolist() == [1, 2, 3]


def test_categories_with_their_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    found = customers.categories(FEW, "en")
    assert [(one.name, one.choices) for one in found] == [("tea", 4), ("pots", 3)]
    assert found[0].share.value == pytest.approx(4 / 7)
    own = customers.categories(FEW, "zh", np.array([False, True, False, False]))
    assert [(one.name, one.choices, one.usual) for one in own] == [("pots", 1, 3 / 7), ("tea", 0, 4 / 7)]
    assert customers.categories(FEW, "en", np.zeros(4, dtype=bool)) == []
    assert customers.categories(FEW.take(slice(0, 0)), "en") == []
    monkeypatch.setattr(customers, "MOST_CATEGORIES", 1)
    assert [one.name for one in customers.categories(FEW, "en")] == ["tea"]


def test_the_interval_of_a_share_holds_what_it_should() -> None:
    # Users differ in how much they choose and what: of many samples, 95 % of the intervals hold the share of all.
    random = np.random.default_rng(0)
    whole = 1 + random.poisson(4, 20_000)
    part = random.binomial(whole, random.beta(2, 3, 20_000))
    truth, held = part.sum() / whole.sum(), 0
    for _ in range(300):
        drawn = random.choice(20_000, 150)
        told = customers._ratio(part[drawn].astype(float), whole[drawn].astype(float))
        held += told.low <= truth <= told.high
    assert 0.91 <= held / 300 <= 0.985


@pytest.mark.parametrize("call", [customers.segments, customers.retention, customers.activity, customers.profile])
def test_without_times_nothing_is_said(call: object) -> None:
    timeless = Interactions(FEW.users, FEW.items, FEW.user_ids, FEW.catalogue)
    for one in (timeless, FEW.take(slice(0, 0))):
        with pytest.raises(InputError) as error:
            call(one)  # type: ignore[operator]
        assert error.value.problems[0].code == "recommendation-no-times"
