"""The risk of a biopsy, or of many, from measurements, to hand on.

The first line and the last one say that this is no medical device.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bigmodel_apps.diagnosis import measurements
from bigmodel_apps.diagnosis.biopsies import Scored, label
from bigmodel_apps.diagnosis.measurements import Risk
from bigmodel_apps.locales import Language, describe_all, message, number, percent
from bigmodel_apps.reporting.document import Bars, Block, Meaning, Notes, Point, Report, Section, Table, Text
from bigmodel_apps.tables import to_csv_bytes

State = str

BINS, HALF = 10, 0.5
_ROWS = 200
_NOTES = 12
MEANINGS: Mapping[State, Meaning] = {"high": "bad", "unclear": "unsure", "low": "good"}
"""Colour of each state."""


def state(risk: Risk) -> State:
    """``high`` or ``low`` where all models that fit agree on which side of one half it is, otherwise ``unclear``."""
    return "unclear" if risk.low < HALF < risk.high else "high" if risk.probability >= HALF else "low"


def verdict(risk: Risk, language: Language) -> str:
    """The risk in a sentence."""
    return message(f"diagnosis-risk-verdict-{state(risk)}", language, share=percent(risk.probability, language))


def interval(risk: Risk, language: Language) -> str:
    """How sure that is, and from how many measurements."""
    low, high = (percent(bound, language) for bound in (risk.low, risk.high))
    return message("diagnosis-risk-interval", language, low=low, high=high, measured=len(risk.shares))


def beyond(risk: Risk, language: Language) -> str:
    """Which measurements lie outside what the model has seen."""
    names = message("list-separator", language).join(label(name, language) for name in risk.beyond)
    return message("diagnosis-risk-beyond", language, names=names)


def from_risk(given: Mapping[str, float], risk: Risk, language: Language) -> Report:
    """The report of one biopsy."""
    model = measurements.adapted(measurements.checked(given))
    seen = dict(zip(model.names, zip(model.lowest, model.highest, strict=True), strict=True))
    rows = [
        (
            label(name, language),
            number(given[name], language),
            message("risk-report-range", language, low=float(seen[name][0]), high=float(seen[name][1])),
            number(share, language),
        )
        for name, share in risk.shares.items()
    ]
    rows.append((message("risk-report-base", language), "", "", number(risk.base, language)))
    rows.append((message("risk-report-total", language), "", "", number(risk.log_odds, language)))
    columns = ("measurement", "value", "seen", "adds")
    points = tuple(
        Point(label(name, language), share, number(share, language), meaning="bad" if share > 0 else "good")
        for name, share in risk.shares.items()
    )
    blocks: tuple[Block, ...] = (
        Bars(message("diagnosis-risk-why", language), message("risk-report-axis", language), points, share=False),
        Table(tuple(message(f"risk-report-column-{column}", language) for column in columns), tuple(rows)),
    )
    paragraphs = (interval(risk, language), *((beyond(risk, language),) if risk.beyond else ()))
    return _report(
        verdict(risk, language), (Section("", (Text(paragraphs),)), Section("", blocks)), risk.prevalence, language
    )


def risk_csv(given: Mapping[str, float], risk: Risk, language: Language) -> bytes:
    """One row a measurement, then the average biopsy: `adds` sums to the log-odds of the risk."""
    added = risk.shares | {message("risk-report-base", language): risk.base}
    frame = pd.DataFrame(
        {
            "measurement": list(added),
            "value": [given.get(name, np.nan) for name in added],
            "outside": [name in risk.beyond for name in added],
            "adds": list(added.values()),
        }
    )
    about = {"risk": risk.probability, "low": risk.low, "high": risk.high, "prevalence": risk.prevalence}
    return to_csv_bytes(frame.assign(**about, notice=message("diagnosis-notice", language)))


def headline(scored: Scored, language: Language) -> str:
    """How many biopsies, and how many of them are above one half."""
    high = int((scored.frame["risk"] >= HALF).sum())
    return message("diagnosis-rows-verdict", language, rows=len(scored.frame), high=high)


def counts(scored: Scored) -> list[tuple[float, float, int]]:
    """Bounds of each tenth of the risks, and how many biopsies lie there."""
    found, edges = np.histogram(scored.frame["risk"], bins=BINS, range=(0, 1))
    return [(float(edges[at]), float(edges[at + 1]), int(count)) for at, count in enumerate(found)]


def from_rows(scored: Scored, name: str, language: Language) -> Report:
    """The report of many biopsies, those of the highest risk first."""
    total = max(len(scored.frame), 1)
    points = tuple(
        Point(
            message(
                "risk-report-bin",
                language,
                low=percent(round(low, 2), language),
                high=percent(round(high, 2), language),
            ),
            count / total,
            number(count, language),
            meaning="bad" if low >= HALF else "good",
        )
        for low, high, count in counts(scored)
    )
    shown = scored.frame.nlargest(_ROWS, "risk", keep="all").head(_ROWS)
    columns = ("row", "name", "measured", "risk", "low", "high", "heaviest", "beyond")
    rows = tuple(tuple(_cell(column, row[column], language) for column in columns) for _, row in shown.iterrows())
    blocks: tuple[Block, ...] = (
        Bars(message("diagnosis-rows-chart", language), message("risk-report-share", language), points),
        Table(tuple(message(f"diagnosis-rows-column-{column}", language) for column in columns), rows),
    )
    sections = [Section(name, blocks)]
    if scored.left_out:
        title = message("diagnosis-rows-left-out", language, count=len(scored.left_out))
        sections.append(Section(title, (Notes(tuple(describe_all(scored.left_out, language)[:_NOTES])),)))
    return _report(headline(scored, language), tuple(sections), scored.prevalence, language)


def rows_csv(scored: Scored, language: Language) -> bytes:
    """One row a biopsy, with the notice in each."""
    return to_csv_bytes(scored.frame.assign(prevalence=scored.prevalence, notice=message("diagnosis-notice", language)))


def _cell(column: str, value: object, language: Language) -> str:
    if column in ("risk", "low", "high"):
        return percent(float(str(value)), language)
    if column == "heaviest":
        return label(str(value), language)
    if column == "beyond":
        names = [label(one, language) for one in str(value).split("; ") if one]
        return message("list-separator", language).join(names)
    return str(value)


def _report(lead: str, sections: tuple[Section, ...], prevalence: float, language: Language) -> Report:
    notice = message("diagnosis-notice", language)
    how = message("risk-report-how", language, prevalence=percent(prevalence, language))
    about = message("diagnosis-risk-about", language)
    return Report(
        title=message("risk-report-title", language),
        language=language,
        lead=lead,
        facts=(notice, how),
        sections=(*sections, Section("", (Notes((about, notice)),))),
    )
