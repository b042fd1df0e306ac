"""The evidence panel: measured figures with their intervals beside the baselines, and all it takes to measure again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps import locales
from bigmodel_apps.evidence import Evidence, Metric, read_all
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, duration, number, percent, t

OURS = "ours"
_ROW_PIXELS, _AXIS_PIXELS = 48, 56


def evidence(domain: str) -> None:
    """Everything measured about a domain: a choice of protocols, then the panel of one."""
    found = {item.protocol: item for item in read_all(domain)}
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
                format_func=escape,
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
    title = finding(metrics)
    st.markdown(f"**{escape(title)}**")  # above the chart and not in it: there it would be cut on a phone
    st.altair_chart(chart(metrics), alt=title)
    if any(metric.goal is not None for metric in metrics):
        st.caption(t("evidence-goal"))
    with st.expander(t("evidence-table"), icon=":material/table_rows:"):
        st.dataframe(table(item.metrics), hide_index=True, alt=t("evidence-table"))
    with st.expander(t("evidence-repeat"), icon=":material/replay:"):
        _repeat(item)


def headline(metrics: Sequence[Metric]) -> list[Metric]:
    """The figures of the chart: those over the widest groups; the table below has the breakdown."""
    widest = min(len(metric.group) for metric in metrics)
    return [metric for metric in metrics if len(metric.group) == widest]


def figure(value: float, unit: str) -> str:
    """A value with its unit, in the current language."""
    if unit == "share":
        return percent(value)
    if unit in ("count", "score"):
        return number(value)
    return t(f"unit-{unit.lower()}", value=number(value))


def finding(metrics: Sequence[Metric]) -> str:
    """What a chart of one metric shows, in a sentence: ours beside the best baseline on the same data."""
    first = metrics[0]
    ours = next((metric for metric in metrics if metric.system == OURS), None)
    rivals = [metric for metric in metrics if ours and metric.system != OURS and metric.group == ours.group]
    if ours is None or not rivals:
        return t("evidence-question", metric=t(f"metric-{first.name}"))
    best = (max if first.higher_is_better else min)(rivals, key=lambda metric: metric.value)
    return t(
        "evidence-finding",
        metric=t(f"metric-{first.name}"),
        ours=figure(ours.value, ours.unit),
        best=figure(best.value, best.unit),
        system=t(f"system-{best.system}"),
    )


def chart(metrics: Sequence[Metric]) -> alt.LayerChart | alt.FacetChart:
    """Points with intervals, one row a system and group; ours in the primary colour and a shape of its own."""
    rows = pd.DataFrame(
        {
            "row": [_row_name(metric) for metric in metrics],
            "value": [metric.value for metric in metrics],
            "low": [metric.low if metric.low is not None else metric.value for metric in metrics],
            "high": [metric.high if metric.high is not None else metric.value for metric in metrics],
            "goal": [metric.goal for metric in metrics],
            "goal_meaning": "unsure",
            "shown": [figure(metric.value, metric.unit) for metric in metrics],
            "meaning": ["primary" if metric.system == OURS else "neutral" for metric in metrics],
        }
    )
    first = metrics[0]
    share = first.unit == "share"
    axis_title = t(f"metric-{first.name}")
    if first.unit in ("ms", "s", "MB"):
        axis_title = t("evidence-axis", metric=axis_title, unit=first.unit)
    x = alt.X(
        "value:Q",
        title=axis_title,
        scale=alt.Scale(zero=False, padding=24),
        axis=alt.Axis(format="~%" if share else "~s"),
    )
    colour = palette.by_meaning("meaning")
    base = alt.Chart(rows).encode(y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)))
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
    return alt.layer(*layers, height=_AXIS_PIXELS + _ROW_PIXELS * len(rows))


def table(metrics: Sequence[Metric]) -> pd.DataFrame:
    """All figures in words: metric, group, system, value, interval, number of observations, goal."""
    return pd.DataFrame(
        [
            {
                t("evidence-metric"): t(f"metric-{metric.name}"),
                t("evidence-group"): _group_name(metric) or t("evidence-whole"),
                t("evidence-system"): t(f"system-{metric.system}"),
                t("evidence-value"): figure(metric.value, metric.unit),
                t("evidence-interval"): _interval(metric),
                t("evidence-n"): number(metric.n) if metric.n is not None else "",
                t("evidence-goal-column"): figure(metric.goal, metric.unit) if metric.goal is not None else "",
            }
            for metric in metrics
        ]
    )


def _interval(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return ""
    return f"{figure(metric.low, metric.unit)} – {figure(metric.high, metric.unit)}"


def _group_name(metric: Metric) -> str:
    known = locales.catalogue_ids(current())
    return " · ".join(t(f"group-{part}") if f"group-{part}" in known else part for part in metric.group)


def _row_name(metric: Metric) -> str:
    return " · ".join(part for part in (_group_name(metric), t(f"system-{metric.system}")) if part)


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
