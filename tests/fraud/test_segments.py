"""Recall and false positives by segment, and what chance alone would make of many segments."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps import measures
from bigmodel_apps.fraud import segments
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN, Transactions
from tests.fraud.written import written


def rows(counts: dict[str, tuple[int, int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From (frauds caught, frauds missed, legitimate ones flagged, not flagged) of each segment."""
    names, fraud, alerts = [], [], []
    for name, (caught, missed, bothered, left) in counts.items():
        names += [name] * (caught + missed + bothered + left)
        fraud += [FRAUD] * (caught + missed) + [LEGITIMATE] * (bothered + left)
        alerts += [True] * caught + [False] * missed + [True] * bothered + [False] * left
    return np.array(names, dtype=object), np.array(fraud), np.array(alerts)


def test_shares_and_intervals_of_each_segment() -> None:
    found = segments.by_segment(*rows({"north": (8, 2, 30, 970), "south": (5, 5, 100, 4_900)}))
    assert [(one.name, one.rows, one.alerts) for one in found] == [("south", 5_010, 105), ("north", 1_010, 38)]
    south, north = found
    assert north.recall is not None
    assert south.recall is not None
    assert north.false_positives is not None
    assert north.recall.own == measures.wilson(8, 10)
    assert north.recall.rest == south.recall.own == measures.wilson(5, 10)
    assert north.recall.difference == measures.difference(8, 10, 5, 10)
    assert north.false_positives.own == measures.wilson(30, 1_000)
    assert not north.recall.clear


def test_a_real_difference_is_clear_and_unknown_labels_do_not_count() -> None:
    names, fraud, alerts = rows({"a": (50, 50, 100, 900), "b": (90, 10, 20, 980)})
    found = {one.name: one for one in segments.by_segment(names, fraud, alerts)}
    assert all(one.recall and one.recall.clear and one.false_positives.clear for one in found.values())  # type: ignore[union-attr]
    more = [
        np.append(column, value) for column, value in ((names, ["c"] * 9), (fraud, [UNKNOWN] * 9), (alerts, [True] * 9))
    ]
    assert segments.by_segment(*more) == segments.by_segment(names, fraud, alerts)


def test_p_values_are_adjusted_for_the_number_of_segments() -> None:
    two = {"a": (30, 10, 0, 10), "rest": (50, 50, 0, 10)}
    (alone,) = (one.recall for one in segments.by_segment(*rows(two)) if one.name == "a")
    many = {"a": (30, 10, 0, 10)} | {f"s{n}": (5, 5, 0, 1) for n in range(10)}
    (among,) = (one.recall for one in segments.by_segment(*rows(many)) if one.name == "a")
    assert alone is not None
    assert among is not None
    assert alone.clear
    assert among.p == pytest.approx(11 * alone.p / 2)
    assert not among.clear


def test_segments_alike_are_rarely_called_different() -> None:
    generator = np.random.default_rng(0)
    names = np.array([f"s{n}" for n in generator.integers(0, 12, 4_000)], dtype=object)
    fraud = (generator.random(4_000) < 0.05).astype(np.int8)
    called = 0
    for _ in range(40):
        found = segments.by_segment(names, fraud, generator.random(4_000) < np.where(fraud, 0.6, 0.02))
        called += any(one.recall is not None and one.recall.clear for one in found)
    assert called <= 6  # 5 % of 40 are 2


def test_rows_of_one_card_count_as_the_few_that_they_are() -> None:
    generator = np.random.default_rng(0)
    cards = np.repeat(np.arange(200), 20)
    names = np.where(cards < 100, "a", "b").astype(object)
    fraud = np.full(4_000, FRAUD)
    once = generator.random(4_000) < 0.5
    apart, together = (segments.by_segment(names, fraud, alerts, [cards, None]) for alerts in (once, once[cards]))
    widths = [found[0].recall.own.high - found[0].recall.own.low for found in (apart, together) if found[0].recall]
    assert widths[1] / widths[0] == pytest.approx(20**0.5, rel=0.15)
    assert together[0].recall is not None
    assert together[0].recall.own.n == 2_000
    called = 0
    for _ in range(40):
        found = segments.by_segment(names, fraud, (generator.random(200) < 0.5)[cards], [cards])
        called += any(one.recall is not None and one.recall.clear for one in found)
    assert called <= 6  # 5 % of 40 are 2; taken as independent, nearly all would be


def test_one_segment_has_nothing_to_be_set_against() -> None:
    (found,) = segments.by_segment(*rows({"all": (3, 1, 2, 0)}))
    assert found.recall is not None
    assert (found.recall.rest, found.recall.difference, found.recall.p, found.recall.clear) == (None, None, 1.0, False)
    (found,) = segments.by_segment(*rows({"all": (0, 0, 2, 5)}))
    assert found.recall is None
    assert segments.by_segment(np.array([], dtype=object), np.array([]), np.array([], dtype=bool)) == []


def test_rows_are_told_apart_by_their_own_columns_time_and_amount(bank: Transactions) -> None:
    found = segments.columns(bank)
    assert set(bank.segments) < set(found)
    hours = bank.seconds % DAY // 3_600
    assert (found["part"][hours < 6] == "night").all()
    assert (found["part"][(hours >= 12) & (hours < 18)] == "afternoon").all()
    _, counts = np.unique(found["amount"].astype(str), return_counts=True)
    assert counts / len(bank) == pytest.approx([0.25] * 4, abs=0.01)
    assert set(segments.columns(written([]))) == {"part", "amount"}
