"""A report as one HTML file: no script, no address, light or dark as the reader's system, made to be printed.

Everything from outside is escaped, and a content policy forbids the browser to load or run anything whatever.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bigmodel_apps.evidence import Metric
from bigmodel_apps.locales import Language, date, message, number
from bigmodel_apps.reporting import charts, words
from bigmodel_apps.reporting.document import (
    Bars,
    Block,
    Code,
    Figures,
    Intervals,
    Lines,
    Meaning,
    Notes,
    Pictures,
    Report,
    Section,
    Shot,
    Table,
    Text,
    Timeline,
)
from bigmodel_apps.reporting.markup import escaped

# The hues of `.streamlit/config.toml`; a test compares them.
LIGHT: Mapping[Meaning, str] = {
    "primary": "#3B5BDB",
    "good": "#0B7A75",
    "bad": "#9F2A0C",
    "unsure": "#946300",
    "neutral": "#4A505C",
    "series-1": "#7048A8",
    "series-2": "#55761A",
    "series-3": "#A61E4D",
}
DARK: Mapping[Meaning, str] = {
    "primary": "#8DA2FF",
    "good": "#5CDDD0",
    "bad": "#F5793F",
    "unsure": "#F5C93B",
    "neutral": "#868E9E",
    "series-1": "#B79CF0",
    "series-2": "#A5C95B",
    "series-3": "#F06595",
}

_SHORT = 12
"""Cells of so many characters stay on one line."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_WITH_PICTURES = f"{_POLICY}; img-src data:"

_STYLE = """
:root { color-scheme: light dark; --back: #FFFFFF; --second: #F5F6FA; --text: #1B1F2A; --edge: #D5DAE6; LIGHT }
@media screen and (prefers-color-scheme: dark) {
  :root { --back: #11141C; --second: #1A1F2B; --text: #E8EAF0; --edge: #2B3242; DARK }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: .9375rem; margin: 1rem 0 .25rem; }
p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
.lead { font-size: 1.125rem; }
.facts, .notes, footer { color: var(--neutral); font-size: .8125rem; }
.facts, .notes { margin: 0 0 .5rem; padding: 0; list-style: none; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .8125rem; }
th, td { text-align: start; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--edge);
  overflow-wrap: anywhere; }
th { background: var(--second); }
td.figure { font-variant-numeric: tabular-nums; }
th.short, td.short { white-space: nowrap; }
code { display: block; padding: .5rem .75rem; background: var(--second); border-radius: 8px; font-size: .8125rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 0 0 .75rem; break-inside: avoid; }
.shots { display: flex; flex-wrap: wrap; gap: .75rem; }
.shots figure { width: 9rem; }
.shots figcaption { font-size: .75rem; overflow-wrap: anywhere; }
.shots img { width: 100%; }
figcaption { font-weight: 600; }
svg { display: block; width: 100%; height: auto; font-size: 13px; }
svg text { fill: var(--text); }
svg .tick { fill: var(--neutral); font-size: 12px; }
svg .value, svg .name { font-weight: 600; font-size: 12px; }
.grid, .axis { stroke: var(--edge); stroke-width: 1; fill: none; }
.axis { stroke: var(--neutral); }
.range { stroke-width: 3; stroke-opacity: .45; }
.whisker { stroke: var(--text); stroke-width: 1.5; }
.line { fill: none; stroke-width: 2; }
.band { fill-opacity: .15; }
.stretch { fill-opacity: .18; }
svg .hollow { fill: var(--back); stroke-width: 1.5; }
.goal { stroke: var(--unsure); stroke-width: 3; }
MARKS
@page { size: A4; margin: 12mm; }
@media print {
  body { font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  tr { break-inside: avoid; }
  .one-page { font-size: 9.5px; line-height: 1.35; }
  .one-page h1 { font-size: 15px; }
  .one-page h2 { font-size: 11.5px; margin: 6px 0 2px; }
  .one-page .lead { font-size: 11px; }
  .one-page table, .one-page .facts, .one-page .notes, .one-page footer { font-size: 8.5px; }
  .one-page th, .one-page td { padding: 1px 4px; }
  .one-page svg { max-height: 54mm; }
}
"""


def to_html(report: Report) -> bytes:
    """The report as a file, UTF-8."""
    day = date(datetime.datetime.now(datetime.UTC).date(), report.language)
    parts = [
        f"<h1>{escaped(report.title)}</h1>",
        f'<p class="lead">{escaped(report.lead)}</p>' if report.lead else "",
        _list("facts", report.facts),
        *(_section(section, report.language) for section in report.sections),
        f"<footer>{escaped(message('report-footer', report.language, date=day))}</footer>",
    ]
    body = "\n".join(part for part in parts if part)
    drawn = any(isinstance(block, Pictures) for section in report.sections for block in section.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{report.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_WITH_PICTURES if drawn else _POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(report.title)}</title>\n<style>{_style()}</style>\n</head>\n"
        f'<body>\n<main class="{"one-page" if report.one_page else "pages"}">\n{body}\n</main>\n</body>\n</html>\n'
    ).encode()


