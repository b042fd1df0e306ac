"""Amounts and labels come back from however people write them; columns are found by name, content and as known files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.fraud import columns
from bigmodel_apps.fraud.cells import read_amounts, read_labels
from bigmodel_apps.fraud.columns import Columns
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN
from bigmodel_apps.problems import InputError

# --- Amounts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        *(
            ("1234.5", 1234.5, ""),
            ("$1,234.56", 1234.56, "USD"),
            ("1.234,56 €", 1234.56, "EUR"),
            ("CHF 1'234.50", 1234.5, "CHF"),
        ),
        *(
            ("¥ 1 234,50", 1234.5, "CNY"),
            ("￥１２．５", 12.5, "CNY"),
            ("12元", 12, "CNY"),
            ("人民币1.2万", 12_000, "CNY"),
        ),
        *(
            ("(12.00)", -12, ""),
            ("12.50-", -12.5, ""),
            ("−5", -5, ""),
            ("-$5", -5, "USD"),
            ("3亿", 3e8, ""),
            ("1e3", 1000, ""),
        ),
        *(
            ("1,23,456.00", 123_456, ""),
            ("1.234.567", 1_234_567, ""),
            ("12,5", 12.5, ""),
            (".5", 0.5, ""),
            ("US$ 7", 7, "USD"),
        ),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: float, currency: str) -> None:
    found = read_amounts(pd.Series([text]))
    assert found.values.tolist() == pytest.approx([amount])
    assert list(found.currencies) == ([currency] if currency else [])


@pytest.mark.parametrize(
    "text",
    ["x", "12%", "--3", "nan", "inf", "1e999", "12 USD 3", "1,2,3", "12.3.4", "(-5)", "1e13", "5 apples", "0x10"],
)
def test_what_is_no_amount_is_said_to_be_none(text: str) -> None:
    found = read_amounts(pd.Series([text, ""]))
    assert found.unreadable.tolist() == [True, False]
    assert found.missing.tolist() == [False, True]
    assert np.isnan(found.values).all()


@pytest.mark.parametrize(
    ("texts", "amounts", "certain"),
    [
        (["1,234", "12.5"], [1234, 12.5], True),
        (["1.234", "12,5"], [1234, 12.5], True),
        (["1,234"], [1234], False),
        (["1.234"], [1.234], False),
        (["1.234", "2,5", "3.5", "4.5"], [1.234, 2.5, 3.5, 4.5], False),
    ],
)
def test_the_mark_before_cents_is_told_by_the_column(texts: list[str], amounts: list[float], certain: bool) -> None:
    found = read_amounts(pd.Series(texts))
    assert found.values.tolist() == pytest.approx(amounts)
    assert (found.certain, found.ambiguous) == (certain, 1)
    assert read_amounts(pd.Series(["1,234"]), ",").values.tolist() == pytest.approx([1.234])


@given(st.lists(st.integers(0, 10**11), min_size=1), st.sampled_from((",", ".", "'", " ")), st.booleans())
def test_grouped_amounts_come_back(cents: list[int], group: str, negative: bool) -> None:
    decimal = "," if group == "." else "."
    texts = []
    for value in cents:
        whole = f"{value // 100:,}".replace(",", group)
        texts.append(f"{'-' if negative else ''}{whole}{decimal}{value % 100:02d}")
    found = read_amounts(pd.Series(texts))
    assert found.values.tolist() == pytest.approx([(-value if negative else value) / 100 for value in cents])


@given(st.lists(st.floats(-1e12, 1e12).map(lambda value: round(value, 2)), min_size=1))
def test_plain_numbers_come_back_exactly(values: list[float]) -> None:
    assert read_amounts(pd.Series(values)).values.tolist() == values
    texts = [f"{value:.2f}" for value in values]
    assert read_amounts(pd.Series(texts)).values.tolist() == [float(text) for text in texts]


@given(st.lists(st.text(max_size=20) | st.floats() | st.integers() | st.none() | st.booleans(), max_size=8))
def test_no_cell_breaks_the_reading_of_amounts(cells: list[object]) -> None:
    found = read_amounts(pd.Series(cells, dtype=object))
    assert (np.isnan(found.values) == (found.missing | found.unreadable)).all()
    assert not (found.missing & found.unreadable).any()


# --- Labels --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1", "0", "", None], [FRAUD, LEGITIMATE, UNKNOWN, UNKNOWN]),
        ([1.0, 0.0, np.nan], [FRAUD, LEGITIMATE, UNKNOWN]),
        ([True, False], [FRAUD, LEGITIMATE]),
        (["是", "否", "待定"], [FRAUD, LEGITIMATE, UNKNOWN]),
        (["Fraud", "GENUINE", "pending"], [FRAUD, LEGITIMATE, UNKNOWN]),
        (["t", "f"], [FRAUD, LEGITIMATE]),
        (["f", "n"], [UNKNOWN, LEGITIMATE]),
    ],
)
def test_labels_as_people_write_them(cells: list[object], marks: list[int]) -> None:
    assert read_labels(pd.Series(cells)).marks.tolist() == marks


def test_a_value_given_means_fraud_and_the_others_do_not() -> None:
    found = read_labels(pd.Series(["B", "a", "", "b"]), "b")
    assert found.marks.tolist() == [FRAUD, LEGITIMATE, UNKNOWN, FRAUD]
    assert read_labels(pd.Series(["maybe", "1"])).unreadable.tolist() == [True, False]


@given(
    st.lists(st.text(max_size=12) | st.floats() | st.integers() | st.none() | st.booleans(), max_size=8),
    st.text(max_size=5),
)
def test_no_cell_breaks_the_reading_of_labels(cells: list[object], fraud: str) -> None:
    for given_value in (None, fraud):
        found = read_labels(pd.Series(cells, dtype=object), given_value)
        assert set(found.marks.tolist()) <= {FRAUD, LEGITIMATE, UNKNOWN}
        assert not (found.unreadable & (found.marks != UNKNOWN)).any()


# --- Columns -------------------------------------------------------------------------------------------------------


def frame(header: str, *rows: str) -> pd.DataFrame:
    return pd.DataFrame([row.split(",") for row in rows], columns=header.split(","))


def test_a_bank_log_in_chinese() -> None:
    found = columns.guess(
        frame(
            "流水号,交易时间,卡号,商户名称,交易金额,是否欺诈",
            *(f"{n},2026-03-05 14:0{n},c{n % 2},m{n},{n}.5,{'是否'[n % 2]}" for n in range(6)),
        )
    )
    assert found.columns == Columns("交易时间", "交易金额", "卡号", "商户名称", "流水号", "是否欺诈")
    assert set(found.how.values()) == {"name"}


def test_a_merchant_log_in_english_with_date_and_time_apart() -> None:
    rows = (f"05/03/2026,14:0{n}:00,c{n % 3},m{n},{'ab'[n % 2]},{n}.25,{n * 7 % 5}.5" for n in range(9))
    found = columns.guess(frame("date,time,card number,merchant,merchant_category,amount,risk points", *rows)).columns
    assert (found.time, found.clock, found.amount) == ("date", "time", "amount")
    assert (found.customer, found.terminal, found.id, found.fraud) == ("card number", "merchant", None, None)
    assert (found.segments, found.numbers) == (("merchant_category",), ("risk points",))


def test_names_alone_do_not_make_a_column() -> None:
    found = columns.guess(frame("time,amount,fraud", "soon,many,perhaps", "later,few,surely")).columns
    assert (found.time, found.amount, found.fraud) == ("", "", None)


def test_columns_of_other_names_are_found_by_content() -> None:
    found = columns.guess(
        frame("a,b,c", "2026-03-05 14:05,x,12.50", "2026-03-05 15:05,y,13.25", "2026-03-06 15:05,z,3.00")
    )
    assert (found.columns.time, found.columns.amount) == ("a", "c")
    assert found.how == {"time": "content", "amount": "content"}


def test_a_statement_of_one_card_names_it_and_a_kind_of_card_is_none() -> None:
    rows = [f"2026-03-{1 + n % 28:02d} 14:05,{n % 37}.5,{{}},shop {n}" for n in range(80)]
    found = columns.guess(frame("date,amount,card number,merchant", *(row.format("6222 02") for row in rows))).columns
    assert (found.customer, found.segments) == ("card number", ())
    kinds = columns.guess(
        frame("date,amount,card,merchant", *(row.format(["debit", "credit"][n % 2]) for n, row in enumerate(rows)))
    )
    assert (kinds.columns.customer, kinds.columns.segments) == (None, ("card",))


def test_steps_are_counted() -> None:
    found = columns.guess(frame("step,amount", *(f"{n},{(n * 37) % 11}.5" for n in range(9)))).columns
    assert (found.time, found.unit) == ("step", "hours")


def known(schema: str) -> pd.DataFrame:
    needed = columns.SCHEMAS[schema]
    row = dict.fromkeys((*needed.needs, *needed.columns.segments, *needed.columns.numbers), "1")
    row |= {getattr(needed.columns, role): "1" for role in columns.ROLES if getattr(needed.columns, role)}
    return pd.DataFrame([row])


@pytest.mark.parametrize("schema", columns.SCHEMAS)
def test_known_files_are_recognised_whatever_the_case(schema: str) -> None:
    table = known(schema)
    found = columns.guess(table)
    assert (found.schema, found.columns) == (schema, columns.SCHEMAS[schema].columns)
    assert columns.guess(table.rename(columns=str.upper)).schema == schema
    unlabelled = columns.guess(table.drop(columns=str(columns.SCHEMAS[schema].columns.fraud)))
    assert (unlabelled.schema, unlabelled.columns.fraud) == (schema, None)
    assert columns.check(found.columns, table)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (Columns(), ["fraud-no-time-column", "fraud-no-amount-column"]),
        (Columns("a", "b", customer="z"), ["fraud-column-unknown"]),
        (Columns("a", "a"), ["fraud-column-twice"]),
        (Columns("a", "b", segments=("b",)), ["fraud-column-twice"]),
        (Columns("a", "b", zone="Mars"), ["fraud-zone-unknown"]),
    ],
)
def test_columns_that_cannot_be_are_refused(given: Columns, codes: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        columns.check(given, frame("a,b", "1,2"))
    assert [problem.code for problem in caught.value.problems] == codes


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(names, st.lists(st.text(max_size=15), min_size=3, max_size=3)),
        min_size=1,
        max_size=6,
        unique_by=lambda item: item[0],
    )
)
def test_any_table_can_be_guessed_at(table: list[tuple[str, list[str]]]) -> None:
    made = pd.DataFrame(dict(table))
    found = columns.guess(made).columns
    named = [getattr(found, role) for role in columns.ROLES if getattr(found, role)]
    named += [*found.numbers, *found.segments]
    assert len(named) == len(set(named))
    assert set(named) <= set(made.columns)
