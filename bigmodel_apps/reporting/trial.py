"""The report of a trial of customer-service configurations, on one page."""

from __future__ import annotations

import datetime

from bigmodel_apps.customer_service.trial import SYSTEMS, Configuration, Side, Trial
from bigmodel_apps.evidence import Metric
from bigmodel_apps.locales import Language, date, message, number, percent
from bigmodel_apps.measures import Comparison
from bigmodel_apps.reporting import words
from bigmodel_apps.reporting.document import Figures, Lines, Meaning, Notes, Report, Section, Series, Table

MEANINGS: tuple[Meaning, ...] = ("primary", "series-1")
"""Colour of A and of B."""

_DIFFERENCES = 7
_WORST = 7
_WIDTH = 90
_HALF = 9
"""Place of coverage 50 % in a curve of 20 points."""


def from_trial(trial: Trial, knowledge: str, language: Language) -> Report:
    """The finding in words, every figure with its interval, risk over coverage, and the questions that tell most.

    Args:
        knowledge: What the knowledge base is called, in `language`.
    """
    hardware = trial.hardware
    day = date(datetime.date.fromisoformat(trial.date), language)
    sections = [
        Section("", (Figures(trial.metrics),)),
        Section("", (curves(trial, language),)),
    ]
    if differences := trial.differences():
        title = message("evaluate-differences", language, count=len(differences))
        sections.append(Section(title, (_questions(trial, differences[:_DIFFERENCES], language),)))
    each = _WORST // len(trial.sides)
    for system, side in zip(SYSTEMS, trial.sides, strict=False):
        if worst := trial.worst(side)[:each]:
            title = message("evaluate-worst", language, system=message(f"system-{system}", language))
            sections.append(Section(title, (_questions(trial, worst, language),)))
    sections.append(Section("", (Notes(notes(trial, language)),)))
    return Report(
        title=message("evaluate-report-title", language, file=trial.asked.name, knowledge=knowledge),
        language=language,
        lead=verdict(trial, language),
        facts=(
            message("evaluate-asked", language, questions=len(trial.asked.questions), refusals=trial.asked.refusals),
            *(
                message(
                    "evaluate-side",
                    language,
                    system=message(f"system-{system}", language),
                    configuration=configuration(side.configuration, language),
                )
                for system, side in zip(SYSTEMS, trial.sides, strict=False)
            ),
            message("evidence-measured", language, date=day, hardware=hardware.processor, cores=hardware.cores),
        ),
        sections=tuple(sections),
        one_page=True,
    )


def verdict(trial: Trial, language: Language) -> str:
    """What came out, in two sentences; with two configurations also whether chance may explain the difference."""
    first = _share(trial, "correct-outcome", SYSTEMS[0])
    if trial.comparison is None:
        return message(
            "evaluate-verdict-one",
            language,
            correct=percent(first.value, language),
            interval=words.interval(first, language),
            questions=len(trial.asked.questions),
        )
    return message(
        "evaluate-verdict",
        language,
        finding=_compared(trial, trial.comparison, first, language),
        chance=words.chance(trial.comparison, language),
    )


def _compared(trial: Trial, comparison: Comparison, first: Metric, language: Language) -> str:
    second = _share(trial, "correct-outcome", SYSTEMS[1])
    difference = comparison.difference
    if comparison.first_only == comparison.second_only:
        return message("evaluate-verdict-same", language, correct=percent(first.value, language))
    better, worse = (1, 0) if difference.value > 0 else (0, 1)
    shares = (percent(first.value, language), percent(second.value, language))
    bounds = sorted((difference.low, difference.high) if better else (-difference.high, -difference.low))
    return message(
        "evaluate-verdict-more",
        language,
        better=message(f"system-{SYSTEMS[better]}", language),
        worse=message(f"system-{SYSTEMS[worse]}", language),
        points=_points(abs(difference.value), language),
        more=shares[better],
        less=shares[worse],
        low=_points(bounds[0], language),
        high=_points(bounds[1], language),
    )


def configuration(given: Configuration, language: Language) -> str:
    """What a configuration is, in a line."""
    return message(
        "evaluate-configuration",
        language,
        model=given.model,
        engine=message(f"evaluate-engine-{given.options.engine}", language),
        threshold=percent(given.options.threshold, language),
    )


def notes(trial: Trial, language: Language) -> tuple[str, ...]:
    """How the figures are to be read."""
    found = [message("evaluate-note-correct", language), message("evaluate-note-interval", language)]
    if trial.comparison is not None:
        comparison = trial.comparison
        found.append(
            message("evaluate-note-test", language, first=comparison.first_only, second=comparison.second_only)
        )
    return (*found, message("evaluate-note-code", language, version=trial.code_version))


def curves(trial: Trial, language: Language) -> Lines:
    """Risk over coverage of every side; the title says what half the coverage costs."""
    return Lines(
        title=curve_title(trial, language),
        x_axis=message("evaluate-coverage", language),
        y_axis=message("evaluate-risk", language),
        series=tuple(
            Series(
                name=message(f"system-{system}", language),
                x=tuple(curve.coverage.tolist()),
                y=tuple(curve.risk.tolist()),
                low=tuple(curve.low.tolist()),
                high=tuple(curve.high.tolist()),
                meaning=meaning,
            )
            for system, curve, meaning in zip(SYSTEMS, trial.curves, MEANINGS, strict=False)
        ),
    )


def curve_title(trial: Trial, language: Language) -> str:
    """How much is wrong when the surer half of the questions is answered."""
    half = [percent(float(curve.risk[_HALF]), language) for curve in trial.curves]
    if len(half) == 1:
        return message("evaluate-curve-one", language, risk=half[0])
    return message("evaluate-curve-two", language, first=half[0], second=half[1])


def made(side: Side, place: int, language: Language) -> str:
    """What a side made of a question: the outcome, the entry where it answered, its confidence, and whether it is right."""
    outcome = message(f"cs-outcome-{side.outcomes[place]}", language)
    return message(
        "evaluate-made-right" if side.correct[place] else "evaluate-made-wrong",
        language,
        outcome=outcome if side.outcomes[place] != "answer" else str(side.ids[place]),
        confidence=percent(float(side.confidences[place]), language),
    )


def columns(trial: Trial, language: Language) -> tuple[str, ...]:
    """Titles of a table of questions."""
    return (
        message("cs-question", language),
        message("evaluate-expected", language),
        *(message(f"system-{system}", language) for system in SYSTEMS[: len(trial.sides)]),
    )


def line(trial: Trial, place: int, language: Language) -> tuple[str, ...]:
    """One question as a row of such a table."""
    question = trial.asked.questions[place]
    return (
        question.text,
        question.expected or message("evaluate-nothing", language),
        *(made(side, place, language) for side in trial.sides),
    )


def _questions(trial: Trial, places: list[int], language: Language) -> Table:
    rows = (tuple(_cut(cell) for cell in line(trial, place, language)) for place in places)
    return Table(columns(trial, language), tuple(rows))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"


def _points(share: float, language: Language) -> str:
    return number(round(100 * share, 1) + 0.0, language)


def _share(trial: Trial, name: str, system: str) -> Metric:
    found = trial.find(name, system)
    if found is None:
        raise KeyError(name)
    return found
