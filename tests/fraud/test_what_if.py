"""What-if: equal to computing the whole bank again with the row changed, and it says what moved the score."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bigmodel_apps.fraud import features, scoring, what_if
from bigmodel_apps.fraud.features import HOUR
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.transactions import DAY, Floats, Transactions
from bigmodel_apps.fraud.what_if import NEW, Change
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import Cancelled, InputError


def again(bank: Transactions, place: int, change: Change) -> Floats:
    """Inputs of the changed row, from the whole bank sorted anew."""
    seconds, amounts = bank.seconds.copy(), bank.amounts.copy()
    assert bank.customers is not None
    assert bank.terminals is not None
    customers, terminals = bank.customers.copy(), bank.terminals.copy()
    if change.seconds is not None:
        seconds[place] = change.seconds
    if change.amount is not None:
        amounts[place] = change.amount
    if change.customer is not None:
        customers[place] = change.customer if change.customer >= 0 else len(bank.customer_names)
    if change.terminal is not None:
        terminals[place] = change.terminal if change.terminal >= 0 else len(bank.terminal_names)
    # Behind the rows of its new second; where it was if that is its old one.
    moved = np.zeros(len(bank))
    moved[place] = change.seconds is not None
    order = np.lexsort((np.arange(len(bank)), moved, seconds))
    whole = dataclasses.replace(bank, seconds=seconds, amounts=amounts, customers=customers, terminals=terminals)
    return features.compute(whole.take(order))[np.flatnonzero(order == place)[0]]


@pytest.mark.parametrize("share", [0.3, 0.95])
@pytest.mark.parametrize(
    "change",
    [
        Change(),
        Change(amount=500.0),
        Change(amount=0.0),
        Change(customer=3),
        Change(terminal=7),
        Change(customer=NEW, terminal=NEW),
        Change(seconds=-5 * DAY),
        Change(amount=33.3, seconds=3 * DAY + HOUR, customer=11, terminal=2),
    ],
)
def test_the_inputs_are_those_of_the_whole_bank_computed_again(
    bank: Transactions, detector: Detector, share: float, change: Change
) -> None:
    place = int(share * len(bank))
    if change.seconds is not None:  # given as a distance
        change = dataclasses.replace(change, seconds=int(bank.seconds[place]) + change.seconds)
    found = what_if.judge(detector, bank, place, change)
    expected = again(bank, place, change)
    np.testing.assert_allclose(found.inputs, expected, rtol=1e-9, atol=1e-12)
    assert found.score == pytest.approx(scoring.score(detector, expected[None])[0], rel=1e-9)
    assert found.base + sum(one.share for one in found.reasons) == pytest.approx(found.log_odds, rel=1e-6)
    assert len(found.transactions) < len(bank) / 10


def test_without_a_change_the_score_is_the_banks(bank: Transactions, inputs: Floats, detector: Detector) -> None:
    for place in (0, 100, len(bank) - 1):
        assert what_if.judge(detector, bank, place).score == scoring.score(detector, inputs[place : place + 1])[0]


def test_what_moved_the_score_is_said_first(bank: Transactions, detector: Detector) -> None:
    place = len(bank) - 5
    before = what_if.judge(detector, bank, place, Change(amount=20.0))
    after = what_if.judge(detector, bank, place, Change(amount=900.0))
    assert after.score > 0.5 > before.score
    found = what_if.shifts(before, after)
    assert found[0].code in ("amount", "habit")
    assert sum(one.change for one in found) == pytest.approx(after.log_odds - before.log_odds, rel=1e-6)
    assert found[0].before_text != found[0].after_text
    chinese = what_if.judge(detector, bank, place, Change(amount=900.0), "zh")
    assert "金额 900.00" in " ".join(one.text for one in chinese.reasons)


def test_a_sweep_is_the_same_as_one_by_one(bank: Transactions, detector: Detector) -> None:
    place = len(bank) // 2
    changes = [Change(amount=amount) for amount in (1.0, 100.0, 300.0)]
    steps: list[tuple[int, int]] = []
    found = what_if.sweep(detector, bank, place, changes, report=lambda done, total: steps.append((done, total)))
    assert found.tolist() == [what_if.judge(detector, bank, place, change).score for change in changes]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        what_if.sweep(detector, bank, place, changes, cancelled=lambda: True)


def test_a_wide_history_has_everything_at_the_cards_terminals(bank: Transactions) -> None:
    place = len(bank) // 2
    assert bank.customers is not None
    assert bank.terminals is not None
    found = what_if.changed(bank, place, Change(), wide=True)
    own = bank.terminals[:place][bank.customers[:place] == bank.customers[place]]
    expected = np.isin(bank.terminals[:place], own) | (bank.customers[:place] == bank.customers[place])
    expected |= bank.terminals[:place] == bank.terminals[place]
    assert len(found) == expected.sum() + 1
    assert found.ids[-1] == bank.ids[place]


@pytest.mark.parametrize("amount", [-1.0, 2e12, float("nan"), float("inf")])
def test_amounts_that_cannot_be_are_refused(bank: Transactions, detector: Detector, amount: float) -> None:
    with pytest.raises(InputError) as caught:
        what_if.judge(detector, bank, 5, Change(amount=amount))
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("fraud-what-if-amount", "amount")
    assert all(describe(problem, language) for language in LANGUAGES)


def test_numbers_can_change_where_there_are_any(bank: Transactions) -> None:
    numbered = dataclasses.replace(bank, numbers={"V1": np.arange(len(bank), dtype=np.float64)})
    found = what_if.changed(numbered, 10, Change(numbers={"V1": -3.5}))
    assert found.numbers["V1"][-1] == -3.5
    assert numbered.numbers["V1"][10] == 10.0
    for name, value in (("V2", 1.0), ("V1", float("nan"))):
        with pytest.raises(InputError) as caught:
            what_if.changed(numbered, 10, Change(numbers={name: value}))
        assert [problem.field for problem in caught.value.problems] == [name]
        assert all(describe(caught.value.problems[0], language) for language in LANGUAGES)
