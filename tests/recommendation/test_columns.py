"""Columns are found in files of many kinds, with and without a header, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import columns, ledger
from bigmodel_apps.recommendation.columns import Columns, ItemColumns


def guessed(content: str, name: str = "file.csv") -> columns.Guess:
    return columns.guess(ledger.open_table(content.encode(), name).frame)


@pytest.mark.parametrize(
    ("content", "schema", "found"),
    [
        (
            "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n2,10,4.0,835355493\n",
            "movielens",
            Columns("userId", "movieId", "timestamp", "rating"),
        ),
        (
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
            "536365,85123A,HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom\n",
            "online-retail-2011",
            Columns(
                *("CustomerID", "StockCode", "InvoiceDate"),
                basket="InvoiceNo",
                quantity="Quantity",
                price="UnitPrice",
                title="Description",
                numbered=True,
            ),
        ),
        (
            "reviewerID,asin,overall,unixReviewTime\nA2SUAM1J3GNN3B,0000013714,5.0,1252800000\n",
            "amazon-2018",
            Columns("reviewerID", "asin", "unixReviewTime", "overall"),
        ),
        (
            "rating,title,parent_asin,user_id,timestamp\n5,Great,B00YQ6X8EO,AFKZENTNBQ7A7V7UXW5JJI6UGRYQ,1588687728923\n",
            "amazon-2023",
            Columns("user_id", "parent_asin", "timestamp", "rating"),
        ),
        (
            "用户,商品,评分,时间\n张三,咖啡 壶,5,2026-01-02\n李四,茶,4,2026-01-03\n",
            None,
            Columns("用户", "商品", "时间", "评分"),
        ),
        (
            "order_id;customer;sku;product name;qty;price;order date\n1;ann;a-1;Mug;2;4,50;05.03.2026\n",
            None,
            Columns(
                *("customer", "sku", "order date"),
                basket="order_id",
                quantity="qty",
                price="price",
                title="product name",
            ),
        ),
        ("visitor,article\nv 1,a\nv 2,b\n", None, Columns("visitor", "article")),
        ("order no,sku,qty\n1,a,1\n1,b,2\n2,a,1\n", None, Columns("order no", "sku", quantity="qty")),
        (
            '"User-ID";"ISBN";"Book-Rating"\n"276725";"034545104X";"0"\n"276726";"0155061224";"5"\n',
            None,
            Columns("User-ID", "ISBN", rating="Book-Rating"),
        ),
        (
            "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n1433224214164,992329,view,248676,\n",
            None,
            Columns("visitorid", "itemid", "timestamp"),
        ),
        (
            "t_dat,customer_id,article_id,price\n2018-09-20,000058a1,0663713001,0.0508\n2018-09-21,000058a2,0541518023,0.0304\n",
            None,
            Columns("customer_id", "article_id", "t_dat", price="price"),
        ),
        ("member,movie title\nann,Sunrise\nbob,Sunset\n", None, Columns("member", "movie title")),
    ],
)
def test_files_of_many_kinds(content: str, schema: str | None, found: Columns) -> None:
    guess = guessed(content)
    assert guess.columns == found
    assert guess.schema == schema


@pytest.mark.parametrize(
    ("content", "first"),
    [
        ("196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n", ["196", "242", "3", "881250949"]),
        ("1::1193::5::978300760\n1::661::3::978302109\n", ["1", "1193", "5", "978300760"]),
        ("3\t3\t3\t881250949\n186\t302\t3\t891717742\n", ["3", "3", "3", "881250949"]),
    ],
)
def test_a_file_without_a_header_keeps_its_first_row(content: str, first: list[str]) -> None:
    table = ledger.open_table(content.encode(), "u.data")
    assert table.frame.iloc[0].tolist() == first
    assert table.row_numbers.tolist() == list(range(1, len(table.frame) + 1))
    assert table.report.rows == len(table.frame)
    assert columns.guess(table.frame).columns == Columns("user", "item", "time", "rating")


def test_amazon_ratings_alone_may_name_the_item_first() -> None:
    content = b"0000013714,A2SUAM1J3GNN3B,5.0,1252800000\n0000013714,A14VAT5EAX3D9S,4.0,1252800001\n"
    assert ledger.open_table(content, "ratings.csv").frame.columns.tolist() == ["item", "user", "rating", "time"]


def test_items_are_found_by_name_and_by_place() -> None:
    named = pd.DataFrame(columns=["商品编号", "商品名称", "类别", "单价"])
    assert columns.guess_items(named) == ItemColumns("商品编号", "商品名称", "类别", "单价")
    assert columns.guess_items(pd.DataFrame(columns=["movieId", "title", "genres"])) == ItemColumns(
        "movieId", "title", "genres"
    )
    bare = ledger.open_items(b"1|Toy Story (1995)|01-Jan-1995|0|1\n2|GoldenEye (1995)|01-Jan-1995|1|0\n", "u.item")
    assert columns.guess_items(bare.frame) == ItemColumns("column 1", "column 2")
    assert bare.frame["column 2"].tolist() == ["Toy Story (1995)", "GoldenEye (1995)"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Columns(item="b"), "recommendation-no-user-column"),
        (Columns(user="a"), "recommendation-no-item-column"),
        (Columns("a", "b", time="z"), "recommendation-column-unknown"),
        (Columns("a", "a"), "recommendation-column-twice"),
        (Columns("a", "b", time="c", zone="Nowhere"), "recommendation-zone-unknown"),
    ],
)
def test_columns_that_cannot_be_used_are_named(given: Columns, code: str) -> None:
    frame = pd.DataFrame(columns=["a", "b", "c"])
    with pytest.raises(InputError) as caught:
        columns.check(given, frame)
    assert caught.value.problems[0].code == code
    assert columns.check(replace(given, user="a", item="b", time=None, zone=None), frame)


def test_the_title_may_be_all_that_names_an_item() -> None:
    frame = pd.DataFrame(columns=["a", "b"])
    assert columns.check(Columns("a", "b", title="b"), frame).title == "b"
