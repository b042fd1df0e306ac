"""The evidence panel: measured figures with their intervals beside the baselines, and all it takes to measure again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps import locales
from bigmodel_apps.evidence import Evidence, Metric, read_all
from bigmodel_apps.reporting import from_evidence, to_html, words
from bigmodel_apps.reporting.words import OURS, headline
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, duration, number, t

_ROW_PIXELS, _LINE_PIXELS, _AXIS_PIXELS = 48, 16, 56


def evidence(domain: str, first: str = "") -> None:
    """Everything measured about a domain: a choice of protocols, then the panel of one.

    Args:
        first: The protocol that a reader came for.
    """
    found = {item.protocol: item for item in sorted(read_all(domain), key=lambda item: item.protocol != first)}
    if not found:
        st.caption(t("evidence-none"))
        st.code(f"python -m bigmodel_apps evaluate {domain} --protocol NAME --data PATH", language="bash")
        return
    chosen = next(iter(found))
    if len(found) > 1:
        chosen = (
            st.pills(
                t("evidence-protocol"),
                list(found),
                default=chosen,
                required=True,
                format_func={name: escape(words.protocol(name, current())) for name in found}.__getitem__,
                key=f"{domain}-protocol",
                persist_state="session",
            )
            or chosen
        )
    panel(found[chosen])


def panel(item: Evidence) -> None:
    """One run of one protocol: in words, as a chart, as a table, and how to repeat it."""
    st.markdown(escape(item.description.get(current(), item.description["en"])))
    day = locales.date(datetime.date.fromisoformat(item.date), current())
    st.caption(t("evidence-measured", date=day, hardware=escape(item.hardware.processor), cores=item.hardware.cores))
    names = list(dict.fromkeys(metric.name for metric in item.metrics))
    name: str = names[0]
    if len(names) > 1:
        name = (
            st.pills(
                t("evidence-metric"),
                names,
                default=name,
                required=True,
                format_func={name: t(f"metric-{name}") for name in names}.__getitem__,
                key=f"{item.domain}-{item.protocol}-metric",
                persist_state="session",
            )
            or name
        )
    metrics = headline([metric for metric in item.metrics if metric.name == name])
    title = words.finding(metrics, current())
    st.markdown(f"**{escape(title)}**")  # above the chart and not in it: there it would be cut on a phone
    st.altair_chart(chart(metrics), alt=title)
    if any(metric.goal is not None for metric in metrics):
        st.caption(t("evidence-goal"))
    with st.expander(t("evidence-table"), icon=":material/table_rows:"):
        st.dataframe(table(item.metrics), hide_index=True, alt=t("evidence-table"))
    with st.expander(t("evidence-repeat"), icon=":material/replay:"):
        _repeat(item)
    language = current()
    st.download_button(
        t("report-download"),
        lambda: to_html(from_evidence(item, language)),
        f"{item.domain}-{item.protocol}.{language}.html",
        "text/html",
        icon=":material/download:",
        key=f"{item.domain}-{item.protocol}-report",
    )


def chart(metrics: Sequence[Metric]) -> alt.LayerChart | alt.FacetChart:
    """Points with intervals, one row a system and group; ours in the primary colour and a shape of its own."""
    figure = partial(words.figure, language=current())
    rows = pd.DataFrame(
        {
            "row": [words.row(metric, current()) for metric in metrics],
            "value": [metric.value for metric in metrics],
            "low": [metric.low if metric.low is not None else metric.value for metric in metrics],
            "high": [metric.high if metric.high is not None else metric.value for metric in metrics],
            "goal": [metric.goal for metric in metrics],
            "goal_meaning": "unsure",
            "shown": [figure(metric.value, metric.unit) for metric in metrics],
            "meaning": ["primary" if metric.system == OURS else "neutral" for metric in metrics],
        }
    )
    ticks = {"share": "~%", "score": "~r", "ratio": "~r"}.get(metrics[0].unit, "~s")  # "~s" writes 0.46 as 460m
    axis_title = words.axis(metrics[0], current())
    axis = alt.Axis(format=ticks)
    if metrics[0].unit == "share" and rows["low"].min() >= 0 and rows["high"].max() <= 1:
        # The room around the points reaches beyond what a share can be; no figure stands there.
        axis = alt.Axis(labelExpr=f"datum.value < 0 || datum.value > 1 ? '' : format(datum.value, '{ticks}')")
    x = alt.X("value:Q", title=axis_title, scale=alt.Scale(zero=False, padding=24), axis=axis)
    colour = palette.by_meaning("meaning")
    labels = alt.Axis(labelLimit=260, labelExpr="split(datum.label, ' · ')")  # a line each, so that none is cut
    base = alt.Chart(rows).encode(y=alt.Y("row:N", sort=None, title=None, axis=labels))
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(
            x=alt.X("low:Q", title=axis_title), x2="high:Q", color=colour
        ),
        base.mark_point(filled=True, size=110, opacity=1).encode(
            x=x,
            color=colour,
            shape=alt.Shape(
                "meaning:N", scale=alt.Scale(domain=["primary", "neutral"], range=["circle", "diamond"]), legend=None
            ),
            tooltip=[alt.Tooltip("row:N", title=t("evidence-system")), alt.Tooltip("shown:N", title=axis_title)],
        ),
        base.mark_text(dy=-12, fontWeight="bold").encode(x=x, text="shown:N", color=colour),
    ]
    if rows["goal"].notna().any():
        layers.append(base.mark_tick(thickness=3, size=18).encode(x="goal:Q", color=palette.by_meaning("goal_meaning")))
    lines = max(row.count(" · ") + 1 for row in rows["row"])
    return alt.layer(*layers, height=_AXIS_PIXELS + max(_ROW_PIXELS, _LINE_PIXELS * (lines + 1)) * len(rows))


def table(metrics: Sequence[Metric]) -> pd.DataFrame:
    """All figures in words: metric, group, system, value, interval, number of observations, goal."""
    figure = partial(words.figure, language=current())
    return pd.DataFrame(
        [
            {
                t("evidence-metric"): t(f"metric-{metric.name}"),
                t("evidence-group"): words.group(metric, current()) or t("evidence-whole"),
                t("evidence-system"): t(f"system-{metric.system}"),
                t("evidence-value"): figure(metric.value, metric.unit),
                t("evidence-interval"): words.interval(metric, current()),
                t("evidence-n"): number(metric.n) if metric.n is not None else "",
                t("evidence-goal-column"): figure(metric.goal, metric.unit) if metric.goal is not None else "",
            }
            for metric in metrics
        ]
    )


def _repeat(item: Evidence) -> None:
    st.caption(t("evidence-command"))
    st.code(item.command, language="bash", wrap_lines=True)
    for data in item.datasets:
        st.markdown(
            t(
                "evidence-dataset",
                name=escape(data.name),
                rows=data.rows,
                licence=escape(data.licence),
                source=escape(data.source),
                hash=data.sha256[:12],
            )
        )
        if data.notes:
            st.caption(escape(data.notes))
    hardware = item.hardware
    st.markdown(
        t(
            "evidence-hardware",
            processor=escape(" + ".join(part for part in (hardware.processor, hardware.accelerator) if part)),
            cores=hardware.cores,
            memory=hardware.memory_gb,
            precision=hardware.precision,
            duration=duration(item.seconds),
        )
    )
    hashes = ", ".join(f"{escape(name)} {value[:12]}" for name, value in item.weights.items())
    st.markdown(t("evidence-version", version=item.code_version, code=item.code_sha256[:12]))
    if hashes:
        st.markdown(t("evidence-weights", hashes=hashes))
    if item.seed is not None:
        st.markdown(t("evidence-seed", seed=str(item.seed)))
