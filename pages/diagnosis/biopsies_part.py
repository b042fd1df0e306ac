"""Many biopsies: a table dropped or rows pasted, the risk of each, and files to hand on."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.diagnosis import biopsies
from bigmodel_apps.diagnosis.biopsies import Biopsies, Scored, label
from bigmodel_apps.diagnosis.measurements import MEANS
from bigmodel_apps.reporting import risk as in_words
from bigmodel_apps.reporting import to_html
from bigmodel_apps.ui import palette, tables
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, percent, t
from bigmodel_apps.ui.problems import guard, show
from bigmodel_apps.ui.upload import upload
from pages.diagnosis import risk_card

UPLOAD, PASTED, SAMPLE = "diagnosis-rows-upload", "diagnosis-rows-pasted", "diagnosis-rows-sample"

_KEY = "diagnosis-rows"
_MAX_MB = 20
_PASTED_CHARS = 200_000
_NAMED = 6


def biopsies_part() -> None:
    """The part of the view."""
    left, right = st.columns([2, 3], gap="large")
    with left, guard():
        found = _source()
        if found is not None:
            _found(found)
    with right, guard():
        if found is None:
            st.info(t("diagnosis-rows-empty"), icon=":material/table_rows:")
            return
        at = risk_card.prevalence()
        _results(biopsies.score(found, at), found.table.report.name)


def _source() -> Biopsies | None:
    """The table dropped last, the rows pasted, or our sample."""
    dropped = upload(
        t("diagnosis-rows-upload"),
        biopsies.read,
        key=UPLOAD,
        types=tables.TYPES,
        max_mb=_MAX_MB,
        help=t("diagnosis-rows-help"),
    )
    pasted = st.text_area(
        t("diagnosis-rows-paste"),
        key=PASTED,
        max_chars=_PASTED_CHARS,
        height=110,
        placeholder=", ".join(MEANS),
        persist_state="session",
    ).strip()
    language = current()
    with st.container(horizontal=True, vertical_alignment="center"):
        sample = st.toggle(t("table-sample"), key=SAMPLE, persist_state="session")
        st.download_button(
            t("table-sample-file"),
            lambda: biopsies.sample_csv(language),
            biopsies.SAMPLE_NAME,
            "text/csv",
            type="tertiary",
            icon=":material/download:",
            key=f"{_KEY}-sample-file",
            on_click="ignore",
        )
    if sample:
        return biopsies.read(biopsies.sample_csv(language), biopsies.SAMPLE_NAME)
    if pasted:
        return biopsies.read(pasted.encode("utf-8", "replace"), t("diagnosis-rows-pasted-name"))
    return dropped.value if dropped is not None else None


def _found(found: Biopsies) -> None:
    """What is in the table."""
    unused = found.unused[1:]  # the first one names the rows
    names = t("list-separator").join(escape(column) for column in unused[:_NAMED])
    if len(unused) > _NAMED:
        names += " …"
    rows, measured = found.table.report.rows, len(found.columns)
    st.markdown(t("diagnosis-rows-found", measurements=measured, rows=rows))
    if unused:
        st.caption(t("diagnosis-rows-unused", names=names))


def _results(scored: Scored, name: str) -> None:
    """The risks: in words, as a chart, row by row, as files."""
    language = current()
    if len(scored.frame):
        st.subheader(in_words.headline(scored, language), anchor=False)
        st.altair_chart(_histogram(scored), alt=t("diagnosis-rows-chart"), key=f"{_KEY}-chart")
    show(scored.left_out, title=t("diagnosis-rows-left-out", count=len(scored.left_out)))
    if not len(scored.frame):
        return
    frame = scored.frame.assign(
        heaviest=scored.frame["heaviest"].map(lambda one: label(one, language)),
        beyond=scored.frame["beyond"].map(_listed),
    )
    titles = {column: t(f"diagnosis-rows-column-{column}") for column in frame.columns}
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        frame.rename(columns=titles),
        hide_index=True,
        height=280,
        column_config={
            titles["risk"]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=110),
            titles["low"]: share,
            titles["high"]: share,
        },
        key=f"{_KEY}-table",
        alt=t("diagnosis-rows-chart"),
    )
    with st.container(horizontal=True):
        st.download_button(
            t("diagnosis-risk-csv"),
            lambda: in_words.rows_csv(scored, language),
            "risks.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{_KEY}-csv",
            on_click="ignore",
        )
        st.download_button(
            t("diagnosis-risk-html"),
            lambda: to_html(in_words.from_rows(scored, name, language)),
            "risks.html",
            "text/html",
            icon=":material/description:",
            key=f"{_KEY}-html",
            on_click="ignore",
        )


def _listed(names: str) -> str:
    return t("list-separator").join(label(name, current()) for name in names.split("; ") if name)


def _histogram(scored: Scored) -> alt.Chart:
    """How many biopsies have which risk."""
    rows = pd.DataFrame(
        {
            "range": t("risk-report-bin", low=percent(round(low, 2)), high=percent(round(high, 2))),
            "label": percent(round(low, 2)),
            "count": count,
            "meaning": "bad" if low >= in_words.HALF else "good",
        }
        for low, high, count in in_words.counts(scored)
    )
    title = t("diagnosis-rows-column-risk")
    return (
        alt.Chart(rows, height=190)
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X("label:N", sort=None, title=t("diagnosis-rows-risk-from"), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("count:Q", title=t("diagnosis-rows-count"), axis=alt.Axis(tickMinStep=1, tickCount=4)),
            color=palette.by_meaning("meaning"),
            tooltip=[alt.Tooltip("range:N", title=title), alt.Tooltip("count:Q", title=t("diagnosis-rows-count"))],
        )
    )
