"""The shipped evidence is about the shipped weights and has words for all its figures; protocols name what they lack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Dataset
from bigmodel_apps.fraud import datasets, evaluation, model_protocols, ranking
from bigmodel_apps.fraud.ranking import Fold
from bigmodel_apps.fraud.transactions import FRAUD, Transactions
from bigmodel_apps.locales import message
from bigmodel_apps.problems import InputError


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_has_a_name(language: str) -> None:
    for stored in evidence.read_all("fraud"):
        assert stored.description[language]
        assert message(f"protocol-{stored.protocol}", language)
        for metric in stored.metrics:
            assert message(f"metric-{metric.name}", language)
            assert message(f"system-{metric.system}", language)
            for group in metric.group:
                assert message(f"group-{group}", language)


def test_the_sample_banks_figures_are_those_of_the_weights_that_ship() -> None:
    """Written with other weights, they say nothing: run the protocol again."""
    stored = evidence.read(evidence.folder("fraud") / "sample.json")
    assert stored.weights == {"bank": evaluation.weights_hash()}
    fresh = evaluation.run("sample")
    assert not evidence.compare(fresh, stored, tolerance=0.001)


def test_unknown_protocol_and_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        evaluation.run("no such")
    assert caught.value.problems[0].code == "protocol-unknown"
    with pytest.raises(InputError) as caught:
        evaluation.run("handbook", tmp_path)
    assert caught.value.problems[0].code == "protocol-data-missing"


def test_validation_weeks_lie_before_the_test_weeks() -> None:
    for validation, test in zip(model_protocols.VALIDATION_STARTS, model_protocols.TEST_STARTS, strict=True):
        assert test - validation == 14
        assert Fold(validation).test.stop <= Fold(test).test.start


def test_goals_and_published_figures_are_in_the_evidence() -> None:
    stored = evidence.read(evidence.folder("fraud") / "handbook.json")
    for name, goal in model_protocols.GOALS.items():
        found = stored.find(name, "test")
        assert found is not None
        assert found.goal == goal
        if name != "auc":  # missed on the test weeks, and shown so
            assert found.value >= goal
        for system in model_protocols.PUBLISHED:
            assert stored.find(name, "test", system=system)
    chosen = max(
        (m for m in stored.metrics if m.name == "average-precision" and m.group == ("validation",)),
        key=lambda m: m.value,
    )
    assert chosen.system.removeprefix("recipe-") in model_protocols.CANDIDATES


@pytest.mark.data
def test_the_first_fold_is_the_books(data: Path) -> None:
    """58,264 transactions with 385 frauds, and a ceiling of .397, as the book's own code finds."""
    transactions = datasets.handbook(data / "fraud")
    at = ranking.tested(transactions, Fold(model_protocols.TEST_STARTS[0]))
    assert len(at) == 58_264
    assert int((transactions.fraud[at] == FRAUD).sum()) == 385
    assert ranking.measure(transactions, at, np.zeros(len(at))).ceiling == pytest.approx(0.397, abs=0.0005)


def test_the_handbooks_protocol_on_a_small_bank(bank: Transactions, monkeypatch: pytest.MonkeyPatch) -> None:
    first = int(bank.days[0])
    monkeypatch.setattr(datasets, "handbook", lambda _data: bank)
    described = Dataset(name="small", rows=len(bank), sha256="", licence="", source="")
    monkeypatch.setattr(datasets, "described", lambda *_about: described)
    monkeypatch.setattr(model_protocols, "VALIDATION_STARTS", (first + 20,))
    monkeypatch.setattr(model_protocols, "TEST_STARTS", (first + 34,))
    seen: list[tuple[int, int]] = []
    metrics, _ = model_protocols.handbook(None, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(seen)
    found = {(metric.name, metric.system): metric for metric in metrics if metric.group == ("test",)}
    ours = found["average-precision", "ours"]
    share = (bank.fraud[ranking.tested(bank, Fold(first + 34))] == FRAUD).mean()
    for system in ("sequence", "logistic", "trees-book-inputs", "trees-book-inputs-7", "outliers"):
        assert found["average-precision", system].value > 1.5 * share
    assert ours.value > max(5 * share, found["average-precision", "isolation-forest"].value)
    assert found["card-precision", "ours"].value <= found["card-precision-ceiling", "ours"].value
    assert ours.low == ours.high == ours.value  # a single week has no spread
    for metric in metrics:
        assert message(f"metric-{metric.name}", "en")
        assert message(f"system-{metric.system}", "en")
        for group in metric.group:
            assert message(f"group-{group}", "en")
