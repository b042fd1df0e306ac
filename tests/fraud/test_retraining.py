"""From decisions to a live queue: they become labels, a challenger is measured beside the champion, used, rolled back."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bigmodel_apps import workspace
from bigmodel_apps.fraud import ranking, retraining, scoring, shelf, training
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.simulator import World, simulate
from bigmodel_apps.fraud.training import Window
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Transactions
from bigmodel_apps.fraud.trees import Recipe
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.workspace import Case
from bigmodel_apps.workspace.cases import Decision
from tests.fraud.written import written

DAY0 = datetime(2026, 11, 1, tzinfo=UTC)


def case(decision: Decision, *transactions: str, hours: int = 0) -> Case:
    moment = DAY0 + timedelta(hours=hours)
    about = ("id", "fraud", "bank", "alert", "card", decision, "", transactions, 0.5, "trees")
    return Case(*about, created_at=moment, changed_at=moment, history=())


def someone() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def bank() -> Bank:
    """A bank of 90 days, scored by a detector of its first half."""
    whole = simulate(
        World(customers=200, terminals=400, days=90, radius=12, terminal_rate=1 / 1_000, customer_rate=1 / 300, seed=2)
    )
    first = int(whole.days[0])
    detector = training.detector(whole, Window(first + 10, 30), Recipe(rounds=15, max_bin=255))
    found = shelf.score_bank(f"test-{someone()}", whole, detector)
    return shelf.banks.put(found.key, found)


@pytest.fixture
def ann(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody who has decided on the newest queue, as it truly was."""
    monkeypatch.setattr(training, "Recipe", lambda: Recipe(rounds=15, max_bin=255))
    owner = someone()
    for place in range(5):
        decide(bank, owner, place)
    return owner


def decide(bank: Bank, owner: str, place: int, decision: Decision | None = None) -> Case:
    queue = bank.queue(bank.last_day)
    top = int(queue.tops[place])
    return workspace.default().cases.decide(
        owner,
        "fraud",
        bank.key,
        f"{queue.cards[place]}@{queue.day}",
        decision or ("fraud" if bank.truth[top] == FRAUD else "legitimate"),
        card=str(queue.cards[place]),
        transactions=[str(bank.transactions.ids[top])],
        score=float(queue.scores[place]),
        model=bank.detector.engine,
    )


# --- Decisions --------------------------------------------------------------------------------------------------------


def rows() -> Transactions:
    return written([(n, 0, 0, 1.0, label) for n, label in enumerate((FRAUD, LEGITIMATE, UNKNOWN, UNKNOWN, UNKNOWN))])


def test_decisions_become_labels() -> None:
    cases = [case("legitimate", "t0"), case("fraud", "t2", "t3"), case("later", "t4"), case("fraud", "gone")]
    found, applied, at = retraining.decided(rows(), cases)
    assert found.fraud.tolist() == [LEGITIMATE, LEGITIMATE, FRAUD, FRAUD, UNKNOWN]
    assert applied == retraining.Applied(frauds=2, legitimate=1, new=2, overruled=1, missing=1)
    assert at.tolist() == [0, 2, 3]
    assert rows().fraud[2] == UNKNOWN


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ((("fraud", 1), ("legitimate", 2)), LEGITIMATE),
        ((("fraud", 2), ("legitimate", 1)), FRAUD),
        ((("fraud", 1), ("later", 2)), UNKNOWN),
        ((("later", 1), ("fraud", 2)), FRAUD),
    ],
)
def test_the_last_decision_about_a_transaction_counts(
    decisions: tuple[tuple[Decision, int], ...], expected: int
) -> None:
    found, _, _ = retraining.decided(rows(), [case(decision, "t2", hours=hours) for decision, hours in decisions])
    assert found.fraud[2] == expected


def test_no_decision_changes_nothing_and_repeated_ids_are_no_trouble() -> None:
    found, applied, at = retraining.decided(rows(), [])
    assert (found.fraud.tolist(), applied, len(at)) == (rows().fraud.tolist(), retraining.Applied(0, 0, 0, 0, 0), 0)
    twice = dataclasses.replace(rows(), ids=np.array(["t0", "t1", "t2", "t2", "t4"], dtype=object))
    _, _, at = retraining.decided(twice, [case("fraud", "t2")])
    assert at.tolist() == [2]


# --- Training ---------------------------------------------------------------------------------------------------------


def test_weighted_average_precision_is_that_of_repeated_rows() -> None:
    generator = np.random.default_rng(0)
    fraud, scores = generator.random(60) < 0.3, generator.random(60).round(1)
    of = retraining._average_precision(fraud, scores)
    assert of(np.ones(60)) == pytest.approx(ranking.average_precision(fraud, scores))
    weights = generator.integers(0, 3, 60)
    again = ranking.average_precision(np.repeat(fraud, weights), np.repeat(scores, weights))
    assert of(weights.astype(np.float64)) == pytest.approx(again)
    assert np.isnan(of(np.where(fraud, 0.0, 1.0)))


