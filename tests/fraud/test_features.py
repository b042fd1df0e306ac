"""Inputs of transactions: against their definitions, without looking ahead, and the same in a stream."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.fraud import features, reference
from bigmodel_apps.fraud.features import BOOK, NAMES, Settings, Stream, compute
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN, Floats, Transactions
from bigmodel_apps.problems import Cancelled

SHORT = Settings(delay_days=2, windows=(1, 3), habit_days=5, recent_days=3)
"""Windows so short that a few weeks hold many."""


def made(rows: list[tuple[int, float, int, int, int]]) -> Transactions:
    """Transactions of (quarter of an hour, amount, customer, terminal, fraud), in the given order."""
    times, amounts, customers, terminals, fraud = (list(column) for column in zip(*rows, strict=True))
    count = len(rows)
    return Transactions(
        ids=np.array([str(row) for row in range(count)], dtype=object),
        seconds=1_780_000_000 + 900 * np.array(times, dtype=np.int64),
        amounts=np.array(amounts, dtype=np.float64),
        customers=np.array(customers, dtype=np.int32),
        terminals=np.array(terminals, dtype=np.int32),
        fraud=np.array(fraud, dtype=np.int8),
        scenario=np.full(count, -1, dtype=np.int8),
        rows=np.arange(1, count + 1),
        customer_names=np.array(["a", "b", "c"], dtype=object),
        terminal_names=np.array(["r", "s", "t"], dtype=object),
    )


# Multiples of a quarter of an hour over two weeks: many in the same second, many exactly on the edge of a window.
tables = st.lists(
    st.tuples(
        st.integers(0, 14 * 96),
        st.floats(0, 1e6, allow_subnormal=False),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([FRAUD, LEGITIMATE, UNKNOWN]),
    ),
    min_size=1,
    max_size=40,
).map(lambda rows: made(sorted(rows, key=lambda row: row[0])))


def close(found: Floats, expected: Floats) -> bool:
    """Whether they differ by 1e-9, relatively where they are above 1, and are missing alike."""
    return bool(
        (
            (np.abs(found - expected) <= 1e-9 * np.maximum(1, np.abs(expected)))
            | (np.isnan(found) & np.isnan(expected))
        ).all()
    )


def joined(first: Transactions, second: Transactions) -> Transactions:
    """One behind the other, with the same names."""
    columns = ("ids", "seconds", "amounts", "customers", "terminals", "fraud", "scenario", "rows")
    return replace(first, **{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in columns})


def test_names() -> None:
    assert len(BOOK) == 15
    assert NAMES[:15] == BOOK
    assert len(set(NAMES)) == len(NAMES)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_every_input_is_what_its_definition_says(table: Transactions) -> None:
    expected = np.array([reference.inputs(table, row, SHORT) for row in range(len(table))])
    assert close(compute(table, SHORT), expected)


def test_a_bank_is_what_the_definitions_say(bank: Transactions, inputs: Floats) -> None:
    random = np.random.default_rng(0)
    rows = {*range(10), *random.integers(len(bank), size=60), *random.choice(np.flatnonzero(bank.fraud == FRAUD), 60)}
    for row in map(int, rows):
        expected = reference.inputs(bank, row)
        assert close(inputs[row], expected), [
            (name, inputs[row][place], expected[place]) for place, name in enumerate(NAMES)
        ]


def test_in_a_bank_every_input_varies(inputs: Floats) -> None:
    assert (np.nanstd(inputs, axis=0) > 0).all()


@settings(deadline=None, max_examples=60)
@given(tables, st.data())
def test_a_stream_gives_the_same(table: Transactions, data: st.DataObject) -> None:
    cuts = sorted({0, len(table), *data.draw(st.lists(st.integers(0, len(table)), max_size=4))})
    stream = Stream(table.take(slice(0, cuts[1])), SHORT)
    found = [compute(table.take(slice(0, cuts[1])), SHORT)]
    for begin, end in pairwise(cuts[1:]):
        new = table.take(slice(begin, end))
        seen = stream.preview(new)
        found.append(stream.update(new))
        assert np.array_equal(seen, found[-1], equal_nan=True)
    assert len(stream) == len(table)
    # Bit by bit: sums start anew with every customer, whatever other rows there are.
    assert np.array_equal(np.concatenate(found), compute(table, SHORT), equal_nan=True)


def test_a_stream_of_a_bank_knows_names_not_codes(bank: Transactions, inputs: Floats) -> None:
    cut = len(bank) - 300
    stream, rest = Stream(bank.take(slice(0, cut))), bank.take(slice(cut, None))
    assert rest.customers is not None
    used, codes = np.unique(rest.customers, return_inverse=True)
    rest = replace(rest, customers=codes.astype(np.int32), customer_names=bank.customer_names[used])
    found = [stream.update(rest.take(slice(begin, begin + 60))) for begin in range(0, 300, 60)]
    assert np.array_equal(np.concatenate(found), inputs[cut:], equal_nan=True)


def test_a_stream_begins_with_nothing() -> None:
    table = made([(0, 5.0, 0, 0, LEGITIMATE), (1, 7.0, 0, 1, LEGITIMATE)])
    stream = Stream(table.take(slice(0, 0)))
    assert np.array_equal(stream.update(table), compute(table), equal_nan=True)


def test_a_stream_has_the_columns_of_its_history() -> None:
    table = made([(0, 5.0, 0, 0, LEGITIMATE)])
    with pytest.raises(ValueError, match="some transactions only"):
        Stream(table).update(replace(table, customers=None))


@settings(deadline=None, max_examples=40)
@given(tables, st.data())
def test_nothing_later_and_no_label_within_the_delay_is_looked_at(table: Transactions, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(table) - 1))
    expected = compute(table, SHORT)[row]
    young = table.seconds > table.seconds[row] - SHORT.delay_days * DAY
    turned = np.where(young, FRAUD + LEGITIMATE - np.maximum(table.fraud, 0), table.fraud).astype(np.int8)
    changed = replace(table, fraud=turned, amounts=np.where(np.arange(len(table)) > row, 99.0, table.amounts))
    assert np.array_equal(compute(changed, SHORT)[row], expected, equal_nan=True)


def test_labels_known_until_a_time(bank: Transactions, inputs: Floats) -> None:
    until = int(bank.seconds[0]) + 30 * DAY
    unknown = replace(bank, fraud=np.where(bank.seconds < until, bank.fraud, UNKNOWN).astype(np.int8))
    found = compute(bank, known_until=until)
    assert np.array_equal(found, compute(unknown), equal_nan=True)
    before = bank.seconds < until + 7 * DAY
    assert np.array_equal(found[before], inputs[before], equal_nan=True)
    assert not np.array_equal(found, inputs, equal_nan=True)


def test_shares_are_of_the_known() -> None:
    table = made(
        [(0, 1.0, 0, 0, FRAUD), (0, 1.0, 1, 0, UNKNOWN), (0, 1.0, 2, 0, UNKNOWN), (8 * 96, 1.0, 0, 0, UNKNOWN)]
    )
    last = dict(zip(NAMES, compute(table)[-1], strict=True))
    assert last["terminal_count_7d"] == 3
    assert last["terminal_risk_7d"] == 1
    assert last["terminal_last_frauds"] == 1


@pytest.mark.parametrize("missing", ["customers", "terminals"])
def test_without_customers_or_terminals(bank: Transactions, inputs: Floats, missing: str) -> None:
    part = bank.take(slice(0, 5_000))
    found = compute(replace(part, **{missing: None}))
    for place, name in enumerate(NAMES):
        if name.startswith(missing[:-1]) or name in ("customer_visit_share", "customer_new_terminals_1d"):
            assert np.isnan(found[:, place]).all()
        else:
            assert np.array_equal(found[:, place], inputs[:5_000, place], equal_nan=True)


def test_numbers_of_the_file_follow() -> None:
    table = made([(0, 5.0, 0, 0, LEGITIMATE), (1, 7.0, 0, 1, LEGITIMATE)])
    table = replace(table, numbers={"V1": np.array([0.5, -2.0])})
    assert compute(table).shape == (2, len(NAMES) + 1)
    assert compute(table)[:, -1].tolist() == [0.5, -2.0]
    stream = Stream(table.take(slice(0, 1)))
    assert stream.update(table.take(slice(1, 2)))[0, -1] == -2.0


def test_the_large_sums_of_one_customer_leave_the_means_of_others_alone() -> None:
    table = made([(0, 1e12, 0, 0, LEGITIMATE), *((96 * day, 0.1, 1, 1, LEGITIMATE) for day in range(1, 30))])
    assert compute(table)[-1, NAMES.index("customer_mean_30d")] == pytest.approx(0.1, rel=1e-14)


def test_progress_and_cancel(bank: Transactions) -> None:
    part, seen = bank.take(slice(0, 500)), []
    compute(part, report=lambda done, total: seen.append((done, total)))
    assert seen == [(500, 1_000), (1_000, 1_000)]
    with pytest.raises(Cancelled):
        compute(part, cancelled=lambda: True)


def test_an_empty_table(bank: Transactions) -> None:
    assert compute(bank.take(slice(0, 0))).shape == (0, len(features.NAMES))
