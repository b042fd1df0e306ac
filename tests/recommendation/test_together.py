"""What is bought together, against counts by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.measures import wilson
from bigmodel_apps.recommendation import together
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items

LETTERS = "abcdef"


def shop(rows: Sequence[tuple[int, int, str]], *, baskets: bool = True, seconds: bool = True) -> Interactions:
    """Rows of (basket, user, item)."""
    ids = np.array(list(LETTERS), dtype=object)
    users = sorted({user for _, user, _ in rows})
    return Interactions(
        users=np.array([users.index(user) for _, user, _ in rows], dtype=np.int32),
        items=np.array([LETTERS.index(item) for _, _, item in rows], dtype=np.int32),
        user_ids=np.array([str(user) for user in users], dtype=object),
        catalogue=Items.untitled(ids),
        seconds=np.array([basket * DAY for basket, _, _ in rows], dtype=np.int64) if seconds else None,
        baskets=np.array([basket for basket, _, _ in rows], dtype=np.int64) if baskets else None,
    )


def often(times: int, items: str, start: int = 0) -> list[tuple[int, int, str]]:
    return [(start + basket, basket % 7, item) for basket in range(times) for item in items]


ROWS = [*often(8, "ab"), *often(2, "a", 100), *often(60, "c", 200), *often(10, "bc", 300), *often(4, "ad", 400)]


def test_confidence_and_lift_are_those_of_the_counts() -> None:
    found = together.baskets(shop(ROWS))
    assert found is not None
    assert found.kind == "basket"
    assert len(found) == 84
    assert found.counts[:4].tolist() == [14, 18, 70, 4]
    (pair,) = together.with_item(found, 0)
    assert (pair.item, pair.other, pair.together) == (0, 1, 8)
    assert pair.confidence == wilson(8, 14)
    assert pair.lift == pytest.approx((8 / 14) / (18 / 84))
    assert pair.low == pytest.approx(wilson(8, 14).low / (18 / 84))


def test_a_pair_of_fewer_baskets_is_not_named() -> None:
    found = together.baskets(shop(ROWS))
    assert found is not None
    assert 3 not in [pair.other for pair in together.with_item(found, 0)]
    assert 3 in [pair.other for pair in together.with_item(found, 0, least=4)]


def test_what_goes_with_everything_is_not_named() -> None:
    rows = [*often(40, "af"), *often(40, "bf", 100), *often(40, "cf", 200)]
    found = together.baskets(shop(rows))
    assert found is not None
    assert together.with_item(found, 0) == []


def test_a_users_day_stands_for_a_basket() -> None:
    found = together.baskets(shop(ROWS, baskets=False))
    assert found is not None
    assert found.kind == "day"
    assert [pair.other for pair in together.with_item(found, 0)] == [1]
    assert together.baskets(shop(ROWS, baskets=False, seconds=False)) is None


def test_some_others_may_be_ruled_out() -> None:
    found = together.baskets(shop(ROWS))
    assert found is not None
    assert together.with_item(found, 0, allowed=np.array([item != "b" for item in LETTERS])) == []


def test_resellers_orders_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "LARGEST", 3)
    found = together.baskets(shop([*ROWS, *often(1, "abcdef", 900)]))
    assert found is not None
    assert found.large == 1
    assert len(found) == 84


def test_pairs_of_the_shop_are_each_named_once_the_surest_first() -> None:
    found = together.baskets(shop(ROWS))
    assert found is not None
    named = together.pairs(found, least=4)
    assert [(pair.item, pair.other) for pair in named] == [(3, 0), (0, 1)]
    assert named[0].low >= named[1].low > 1


def test_nothing_bought_is_nothing_together() -> None:
    found = together.baskets(shop([]))
    assert found is not None
    assert together.with_item(found, 0) == []
    assert together.pairs(found) == []


def test_items_are_alike_that_the_same_users_chose() -> None:
    rows = [
        *[(user, user, "a") for user in range(4)],
        *[(user, user, "b") for user in range(1, 4)],
        (9, 9, "b"),
        (9, 9, "c"),
    ]
    matrix = shop(rows).matrix()
    found = together.alike(matrix, 0, shrinkage=2.0)
    assert found[:3].tolist() == pytest.approx([0, 3 / (np.sqrt(4 * 4) + 2), 0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.sampled_from(LETTERS)), max_size=60))
def test_counts_are_those_of_a_loop(rows: list[tuple[int, int, str]]) -> None:
    found = together.baskets(shop(rows))
    assert found is not None
    held: dict[int, set[str]] = {}
    for basket, _, item in rows:
        held.setdefault(basket, set()).add(item)
    for place, letter in enumerate(LETTERS):
        for pair in together.with_item(found, place, least=1):
            assert pair.together == sum({letter, LETTERS[pair.other]} <= items for items in held.values())
            assert pair.confidence.n == sum(letter in items for items in held.values())


def test_pairs_of_the_shop_are_looked_for_among_the_most_bought(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        (basket, basket, item)
        for basket in range(12)
        for item in ("ab" if basket < 6 else "cd" if basket < 11 else "e")
    ]
    found = together.baskets(shop(rows))
    assert found is not None
    assert {(pair.item, pair.other) for pair in together.pairs(found)} == {(0, 1), (2, 3)}
    monkeypatch.setattr(together, "MOST_ITEMS", 2)
    assert {(pair.item, pair.other) for pair in together.pairs(found)} == {(0, 1)}
