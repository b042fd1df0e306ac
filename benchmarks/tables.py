"""Writes the README's tables from the evidence files: ``python -m benchmarks.tables`` (``--check`` only compares)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bigmodel_apps import evidence, locales
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.evidence import Evidence, Metric

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
# Which groups of which protocols the README shows; the page shows them all.
_SHOWN: dict[str, list[tuple[str, ...]]] = {
    "tenants": [
        ("en", "heldout"),
        ("zh", "heldout"),
        ("en", "tuning"),
        ("zh", "tuning"),
        ("en", "near"),
        ("zh", "near"),
    ],
    "xquad": [("en",), ("zh",)],
}


def main(argv: Sequence[str] = ()) -> int:
    """Write, or with ``--check`` say whether the README is up to date."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    fresh = f"{text[:start]}\n{render()}\n{text[end:]}"
    if "--check" in argv:
        return int(fresh != text)
    readme.write_text(fresh, encoding="utf-8")
    return 0


def render() -> str:
    """Everything between the marks."""
    parts = []
    for domain in DOMAINS:
        for item in evidence.read_all(domain):
            parts.append(_table(item, _SHOWN.get(item.protocol)))
    results = [evidence.read(path) for path in sorted((ROOT / "benchmarks" / "results").glob("*.json"))]
    if results:
        parts.append(_speed(results))
    return "\n".join(parts)


def _table(item: Evidence, groups: list[tuple[str, ...]] | None) -> str:
    systems = list(dict.fromkeys(metric.system for metric in item.metrics))
    lines = [
        f"**{item.domain}, protocol {item.protocol}** ({_origin(item)})",
        "",
        "| measured on | metric | " + " | ".join(_word(f"system-{system}") for system in systems) + " | goal |",
        "|---|---|" + "---|" * (len(systems) + 1),
    ]
    for group in groups or list(dict.fromkeys(metric.group for metric in item.metrics)):
        for name in dict.fromkeys(metric.name for metric in item.metrics if metric.group == group):
            row = {metric.system: metric for metric in item.metrics if (metric.group, metric.name) == (group, name)}
            cells = [_figure(row[system]) if system in row else "" for system in systems]
            goal = row["ours"].goal if "ours" in row else None
            place = ", ".join(_word(f"group-{part}") for part in group)
            lines.append(
                f"| {place} | {_word(f'metric-{name}')} | {' | '.join(cells)} | {f'{goal:.3g}' if goal is not None else ''} |"
            )
    return "\n".join([*lines, ""])


def _speed(results: Sequence[Evidence]) -> str:
    lines = ["**Speed and size**", "", "| benchmark | figure | value | goal |", "|---|---|---|---|"]
    for item in results:
        for metric in item.metrics:
            name = " ".join((metric.name.replace("-", " "), *metric.group))
            goal = f"{metric.goal:g}" if metric.goal is not None else ""
            lines.append(f"| `bench {item.protocol}` | {name} | {_figure(metric)} | {goal} |")
    return "\n".join([*lines, "", f"({_origin(results[0])})", ""])


def _origin(item: Evidence) -> str:
    hardware = item.hardware
    return f"{item.date}, {hardware.processor}, {hardware.cores} cores, {hardware.precision}"


def _figure(metric: Metric) -> str:
    units = {"share": "", "score": "", "count": "", "ratio": "×", "per-second": "/s"}
    unit = units.get(metric.unit, f" {metric.unit}")
    value = f"{metric.value:.3f}" if metric.unit in ("share", "score") else f"{metric.value:,.3g}"
    if metric.unit == "count":
        value = f"{metric.value:,.0f}"
    interval = f" ({metric.low:.3f}–{metric.high:.3f})" if metric.low is not None and metric.high is not None else ""
    return f"{value}{unit}{interval}"


def _word(id: str) -> str:
    return locales.message(id, "en") if id in locales.catalogue_ids("en") else id.partition("-")[2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
