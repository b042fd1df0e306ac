"""Evidence has words for all its figures; protocols name what they lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.locales import message
from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import evaluation, model_protocols


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_has_a_name(language: str) -> None:
    for stored in evidence.read_all(evaluation.DOMAIN):
        assert stored.protocol in evaluation.names()
        assert stored.description[language]
        assert message(f"protocol-{stored.protocol}", language)
        for metric in stored.metrics:
            assert message(f"metric-{metric.name}", language)
            assert message(f"system-{metric.system}", language)
            for group in metric.group:
                assert message(f"group-{group}", language)


def test_no_two_protocols_share_a_name() -> None:
    assert len(set(evaluation.names())) == len(evaluation.names())


def test_unknown_protocol_and_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        evaluation.run("no such")
    assert caught.value.problems[0].code == "protocol-unknown"
    with pytest.raises(InputError) as caught:
        evaluation.run("ml-100k", tmp_path)
    assert caught.value.problems[0].code == "protocol-data-missing"


def test_a_run_is_the_evidence_of_its_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Dataset(name="small", rows=1, sha256="", licence="", source="")
    found = [Metric(name="ndcg-10", value=0.5)]
    monkeypatch.setattr(model_protocols, "PROTOCOLS", {"ml-100k": lambda _data, _report: (found, [dataset])})
    made = evaluation.run("ml-100k")
    assert (made.domain, made.protocol) == ("recommendation", "ml-100k")
    assert made.metrics == tuple(found)
    assert made.command.endswith("--protocol ml-100k --data FOLDER")
