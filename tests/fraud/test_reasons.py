"""Reasons: they add up to the score, and what they say is what happened."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bigmodel_apps.fraud import features, reasons, scoring
from bigmodel_apps.fraud.features import HOUR, Settings
from bigmodel_apps.fraud.reasons import CODES, OTHER
from bigmodel_apps.fraud.schema import Reason
from bigmodel_apps.fraud.scoring import SEQUENCE, Contributions, Detector
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, UNKNOWN, Floats, Transactions, day_of
from bigmodel_apps.locales import LANGUAGES
from tests.fraud.written import written

SATURDAY = day_of("2026-10-31") * DAY


def told(transactions: Transactions, place: int = -1, language: str = "en", **more: object) -> dict[str, Reason]:
    """Every group's reason of one transaction, each input contributing 1."""
    at = np.array([place % len(transactions)])
    values = features.compute(transactions)[at]
    found = Contributions(features.NAMES, np.ones((1, len(features.NAMES))), -5.0)
    (of_one,) = reasons.worded(found, values, transactions, at, Settings(), language, **more)  # type: ignore[arg-type]
    return {one.code: one for one in of_one}


# --- Adding up ------------------------------------------------------------------------------------------------------


def test_every_input_has_a_group_and_further_ones_are_the_rest() -> None:
    assert {reasons.group_of(name) for name in (*features.NAMES, SEQUENCE)} == set(CODES) - {OTHER}
    assert reasons.group_of("V14") == reasons.group_of("amount_of_V1") == OTHER


def test_base_and_reasons_add_up_to_the_score(bank: Transactions, inputs: Floats, detector: Detector) -> None:
    detector = dataclasses.replace(detector, slope=0.8, intercept=-0.3)
    at = np.argsort(-scoring.score(detector, inputs))[:200]
    log_odds = scoring.log_odds(detector, inputs, bank, at)
    found = scoring.contributions(detector, inputs, bank, at)
    size = np.abs(log_odds).max()
    assert reasons.additivity_error(found, log_odds) <= 1e-6 * size
    assert reasons.additivity_error(reasons.grouped(found), log_odds) <= 1e-6 * size
    given = reasons.explain(detector, inputs, bank, at, "en")
    sums = [found.base + sum(one.share for one in of_one) for of_one in given]
    assert sums == pytest.approx(log_odds.tolist(), rel=1e-6)
    for of_one in given:
        weights = [abs(one.share) for one in of_one]
        assert weights == sorted(weights, reverse=True)


def test_an_error_in_the_sum_is_seen() -> None:
    found = Contributions(("amount", "night"), np.array([[1.0, 2.0], [0.5, 0.0]]), -3.0)
    assert reasons.additivity_error(found, np.array([0.0, -2.5])) == 0
    assert reasons.additivity_error(found, np.array([0.0, -2.0])) == 0.5
    assert reasons.additivity_error(reasons.grouped(found), np.array([1.0, -2.5])) == 1.0


def test_the_sequence_model_has_a_share_of_its_own(bank: Transactions, inputs: Floats) -> None:
    at = np.array([50, 500])
    shares = np.column_stack([np.zeros((2, len(features.NAMES))), [0.7, -0.2]])
    found = Contributions((*features.NAMES, SEQUENCE), shares, 0.0)
    given = reasons.worded(found, inputs[at], bank, at, Settings(), "en")
    assert [(one[0].code, one[0].share) for one in given] == [("sequence", 0.7), ("sequence", -0.2)]
    assert bank.customers is not None
    before = int((bank.customers[:500] == bank.customers[500]).sum())
    assert given[1][0].values == {"payments": before}


def test_every_reason_has_words_in_both_languages_whatever_happened(
    bank: Transactions, inputs: Floats, detector: Detector
) -> None:
    at = np.unique([*range(0, len(bank), 97), *np.flatnonzero(bank.scenario > 0)[::11]])
    codes: set[str] = set()
    groups = {reasons.group_of(name) for name in features.NAMES}
    for language in LANGUAGES:
        for of_one in reasons.explain(detector, inputs, bank, at, language):
            codes |= {one.code for one in of_one}
            assert {reasons.group_of_reason(one.code) for one in of_one} == groups
            assert all(one.text for one in of_one)
    for variants in (
        {"habit", "habit-below", "habit-new"},
        {"terminal-frauds", "terminal-frauds-none", "terminal-frauds-unknown"},
        {"places", "places-first"},
        {"unusual", "unusual-none"},
    ):
        assert variants <= codes


# --- What is said ---------------------------------------------------------------------------------------------------


def history() -> Transactions:
    """Customer 0 pays about 20 a few times at terminal 0; terminal 1 is compromised; then 104 at night at terminal 1."""
    start = SATURDAY - 40 * DAY
    rows = [(start + n * 2 * DAY + 13 * HOUR, 0, 0, 18.0 + n % 3 * 2, LEGITIMATE) for n in range(20)]
    rows += [(SATURDAY - 12 * DAY + n * HOUR, 1 + n, 1, 30.0, FRAUD) for n in range(4)]
    rows += [(SATURDAY - 1 * DAY, 7, 1, 30.0, FRAUD), (SATURDAY - 2 * HOUR, 0, 0, 20.0, UNKNOWN)]
    rows += [
        (SATURDAY + 2 * HOUR + 40 * 60, 0, 0, 20.0, UNKNOWN),
        (SATURDAY + 3 * HOUR + 12 * 60, 0, 1, 104.0, UNKNOWN),
    ]
    return written(sorted(rows))


