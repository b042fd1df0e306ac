"""The shipped evidence is about the shipped weights, and a fresh run agrees with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from bigmodel_apps import evidence
from bigmodel_apps.customer_service import evaluation, training
from bigmodel_apps.customer_service.confidence import Confidence
from bigmodel_apps.customer_service.index import FEATURES
from bigmodel_apps.customer_service.vectors import QueuedEncoder
from bigmodel_apps.problems import InputError

WEIGHTS = evidence.PACKAGE / "customer_service" / "weights" / "confidence"


def test_evidence_is_about_the_shipped_weights() -> None:
    """Written with other weights, the figures say nothing: run the protocols again."""
    for protocol in ("tenants", "xquad"):
        stored = evidence.read(evidence.folder("customer_service") / f"{protocol}.json")
        assert stored.weights["minilm-l6"] == QueuedEncoder("minilm-l6").identity
    tenants = evidence.read(evidence.folder("customer_service") / "tenants.json")
    assert tenants.weights["confidence"] == evidence.hash_files(WEIGHTS.glob("*.safetensors"))


def test_a_tenant_left_out_is_left_out_as_knowledge_and_as_asker() -> None:
    parts = {pair: pair for pair in [("shop", "shop"), ("shop", "bank"), ("bank", "shop"), ("bank", "helpdesk")]}
    assert training._without(parts, "shop") == [("bank", "helpdesk")]  # type: ignore[arg-type]


def test_questions_about_one_entry_are_drawn_together() -> None:
    hits = np.repeat([1.0, 0.0] * 20, 4)
    apart = evaluation._share("recall-at-1", hits, ())
    together = evaluation._share("recall-at-1", hits, (), np.repeat(np.arange(40), 4))
    assert together.value == apart.value == 0.5
    assert together.low is not None
    assert apart.low is not None
    assert together.low < apart.low - 0.05


def test_goals_are_met_in_the_shipped_evidence() -> None:
    for protocol in ("tenants", "xquad"):
        for metric in evidence.read(evidence.folder("customer_service") / f"{protocol}.json").metrics:
            if metric.goal is not None:
                assert metric.value >= metric.goal, metric


def test_the_model_card_names_what_it_must() -> None:
    card = (WEIGHTS / "card.md").read_text(encoding="utf-8")
    for word in ("Data:", "Licence:", "Seed:", "Command:", "ROC"):
        assert word in card


def test_weights_have_a_coefficient_for_each_feature() -> None:
    weights = load_file(WEIGHTS / "model.safetensors")
    assert set(weights) == {"en-dense", "en-lexical", "zh-dense", "zh-lexical"}
    assert {vector.shape for vector in weights.values()} == {(len(FEATURES) + 1,)}
    assert Confidence.load(WEIGHTS).nbytes < 10_000


def test_fit_recovers_a_known_rule() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(400, len(FEATURES))).astype(np.float32)
    labels = (features[:, 2] + 0.1 * generator.normal(size=400) > 0).astype(np.float32)
    weights = training.fit([(features, labels)])
    assert np.abs(weights[:-1]).argmax() == 2
    assert weights[2] > 0


def test_unknown_protocol_and_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        evaluation.run("no such")
    with pytest.raises(InputError) as caught:
        evaluation.run("xquad", tmp_path)
    assert caught.value.problems[0].code == "protocol-data-missing"


@pytest.mark.slow
def test_a_fresh_run_of_the_tenants_protocol_agrees() -> None:
    stored = evidence.read(evidence.folder("customer_service") / "tenants.json")
    assert evidence.compare(evaluation.run("tenants"), stored, tolerance=0.02) == []


@pytest.mark.slow
@pytest.mark.data
def test_a_fresh_run_of_xquad_agrees(data: Path) -> None:
    stored = evidence.read(evidence.folder("customer_service") / "xquad.json")
    assert evidence.compare(evaluation.run("xquad", data / "customer_service" / "xquad"), stored, tolerance=0.01) == []
