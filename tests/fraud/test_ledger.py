"""A file becomes transactions in order of time, row by row, and the report says how it was read."""

from __future__ import annotations

import datetime
import io
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.fraud import ledger
from bigmodel_apps.fraud.columns import Columns
from bigmodel_apps.fraud.ledger import Ledger
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Transactions
from bigmodel_apps.problems import InputError
from bigmodel_apps.tables import to_csv_bytes

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
HEADER = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO\n"


def read(content: str | bytes, mapping: Columns | None = None, name: str = "bank.csv") -> Ledger:
    raw = content.encode() if isinstance(content, str) else content
    return ledger.read(ledger.open_table(raw, name), mapping, now=NOW)


def written(bank: Transactions) -> pd.DataFrame:
    """A bank in the handbook's columns."""
    assert bank.customers is not None
    assert bank.terminals is not None
    return pd.DataFrame(
        {
            "TRANSACTION_ID": bank.ids.astype(str),
            "TX_DATETIME": bank.seconds.astype("datetime64[s]"),
            "CUSTOMER_ID": bank.customer_names[bank.customers],
            "TERMINAL_ID": bank.terminal_names[bank.terminals],
            "TX_AMOUNT": bank.amounts,
            "TX_FRAUD": bank.fraud.astype(int),
            "TX_FRAUD_SCENARIO": bank.scenario.astype(int),
        }
    )


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_bank_comes_back_as_it_was(bank: Transactions, format: str) -> None:
    bank = bank.take(slice(0, 3_000))
    frame = written(bank).sample(frac=1, random_state=1)
    if format == "csv":
        content = to_csv_bytes(frame)
    else:
        stream = io.BytesIO()
        frame.to_parquet(stream, index=False)
        content = stream.getvalue()
    found = read(content, name=f"bank.{format}")
    got = found.transactions
    assert found.report.schema == "handbook"
    assert (found.report.usable, found.report.left_out) == (3_000, {})
    order = np.argsort(got.ids)
    expected = np.argsort(bank.ids.astype(str))
    for name in ("seconds", "amounts", "fraud", "scenario"):
        assert getattr(got, name)[order].tolist() == getattr(bank, name)[expected].tolist()
    assert got.customers is not None
    assert bank.customers is not None
    assert got.customer_names[got.customers][order].tolist() == bank.customer_names[bank.customers][expected].tolist()
    assert (np.diff(got.seconds) >= 0).all()
    assert (frame["TRANSACTION_ID"].to_numpy()[found.places] == got.ids).all()
    assert (got.rows == found.places + 1).all()


def test_rows_of_the_same_second_keep_the_order_of_the_file() -> None:
    found = read("time,amount\n2026-03-05 14:05,3\n2026-03-05 14:04,2\n2026-03-05 14:05,1\n")
    assert found.transactions.amounts.tolist() == [2, 3, 1]
    assert found.transactions.rows.tolist() == [2, 1, 3]


def test_numbers_from_a_start_are_seconds_after_a_monday() -> None:
    found = read(
        "Time,V1,Amount,Class\n0,1.5,10,0\n7200,2.5,20,1\n",
        Columns("Time", "Amount", fraud="Class", numbers=("V1",), unit="seconds"),
    )
    assert found.transactions.seconds.astype("datetime64[s]").astype(str).tolist() == [
        "2000-01-03T00:00:00",
        "2000-01-03T02:00:00",
    ]
    assert found.transactions.numbers["V1"].tolist() == [1.5, 2.5]
    assert (found.transactions.customers, found.transactions.terminals) == (None, None)
    assert [note.code for note in found.report.notes] == ["fraud-times-counted"]


def test_date_and_time_of_day_apart() -> None:
    found = read("date,time,amount\n05/03/2026,14:05:22,1\n14/03/2026,下午2:05,2\n")
    assert found.transactions.seconds.astype("datetime64[s]").astype(str).tolist() == [
        "2026-03-05T14:05:22",
        "2026-03-14T14:05:00",
    ]


