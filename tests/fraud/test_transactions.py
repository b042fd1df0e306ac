"""Columns of transactions: parts of them, days, and codes of names."""

from __future__ import annotations

import numpy as np

from bigmodel_apps.fraud.transactions import DAY, UNKNOWN, Transactions, codes, day_of


def test_take_keeps_all_columns_and_the_names(bank: Transactions) -> None:
    part = bank.take(np.array([3, 5, 8]))
    assert len(part) == 3
    assert part.ids.tolist() == bank.ids[[3, 5, 8]].tolist()
    assert part.segments["card"].tolist() == bank.segments["card"][[3, 5, 8]].tolist()
    assert part.customer_names is bank.customer_names
    assert part.simulated


def test_between_is_whole_days(bank: Transactions) -> None:
    first = day_of("2026-06-10")
    part = bank.take(bank.between(first, 2))
    assert set(part.days.tolist()) == {first, first + 1}
    assert len(part) == ((bank.seconds >= first * DAY) & (bank.seconds < (first + 2) * DAY)).sum()


def test_labelled(bank: Transactions) -> None:
    assert bank.labelled
    assert not Transactions(
        *(getattr(bank, name) for name in ("ids", "seconds", "amounts", "customers", "terminals")),
        fraud=np.full(len(bank), UNKNOWN, dtype=np.int8),
        scenario=bank.scenario,
        rows=bank.rows,
    ).labelled


def test_codes_are_in_order_of_appearance() -> None:
    places, names = codes(["b", "a", "b", "c"])
    assert places.tolist() == [0, 1, 0, 2]
    assert names.tolist() == ["b", "a", "c"]


def test_day_of() -> None:
    assert day_of("1970-01-02") == 1
    assert day_of("2018-04-01") * DAY == 1_522_540_800
