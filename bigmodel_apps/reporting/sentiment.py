"""The report of a scored table on one page, and its findings in words, the same on the page and in the report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from bigmodel_apps import measures
from bigmodel_apps.locales import Language, catalogue_ids, date, message, number, percent
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import Unavailable
from bigmodel_apps.reporting.document import (
    Course,
    Intervals,
    Meaning,
    Notes,
    Point,
    Reading,
    Report,
    Section,
    Stretch,
    Table,
    Text,
    Timeline,
)
from bigmodel_apps.sentiment import bulk, trends
from bigmodel_apps.sentiment import matrix as matrices
from bigmodel_apps.sentiment.matrix import Line, Matrix, cell_quotes, matrix
from bigmodel_apps.sentiment.results import LABELS, Quote, Result
from bigmodel_apps.sentiment.schema import Label
from bigmodel_apps.sentiment.trends import Drivers, Measure, Shift, Trend

MEANINGS: dict[Label, Meaning] = {"positive": "good", "negative": "bad", "neutral": "neutral", "unsure": "unsure"}
"""Colour of each label."""

_SHIFTS, _QUOTES, _WORDS = 2, 2, 6
_ASPECTS = 8
_WIDTH = 110
_NEAR = 16


def from_result(result: Result, language: Language, scored_on: datetime.date | None = None) -> Report:
    """The finding in words; shares, trend with shifts, aspects and quotes; how it was read and what was left out.

    Args:
        result: Some rows at least. What was filtered is what is reported, and the report says so.
        scored_on: The day on which it was scored.
    """
    found = trends.shifts(result)
    trend = trends.trend(result)
    aspects = matrix(result)
    sections = [Section("", (shares(result, language),))]
    if trend.periods:
        sections.append(Section("", (timeline(trend, found, language),)))
    for shift in found[:_SHIFTS]:
        driven = trends.drivers(result, shift)
        title = shift_in_words(shift, language) if len(found) > 1 else message("st-drivers", language)
        sections.append(Section(title, _driven(driven, language)))
    if aspects.lines:
        sections.append(Section(aspects_in_words(aspects, language), (aspects_table(aspects, language),)))
        if lines := _aspect_quotes(result, aspects, language):
            sections.append(Section("", (lines,)))
    sections.append(Section(message("st-report-notes", language), (Notes(notes(result, trend, language)),)))
    return Report(
        title=message("st-report-title", language, file=result.name),
        language=language,
        lead=headline(result, found, language),
        facts=_facts(result, language, scored_on),
        sections=tuple(sections),
        one_page=True,
    )


# --- Findings in words ---------------------------------------------------------------------------------------------


def headline(result: Result, found: Sequence[Shift], language: Language) -> str:
    """What most texts say, and the clearest shift.

    Args:
        found: Of `trends.shifts`.
    """
    counts = result.rows["label"].value_counts()
    n = len(result.rows)
    whole = message(
        "st-headline",
        language,
        n=n,
        positive=percent(counts.get("positive", 0) / n, language),
        negative=percent(counts.get("negative", 0) / n, language),
    )
    clearest = max(found, key=lambda shift: abs(shift.change.value), default=None)
    if clearest is not None:
        change = shift_in_words(clearest, language)
    elif result.rows["date"].notna().sum() < 2 * trends.LEAST:
        change = message("st-no-dates", language)
    else:
        change = message("st-no-shift", language)
    return message("st-two-sentences", language, first=whole, second=change)


def shift_in_words(shift: Shift, language: Language) -> str:
    """When, where, from what to what, and how likely that is chance."""
    where = "all" if shift.group is None else "group" if shift.group else "rest"
    return message(
        f"st-shift-{where}",
        language,
        group=shift.group or "",
        start=date(shift.start, language),
        end=date(shift.end, language),
        inside=percent(shift.inside.value, language),
        outside=percent(shift.outside.value, language),
        measure=shift.measure,
        p=number(shift.p, language),
    )


def aspects_in_words(aspects: Matrix, language: Language) -> str:
    """The aspects with the best and the worst net sentiment, of those that enough texts judge; else the question.

    An aspect on which most verdicts are unsure is not ranked, but named. "Worst" is only said below zero.
    """
    named = [line for line in aspects.lines if line.n >= matrices.LEAST]
    unsure = {line.aspect for line in named if 2 * line.counts["unsure"] > line.n}
    judged = sorted(
        (
            (line.net.value, line.aspect)
            for line in aspects.lines
            if line.enough and line.net is not None and line.aspect not in unsure
        ),
        reverse=True,
    )
    if len(judged) < 2:
        found = message("st-aspects-question", language)
    else:
        (best, best_name), (worst, worst_name) = judged[0], judged[-1]
        found = message(
            "st-aspects-finding",
            language,
            best=best_name,
            high="liked" if best > 0 else "disliked",
            worst=worst_name,
            low="disliked" if worst < 0 else "liked",
        )
    if not unsure:
        return found
    listed = message("st-list-separator", language).join(line.aspect for line in named if line.aspect in unsure)
    return message("st-two-sentences", language, first=found, second=message("st-unsure", language, aspects=listed))


def trend_in_words(trend: Trend, found: Sequence[Shift], language: Language) -> str:
    """The title of the trend: how many shifts there are, by what periods."""
    grain = message(f"st-grain-{trend.grain}", language)
    return message("st-trend-title", language, count=len(found), grain=grain)


def expected_in_words(result: Result, language: Language) -> str:
    """How many of the verdicts to expect to be right; nothing where the model's weights do not say."""
    try:
        expected = bulk.expected_right(result)
    except Unavailable:
        expected = None
    if expected is None:
        return message("st-expected-unknown", language)
    return message("st-expected", language, share=percent(expected.share, language), rows=expected.rows)


