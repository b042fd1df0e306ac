"""Items by what somebody types."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.recommendation.interactions import Items
from bigmodel_apps.recommendation.lookup import Lookup
from bigmodel_apps.recommendation.schema import MOST_HISTORY

ENGLISH = ["Coffee grinder", "Coffee filters, 100 pieces", "Garden hose", "Hose connector", "Coffee grinder"]
CHINESE = ["咖啡研磨机", "咖啡滤纸（100 张）", "花园水管", "水管接头", "咖啡研磨机"]


@pytest.fixture
def lookup() -> Lookup:
    items = Items(
        np.array(["A 1", "编号2", "A3", "A4", "A5"], dtype=object),
        {"en": np.array(ENGLISH, dtype=object), "zh": np.array(CHINESE, dtype=object)},
    )
    return Lookup(items, np.array([3, 9, 5, 7, 4], dtype=np.int32))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a 1", 0),
        ("编号2", 1),
        ("garden  HOSE ", 2),
        ("花园水管", 2),
        ("Ａ４", 3),
        ("coffee grinder", 4),
        ("hose", None),
        ("", None),
    ],
)
def test_ids_and_whole_titles_name_an_item(lookup: Lookup, text: str, place: int | None) -> None:
    assert lookup.exact(text) == place


def test_ids_are_places_in_the_catalogue(lookup: Lookup) -> None:
    codes, unknown = lookup.codes(["A4", "a4", "编号2"])
    assert codes.tolist() == [3, 1]
    assert unknown == ["a4"]


def test_parts_of_titles_are_found_the_more_popular_first(lookup: Lookup) -> None:
    assert lookup.search("coffee") == [1, 4, 0]
    assert lookup.search("hose") == [3, 2]  # one begins so
    assert lookup.search("filters coffee") == [1]
    assert lookup.search("水管") == [3, 2]
    assert lookup.search("coffee", 1) == [1]
    assert lookup.search("  ") == lookup.search("teapot") == []


def test_lines_are_read_as_a_history(lookup: Lookup) -> None:
    found = lookup.read(["garden hose", "", "编号2", "connector", "nothing such", "coffee", "Garden hose"])
    assert found.items.tolist() == [1, 3, 2]
    assert found.unknown == ("nothing such",)
    assert found.ambiguous == ("coffee",)


def test_of_a_long_paste_the_newest_lines_are_read_and_few_parts_looked_for(
    lookup: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lookup.read(["A3", *["A4"] * MOST_HISTORY]).items.tolist() == [3]
    monkeypatch.setattr("bigmodel_apps.recommendation.lookup.MOST_PARTS", 1)
    found = lookup.read(["connector", "filters", "A3"])
    assert found.items.tolist() == [3, 2]
    assert found.unknown == ("filters",)


def test_a_catalogue_of_ids_alone_is_searched_by_them() -> None:
    lookup = Lookup(Items.untitled(np.array(["85123A", "22423"], dtype=object)))
    assert lookup.exact("85123a") == 0
    assert lookup.search("224") == [1]


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_text_can_be_read(lines: list[str]) -> None:
    items = Items.untitled(np.array(["1", "two"], dtype=object))
    found = Lookup(items).read(lines)
    assert len(found.items) + len(found.unknown) + len(found.ambiguous) <= len(lines)