def test_an_amount_is_compared_with_the_customers_own() -> None:
    found = told(history())["habit"]
    assert found.values == {"ratio": pytest.approx(5.2), "usual": "20.00"}
    assert found.text == "5.2 × this customer's usual amount of 20.00"
    assert told(history(), language="zh")["habit"].text == "是该客户平时金额（20.00）的 5.2 倍"
    assert told(history(), 5)["habit"].values["ratio"] == pytest.approx(
        features.compute(history())[5, features.NAMES.index("customer_amount_ratio")]
    )


def test_known_frauds_of_the_terminal_are_counted_with_the_delay() -> None:
    found = told(history())["terminal-frauds"]
    assert (found.values["last_frauds"], found.values["last"], found.values["known"]) == (
        4,
        4,
        4,
    )  # not the day before's
    assert found.text.startswith("4 of the last 4 known transactions at this terminal were fraud")
    assert "4 笔已有结论的交易中有 4 笔欺诈" in told(history(), language="zh")["terminal-frauds"].text


def test_time_places_and_pace() -> None:
    found = told(history())
    assert found["time"].text.startswith("03:12 on a Saturday; ")
    assert told(history(), language="zh")["time"].text.startswith("周六 03:12；")
    assert found["places-first"].values == {"payments": 22, "new": 1}
    assert (found["pace"].values["hour"], found["pace"].values["day"]) == (2, 3)
    assert found["pace"].values["usual"] == pytest.approx(0.5, abs=0.05)
    assert found["pace"].text.startswith("3 payments of this customer in 24 hours, 2 of them in the last hour; ")
    assert told(history(), -2)["places"].values == {"visits": 21, "payments": 21}
    assert found["customer-frauds"].values["frauds"] == 0
    assert found["customer-frauds"].text.startswith("None of this customer's ")


def test_the_amount_is_set_among_all_of_the_bank() -> None:
    assert told(history())["amount"].values == {"amount": "104.00", "share": 0.964}
    amounts = np.arange(1_000.0)
    found = told(history(), amounts=amounts)["amount"]
    assert found.text == "Amount 104.00: more than 10.4% of transactions here"
    assert told(history(), amounts=np.zeros(5_000))["amount"].values["share"] == 1.0
    assert told(history(), amounts=np.append(np.zeros(4_999), 200))["amount"].values["share"] == 0.999
    few = told(history(), amounts=np.zeros(19))["amount-alone"]
    assert few.text == "Amount 104.00"  # nothing to set it among


def test_a_first_payment_has_nothing_to_compare_with() -> None:
    found = told(written([(SATURDAY, 0, 0, 5.0, UNKNOWN)]))
    assert {"habit-new", "places-first", "terminal-frauds-unknown", "customer-frauds-unknown", "time-new"} <= set(found)
    assert found["pace"].text.startswith("This customer's only payment in 24 hours")
    assert found["places-first"].text == "This customer's first payment anywhere"


@pytest.mark.parametrize("missing", ["customers", "terminals"])
def test_without_customers_or_terminals_nothing_is_said_of_them(missing: str) -> None:
    bare = dataclasses.replace(history(), **{missing: None})  # type: ignore[arg-type]
    for language in LANGUAGES:
        found = told(bare, language=language)
        unnamed = {code for code in found if code.endswith("-unnamed")}
        assert ("habit-unnamed" in unnamed) == (missing == "customers")
        assert ("terminal-frauds-unnamed" in unnamed) == (missing == "terminals")
        assert "places-unnamed" in unnamed
        assert {reasons.group_of_reason(code) for code in found} == {reasons.group_of(name) for name in features.NAMES}


def test_labels_given_later_change_nothing(bank: Transactions) -> None:
    place = len(bank) // 2
    cut = bank.seconds[place] - 7 * DAY
    hidden = dataclasses.replace(bank, fraud=np.where(bank.seconds > cut, UNKNOWN, bank.fraud).astype(np.int8))
    assert told(bank, place) == told(hidden, place)


def test_a_file_of_numbers_alone_names_the_two_that_matter() -> None:
    transactions = dataclasses.replace(
        written([(DAY, 0, 0, 5.0, UNKNOWN)]),
        customers=None,
        terminals=None,
        numbers={f"V{n}": np.array([n / 2]) for n in range(1, 5)},
    )
    names = ("amount", "V1", "V2", "V3", "V4")
    found = Contributions(names, np.array([[0.1, 0.2, -0.9, 0.0, 0.5]]), -4.0)
    values = np.array([[5.0, 0.5, 1.0, 1.5, np.nan]])
    (given,) = reasons.worded(found, values, transactions, np.array([0]), Settings(), "en")
    assert [(one.code, round(one.share, 6)) for one in given] == [("numbers", -0.2), ("amount-alone", 0.1)]
    assert given[0].text == "V2 = 1, V4 = — and 2 further inputs"
    (chinese,) = reasons.worded(found, values, transactions, np.array([0]), Settings(), "zh")
    assert chinese[0].text == "V2 = 1、V4 = —，以及另外 2 项输入"


def test_the_heaviest_are_those_that_raise_the_score() -> None:
    given = [Reason(code=code, text=code, share=share) for code, share in (("a", -3.0), ("b", 2.0), ("c", 1.0))]
    assert [one.code for one in reasons.heaviest(given)] == ["b", "c"]
    assert [one.code for one in reasons.heaviest(given, 1)] == ["b"]
    assert [one.code for one in reasons.heaviest(given[:1])] == ["a"]
