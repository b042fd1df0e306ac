"""The evidence panel draws what a file says, and nothing else."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.evidence import Dataset, Evidence, Hardware, Metric, read_all
from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.reporting import words
from bigmodel_apps.sentiment import evaluation

ITEM = Evidence(
    domain="customer_service",
    protocol="demo",
    description={"en": "Questions *held out* from training.", "zh": "训练时留出的问题。"},
    metrics=(
        Metric(name="recall-at-1", value=0.8731, low=0.85, high=0.8912, n=1200, goal=0.85),
        Metric(name="recall-at-1", value=0.71, low=0.69, high=0.73, n=1200, system="ours", group=("zh",)),
    ),
    datasets=(Dataset(name="demo", rows=1200, sha256="a" * 64, licence="CC0-1.0", source="this test"),),
    command="python -m bigmodel_apps evaluate customer_service --protocol demo --data demo.csv",
    date="2026-11-03",
    seconds=75.0,
    hardware=Hardware(processor="A processor", cores=2, memory_gb=8.0),
    code_version="abc",
    code_sha256="b" * 64,
)


def drawing(content: str) -> None:
    from bigmodel_apps.evidence import Evidence
    from bigmodel_apps.ui import evidence

    evidence.panel(Evidence.model_validate_json(content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_shown_with_its_interval_and_how_to_repeat_it(language: Language) -> None:
    app = AppTest.from_function(drawing, args=(ITEM.model_dump_json(),), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == 2
    assert {"87.3%", "85% – 89.1%", "1,200"} <= set(table.iloc[0])
    assert app.code[0].value == ITEM.command
    assert "A processor" in app.caption[0].value
    assert ("2026年11月3日" if language == "zh" else "3 Nov 2026") in app.caption[0].value
    assert r"\*held out\*" in app.markdown[0].value or language == "zh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_protocol_has_a_name_in_words(language: Language) -> None:
    shipped = {item.protocol for domain in DOMAINS for item in read_all(domain)}
    assert shipped
    for name in {*shipped, *evaluation.names()}:
        assert words.protocol(name, language) != name
    assert words.protocol("made-up", language) == "made-up"


def test_ours_comes_first_of_what_was_measured_on_the_same() -> None:
    parts = [("zh", "floor"), ("en", "floor"), ("zh", "ours"), ("en", "ours")]
    metrics = [Metric(name="recall-at-1", value=0.5, n=9, system=system, group=(part,)) for part, system in parts]
    found = [(metric.group[0], metric.system) for metric in words.headline(metrics)]
    assert found == [("zh", "ours"), ("zh", "floor"), ("en", "ours"), ("en", "floor")]


def empty() -> None:
    from bigmodel_apps.ui.evidence import evidence

    evidence("no_such_domain")


def test_without_evidence_the_command_is_named() -> None:
    app = AppTest.from_function(empty, default_timeout=60).run()
    assert "evaluate no_such_domain" in app.code[0].value
