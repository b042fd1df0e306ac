"""Measured figures in words, the same on a page and in a report."""

from __future__ import annotations

from collections.abc import Sequence

from bigmodel_apps.evidence import CLASS, Metric
from bigmodel_apps.locales import Language, catalogue_ids, message, number, percent
from bigmodel_apps.measures import Comparison

OURS = "ours"
_SMALLEST_P = 0.001


def headline(metrics: Sequence[Metric]) -> list[Metric]:
    """The figures of a chart: those over the widest groups, ours before the others of each; a table has the rest."""
    widest = min(len(metric.group) for metric in metrics)
    found = [metric for metric in metrics if len(metric.group) == widest]
    groups = list(dict.fromkeys(metric.group for metric in found))
    return sorted(found, key=lambda metric: (groups.index(metric.group), metric.system != OURS))


def protocol(name: str, language: Language) -> str:
    """What a protocol is called; its name in commands where the catalogue has no words for it."""
    return message(f"protocol-{name}", language) if f"protocol-{name}" in catalogue_ids(language) else name


def figure(value: float, unit: str, language: Language) -> str:
    """A value with its unit."""
    if unit == "share":
        return percent(value, language)
    if unit in ("count", "score"):
        return number(value, language)
    return message(f"unit-{unit.lower()}", language, value=number(value, language))


def interval(metric: Metric, language: Language) -> str:
    """The bounds of a figure; nothing where it has none."""
    if metric.low is None or metric.high is None:
        return ""
    return " – ".join(figure(bound, metric.unit, language) for bound in (metric.low, metric.high))


def group(metric: Metric, language: Language) -> str:
    """What a figure was measured on; nothing for the whole."""
    known = catalogue_ids(language)
    return " · ".join(
        message(f"group-{part}", language) if f"group-{part}" in known else part.removeprefix(CLASS)
        for part in metric.group
    )


def row(metric: Metric, language: Language) -> str:
    """What a figure was measured on, and the system that it belongs to."""
    return " · ".join(part for part in (group(metric, language), message(f"system-{metric.system}", language)) if part)


def finding(metrics: Sequence[Metric], language: Language) -> str:
    """What a chart of one metric shows, in a sentence: ours beside the best baseline on the same data."""
    first = metrics[0]
    name = message(f"metric-{first.name}", language)
    ours = next((metric for metric in metrics if metric.system == OURS), None)
    rivals = [metric for metric in metrics if ours and metric.system != OURS and metric.group == ours.group]
    if ours is None or not rivals:
        return message("evidence-question", language, metric=name)
    best = (max if first.higher_is_better else min)(rivals, key=lambda metric: metric.value)
    return message(
        "evidence-finding",
        language,
        metric=name,
        ours=figure(ours.value, ours.unit, language),
        best=figure(best.value, best.unit, language),
        system=message(f"system-{best.system}", language),
    )


def chance(comparison: Comparison, language: Language) -> str:
    """Whether chance may explain a difference, in a sentence."""
    p = comparison.p
    shown = f"< {number(_SMALLEST_P, language)}" if p < _SMALLEST_P else f"= {number(p, language)}"
    return message("evaluate-verdict-clear" if comparison.clear else "evaluate-verdict-chance", language, p=shown)


def axis(metric: Metric, language: Language) -> str:
    """Title of the axis on which a metric is drawn."""
    name = message(f"metric-{metric.name}", language)
    return (
        message("evidence-axis", language, metric=name, unit=metric.unit) if metric.unit in ("ms", "s", "MB") else name
    )
