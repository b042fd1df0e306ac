from pathlib import Path

import pytest

from bigmodel_apps import evidence
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.evidence import Evidence, Metric


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_evidence_that_can_be_read(domain: str) -> None:
    found = evidence.read_all(domain)
    assert found
    for item in found:
        assert item.domain == domain
        assert item.metrics
        assert set(item.description) == {"en", "zh"}
        assert item.command.startswith("python -m bigmodel_apps evaluate")


def test_a_file_survives_the_round_trip(tmp_path: Path) -> None:
    stored = evidence.read_all("customer_service")[0]
    assert evidence.read(stored.write(tmp_path / "again.json")) == stored


def test_compare_names_what_departs() -> None:
    stored = evidence.read_all("customer_service")[0]
    first = stored.metrics[0]
    moved = stored.model_copy(update={"metrics": (first.model_copy(update={"value": first.value + 0.2}),)})
    assert evidence.compare(stored, stored) == []
    assert len(evidence.compare(moved, stored)) == 1
    unknown = stored.model_copy(update={"metrics": (Metric(name="new", value=1.0),)})
    assert len(evidence.compare(unknown, stored)) == 1


def test_hash_depends_on_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = evidence.hash_files([tmp_path / "a"])
    (tmp_path / "a").write_text("2")
    assert evidence.hash_files([tmp_path / "a"]) != before


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_code_hash_covers_every_shared_tool_that_a_domain_imports(domain: str) -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (evidence.PACKAGE / domain).glob("*.py"))
    imported = {name for name in ("text", "vision") if f"from bigmodel_apps.{name}" in sources}
    imported |= {name for name in ("text", "vision") if f"from bigmodel_apps import {name}" in sources}
    assert imported <= set(evidence.SHARED.get(domain, ("text",)))


def test_find(tmp_path: Path) -> None:
    stored: Evidence = evidence.read_all("customer_service")[0]
    metric = stored.metrics[0]
    assert stored.find(metric.name, *metric.group, system=metric.system) == metric
    assert stored.find("no such") is None
