"""The protocols on public intent data: what is drawn, what is missing, and what the shipped evidence says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.customer_service import evaluation, intent_protocols
from bigmodel_apps.customer_service.intent_protocols import DESCRIPTIONS, _base, _draw, _Found, _Row
from bigmodel_apps.customer_service.vectors import QueuedEncoder
from bigmodel_apps.problems import InputError


@pytest.mark.parametrize("protocol", DESCRIPTIONS)
def test_missing_data_is_named(protocol: str, tmp_path: Path) -> None:
    for data in (None, tmp_path):
        with pytest.raises(InputError) as caught:
            evaluation.run(protocol, data)
        (problem,) = caught.value.problems
        assert problem.code == "protocol-data-missing"
        assert str(problem.details["file"]).startswith(protocol[:7])
        assert "github.com" in str(problem.details["source"])


def test_a_draw_has_ten_rows_an_intent_in_order_of_appearance() -> None:
    rows = [_Row(f"{intent} {number}", intent) for number in range(30) for intent in ("b", "a", "c")]
    drawn = _draw(rows, 3)
    assert [row.intent for row in drawn] == ["b"] * 10 + ["a"] * 10 + ["c"] * 10
    generator = np.random.RandomState(3)
    assert [row.text for row in drawn[:10]] == [f"b {n}" for n in generator.choice(30, 10, replace=False)]
    assert [row.text for row in drawn[10:20]] == [f"a {n}" for n in generator.choice(30, 10, replace=False)]
    assert _draw(rows, 3) == drawn != _draw(rows, 4)


def test_rows_become_phrasings_of_one_entry() -> None:
    rows = [
        _Row('Where is my "card"?', "card_arrival"),
        _Row("Lost, stolen", "lost_card"),
        _Row("No card", "card_arrival"),
    ]
    entries = {entry.id: entry for entry in _base(rows).entries}
    assert entries["card_arrival"].questions == ('Where is my "card"?', "No card")
    assert entries["card_arrival"].answer == "card arrival"
    assert entries["lost_card"].questions == ("Lost, stolen",)


def test_the_default_threshold_is_reported_as_it_is() -> None:
    within = _Found(np.array([True, True, False, True]), np.array([0.9, 0.4, 0.8, 0.6]))
    out = _Found(np.zeros(2, dtype=bool), np.array([0.2, 0.7]))
    figures = {metric.name: metric.value for metric in intent_protocols._at_default(within, out)}
    assert figures == {"answered": 0.75, "wrong-when-answered": pytest.approx(1 / 3, abs=1e-4), "refused": 0.5}


@pytest.mark.parametrize("protocol", DESCRIPTIONS)
def test_goals_are_met_in_the_shipped_evidence(protocol: str) -> None:
    stored = evidence.read(evidence.folder("customer_service") / f"{protocol}.json")
    assert stored.weights["minilm-l6"] == QueuedEncoder("minilm-l6").identity
    assert stored.command.endswith("--data FOLDER")
    goals = [metric for metric in stored.metrics if metric.goal is not None]
    assert goals
    for metric in goals:
        assert metric.goal is not None
        better = metric.value - metric.goal if metric.higher_is_better else metric.goal - metric.value
        assert better >= 0, metric
    for ours in stored.metrics:
        if ours.system == "ours" and ours.name in ("intent-accuracy", "auroc"):
            rivals = [m.value for m in stored.metrics if (m.name, m.group) == (ours.name, ours.group) and m is not ours]
            assert ours.value > max(rivals)


@pytest.mark.slow
@pytest.mark.data
def test_a_fresh_run_agrees(data: Path) -> None:
    stored = evidence.read(evidence.folder("customer_service") / "banking77-oos.json")
    fresh = evaluation.run("banking77-oos", data / "customer_service")
    figures = [metric for metric in fresh.metrics if metric.name != "learning-time"]
    assert evidence.compare(fresh.model_copy(update={"metrics": tuple(figures)}), stored, tolerance=0.02) == []