def _style() -> str:
    marks = (
        f"svg .mark.{name}, svg .value.{name}, svg .name.{name}, svg .band.{name}, svg .stretch.{name}"
        f" {{ fill: var(--{name}); }}\n"
        f"svg .range.{name}, svg .line.{name}, svg .hollow.{name} {{ stroke: var(--{name}); }}"
        for name in LIGHT
    )
    style = _STYLE.replace("MARKS", "\n".join(marks))
    for name, hues in (("LIGHT", LIGHT), ("DARK", DARK)):
        style = style.replace(name, " ".join(f"--{meaning}: {hue};" for meaning, hue in hues.items()))
    return style


def _section(section: Section, language: Language) -> str:
    title = f"<h2>{escaped(section.title)}</h2>\n" if section.title else ""
    blocks = "\n".join(_block(block, language) for block in section.blocks)
    return f"<section>\n{title}{blocks}\n</section>"


def _block(block: Block, language: Language) -> str:
    match block:
        case Text():
            return "\n".join(f"<p>{escaped(paragraph)}</p>" for paragraph in block.paragraphs)
        case Figures():
            return _figures(block.metrics, language)
        case Table():
            return _table(block.columns, block.rows)
        case Intervals():
            return _chart(block, charts.intervals, language)
        case Bars():
            return _chart(block, charts.bars, language)
        case Lines():
            return _chart(block, charts.lines, language)
        case Timeline():
            return _chart(block, charts.timeline, language)
        case Notes():
            return _list("notes", block.items)
        case Code():
            return f"<code>{escaped(block.text)}</code>"
        case Pictures():
            return f'<div class="shots">{"".join(map(_shot, block.shots))}</div>'


def _figures(metrics: Sequence[Metric], language: Language) -> str:
    systems = list(dict.fromkeys(metric.system for metric in metrics))
    found = {(metric.name, metric.group, metric.system): metric for metric in metrics}
    rows = list(dict.fromkeys((metric.name, metric.group) for metric in metrics))
    grouped, aimed = any(group for _, group in rows), any(metric.goal is not None for metric in metrics)
    columns = [message("evidence-metric", language)]
    columns += [message("evidence-group", language)] if grouped else []
    columns += [message(f"system-{system}", language) for system in systems]
    columns += [message("evidence-goal-column", language)] if aimed else []
    cells = []
    for name, group in rows:
        of_row = [found.get((name, group, system)) for system in systems]
        first = next(metric for metric in of_row if metric)
        goal = next((metric.goal for metric in of_row if metric and metric.goal is not None), None)
        line = [message(f"metric-{name}", language)]
        line += [words.group(first, language) or message("evidence-whole", language)] if grouped else []
        line += [_figure(metric, language) if metric else "" for metric in of_row]
        line += [words.figure(goal, first.unit, language) if goal is not None else ""] if aimed else []
        cells.append(tuple(line))
    note = message("report-intervals", language)
    return _table(columns, cells, figures=True) + "\n" + _list("notes", [note])


def _figure(metric: Metric, language: Language) -> str:
    interval = words.interval(metric, language)
    value = words.figure(metric.value, metric.unit, language)
    counted = f", n = {number(metric.n, language)}" if metric.n is not None else ""
    return f"{value} ({interval}{counted})" if interval else value


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, figures: bool = False) -> str:
    def cell(text: str, tag: str, about: str, kinds: str = "") -> str:
        # A word or a time breaks in two where the column beside it holds sentences.
        kinds = f"{kinds} short" if len(text) <= _SHORT else kinds
        kind = f' class="{kinds.strip()}"' if kinds else ""
        return f"<{tag}{kind}{about}>{escaped(text)}</{tag}>"

    head = "".join(cell(column, "th", ' scope="col"') for column in columns)
    figure, about = ("figure", "") if figures else ("", ' dir="auto"')
    body = "\n".join("<tr>" + "".join(cell(text, "td", about, figure) for text in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>'


def _chart(block: Any, draw: Callable[[Any, Language], str], language: Language) -> str:
    goal = any(point.goal is not None for point in getattr(block, "points", ()))
    note = _list("notes", [message("report-chart-goal", language)]) if goal else ""
    return f"<figure><figcaption>{escaped(block.title)}</figcaption>{draw(block, language)}{note}</figure>"


def _shot(shot: Shot) -> str:
    source = f"data:image/png;base64,{escaped(shot.png)}"
    return f'<figure><img src="{source}" alt="{escaped(shot.caption)}"><figcaption>{escaped(shot.caption)}</figcaption></figure>'


def _list(kind: str, items: Sequence[str]) -> str:
    return f'<ul class="{kind}">{"".join(f"<li>{escaped(item)}</li>" for item in items)}</ul>' if items else ""