def test_what_stands_where_can_be_given() -> None:
    content = 'when,x,who\n03/04/2026 10:00,"1,234",a\n'
    found = read(content, Columns("when", "x", customer="who", order="month-first", decimal=",", zone="+08:00"))
    assert found.transactions.seconds.astype("datetime64[s]").astype(str).tolist() == ["2026-03-04T10:00:00"]
    assert found.transactions.amounts.tolist() == pytest.approx([1.234])
    assert found.how == {}
    assert found.report.notes[-1].code == "fraud-no-labels"


def test_whoever_is_not_named_is_somebody_of_his_own() -> None:
    found = read("time,amount,customer\n2026-03-05,1,a\n2026-03-05,2,\n2026-03-05,3, a \n2026-03-05,4,\n")
    got = found.transactions
    assert got.customers is not None
    assert got.customer_names[got.customers].tolist() == ["a", "?2", "a", "?4"]
    assert "fraud-names-missing" in [note.code for note in found.report.notes]
    empty = read("time,amount,customer\n2026-03-05,1,\n", Columns("time", "amount", customer="customer"))
    assert empty.transactions.customers is None


def test_a_column_that_gives_the_label_away_is_no_input() -> None:
    rows = "".join(
        f"2026-03-{1 + n % 28:02d} 10:00,{n % 17}.5,{int(n % 2 == 0)},{n % 2 * 100 + n % 7},{n % 13}.25,{'xy'[n % 2]},{'abc'[n % 3]}\n"
        for n in range(200)
    )
    found = read("time,amount,fraud,investigated points,points,how found,channel\n" + rows)
    assert list(found.transactions.numbers) == ["points"]
    assert list(found.transactions.segments) == ["channel"]
    assert Counter(note.code for note in found.report.notes)["fraud-column-gives-away"] == 2


def test_dates_and_amounts_that_can_be_read_in_two_ways_are_asked_about() -> None:
    report = read('date,amount\n03/05/2026,"1,234"\n').report
    assert (report.ambiguous_dates, report.order, report.order_certain) == (1, "day-first", False)
    assert (report.ambiguous_amounts, report.decimal, report.decimal_certain) == (1, ".", False)
    assert {"fraud-dates-ambiguous", "fraud-amounts-ambiguous", "fraud-times-are-days"} <= {
        note.code for note in report.notes
    }


def test_statements_that_write_spending_as_negative() -> None:
    found = read("time,amount\n2026-03-05,-12\n2026-03-06,-3.5\n2026-03-07,4\n")
    assert found.transactions.amounts.tolist() == [12, 3.5]
    assert found.report.left_out == {"fraud-amount-negative": 1}
    assert "fraud-signs-changed" in [note.code for note in found.report.notes]


cells = st.sampled_from(
    [
        "",
        "x",
        "0",
        "1",
        "12.5",
        "-3",
        "1,234",
        "2026-03-05",
        "2026-03-05 14:05",
        "03/05/2026 2 pm",
        "2126-01-01",
        "1772668800",
        "1e5",
        "是",
        "¥3",
        "a b",
    ]
) | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(cells, cells, cells, cells, cells), min_size=1, max_size=12))
def test_every_row_is_a_transaction_or_named(rows: list[tuple[str, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["id", "time", "amount", "customer", "fraud"])
    mapping = Columns("time", "amount", "customer", None, "id", "fraud")
    try:
        table = ledger.open_table(to_csv_bytes(frame), "bank.csv")
        found = ledger.read(table, mapping, now=NOW)
    except InputError as error:
        assert error.problems[0].code in {"fraud-no-usable-rows", "table-no-rows", "table-no-usable-rows"}
        return
    report, got = found.report, found.transactions
    assert report.rows == len(rows)
    assert report.usable + sum(report.left_out.values()) == report.rows
    assert len(got) == report.usable == (found.why == "").sum()
    assert set(table.row_numbers[found.why != ""]) <= {problem.row for problem in report.problems}
    assert (got.amounts >= 0).all()
    assert set(got.fraud.tolist()) <= {FRAUD, LEGITIMATE, UNKNOWN}
    assert len(set(got.ids.tolist())) == len(got)
    assert (np.diff(got.seconds) >= 0).all()
