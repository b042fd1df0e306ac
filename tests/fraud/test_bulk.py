"""Whole files: who can answer, scoring that goes on where it stopped, results that stay, files to hand on."""

from __future__ import annotations

import io
import time
import uuid
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bigmodel_apps import workspace
from bigmodel_apps.fraud import bulk, ledger, scoring, shelf, training
from bigmodel_apps.fraud.columns import Columns
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.transactions import DAY, FRAUD, UNKNOWN, Transactions
from bigmodel_apps.locales import LANGUAGES, Language, describe
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.runtime import jobs
from bigmodel_apps.tables import read_table
from tests.fraud.test_ledger import written

KEEPER = uuid.uuid4().hex


@pytest.fixture
def owner() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def file(bank: Transactions) -> bytes:
    """The bank as a Parquet file, with a row that cannot be used and one that a spreadsheet would compute."""
    frame = written(bank)
    frame["NOTE"] = np.where(np.arange(len(frame)) == 5, "=1+1", "")
    frame.loc[7, "TX_AMOUNT"] = np.nan
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


@pytest.fixture(scope="module")
def scored(file: bytes) -> bulk.Result:
    """The bank's file, scored by a detector of its own, of the owner `KEEPER`."""
    return bulk.score(bulk.keep(KEEPER, prepared(file)).id, KEEPER)


def prepared(content: bytes, mapping: Columns | None = None) -> bulk.Prepared:
    return bulk.prepare(ledger.open_table(content, "bank.parquet"), mapping)


def test_a_labelled_file_gets_a_detector_of_its_own(file: bytes, owner: str, bank: Transactions) -> None:
    found = prepared(file)
    plan = found.plan
    assert (plan.engines[0], plan.window is not None, plan.delay_days) == ("own", True, 7)
    kept = bulk.keep(owner, found)
    assert bulk.keep(owner, prepared(file)).id == kept.id
    assert [one.id for one in bulk.unfinished(owner)] == [kept.id]
    shares: list[tuple[int, int]] = []
    result = bulk.score(kept.id, owner, lambda done, total: shares.append((done, total)))
    assert shares == sorted(shares)
    assert result.report.usable == len(bank) - 1
    assert result.figures is not None
    first_test = (result.figures.first - bulk._date(0)).days
    assert plan.window is not None
    assert first_test >= plan.window.end + plan.delay_days
    truth = result.bank.truth[result.bank.transactions.days >= plan.window.first_test_day]
    assert (result.figures.rows, result.figures.frauds) == (len(truth), int((truth == FRAUD).sum()))
    assert result.figures.average_precision > result.figures.by_amount
    assert [one.id for one in bulk.finished(owner)] == [kept.id]
    assert bulk.unfinished(owner) == []
    assert bulk.start(kept.id, owner).owner == owner


def test_a_result_is_the_same_after_a_restart(scored: bulk.Result) -> None:
    before = scored
    shelf.banks.close(before.key)
    bulk._open.clear()
    after = bulk.open_result(scored.id, KEEPER)
    assert after.bank is not before.bank
    assert after.bank.scores == pytest.approx(before.bank.scores, abs=1e-9)
    assert (after.figures, after.report, after.columns) == (before.figures, before.report, before.columns)
    assert shelf.open_bank(after.key) is after.bank
    with pytest.raises(InputError):
        bulk.open_result(scored.id, uuid.uuid4().hex)


def test_what_is_trained_is_not_trained_again(file: bytes, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = bulk.keep(owner, prepared(file))
    stopped = []

    def stop() -> bool:
        return bool(stopped)

    trained = training.detector

    def once(*arguments: object, **options: object) -> Detector:
        found = trained(*arguments, **options)  # type: ignore[arg-type]
        stopped.append(True)
        return found

    monkeypatch.setattr(training, "detector", once)
    with pytest.raises(Cancelled):
        bulk.score(kept.id, owner, cancelled=stop)
    assert [one.id for one in bulk.unfinished(owner)] == [kept.id]
    monkeypatch.setattr(training, "detector", None)
    assert bulk.score(kept.id, owner).figures is not None
    (version,) = workspace.default().registry.versions(owner, bulk.KIND)
    assert version.run.recipe.data["name"] == "bank.parquet"


def test_without_labels_what_stands_out_is_ranked(file: bytes, owner: str) -> None:
    found = prepared(file, Columns("TX_DATETIME", "TX_AMOUNT", "CUSTOMER_ID", "TERMINAL_ID", "TRANSACTION_ID"))
    assert found.plan.engines == ("outliers", "bank")
    assert found.plan.why_not["own"].code == "fraud-no-labels"
    with pytest.raises(InputError) as caught:
        bulk.keep(owner, found, "own")
    assert caught.value.problems[0].code == "fraud-no-labels"
    result = bulk.score(bulk.keep(owner, found).id, owner)
    assert (result.engine, result.bank.detector.engine, result.figures) == ("outliers", bulk.OUTLIERS, None)
    share = (result.bank.bands == 3).mean()
    assert 0 < share <= 0.011
    shelf.banks.close(result.key)
    bulk._open.clear()
    again = bulk.open_result(result.id, owner)
    assert again.bank.scores == pytest.approx(result.bank.scores, abs=1e-9)
    assert len(bulk.queue_frame(again.bank, "en")) > 0


def test_the_detector_of_the_sample_bank_needs_cards_and_merchants(
    file: bytes, owner: str, detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "shipped", lambda: detector)
    alone = prepared(file, Columns("TX_DATETIME", "TX_AMOUNT", "CUSTOMER_ID"))
    assert alone.plan.engines == ("outliers",)
    assert alone.plan.why_not["bank"].code == "fraud-bank-unfit"
    result = bulk.score(bulk.keep(owner, prepared(file), "bank").id, owner)
    assert result.bank.detector is detector
    assert result.figures is not None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda bank: replace(bank, fraud=np.where(bank.fraud == FRAUD, UNKNOWN, bank.fraud).astype(np.int8)),
            "fraud-one-class-legitimate",
        ),
        (lambda bank: bank.take(bank.days == bank.days[0]), "fraud-own-too-short"),
        (lambda bank: bank.take((bank.fraud != FRAUD) | (bank.days < bank.days[0] + 10)), "fraud-own-too-few"),
    ],
)
def test_why_a_file_cannot_be_learned_from(bank: Transactions, change: object, code: str) -> None:
    changed: Transactions = change(bank)  # type: ignore[operator]
    if code == "fraud-own-too-short":
        changed = replace(changed, fraud=np.where(np.arange(len(changed)) % 5 == 0, FRAUD, 0).astype(np.int8))
    found = bulk.plan(changed)
    assert found.why_not["own"].code == code
    assert found.engines[0] == "outliers"
    assert all(describe(found.why_not["own"], language) for language in LANGUAGES)


