"""Every problem that the engine room reports is worded in every language, in each of its variants."""

from __future__ import annotations

import itertools

import pytest

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import Busy, Cancelled, Problem

REASONS = {
    "repository": ("missing", "pickled", "incomplete"),
    "package": ("not-installed", "missing", "pickled", "incomplete"),
    "hub": (
        "offline",
        "timeout",
        "gated",
        "not-found",
        "pickled",
        "no-weights",
        "incomplete",
        "missing",
        "broken-off",
        "unreachable",
    ),
    "endpoint": ("not-set",),
}
NOTHING = {
    name: value for kind in REASONS for name, value in ((kind, "none"), (f"{kind}_location", ""), (f"{kind}_error", ""))
}


def source(kind: str, reason: str) -> dict[str, str]:
    return {kind: reason, f"{kind}_location": f"<{kind}>", f"{kind}_error": "<error>"}


PROBLEMS = [
    Busy(1).problem,
    Busy(90).problem,
    Cancelled.problem,
    Problem("unexpected", details={"reference": "0a1b2c3d"}),
    Problem("job-not-found"),
    Problem("model-unknown", details={"model": "x"}),
    Problem("domain-unknown", details={"domain": "x"}),
    Problem("model-shared", details={"model": "x", "users": "y, z"}),
    *(Problem(code, details={"value": "x"}) for code in ("device-unknown", "device-missing", "precision-unknown")),
    *(
        Problem(f"source-{kind}", details=source(kind, reason))
        for kind, reasons in REASONS.items()
        for reason in reasons
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_its_own_words(language: str) -> None:
    worded = [describe(problem, language) for problem in PROBLEMS]  # type: ignore[arg-type]
    assert len(set(worded)) == len(worded)
    for text in worded:
        assert text[-1] in ".。"
        assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kinds", [(), *itertools.combinations(REASONS, 2), tuple(REASONS)])
def test_an_unreachable_model_lists_the_reason_of_each_source(language: str, kinds: tuple[str, ...]) -> None:
    details: dict[str, str] = {"model": "x", **NOTHING}
    for kind in kinds:
        details |= source(kind, REASONS[kind][-1])
    text = describe(Problem("model-unreachable", details=details), language)  # type: ignore[arg-type]
    assert [f"<{kind}>" in text for kind in REASONS] == [kind in kinds for kind in REASONS]
    assert "  " not in text
    assert text == text.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreachable_hub_is_told_without_the_words_of_the_system(language: str) -> None:
    details = (
        NOTHING | source("hub", "unreachable") | {"model": "x", "hub_error": "[Errno -2] Name or service not known"}
    )
    assert "Errno" not in describe(Problem("model-unreachable", details=details), language)  # type: ignore[arg-type]