def notes(result: Result, trend: Trend, language: Language) -> tuple[str, ...]:
    """How the table was read, what was left out and how the figures are to be read; one line each."""
    report, columns = result.report, result.columns
    found = [message("st-read-texts", language, column=columns.text)]
    for role in ("date", "group", "language"):
        if column := getattr(columns, role):
            found.append(message(f"st-read-{role}", language, column=column))
    found.append(
        message(
            "st-left-out",
            language,
            count=report.left_out,
            empty=report.empty,
            long=report.too_long,
            skipped=report.skipped,
        )
    )
    if report.duplicates:
        found.append(message("st-duplicates", language, count=report.duplicates))
    if trend.undated and columns.date:
        found.append(message("st-undated", language, count=trend.undated))
    if report.ambiguous_dates:
        order = report.order or "day-first"
        found.append(message("st-ambiguous-dates", language, count=report.ambiguous_dates, order=order))
    if report.other_languages:
        found.append(message("st-other-languages", language, count=report.other_languages))
    below = percent(result.options.unsure_below, language)
    found.append(message("st-how-labels", language, below=below))
    found.append(expected_in_words(result, language))
    found.append(message("st-how-intervals", language, least=trends.LEAST))
    if columns.date:
        level = percent(trends.LEVEL, language)
        found.append(message("st-how-shifts", language, level=level, points=round(100 * trends.LEAST_CHANGE)))
    return tuple(found)


# --- Charts and tables ---------------------------------------------------------------------------------------------


def shares(result: Result, language: Language) -> Intervals:
    """The share of each label."""
    n = len(result.rows)
    counts = {label: int((result.rows["label"] == label).sum()) for label in LABELS}
    points = []
    for label, count in counts.items():
        found = measures.wilson(count, n)
        points.append(
            Point(
                message(f"sentiment-label-{label}", language),
                found.value,
                percent(found.value, language),
                found.low,
                found.high,
                meaning=MEANINGS[label],
            )
        )
    title = message("st-shares-title", language, label=most_frequent(counts, language))
    return Intervals(title, message("st-share-axis", language), tuple(points))


def most_frequent(counts: Mapping[Label, int], language: Language) -> str:
    """The label that most texts have; all of them where several are as frequent."""
    most = max(counts.values())
    return message("st-list-separator", language).join(
        message(f"sentiment-label-{label}", language) for label, count in counts.items() if count == most
    )


def timeline(trend: Trend, found: Sequence[Shift], language: Language) -> Timeline:
    """The negative and the positive share over time, and the shifts."""
    return Timeline(
        trend_in_words(trend, found, language),
        message("st-share-axis", language),
        tuple(_course(trend, measure, language) for measure in ("negative", "positive")),
        tuple(
            Stretch(
                shift.group or message("st-shift-mark", language),
                shift.start,
                shift.end,
                "bad" if shift.worse else "good",
            )
            for shift in found
        ),
    )


