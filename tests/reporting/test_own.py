"""Own labels and users' own tests in sentences."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.evidence import Metric
from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.measures import Comparison, Estimate
from bigmodel_apps.reporting import own
from bigmodel_apps.sentiment import trust
from bigmodel_apps.sentiment.own_labels import Report
from bigmodel_apps.sentiment.trust import Group, Plan, Reading


def report(against: str, first_only: int, second_only: int, p: float, low: float, high: float) -> Report:
    theirs = Metric(name="own-accuracy", value=0.8, system=f"own-{against}")
    difference = Estimate((second_only - first_only) / 200, low, high, 200)
    comparison = Comparison(first_only, second_only, difference, p)
    verdict = "same" if not comparison.clear else "better" if difference.value > 0 else "worse"
    return Report(
        classes=("a", "b"),
        polarities=None,
        learned=600,
        held_out=200,
        languages={"en": 800},
        metrics=(theirs,),
        comparisons={against: comparison},
        against=against,
        verdict=verdict,  # type: ignore[arg-type]
        confusion=((0, 0), (0, 0)),
        mistakes=(),
        seconds=1.0,
    )


def test_a_better_model_is_said_to_be_better_than_what_it_is_held_against() -> None:
    text = own.training(report("shipped", 5, 25, 0.0003, 0.05, 0.15), "en")
    assert text == (
        "Your model is better than the model that ships: it is right on 90% of 200 texts held out, against 80% "
        "(difference between 5 and 15 points). That is unlikely to be chance (p < 0.001)."
    )
    assert "优于自带模型" in own.training(report("shipped", 5, 25, 0.0003, 0.05, 0.15), "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("against", ["shipped", "champion", "words", "majority"])
def test_every_verdict_against_everything_has_words(language: Language, against: str) -> None:
    found = {
        own.training(report(against, *facts), language)
        for facts in ((5, 25, 0.0003, 0.05, 0.15), (25, 5, 0.0003, -0.15, -0.05), (10, 12, 0.8, -0.04, 0.06))
    }
    assert len(found) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("bias", "verdict"), [(0.0, "even"), (0.2, "uneven")])
def test_what_names_do_is_said_with_its_limit(language: Language, bias: float, verdict: str) -> None:
    for groups, limit in (((Group("x", ("A", "B")), Group("y", ("C",))), "0.02"), ((Group("", ("A", "C")),), "0.05")):
        plan = Plan(groups, trust.templates("en"))
        scores = np.array([0.5 + (bias if text.count("C") else 0) for text in plan.texts])
        found = trust.names_result(plan, Reading(scores, ("neutral",) * len(plan.texts)))
        assert found.verdict == verdict
        said = own.names(found, language)
        assert limit in said
        assert "26" in said
        assert own.flips(found, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_has_words_also_where_it_fits_nowhere(language: Language) -> None:
    for texts, score in ((("The room is dirty.",), 0.1), (("OK",), 0.5)):
        given = trust.checks(texts)
        read = Reading(np.full(len(given.texts), score), ("negative" if score < 0.4 else "neutral",) * len(given.texts))
        found = trust.robustness(given, read)
        assert len({own.change(one, language) for one in found}) == 3
