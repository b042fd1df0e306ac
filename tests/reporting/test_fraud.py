"""The report of a scored bank says what its queue, its figures and the way it was read say, on one page, in both languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bigmodel_apps import locales
from bigmodel_apps.fraud import bulk, ledger, money, shelf, trees
from bigmodel_apps.fraud.bulk import Result
from bigmodel_apps.fraud.columns import Columns
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.simulator import World, simulate
from bigmodel_apps.fraud.transactions import FRAUD, Transactions
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.reporting import fraud, to_html, to_json
from bigmodel_apps.tables import to_csv_bytes
from tests.fraud.test_ledger import written
from tests.reporting.test_reports import HOSTILE, opened

SEEN = HOSTILE.replace("\ud800", "").replace("\0", "")  # no table holds half a character, or none
"""Text that a page must not run."""


@pytest.fixture(scope="module")
def bank() -> Transactions:
    return simulate(
        World(customers=80, terminals=100, days=45, start="2026-06-01", radius=20, terminal_rate=1 / 300, seed=3)
    )


@pytest.fixture(scope="module")
def result(bank: Transactions) -> Result:
    """The bank as a file with hostile card names and two rows that cannot be used."""
    frame = written(bank)
    frame["CUSTOMER_ID"] = frame["CUSTOMER_ID"].astype(str) + SEEN
    frame["TX_AMOUNT"] = frame["TX_AMOUNT"].astype(object)
    frame.loc[[3, 4], "TX_AMOUNT"] = "lots"
    given = Columns("TX_DATETIME", "TX_AMOUNT", "CUSTOMER_ID", "TERMINAL_ID", "TRANSACTION_ID", "TX_FRAUD")
    kept = bulk.keep("report", bulk.prepare(ledger.open_table(to_csv_bytes(frame), "my bank.csv"), given))
    return bulk.score(kept.id, "report")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_queue_figures_and_what_was_left_out(result: Result, language: Language) -> None:
    report = fraud.from_result(result, language)
    content = to_html(report)
    page = opened(content)
    queue = result.bank.queue(result.bank.last_day)
    card = str(result.bank.transactions.customer_names[queue.cards[0]])
    assert card.partition("&")[0] in page.text
    assert "<script" not in content.decode().split("<body>")[1]
    assert result.figures is not None
    assert result.figures.cards is not None
    for line in (
        *fraud.figures_in_words(result.figures, language),
        *fraud.read_in_words(result, language),
        fraud.left_out_in_words(result, language),
        *fraud.money_in_words(result.bank, language),
    ):
        assert line in page.text
    choice = money.choose(*_halves(result), alerts_per_day=100.0)
    assert f"{choice.reported.gain:,.2f}" in page.text
    assert percent(result.figures.bands[-1].recall.value, language) in page.text
    assert message("fraud-engine-own", language) in page.text
    assert message("fr-simulated", language) not in page.text
    assert report.one_page
    assert to_json(report)


def _halves(result: Result) -> tuple[money.Curve, money.Curve]:
    found = money.halves(result.bank)
    return found.earlier, found.later


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_labels_nothing_is_measured_and_no_probability_claimed(bank: Transactions, language: Language) -> None:
    frame = written(bank)[["TX_DATETIME", "TX_AMOUNT"]]
    kept = bulk.keep("report", bulk.prepare(ledger.open_table(to_csv_bytes(frame), "bare.csv")))
    scored = bulk.score(kept.id, "report")
    page = opened(to_html(fraud.from_result(scored, language)))
    assert message("fr-how-outliers", language) in page.text
    assert message("fr-how-well", language) not in page.text
    assert message("fr-how-scores", language) not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_simulated_bank_is_called_so(bank: Transactions, language: Language) -> None:
    from bigmodel_apps.fraud import features
    from bigmodel_apps.fraud.features import Settings

    inputs = features.compute(bank)
    grown = trees.fit(inputs, bank.fraud == FRAUD, trees.Recipe(rounds=10, max_bin=255), names=features.NAMES)
    detector = Detector(
        "trees",
        features.NAMES,
        Settings(),
        grown,
        {"guarded": 0.05, "elevated": 0.2, "high": 0.5},
        facts={"simulated": True},
    )
    scored = shelf.score_bank("shown", bank, detector, first_test_day=int(bank.days[0]) + 30)
    page = opened(to_html(fraud.from_bank(scored, language, "Sample", bulk.measure(scored))))
    assert message("fr-simulated", language) in page.text
    assert message("fraud-engine-bank", language) in page.text
    assert fraud.headline(scored, scored.queue(scored.last_day).take(slice(0, 0)), language) == message(
        "fr-headline-empty", language, date=locales.date(date(1970, 1, 1) + timedelta(days=scored.last_day), language)
    )
