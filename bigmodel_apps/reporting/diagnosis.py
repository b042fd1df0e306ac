"""The report of a batch of images: what was said, how good that is where classes are known, what to look at again.

The first line and the last one say that this is no medical device.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import pandas as pd

from bigmodel_apps.diagnosis import batch, measuring
from bigmodel_apps.diagnosis.batch import Result, class_name
from bigmodel_apps.diagnosis.measuring import AtThreshold, Curve, Figures, Scored
from bigmodel_apps.diagnosis.schema import Output
from bigmodel_apps.locales import Language, date, describe, describe_all, message, number, percent
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError
from bigmodel_apps.reporting.document import (
    Bars,
    Intervals,
    Lines,
    Meaning,
    Notes,
    Pictures,
    Point,
    Report,
    Section,
    Series,
    Shot,
    Table,
    Text,
)
from bigmodel_apps.vision.pictures import Removed

STATES: dict[str, Meaning] = {"answer": "good", "unsure": "unsure", "unknown_kind": "neutral"}
"""Colour of each verdict."""

_WORST = 12
_NOTES = 12


def from_result(
    result: Result,
    language: Language,
    *,
    positive: str | None = None,
    threshold: float = 0.5,
    prevalence: float | None = None,
    classes_of: Mapping[str, str] | None = None,
) -> Report:
    """The report of a batch.

    Args:
        positive: The class that is asked about; the last one by default.
        threshold: From which probability of it on an image counts as one.
        prevalence: Share of it that probabilities are read for; equal shares when None.
        classes_of: Which class each label means; as could be told when None.
    """
    sections = [Section(message("dr-verdicts", language), (states_chart(result, language),))]
    lead = headline(result, language)
    try:
        scored = batch.scored(result, positive, classes_of)
        figures = measuring.measure(scored, prevalence)
    except InputError as error:
        sections.append(
            Section(message("dr-how-good", language), (Text(tuple(describe_all(error.problems, language))),))
        )
        first = first_pictures(result, language)
        if first.shots:
            sections.append(Section(message("dr-first", language), (first,)))
    else:
        found = measuring.at(scored, threshold, prevalence)
        name = class_name(scored.classes[scored.positive], language)
        lead = message("dr-two-sentences", language, first=lead, second=quality(figures, name, language))
        sections += _measured(result, scored, figures, found, name, prevalence, language)
    if result.left_out:
        left = [describe(problem, language) for problem in result.left_out[:_NOTES]]
        title = message("dr-left-out", language, count=result.refused)
        sections.append(Section(title, (Notes(tuple(left)),)))
    notice = message("diagnosis-notice", language)
    sections.append(Section("", (Notes((message("dr-how", language), notice)),)))
    return Report(
        title=message("dr-title", language, name=result.name),
        language=language,
        lead=lead,
        facts=(
            notice,
            *((message("diagnosis-batch-simulated", language),) if result.simulated else ()),
            message("dr-scored-on", language, date=date(result.scored_at.date(), language), engine=result.engine),
        ),
        sections=tuple(sections),
    )


def from_output(
    output: Output,
    name: str,
    language: Language,
    removed: Sequence[Removed] = (),
    *,
    remarks: Sequence[str] = (),
    shots: Sequence[Shot] = (),
) -> Report:
    """The report of one image.

    Args:
        name: What it is called.
        removed: What its file said beside it.
        remarks: What else is to be known of the verdict, such as the settings; in the report's language.
        shots: The image, and where the evidence lies.
    """
    state = message(f"diagnosis-state-{output.verdict.replace('_', '-')}", language)
    blocks: list[Text | Intervals | Notes | Pictures] = [
        Text((message("dr-distance", language, distance=output.distance),))
    ]
    if output.probabilities:
        points = []
        for each, value in output.probabilities.items():
            low, high = (output.interval or {}).get(each, (value, value))
            points.append(Point(class_name(each, language), value, percent(value, language), low, high))
        blocks.insert(
            0, Intervals(message("dr-probabilities", language), message("dr-probability", language), tuple(points))
        )
    if shots:
        blocks.insert(0, Pictures(tuple(shots)))
    blocks.append(Text(tuple(remarks)))
    blocks.append(Notes(tuple(note.text for note in output.notes)))
    label = class_name(output.label, language) if output.label else None
    gone = [Section(message("dr-removed", language), (removed_table(removed, language),))] if removed else []
    return Report(
        title=message("dr-title", language, name=name),
        language=language,
        lead=message("dr-verdict-of", language, state=state, label=label) if label else state,
        facts=(output.notice, message("dr-engine", language, engine=output.engine)),
        sections=(Section(state, tuple(blocks)), *gone, Section("", (Notes((output.notice,)),))),
    )


# --- Findings in words -----------------------------------------------------------------------------------------------


def headline(result: Result, language: Language) -> str:
    """How many images got an answer."""
    counts = result.counts()
    return message(
        "dr-headline",
        language,
        images=len(result.rows),
        answered=counts["answer"],
        unsure=counts["unsure"],
        unknown=counts["unknown_kind"],
    )


def quality(figures: Figures, name: str, language: Language) -> str:
    """How well the probabilities rank, and how often the likelier class is right."""
    return message(
        "dr-quality",
        language,
        images=figures.n,
        auc=_interval(figures.auc, language),
        accuracy=_share(figures.accuracy, language),
        name=name,
    )


def threshold_in_words(found: AtThreshold, name: str, language: Language) -> str:
    """What a threshold finds, and what it costs."""
    return message(
        "dr-threshold",
        language,
        threshold=percent(found.threshold, language),
        name=name,
        sensitivity=_share(found.sensitivity, language),
        specificity=_share(found.specificity, language),
        hits=found.hits,
        misses=found.misses,
        alarms=found.false_alarms,
    )


def removed_table(removed: Sequence[Removed], language: Language) -> Table:
    """What a file said beside its image and why that went, most frequent reasons first; names, never values."""
    by_reason: dict[str, list[str]] = {}
    for each in removed:
        by_reason.setdefault(each.why, []).append(each.name or each.tag)
    separator = message("list-separator", language)
    rows = [
        (
            message(f"diagnosis-removed-{why}", language),
            number(len(names), language),
            separator.join(dict.fromkeys(names)),
        )
        for why, names in sorted(by_reason.items(), key=lambda item: -len(item[1]))
    ]
    return Table(tuple(message(f"dr-removed-{column}", language) for column in ("why", "count", "names")), tuple(rows))


# --- Charts and tables -----------------------------------------------------------------------------------------------


def states_chart(result: Result, language: Language) -> Bars:
    """Share of the images by verdict."""
    total = len(result.rows)
    points = tuple(
        Point(
            message(f"diagnosis-state-{state.replace('_', '-')}", language),
            count / total,
            message("dr-count-of", language, count=count, total=total),
            meaning=STATES[state],
        )
        for state, count in result.counts().items()
    )
    return Bars(message("dr-states-title", language), message("dr-share-of-images", language), points)


def roc_chart(figures: Figures, language: Language) -> Lines:
    """Sensitivity over false alarms, with its band."""
    title = message("dr-roc-title", language, auc=_interval(figures.auc, language))
    chance = Series(message("dr-by-chance", language), (0.0, 1.0), (0.0, 1.0), meaning="neutral")
    return Lines(
        title,
        message("dr-false-alarms", language),
        message("dr-sensitivity", language),
        (_series(message("dr-model", language), figures.roc), chance),
    )


def pr_chart(figures: Figures, language: Language) -> Lines:
    """Precision over sensitivity, with its band."""
    title = message("dr-pr-title", language, ap=_interval(figures.average_precision, language))
    share = figures.sick / figures.n
    chance = Series(message("dr-by-chance", language), (0.0, 1.0), (share, share), meaning="neutral")
    return Lines(
        title,
        message("dr-sensitivity", language),
        message("dr-precision", language),
        (_series(message("dr-model", language), figures.pr), chance),
    )


def reliability_chart(figures: Figures, language: Language) -> Lines:
    """How often images of each probability are of the class."""
    bins = figures.reliability
    said = Series(
        message("dr-model", language),
        tuple(each.predicted for each in bins),
        tuple(each.observed.value for each in bins),
        tuple(each.observed.low for each in bins),
        tuple(each.observed.high for each in bins),
    )
    ideal = Series(message("dr-ideal", language), (0.0, 1.0), (0.0, 1.0), meaning="neutral")
    title = message("dr-reliability-title", language, ece=_interval(figures.ece, language))
    return Lines(title, message("dr-probability", language), message("dr-observed", language), (said, ideal))


def risk_chart(figures: Figures, language: Language) -> Lines:
    """Share of wrong classes among the surest images."""
    risk = figures.risk_coverage
    series = Series(
        message("dr-model", language),
        tuple(map(float, risk.coverage)),
        tuple(map(float, risk.risk)),
        tuple(map(float, risk.low)),
        tuple(map(float, risk.high)),
        meaning="bad",
    )
    return Lines(
        message("dr-risk-title", language), message("dr-coverage", language), message("dr-wrong", language), (series,)
    )


def confusion_table(found: AtThreshold, name: str, language: Language) -> Table:
    """Called so or not, by what is known."""
    other = message("dr-not-class", language, name=name)
    return Table(
        (
            message("dr-known", language),
            message("dr-called", language, name=name),
            message("dr-called", language, name=other),
        ),
        (
            (name, number(found.hits, language), number(found.misses, language)),
            (other, number(found.false_alarms, language), number(found.passed, language)),
        ),
    )


def worst_pictures(
    result: Result, scored: Scored, language: Language, prevalence: float | None = None, most: int = _WORST
) -> Pictures:
    """What is wrong, the surest first."""
    chances, asked = scored.chances(prevalence), class_name(scored.classes[scored.positive], language)
    shots = []
    for place in measuring.worst(scored, most, prevalence):
        row = result.rows.iloc[int(scored.places[place])]
        caption = message(
            "dr-worst-caption",
            language,
            file=str(row["name"]),
            known=class_name(scored.classes[int(scored.truth[place])], language),
            name=asked,
            share=percent(float(chances[place]), language),
            state=message(f"diagnosis-state-{row['verdict'].replace('_', '-')}", language),
        )
        shots.append(Shot(base64.b64encode(row["thumb"]).decode(), caption))
    return Pictures(tuple(shots))


def first_pictures(result: Result, language: Language, most: int = _WORST) -> Pictures:
    """What a person is to look at first where no class is known: what the model is not sure of, the least sure before
    the others, then what it does not know, the strangest first."""
    rows = result.rows
    unsure = rows[rows["verdict"] == "unsure"]
    unsure = unsure.assign(sure=[max(values) for values in unsure["probabilities"]]).sort_values("sure", kind="stable")
    strange = rows[rows["verdict"] == "unknown_kind"].sort_values("distance", ascending=False, kind="stable")
    shots = []
    for row in pd.concat([unsure, strange]).head(most).to_dict("records"):
        state = message(f"diagnosis-state-{row['verdict'].replace('_', '-')}", language)
        if isinstance(row["predicted"], str):
            state = message("dr-verdict-of", language, state=state, label=class_name(row["predicted"], language))
        shots.append(Shot(base64.b64encode(row["thumb"]).decode(), f"{row['name']}: {state}"))
    return Pictures(tuple(shots))


def _measured(
    result: Result,
    scored: Scored,
    figures: Figures,
    found: AtThreshold,
    name: str,
    prevalence: float | None,
    language: Language,
) -> list[Section]:
    shares = (
        message("dr-prevalence", language, share=percent(prevalence, language), name=name)
        if prevalence is not None
        else message("dr-prevalence-equal", language)
    )
    sections = [
        Section(message("dr-how-good", language), (roc_chart(figures, language), pr_chart(figures, language))),
        Section(
            message("dr-at-threshold", language, threshold=percent(found.threshold, language)),
            (Text((threshold_in_words(found, name, language),)), confusion_table(found, name, language)),
        ),
        Section(
            message("dr-how-sure", language),
            (Text((shares,)), reliability_chart(figures, language), risk_chart(figures, language)),
        ),
    ]
    wrong = worst_pictures(result, scored, language, prevalence)
    if wrong.shots:
        sections.append(Section(message("dr-worst", language), (wrong,)))
    return sections


def _series(name: str, curve: Curve) -> Series:
    x, y, low, high = (tuple(map(float, part)) for part in (curve.x, curve.y, curve.low, curve.high))
    return Series(name, x, y, low, high)


def _interval(found: Estimate, language: Language) -> str:
    value, low, high = (number(bound, language) for bound in (found.value, found.low, found.high))
    return message("dr-interval", language, value=value, low=low, high=high)


def _share(found: Estimate | None, language: Language) -> str:
    if found is None:
        return "–"
    value, low, high = (percent(bound, language) for bound in (found.value, found.low, found.high))
    return message("dr-interval", language, value=value, low=low, high=high)
