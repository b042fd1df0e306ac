"""A user's file as interactions: every row is one or named with the reason why not."""

from __future__ import annotations

import datetime
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import ledger
from bigmodel_apps.recommendation.columns import Columns
from bigmodel_apps.recommendation.ledger import Ledger

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def read(content: str | bytes, columns: Columns | None = None, *, items: str | None = None) -> Ledger:
    given = content if isinstance(content, bytes) else content.encode()
    things = ledger.open_items(items.encode(), "items.csv") if items is not None else None
    return ledger.read(ledger.open_table(given, "file.csv"), columns, items=things, now=NOW)


def codes(found: Ledger) -> set[str]:
    return {note.code for note in found.report.notes}


RETAIL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom
536365,85123A,HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom
536366,22633,WARMER,2,12/1/2010 8:28,1.85,17851,United Kingdom
C536379,22633,WARMER,-1,12/1/2010 9:41,1.85,17851,United Kingdom
536370,POST,POSTAGE,3,12/1/2010 8:45,18,17850,France
536371,22086,CHAIN,0,12/1/2010 9:00,2.55,17850,United Kingdom
536372,22633,WARMER,3,12/13/2010 9:01,1.95,17850,United Kingdom
536373,22633,WARMER,3,12/13/2010 9:02,1.95,,United Kingdom
"""


def test_online_retail_without_returns_postage_and_copies() -> None:
    found = read(RETAIL)
    report, kept = found.report, found.interactions
    assert report.schema == "online-retail-2011"
    assert report.left_out == {
        "recommendation-user-missing": 1,
        "recommendation-no-product": 1,
        "recommendation-cancelled": 1,
        "recommendation-returned": 1,
        "recommendation-row-copied": 1,
    }
    assert (report.rows, report.usable, report.duplicates) == (8, 3, 1)
    assert {problem.row for problem in report.problems} == {2, 4, 5, 6, 8}
    assert kept.catalogue.ids.tolist() == ["85123A", "22633"]
    assert kept.catalogue.titles["zh"].tolist() == ["HOLDER", "WARMER"]
    np.testing.assert_allclose(kept.catalogue.prices, [2.55, 1.9])
    assert kept.amounts is not None
    np.testing.assert_allclose(kept.amounts, [15.3, 3.7, 5.85])
    assert kept.baskets is not None
    assert kept.baskets.tolist() == [0, 1, 2]
    assert kept.rows.tolist() == [1, 3, 7]
    assert (report.order, report.first, report.days) == ("month-first", datetime.date(2010, 12, 1), 13)


def test_the_report_says_how_dense_and_how_active() -> None:
    rows = [("a", "x"), ("a", "y"), ("a", "x"), ("b", "x"), ("c", "z")]
    found = read("user,item\n" + "\n".join(",".join(row) for row in rows)).report
    assert (found.users, found.items, found.pairs, found.again) == (3, 3, 4, 1)
    assert found.density == pytest.approx(4 / 9)
    assert found.per_user[100] == 2
    assert found.per_item[0] == 1
    assert found.first is None
    assert found.days == 0


def test_items_bring_titles_and_things_that_nobody_chose() -> None:
    found = read(
        "user,item\nann,a\nbob,b\nbob,c\n",
        items="id,title,category,price,description\na,Apple,Fruit,1.5,Red\nb,Bread,,,\nd,Dates,Fruit,4,\nb,Again,,,\n",
    )
    items = found.interactions.catalogue
    assert items.ids.tolist() == ["a", "b", "c", "d"]
    assert items.titles["en"].tolist() == ["Apple", "Bread", "c", "Dates"]
    assert items.categories["zh"].tolist() == ["Fruit", "", "", "Fruit"]
    assert items.descriptions["en"].tolist() == ["Red", "", "", ""]
    assert items.prices is not None
    np.testing.assert_array_equal(items.prices, [1.5, np.nan, np.nan, 4])
    assert found.report.unknown_items == 1
    assert (found.report.items, found.report.catalogue, found.report.titled) == (3, 4, 3)
    assert {"recommendation-items-unknown", "recommendation-items-repeated"} <= codes(found)


def test_a_file_of_other_items_is_said_to_be_one() -> None:
    found = read("user,item\nann,a\nbob,b\n", items="id,title\n1,One\n2,Two\n")
    assert "recommendation-items-unrelated" in codes(found)
    assert found.report.unknown_items == 2


def test_a_corrected_mapping_is_taken_as_it_is() -> None:
    content = "who,what,liked\nann,a,2\nbob,b,5\ncid,a,4\n"
    found = read(content, Columns("who", "what", rating="liked", liked_from=4))
    assert found.report.left_out == {"recommendation-rating-low": 1}
    assert found.interactions.user_ids.tolist() == ["bob", "cid"]
    assert not found.how


def test_order_is_that_of_time_and_of_the_file_within_a_second() -> None:
    found = read("user,item,time\na,x,2026-03-05\nb,y,2026-03-04\na,z,2026-03-05\n").interactions
    assert [str(found.catalogue.ids[item]) for item in found.items] == ["y", "x", "z"]


@given(
    st.lists(
        st.tuples(
            st.text(max_size=4),
            st.sampled_from(["a", "b", "", "茶 壶"]),
            st.sampled_from(["5", "-1", "", "x", "nan", "3.5"]),
            st.sampled_from(["2026-01-02", "881250949", "", "soon", "1999999999999"]),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_rows_are_read_or_named(rows: list[tuple[str, str, str, str]]) -> None:
    stream = io.StringIO()
    pd.DataFrame(rows, columns=["user", "item", "rating", "time"]).to_csv(stream, index=False)
    try:
        found = read(stream.getvalue().encode("utf-8", "replace"))
    except InputError as error:
        assert error.problems
        return
    report = found.report
    assert report.usable + sum(report.left_out.values()) == report.rows
    assert report.usable == len(found.interactions)
    assert found.interactions.items.max() < len(found.interactions.catalogue)
    assert found.interactions.users.max() < len(found.interactions.user_ids)