def test_the_comparison_is_of_days_that_nobody_learned_from(bank: Bank) -> None:
    learn, test = retraining.windows(bank, 7)
    assert test == range(bank.last_day - 7 + 1 - 14, bank.last_day - 7 + 1)
    assert learn.first_test_day == test.start
    assert test.start >= bank.first_test_day
    short = dataclasses.replace(bank, transactions=bank.transactions.take(slice(0, 3_000)))
    with pytest.raises(InputError) as caught:
        retraining.windows(short, 7)
    assert all(describe(caught.value.problems[0], language) for language in LANGUAGES)


def test_from_decisions_to_a_live_queue_and_back(bank: Bank, ann: str) -> None:
    bob = someone()
    steps: list[int] = []
    version = retraining.train(bank, ann, report=lambda done, total: steps.append(done))
    assert steps == sorted(steps)
    report = retraining.report_of(version)
    assert (report.applied.frauds + report.applied.legitimate, report.applied.new) == (5, 5)
    assert report.rival is None
    assert 0 < report.challenger.average_precision.value <= 1
    assert report.difference.value == pytest.approx(
        report.challenger.average_precision.value - report.champion.average_precision.value, abs=1e-9
    )
    assert report.champion.card_precision <= report.ceiling
    assert (report.verdict == "same") == (report.difference.low <= 0 <= report.difference.high)
    # The champion's figure is the bank's own score of the same rows.
    at = retraining._tested(bank.transactions, range(report.first_test_day, report.first_test_day + 14), 7)
    assert len(at) == report.test_rows
    assert report.champion.average_precision.value == pytest.approx(
        ranking.average_precision(bank.transactions.fraud[at] == FRAUD, bank.scores[at]), abs=2e-3
    )

    assert retraining.serve(ann, bank.key) == (bank, None)
    retraining.deploy(ann, version.id, bank.key)
    served, in_use = retraining.serve(ann, bank.key)
    assert in_use is not None
    assert in_use.id == version.id
    assert not np.array_equal(served.scores, bank.scores)
    assert retraining.serve(ann, bank.key)[0] is served
    assert retraining.serve(bob, bank.key) == (bank, None)
    detector = retraining.open_version(version, ann)
    np.testing.assert_allclose(
        served.scores, scoring.score(detector, scoring.inputs(bank.transactions, detector.settings).values), atol=0.2
    )

    # The next one is compared with the twin of the version in use.
    decide(bank, ann, 6, "fraud")
    second = retraining.train(bank, ann, "second")
    again = retraining.report_of(second)
    assert (again.rival, again.applied.new) == (version.name, 6)
    assert again.champion.average_precision.value == pytest.approx(report.challenger.average_precision.value, abs=1e-6)
    assert [one.name for one in retraining.versions(ann, bank.key)] == ["second", version.name]
    retraining.deploy(ann, second.id, bank.key)
    assert retraining.deployed(ann, bank.key) == second

    back = retraining.roll_back(ann, bank.key)
    assert back is not None
    assert back.id == version.id
    assert retraining.serve(ann, bank.key)[0] is served
    assert retraining.roll_back(ann, bank.key) is None
    assert retraining.serve(ann, bank.key) == (bank, None)
    with pytest.raises(InputError):
        retraining.roll_back(ann, bank.key)
    retraining.delete(version.id, ann)
    with pytest.raises(InputError):
        retraining.open_version(version, ann)


def test_a_version_is_its_owners_alone(bank: Bank, ann: str) -> None:
    version = retraining.train(bank, ann)
    for attempt in (
        lambda: retraining.deploy(someone(), version.id, bank.key),
        lambda: retraining.open_version(version, someone()),
        lambda: retraining.delete(version.id, someone()),
    ):
        with pytest.raises(InputError):
            attempt()


def test_decisions_about_unmatured_days_are_learned_from(bank: Bank, ann: str) -> None:
    cases = workspace.default().cases.list(ann, "fraud", bank.key)
    without = retraining.fit(bank, [case("legitimate", str(bank.transactions.ids[0]))], bank.detector)[2]
    found = retraining.fit(bank, cases, bank.detector)[2]
    assert found.rows == without.rows + 5


def test_nothing_decided_is_told_and_a_cancelled_training_keeps_nothing(bank: Bank, ann: str) -> None:
    with pytest.raises(InputError) as caught:
        retraining.train(bank, someone())
    assert [problem.code for problem in caught.value.problems] == ["fraud-nothing-decided"]
    assert all(describe(caught.value.problems[0], language) for language in LANGUAGES)
    with pytest.raises(Cancelled):
        retraining.train(bank, ann, cancelled=lambda: True)
    assert retraining.versions(ann, bank.key) == []


def test_each_bank_has_a_champion_of_its_own(bank: Bank, ann: str) -> None:
    version = retraining.train(bank, ann)
    retraining.deploy(ann, version.id, bank.key)
    assert retraining.deployed(ann) is None
    with pytest.raises(InputError):
        retraining.deploy(ann, version.id, "another bank")


def test_a_detector_of_another_delay_is_compared_on_its_own_inputs(bank: Bank, ann: str) -> None:
    settings = dataclasses.replace(bank.detector.settings, delay_days=3)
    other: Detector = dataclasses.replace(bank.detector, settings=settings)
    cases = workspace.default().cases.list(ann, "fraud", bank.key)
    found = retraining.fit(bank, cases, other)[2]
    same = retraining.fit(bank, cases, bank.detector)[2]
    assert found.challenger == same.challenger
    assert found.champion.average_precision.value != same.champion.average_precision.value