def aspects_table(aspects: Matrix, language: Language, most: int = _ASPECTS) -> Table:
    """Counts by aspect and label, and net sentiment with its interval."""
    columns = (
        message("st-aspect", language),
        message("st-texts", language),
        *(message(f"sentiment-label-{label}", language) for label in LABELS),
        message("st-net", language),
    )
    return Table(columns, tuple(_aspect_row(line, language) for line in aspects.lines[:most]))


def quote_in_words(quote: Quote, language: Language, width: int = _WIDTH) -> str:
    """A quote, cut around what it points at, with where it comes from."""
    start, end = quote.start, quote.end
    room = max(0, width - (end - start))
    first = max(0, start - room // 2)
    last = min(len(quote.text), first + max(width, 1))
    text = " ".join(quote.text[first:last].split())
    if first and " " in text[:_NEAR]:
        text = text[text.index(" ") + 1 :]  # not from the middle of a word
    cut = ("…" if first else "") + text + ("…" if last < len(quote.text) else "")
    place = [quote.group] if quote.group else []
    place += [date(quote.date, language)] if quote.date else []
    place += [message("st-row", language, row=quote.row)]
    return message("st-quote", language, text=cut, place=" · ".join(place))


def _course(trend: Trend, measure: Measure, language: Language) -> Course:
    readings = []
    for period in trend.periods:
        share = period.share(measure)
        if share is not None:
            readings.append(Reading(period.start, period.end, share.value, share.low, share.high, period.enough))
    return Course(message(f"sentiment-label-{measure}", language), tuple(readings), MEANINGS[measure])


def _driven(driven: Drivers, language: Language) -> tuple[Text | Notes, ...]:
    lines = []
    if driven.words:
        words = message("st-list-separator", language).join(
            message("st-word", language, word=word.word, inside=word.inside, outside=word.outside)
            for word in driven.words[:_WORDS]
        )
        inside, outside = driven.texts
        lines.append(
            message("st-driver-words", language, words=words, label=driven.label, inside=inside, outside=outside)
        )
    moved = [aspect for aspect in driven.aspects if aspect.p < measures.SIGNIFICANCE][:3]
    if moved:
        named = message("st-list-separator", language).join(
            message(
                "st-moved",
                language,
                name=aspect.name,
                inside=percent(aspect.inside.value, language),
                outside=percent(aspect.outside.value, language),
            )
            for aspect in moved
        )
        lines.append(message("st-driver-aspects", language, aspects=named, label=driven.label))
    quoted = tuple(quote_in_words(quote, language) for quote in driven.quotes[:_QUOTES])
    return (Text(tuple(lines)), Notes(quoted))


def _aspect_row(line: Line, language: Language) -> tuple[str, ...]:
    cells = [
        message("st-cell", language, count=line.counts[label], share=percent(line.shares[label].value, language))
        if line.counts[label]
        else "–"
        for label in LABELS
    ]
    net = _net(line.net, language) if line.enough and line.net is not None else message("st-too-few", language)
    return (line.aspect, number(line.n, language), *cells, net)


def _net(net: Estimate, language: Language) -> str:
    value, low, high = (_signed(bound, language) for bound in (net.value, net.low, net.high))
    return message("st-interval", language, value=value, low=low, high=high)


def _signed(share: float, language: Language) -> str:
    points = round(100 * share)
    return f"+{number(points, language)}" if points > 0 else number(points, language)


def _aspect_quotes(result: Result, aspects: Matrix, language: Language) -> Notes | None:
    """What is said about the aspect with the worst net sentiment."""
    judged = [line for line in aspects.lines if line.net is not None and line.counts["negative"]]
    if not judged:
        return None
    worst = min(judged, key=lambda line: (not line.enough, line.net.value if line.net else 0.0))
    found = cell_quotes(result, worst.aspect, "negative", _QUOTES)
    return Notes(tuple(quote_in_words(quote, language) for quote in found))


def _facts(result: Result, language: Language, scored_on: datetime.date | None) -> tuple[str, ...]:
    known = catalogue_ids(language)
    engines = message("st-list-separator", language).join(
        message(f"engine-{engine}", language) if f"engine-{engine}" in known else engine
        for engine in result.engines
        if engine
    )
    report = result.report
    found = []
    if len(result.rows) < report.usable:
        found.append(message("st-filtered", language, shown=len(result.rows), rows=report.usable))
    found.append(message("st-rows", language, rows=report.rows, usable=report.usable))
    if engines:
        found.append(message("st-judged-by", language, engines=engines, model=result.model))
    if scored_on is not None:
        found.append(message("st-scored-on", language, date=date(scored_on, language)))
    return tuple(found)
