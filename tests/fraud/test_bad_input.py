"""What users bring that is not as it should be: a clear message that names the rows, or a way on, and nothing lost."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bigmodel_apps.fraud import ledger
from bigmodel_apps.fraud.ledger import Ledger
from bigmodel_apps.locales import LANGUAGES, describe, describe_all, message
from bigmodel_apps.problems import InputError, Problem

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def read(rows: str, header: str = "transaction id,time,card,merchant,amount,fraud") -> Ledger:
    found = ledger.read(ledger.open_table(f"{header}\n{rows}".encode(), "bank.csv"), now=NOW)
    for language in LANGUAGES:  # whatever is found can be said
        assert all(describe_all((*found.report.problems, *found.report.notes), language))
        assert all(message(f"fraud-left-{code}", language, count=n) for code, n in found.report.left_out.items())
    assert found.report.usable + sum(found.report.left_out.values()) == found.report.rows
    return found


def named(found: Ledger, code: str) -> list[int | None]:
    return [problem.row for problem in found.report.problems if problem.code == code]


def notes(found: Ledger) -> set[str]:
    return {note.code for note in found.report.notes}


GOOD = "".join(f"{n},2026-03-05 14:{n:02d}:00,c{n % 3},m{n % 2},{n}.50,{int(n == 13)}\n" for n in range(10, 20))


def test_amounts_that_are_no_numbers_are_named() -> None:
    found = read(
        GOOD + "30,2026-03-05 15:00,c1,m1,lots,0\n31,2026-03-05 15:01,c1,m1,,0\n32,2026-03-05 15:02,c1,m1,12%,0\n"
    )
    assert named(found, "fraud-amount-unreadable") == [11, 13]
    assert named(found, "fraud-amount-missing") == [12]
    assert found.report.usable == 10
    text = describe(next(p for p in found.report.problems if p.code == "fraud-amount-unreadable"), "en")
    assert text.startswith("Row 11, column “amount”: “lots” is no amount that can be read.")


def test_a_column_without_one_amount_is_refused_with_the_rows() -> None:
    with pytest.raises(InputError) as caught:
        ledger.read(
            ledger.open_table(b"time,amount\n2026-03-05,much\n2026-03-06,more\n", "bank.csv"),
            ledger.Columns("time", "amount"),
        )
    assert [(p.code, p.row) for p in caught.value.problems] == [
        ("fraud-no-usable-rows", None),
        ("fraud-amount-unreadable", 1),
        ("fraud-amount-unreadable", 2),
    ]
    assert describe(caught.value.problems[0], "zh").startswith("2 行中没有一行是可用的交易")


def test_dates_in_several_formats_and_zones_are_one_clock() -> None:
    found = read(
        "1,2026-03-05T14:00:00+08:00,c1,m1,1,0\n2,2026-03-05T07:00:00Z,c1,m1,2,0\n3,2026年3月5日 16:00,c1,m1,3,0\n"
        "4,05.03.2026 17:00,c1,m1,4,0\n5,5 Mar 2026 6:00 pm UTC+8,c1,m1,5,0\n6,1772708400,c1,m1,6,0\n7,yesterday,c1,m1,7,0\n"
    )
    hours = found.transactions.seconds // 3600 % 24
    assert hours.tolist() == [14, 15, 16, 17, 18, 19]
    assert (found.report.zone, named(found, "fraud-time-unreadable")) == (480, [7])
    assert "fraud-zones-mixed" in notes(found)


def test_copies_are_counted_once_and_repeated_ids_kept_apart() -> None:
    found = read(GOOD + "10,2026-03-05 14:10:00,c1,m0,10.50,0\n11,2026-03-05 16:00:00,c1,m1,99,0\n")
    assert named(found, "fraud-row-copied") == [11]
    assert named(found, "fraud-id-repeated") == [12]
    assert found.transactions.ids.tolist()[-1] == "11 (2)"
    assert found.report.left_out == {"fraud-row-copied": 1}


def test_copies_without_ids_are_counted_and_said() -> None:
    line = "2026-03-05 14:10:00,c1,m0,10.50\n"
    found = read(line + line + "2026-03-05 14:10:00,c1,m0,10.60\n", "time,card,merchant,amount")
    assert (found.report.usable, "fraud-rows-repeated" in notes(found)) == (3, True)


def test_future_dates_are_left_out_unless_the_whole_file_is() -> None:
    found = read(GOOD + "40,2062-03-05 15:00,c1,m1,4,0\n41,1900-01-01 00:00,c1,m1,4,0\n")
    assert (named(found, "fraud-time-future"), named(found, "fraud-time-stray")) == ([11], [12])
    ahead = read(GOOD.replace("2026", "2036"))
    assert (ahead.report.usable, "fraud-all-in-future" in notes(ahead)) == (10, True)


@pytest.mark.parametrize(("mark", "code"), [("1", "fraud-one-class-fraud"), ("0", "fraud-one-class-legitimate")])
def test_a_file_of_one_class_says_what_cannot_be_done(mark: str, code: str) -> None:
    found = read("".join(f"{line.rsplit(',', 1)[0]},{mark}\n" for line in GOOD.splitlines()))
    assert (found.report.usable, code in notes(found)) == (10, True)


def test_no_labels_and_labels_that_nobody_understands() -> None:
    lines = [line.rsplit(",", 1)[0] for line in GOOD.splitlines()]
    bare = read("\n".join(lines), "transaction id,time,card,merchant,amount")
    assert (bare.transactions.labelled, "fraud-no-labels" in notes(bare)) == (False, True)
    content = "transaction id,time,card,merchant,amount,fraud\n" + "".join(
        f"{line},{'AB'[n % 2]}\n" for n, line in enumerate(lines)
    )
    table = ledger.open_table(content.encode(), "bank.csv")
    given = ledger.Columns("time", "amount", "card", "merchant", "transaction id", "fraud")
    unclear = ledger.read(table, given, now=NOW)
    assert "fraud-labels-unclear" in notes(unclear)
    said = ledger.read(table, replace(given, fraud_value="B"), now=NOW)
    assert (said.report.frauds, said.report.legitimate) == (5, 5)


def test_a_label_that_cannot_be_read_costs_only_itself() -> None:
    found = read(GOOD + "50,2026-03-05 15:00,c1,m1,4,probably\n")
    assert (found.report.usable, named(found, "fraud-label-unreadable")) == (11, [11])
    assert found.report.labelled == 10
    assert "fraud-some-unlabelled" in notes(found)


def test_several_currencies_are_said() -> None:
    found = read("1,2026-03-05 14:00,c1,m1,$5,0\n2,2026-03-05 14:01,c1,m1,€6,0\n")
    assert "fraud-currencies-mixed" in notes(found)


def test_many_bad_rows_do_not_hide_other_reasons() -> None:
    found = read(
        GOOD + "".join(f"{n},2026-03-05 15:00,c1,m1,bad,0\n" for n in range(100, 400)) + "9999,never,c1,m1,1,0\n"
    )
    assert len(named(found, "fraud-amount-unreadable")) == ledger._NAMED_EACH
    assert named(found, "fraud-time-unreadable") == [311]
    assert found.report.left_out == {"fraud-amount-unreadable": 300, "fraud-time-unreadable": 1}


def table_of(rows: int) -> bytes:
    stream = io.BytesIO()
    numbers = np.arange(rows)
    columns = {
        "time": numbers.astype("datetime64[s]") + np.timedelta64(20_000, "D"),
        "amount": (numbers % 97).astype(float),
    }
    parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def test_more_rows_than_are_read_are_refused_with_the_limit() -> None:
    with pytest.raises(InputError) as caught:
        ledger.open_table(table_of(ledger.LIMITS.max_rows + 1), "huge.parquet")
    assert caught.value.problems == (
        Problem("table-too-many-rows", field="huge.parquet", details={"limit": 5_000_000}),
    )
    assert "5,000,000 rows" in describe(caught.value.problems[0], "en")


@pytest.mark.slow
def test_five_million_rows_are_read() -> None:
    found = ledger.read(ledger.open_table(table_of(5_000_000), "large.parquet"), now=NOW)
    assert found.report.usable == 5_000_000
