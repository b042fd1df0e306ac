"""The report of one run of one protocol."""

from __future__ import annotations

import datetime

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.evidence import Dataset, Evidence, Metric
from bigmodel_apps.locales import Language, date, duration, message
from bigmodel_apps.reporting import words
from bigmodel_apps.reporting.document import Block, Code, Figures, Intervals, Notes, Point, Report, Section


def from_evidence(item: Evidence, language: Language) -> Report:
    """Every figure with its interval, a chart a metric, and all it takes to measure again."""
    names = dict.fromkeys(metric.name for metric in item.metrics)
    charts = tuple(_chart([metric for metric in item.metrics if metric.name == name], language) for name in names)
    day = date(datetime.date.fromisoformat(item.date), language)
    hardware = item.hardware
    return Report(
        title=message(
            "report-evidence-title",
            language,
            domain=_domain(item, language),
            protocol=words.protocol(item.protocol, language),
        ),
        language=language,
        lead=item.description.get(language, item.description["en"]),
        facts=(message("evidence-measured", language, date=day, hardware=hardware.processor, cores=hardware.cores),),
        sections=(
            Section(message("report-charts", language), charts),
            Section(message("evidence-table", language), (Figures(item.metrics),)),
            Section(message("evidence-repeat", language), _repeat(item, language)),
        ),
    )


def _domain(item: Evidence, language: Language) -> str:
    return message(f"domain-{DOMAINS[item.domain].url_path}-name", language)


def _chart(metrics: list[Metric], language: Language) -> Intervals:
    shown = words.headline(metrics)
    return Intervals(
        title=words.finding(shown, language),
        axis=words.axis(shown[0], language),
        points=tuple(
            Point(
                label=words.row(metric, language),
                value=metric.value,
                shown=words.figure(metric.value, metric.unit, language),
                low=metric.low,
                high=metric.high,
                goal=metric.goal,
                meaning="primary" if metric.system == words.OURS else "neutral",
            )
            for metric in shown
        ),
        share=shown[0].unit == "share",
    )


def _repeat(item: Evidence, language: Language) -> tuple[Block, ...]:
    hardware = item.hardware
    notes = [_dataset(data, language) for data in item.datasets]
    notes += [data.notes for data in item.datasets if data.notes]
    notes.append(
        message(
            "report-hardware",
            language,
            processor=" + ".join(part for part in (hardware.processor, hardware.accelerator) if part),
            cores=hardware.cores,
            memory=hardware.memory_gb,
            precision=hardware.precision,
            duration=duration(item.seconds, language),
        )
    )
    notes.append(message("report-code", language, version=item.code_version, code=item.code_sha256[:12]))
    if item.weights:
        hashes = ", ".join(f"{name} {value[:12]}" for name, value in item.weights.items())
        notes.append(message("report-weights", language, hashes=hashes))
    if item.seed is not None:
        notes.append(message("report-seed", language, seed=str(item.seed)))
    return Code(item.command), Notes(tuple(notes))


def _dataset(data: Dataset, language: Language) -> str:
    return message(
        "report-dataset",
        language,
        name=data.name,
        rows=data.rows,
        licence=data.licence,
        source=data.source,
        hash=data.sha256[:12],
    )