def test_two_days_are_enough_with_labels_known_at_once() -> None:
    n = 2_000
    rng = np.random.default_rng(1)
    fraud = np.zeros(n, dtype=np.int8)
    fraud[rng.choice(n, 120, replace=False)] = FRAUD
    zeros = np.zeros(n, dtype=np.int64)
    made = Transactions(
        ids=zeros.astype(str).astype(object), seconds=20_000 * DAY + np.arange(n) * 2 * DAY // n, amounts=rng.random(n),
        customers=None, terminals=None, fraud=fraud, scenario=np.full(n, -1, dtype=np.int8), rows=zeros,
        numbers={"V1": rng.normal(size=n) + 3 * fraud},
    )  # fmt: skip
    found = bulk.plan(made)
    assert (found.delay_days, found.test_days, found.engines) == (0, 1, ("own", "outliers"))
    assert found.window is not None
    trained = training.detector(made, found.window)
    inputs = scoring.inputs(made, trained.settings, trained.names)
    later = made.days >= found.window.first_test_day
    assert bulk.measures.auroc(fraud[later] == FRAUD, scoring.score(trained, inputs.values)[later]) > 0.9


def test_of_many_legitimate_rows_a_share_is_learned_from(bank: Transactions, monkeypatch: pytest.MonkeyPatch) -> None:
    window = bulk.plan(bank).window
    assert window is not None
    assert bulk.recipe_for(bank, window).negatives == 1
    monkeypatch.setattr(bulk, "MOST_LEGITIMATE", 1_000)
    recipe = bulk.recipe_for(bank, window)
    rows = bank.fraud[bank.between(window.first_day, window.days)]
    assert recipe.negatives * (rows == 0).sum() == pytest.approx(1_000)
    trained = training.detector(bank, window, recipe)
    later = bank.days >= window.first_test_day
    values = scoring.inputs(bank, trained.settings, trained.names).values
    # The log-odds are put back: about as many frauds are expected as there are.
    assert scoring.score(trained, values)[later].sum() == pytest.approx((bank.fraud[later] == FRAUD).sum(), rel=0.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_to_hand_on_hold_every_row_and_compute_nothing(
    scored: bulk.Result, language: Language, bank: Transactions
) -> None:
    result = scored
    content = bulk.scored_file(result.id, KEEPER, language)
    assert b'"\'=1+1"' in content
    frame = read_table(content, "scored.csv").frame
    assert len(frame) == len(bank)
    assert frame["NOTE"][5] == "=1+1"
    assert (frame["fraud_score"][7], frame["fraud_band"][7]) == ("", "")
    assert frame["fraud_left_out"][7] == {"en": "no amount", "zh": "缺少金额"}[language]
    scores = pd.to_numeric(frame["fraud_score"]).to_numpy()
    assert scores[result.bank.transactions.rows - 1] == pytest.approx(result.bank.scores, abs=1e-6)
    queue = read_table(bulk.queue_file(result.bank, language, k=10), "queue.csv").frame
    expected = result.bank.queue(result.bank.last_day)
    assert queue["card"].tolist() == [
        str(result.bank.transactions.customer_names[card]) for card in expected.cards[:10]
    ]
    assert queue["why"].str.len().min() > 0
    both = bulk.queue_frame(result.bank, language, [result.bank.last_day - 1, result.bank.last_day], 5, why=False)
    assert both["rank"].tolist() == [1, 2, 3, 4, 5] * 2


def test_a_job_scores_and_deleting_forgets(file: bytes, owner: str) -> None:
    kept = bulk.keep(owner, prepared(file))
    with pytest.raises(InputError) as caught:
        bulk.open_result(kept.id, owner)
    assert caught.value.problems[0].code == "fraud-table-unfinished"
    job = bulk.start(kept.id, owner)
    assert bulk.start(kept.id, owner).id == job.id
    while jobs.get(job.id, owner).unfinished:
        time.sleep(0.02)
    assert (jobs.get(job.id, owner).state, jobs.collect(job.id, owner).result) == ("done", kept.id)
    result = bulk.open_result(kept.id, owner)
    bulk.delete(kept.id, owner)
    assert (bulk.mine(owner), workspace.default().registry.versions(owner, bulk.KIND)) == ([], [])
    for gone in (lambda: bulk.open_result(kept.id, owner), lambda: shelf.open_bank(result.key)):
        with pytest.raises(InputError):
            gone()
