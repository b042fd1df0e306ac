"""The shipped evidence is about the shipped weights, and a fresh run agrees with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.customer_service import evaluation
from bigmodel_apps.customer_service.knowledge import LANGUAGES
from bigmodel_apps.customer_service.vectors import QueuedEncoder
from bigmodel_apps.locales import message
from bigmodel_apps.problems import InputError

WEIGHTS = evidence.PACKAGE / "customer_service" / "weights"
PROTOCOLS = ("tenants", "answerability", "xquad")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_evidence_is_about_the_shipped_weights(protocol: str) -> None:
    """Written with other weights, the figures say nothing: run the protocols again."""
    stored = evidence.read(evidence.folder("customer_service") / f"{protocol}.json")
    assert stored.weights["minilm-l6"] == QueuedEncoder("minilm-l6").identity
    for name in ("adapter", "reader"):
        assert stored.weights[name] == evidence.hash_files((WEIGHTS / name).glob("*.safetensors"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_name(language: str) -> None:
    for stored in evidence.read_all("customer_service"):
        for metric in stored.metrics:
            assert message(f"metric-{metric.name}", language)
            assert message(f"system-{metric.system}", language)
            for group in metric.group:
                assert message(f"group-{group}", language)


def test_questions_about_one_entry_are_drawn_together() -> None:
    hits = np.repeat([1.0, 0.0] * 20, 4)
    apart = evaluation._share("recall-at-1", hits, ())
    together = evaluation._share("recall-at-1", hits, (), np.repeat(np.arange(40), 4))
    assert together.value == apart.value == 0.5
    assert together.low is not None
    assert apart.low is not None
    assert together.low < apart.low - 0.05


def test_confidence_and_right_answers_go_together() -> None:
    judged = evaluation._Judged(
        "shop", np.array([0.9] * 8), np.array([True] * 8), np.array([0.1, 0.9]), np.array([0.1, 0.1])
    )
    confidences, right, clusters = judged.calibration()
    assert right.sum() == 8
    assert clusters.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 16, 17, 18, 19]
    metrics = {(m.name, m.group): m.value for m in evaluation._refusal([judged], "en")}
    assert metrics["wrong-when-answered", ("en", "threshold-default", "heldout")] == 0
    assert metrics["refused", ("en", "threshold-default", "near")] == 0.5
    assert metrics["refused", ("en", "threshold-default", "far")] == 1
    assert len(confidences) == len(right) == 12
    assert 0 < metrics["ece", ("en",)] < 0.3


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


@pytest.mark.slow
def test_a_fresh_run_of_answerability_agrees() -> None:
    stored = evidence.read(evidence.folder("customer_service") / "answerability.json")
    assert evidence.compare(evaluation.run("answerability"), stored, tolerance=0.02) == []
