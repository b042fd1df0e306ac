"""The report of a trial says what its figures say, with and without a second configuration."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bigmodel_apps.customer_service import labelled, trial
from bigmodel_apps.customer_service.questions import Question
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.customer_service.trial import Configuration, Trial
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.measures import Comparison, Estimate
from bigmodel_apps.reporting import to_html
from bigmodel_apps.reporting.trial import from_trial, verdict
from tests.reporting.test_reports import opened

MODEL = "customer-service-hybrid"


@pytest.fixture(scope="module")
def found() -> Trial:
    whole = labelled.sample("shop", "en", "questions.csv")
    hostile = Question("<script>alert(1)</script> How do I cancel?", "cancel-before-shipping")
    asked = dataclasses.replace(whole, questions=(*whole.questions[::6], hostile), rows=(*whole.rows[::6], 999))
    return trial.run(asked, [Configuration(MODEL), Configuration(MODEL, Options(engine="lexical"))], "shop")


def compared(found: Trial, value: float, low: float, high: float, p: float) -> Trial:
    """The trial with another outcome of its comparison; A stays as it is."""
    first = found.find("correct-outcome", "a")
    assert first is not None
    second = first.model_copy(update={"system": "b", "value": first.value + value})
    metrics = tuple(metric for metric in found.metrics if (metric.name, metric.system) != ("correct-outcome", "b"))
    wins = (0, 5) if value > 0 else (5, 0) if value < 0 else (5, 5)
    comparison = Comparison(*wins, Estimate(value, low, high, first.n or 0), p)
    return dataclasses.replace(found, metrics=(*metrics, second), comparison=comparison)


def test_the_verdict_names_the_better_one_by_how_much_and_whether_it_is_chance(found: Trial) -> None:
    ahead = verdict(compared(found, 0.042, -0.01, 0.094, 0.21), "en")
    assert "B handles 4.2 points more" in ahead
    assert "between -1 and 9.4 points" in ahead
    assert "could be chance (p = 0.21)" in ahead
    behind = verdict(compared(found, -0.125, -0.165, -0.0855, 1e-8), "en")
    assert "A handles 12.5 points more" in behind
    assert "between 8.6 and 16.5 points" in behind
    assert "unlikely to be chance (p < 0.001)" in behind
    assert "same number" in verdict(compared(found, 0.0, -0.1, 0.1, 1.0), "en")


def test_a_small_p_is_not_enough_where_the_interval_holds_zero(found: Trial) -> None:
    assert "could be chance" in verdict(compared(found, 0.1, -0.01, 0.2, 0.01), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_the_verdict_the_figures_and_the_chart(found: Trial, language: Language) -> None:
    content = to_html(from_trial(found, "Harbour & Pine", language))
    page = opened(content)
    assert verdict(found, language) in page.text
    assert "<script" not in content.decode()
    assert page.tags.count("svg") == 1
    assert page.tags.count("polyline") == page.tags.count("polygon") == 2
    for metric in found.metrics:
        assert message(f"metric-{metric.name}", language) in page.text
        assert percent(metric.value, language) in page.text or metric.unit == "score"


def test_with_one_configuration_nothing_is_tested(found: Trial) -> None:
    alone = dataclasses.replace(
        found,
        sides=found.sides[:1],
        curves=found.curves[:1],
        metrics=tuple(metric for metric in found.metrics if metric.system == "a"),
        comparison=None,
    )
    page = opened(to_html(from_trial(alone, "Shop", "en")))
    assert "p =" not in page.text
    assert "McNemar" not in page.text
    assert page.tags.count("polyline") == 1


def test_the_page_is_written_whatever_went_wrong(found: Trial) -> None:
    wrong = np.zeros(len(found.asked.questions), dtype=bool)
    sides = tuple(dataclasses.replace(side, correct=wrong) for side in found.sides)
    page = opened(to_html(from_trial(dataclasses.replace(found, sides=sides), "Shop", "en")))
    assert message("evaluate-differences", "en", count=2) not in page.text
