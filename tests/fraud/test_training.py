"""From labelled transactions to a detector that can be kept, asked and explained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bigmodel_apps.fraud import features, ranking, scoring, sequence, training, trees
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.training import Window
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Floats, Transactions
from bigmodel_apps.problems import Cancelled, InputError, Unavailable

RECIPE = trees.Recipe(rounds=40, max_bin=255)


def window(bank: Transactions) -> Window:
    return Window(int(bank.days[0]) + 20, 20, 7)


@pytest.fixture(scope="module")
def trained(bank: Transactions) -> Detector:
    return training.detector(bank, window(bank), RECIPE)


def test_it_ranks_the_days_it_has_not_seen(bank: Transactions, inputs: Floats, trained: Detector) -> None:
    later = bank.between(window(bank).first_test_day, 30)
    fraud = bank.fraud[later] == FRAUD
    found = scoring.score(trained, scoring.inputs(bank, trained.settings, trained.names).values, bank)[later]
    assert ranking.average_precision(fraud, found) > 5 * fraud.mean()
    assert ((found >= 0) & (found <= 1)).all()


def test_days_after_the_window_are_not_looked_at(bank: Transactions, trained: Detector) -> None:
    later = bank.seconds >= window(bank).end * 86_400
    changed = replace(bank, fraud=np.where(later, 1 - bank.fraud, bank.fraud).astype(np.int8))
    again = training.detector(changed, window(bank), RECIPE)
    assert again.trees.boosters[0].model_to_string() == trained.trees.boosters[0].model_to_string()
    assert (again.slope, again.intercept, again.bands) == (trained.slope, trained.intercept, trained.bands)


def test_unknown_labels_teach_nothing(bank: Transactions) -> None:
    unknown = np.arange(len(bank)) % 2 == 0
    half = replace(bank, fraud=np.where(unknown, UNKNOWN, bank.fraud).astype(np.int8))
    found = training.detector(half, window(bank), RECIPE)
    within = bank.between(window(bank).first_day, window(bank).days)
    assert found.facts["rows"] == (~unknown[within]).sum()


def test_contributions_add_up_to_the_calibrated_log_odds(bank: Transactions, trained: Detector) -> None:
    values = scoring.inputs(bank, trained.settings, trained.names).values
    at = np.arange(0, len(bank), 500)
    found = scoring.contributions(trained, values, bank, at)
    np.testing.assert_allclose(
        found.base + found.shares.sum(axis=1), scoring.log_odds(trained, values, bank, at), atol=1e-9
    )


def test_it_survives_a_folder_with_its_card(bank: Transactions, tmp_path: Path) -> None:
    chosen = window(bank)
    facts = training.train(bank, chosen.first_day, chosen.days, chosen.delay, tmp_path, recipe=RECIPE)
    assert facts["engine"] == training.ENGINE
    found = scoring.load(tmp_path)
    assert found.facts["first_test_day"] == chosen.first_test_day
    assert found.names == scoring.inputs(bank, found.settings).names
    for card in ("card.md", "card.zh.md"):
        assert f"{facts['frauds']:,}" in (tmp_path / card).read_text(encoding="utf-8")
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(Unavailable):
        scoring.load(tmp_path)


@pytest.fixture(scope="module")
def blended(bank: Transactions, inputs: Floats) -> Detector:
    """With a sequence model, whether it helps here or not."""
    rows = np.flatnonzero(bank.fraud != UNKNOWN)
    model = sequence.fit(
        inputs,
        bank,
        rows,
        bank.fraud[rows] == FRAUD,
        names=features.NAMES,
        epochs=3,
        negatives=0.3,
        hidden=16,
        length=5,
    )
    grown = trees.fit(inputs, bank.fraud == FRAUD, RECIPE, names=features.NAMES)
    bands: Any = {"guarded": 0.1, "elevated": 0.2, "high": 0.5}
    return Detector(
        "both", features.NAMES, features.Settings(), grown, bands, slope=1.2, intercept=-0.3, sequence=model, weight=0.4
    )


def test_a_sequence_model_learns_from_histories(bank: Transactions, inputs: Floats, blended: Detector) -> None:
    assert blended.sequence is not None
    found = blended.sequence.log_odds(inputs, bank)
    fraud = bank.fraud == FRAUD
    assert ranking.average_precision(fraud, found) > 5 * fraud.mean()
    some = np.arange(3, len(bank), 997)
    np.testing.assert_allclose(blended.sequence.log_odds(inputs, bank, some), found[some], atol=1e-4)


def test_histories_are_the_cards_own() -> None:
    cards = Transactions(
        ids=np.array(list("abcde"), dtype=object),
        seconds=np.arange(5),
        amounts=np.ones(5),
        customers=np.array([1, 0, 1, 1, 0], dtype=np.int32),
        terminals=None,
        fraud=np.zeros(5, dtype=np.int8),
        scenario=np.zeros(5, dtype=np.int8),
        rows=np.arange(1, 6),
    )
    found = sequence.histories(cards, slice(None), 3)
    assert found.tolist() == [[-1, -1, 0], [-1, -1, 1], [-1, 0, 2], [0, 2, 3], [-1, 1, 4]]
    with pytest.raises(InputError):
        sequence.histories(replace(cards, customers=None))


def test_a_blend_adds_up_and_survives_a_folder(
    bank: Transactions, inputs: Floats, blended: Detector, tmp_path: Path
) -> None:
    at = np.arange(0, len(bank), 700)
    found = scoring.contributions(blended, inputs, bank, at)
    assert found.names[-1] == scoring.SEQUENCE
    expected = scoring.log_odds(blended, inputs, bank, at)
    np.testing.assert_allclose(found.base + found.shares.sum(axis=1), expected, atol=1e-9)
    scoring.save(blended, tmp_path)
    np.testing.assert_allclose(scoring.log_odds(scoring.load(tmp_path), inputs, bank, at), expected, atol=1e-5)


def test_it_can_be_stopped(bank: Transactions) -> None:
    with pytest.raises(Cancelled):
        training.detector(bank, window(bank), RECIPE, cancelled=lambda: True)


@pytest.mark.parametrize(
    ("fraud", "code"), [(FRAUD, "fraud-one-class"), (LEGITIMATE, "fraud-one-class"), (UNKNOWN, "fraud-one-class")]
)
def test_one_class_is_refused(bank: Transactions, fraud: int, code: str) -> None:
    same = replace(bank, fraud=np.full(len(bank), fraud, dtype=np.int8))
    with pytest.raises(InputError) as caught:
        training.detector(same, window(bank), RECIPE)
    assert caught.value.problems[0].code == code


def test_too_few_frauds_and_empty_windows_are_refused(bank: Transactions) -> None:
    few = np.where(np.cumsum(bank.fraud == FRAUD) > 120, LEGITIMATE, bank.fraud).astype(np.int8)
    first = int(bank.days[np.flatnonzero(few == FRAUD)[-5]])
    last = int(bank.days[np.flatnonzero(few == FRAUD)[-1]])
    with pytest.raises(InputError) as caught:
        training.detector(replace(bank, fraud=few), Window(first + 1, last - first + 5, 7), RECIPE)
    assert caught.value.problems[0].code in ("fraud-too-few-frauds", "fraud-one-class")
    with pytest.raises(InputError) as caught:
        training.detector(bank, Window(int(bank.days[-1]) + 50, 10, 7), RECIPE)
    assert caught.value.problems[0].code == "fraud-window-empty"


def test_progress_goes_up(bank: Transactions) -> None:
    seen: list[int] = []
    training.detector(bank, window(bank), RECIPE, report=lambda done, _total: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == 1_000


def test_a_source_without_cards_and_terminals(bank: Transactions) -> None:
    generator = np.random.default_rng(0)
    told = np.where(bank.fraud == FRAUD, 2.0, 0.0) + generator.normal(size=len(bank))
    plain = replace(bank, customers=None, terminals=None, numbers={"V 1": told, "V2": generator.normal(size=len(bank))})
    found = training.detector(plain, window(bank), RECIPE, sequence=True)
    assert set(found.names) == {"amount", "weekend", "night", "V 1", "V2"}
    values = scoring.inputs(plain, found.settings, found.names).values
    later = plain.between(window(bank).first_test_day, 30)
    fraud = plain.fraud[later] == FRAUD
    assert ranking.average_precision(fraud, scoring.score(found, values, plain)[later]) > 5 * fraud.mean()


def test_inputs_that_a_source_lacks_are_missing(bank: Transactions, inputs: Floats) -> None:
    found = scoring.inputs(bank, features.Settings(), ("amount", "V7", "night"))
    assert found.names == ("amount", "V7", "night")
    np.testing.assert_array_equal(found.values[:, 0], bank.amounts)
    assert np.isnan(found.values[:, 1]).all()
    np.testing.assert_array_equal(found.values[:, 2], inputs[:, features.NAMES.index("night")])


def test_days_that_nobody_named_end_before_the_last_third(bank: Transactions) -> None:
    found = training.window(bank)
    days = int(bank.days[-1] - bank.days[0]) + 1
    assert found.first_day >= bank.days[0]
    assert int(bank.days[-1]) + 1 - found.first_test_day == days // 3
