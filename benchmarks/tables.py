"""Writes the tables of README and docs/measured.md from the evidence files: ``python -m benchmarks.tables``.

The README shows the figures that something was promised for, docs/measured.md all of them; ``--check`` only compares.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bigmodel_apps import evidence, locales
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.evidence import Evidence, Metric

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
README, MEASURED = ROOT / "README.md", ROOT / "docs" / "measured.md"
_HEAD = """# Measured

Every figure that was measured, written by `python -m benchmarks.tables` from the evidence files under
`bigmodel_apps/*/evidence` and `benchmarks/results`. In brackets: 95 % bootstrap intervals. The command that measures a
protocol is `python -m bigmodel_apps evaluate DOMAIN --protocol NAME`, with `--data` where it needs a public data set.

"""


def main(argv: Sequence[str] = ()) -> int:
    """Write, or with ``--check`` say whether both files are up to date."""
    text = README.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    fresh = {README: f"{text[:start]}\n{promised()}\n{text[end:]}", MEASURED: _HEAD + measured()}
    if "--check" in argv:
        return int(any(not file.is_file() or file.read_text(encoding="utf-8") != of for file, of in fresh.items()))
    for file, of in fresh.items():
        file.write_text(of, encoding="utf-8")
    return 0


def promised() -> str:
    """The figures with a goal, a table a domain, and the benchmarks'."""
    parts = []
    for domain in DOMAINS:
        lines = [
            f"**{domain.replace('_', ' ').capitalize()}**",
            "",
            "| protocol | measured on | figure | ours | best beside it | goal |",
            "|---|---|---|---|---|---|",
        ]
        items = evidence.read_all(domain)
        for item in items:
            lines += [_promise(item, metric) for metric in item.metrics if metric.goal is not None and _is_ours(metric)]
        parts.append("\n".join([*lines, "", f"({', '.join(sorted({_origin(item) for item in items}))})", ""]))
    results = [evidence.read(path) for path in sorted((ROOT / "benchmarks" / "results").glob("*.json"))]
    parts.append(_speed(results, promised=True))
    return "\n".join(parts)


def measured() -> str:
    """Every table."""
    parts = [_table(item) for domain in DOMAINS for item in evidence.read_all(domain)]
    results = [evidence.read(path) for path in sorted((ROOT / "benchmarks" / "results").glob("*.json"))]
    return "\n".join([*parts, _speed(results, promised=False)])


def _is_ours(metric: Metric) -> bool:
    return metric.system == "ours"


def _promise(item: Evidence, metric: Metric) -> str:
    others = [
        other
        for other in item.metrics
        if (other.name, other.group) == (metric.name, metric.group) and not other.system.startswith("ours")
    ]
    best = max(others, key=lambda other: other.value if metric.higher_is_better else -other.value, default=None)
    beside = f"{_figure(best, interval=False)} ({_word(f'system-{best.system}')})" if best else ""
    place = ", ".join(_word(f"group-{part}") for part in metric.group)
    sign = "≥" if metric.higher_is_better else "≤"
    return f"| {item.protocol} | {place} | {_word(f'metric-{metric.name}')} | {_figure(metric)} | {beside} | {sign} {metric.goal:.3g} |"


def _table(item: Evidence) -> str:
    systems = list(dict.fromkeys(metric.system for metric in item.metrics))
    lines = [
        f"**{item.domain}, protocol {item.protocol}** ({_origin(item)})",
        "",
        "| measured on | metric | " + " | ".join(_word(f"system-{system}") for system in systems) + " | goal |",
        "|---|---|" + "---|" * (len(systems) + 1),
    ]
    for group in dict.fromkeys(metric.group for metric in item.metrics):
        for name in dict.fromkeys(metric.name for metric in item.metrics if metric.group == group):
            row = {metric.system: metric for metric in item.metrics if (metric.group, metric.name) == (group, name)}
            cells = [_figure(row[system]) if system in row else "" for system in systems]
            goal = row["ours"].goal if "ours" in row else None
            place = ", ".join(_word(f"group-{part}") for part in group)
            lines.append(
                f"| {place} | {_word(f'metric-{name}')} | {' | '.join(cells)} | {f'{goal:.3g}' if goal is not None else ''} |"
            )
    return "\n".join([*lines, ""])


def _speed(results: Sequence[Evidence], *, promised: bool) -> str:
    lines = ["**Speed and size**", "", "| benchmark | figure | value | goal |", "|---|---|---|---|"]
    for item in results:
        for metric in item.metrics:
            if promised and metric.goal is None:
                continue
            name = " ".join((metric.name.replace("-", " "), *metric.group))
            goal = f"{'≥' if metric.higher_is_better else '≤'} {metric.goal:g}" if metric.goal is not None else ""
            lines.append(f"| `bench {item.protocol}` | {name} | {_figure(metric)} | {goal} |")
    return "\n".join([*lines, "", f"({', '.join(sorted({_origin(item) for item in results}))})", ""])


def _origin(item: Evidence) -> str:
    hardware = item.hardware
    return f"{item.date}, {hardware.processor}, {hardware.cores} cores, {hardware.precision}"


def _figure(metric: Metric, *, interval: bool = True) -> str:
    units = {"share": "", "score": "", "count": "", "ratio": "×", "per-second": "/s"}
    unit = units.get(metric.unit, f" {metric.unit}")
    value = f"{metric.value:.3f}" if metric.unit in ("share", "score") else f"{metric.value:,.3g}"
    if metric.unit == "count":
        value = f"{metric.value:,.0f}"
    if interval and metric.low is not None and metric.high is not None:
        return f"{value}{unit} ({metric.low:.3f}–{metric.high:.3f})"
    return f"{value}{unit}"


def _word(id: str) -> str:
    return locales.message(id, "en") if id in locales.catalogue_ids("en") else id.partition("-")[2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
