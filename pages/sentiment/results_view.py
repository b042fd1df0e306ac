"""A scored table: shares, a table to filter, one row in full with its correction, and files to hand on."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import streamlit as st

from bigmodel_apps.reporting import sentiment as in_words
from bigmodel_apps.reporting import to_html
from bigmodel_apps.sentiment.results import LABELS, XLSX_ROWS, Filter, Result, download, select
from bigmodel_apps.sentiment.schema import Label, Output
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import Span, escape, mark
from bigmodel_apps.ui.language import current, date, percent, t
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.sentiment import opened
from pages.sentiment.charts import class_shares, label_shares
from pages.sentiment.feedback import correction
from pages.sentiment.looks import LOOKS, coloured, word

_SHOWN_ROWS, _SHOWN_CHARACTERS = 2_000, 300
_SHOWN_CLASSES = 8
_KEY = "sentiment-results"
_SURE = st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=110)


@st.fragment
@guard()
def results(table: str) -> None:
    """The results of a scored table."""
    show_attempted()
    whole = opened.result_of(table)
    if whole is None:
        return
    shown = select(whole, filters(whole, table))
    if shown.rows.empty:
        st.caption(t("sentiment-results-none"))
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        shares(shown)
        downloads(shown)
    with right:
        row = table_of(shown, len(whole.rows))
        if row is None:
            st.caption(f":material/touch_app: {t('sentiment-results-pick')}")
        else:
            detail(shown, row)


def shares(shown: Result) -> None:
    """What the rows say together; first in one's own classes where those are no opinions."""
    if shown.own_labels:
        own = shown.rows["own"].value_counts().head(_SHOWN_CLASSES)
        largest, n = int(own.iloc[0]), len(shown.rows)
        title = t("sentiment-results-finding", share=percent(largest / n), n=n, label=str(own.index[0]))
        st.markdown(f"**{escape(title)}**")
        st.altair_chart(class_shares({str(name): int(count) for name, count in own.items()}, n), alt=title)
    counts = shown.rows["label"].value_counts()
    found: dict[Label, int] = {label: int(counts.get(label, 0)) for label in LABELS}
    n = len(shown.rows)
    named = in_words.most_frequent(found, current())
    tied = list(found.values()).count(max(found.values())) > 1
    title = t(
        "sentiment-results-tie" if tied else "sentiment-results-finding",
        share=percent(max(found.values()) / n),
        n=n,
        label=named,
    )
    st.markdown(f"**{title}**")
    st.altair_chart(label_shares(found), alt=title)
    readers = t("list-separator").join(
        " + ".join(t(f"engine-{name}") for name in engine.split("+")) for engine in shown.engines
    )
    expected = in_words.expected_in_words(shown, current())
    st.caption(f"{t('sentiment-results-readers', readers=readers)} {expected}")


# --- Filters ----------------------------------------------------------------------------------------------------------


def filters(whole: Result, table: str) -> Filter:
    """Which rows to show."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}-filters"):
        labels = st.pills(
            t("sentiment-filter-labels"),
            LABELS,
            selection_mode="multi",
            format_func={label: f"{LOOKS[label][0]} {word(label)}" for label in LABELS}.__getitem__,
            key=f"{_KEY}-labels-{table}",
        )
        own = (
            st.multiselect(
                t("sentiment-filter-own"),
                whole.own_labels,
                format_func=escape,
                key=f"{_KEY}-own-{table}",
                width=200,
            )
            if whole.own_labels
            else []
        )
        contains = st.text_input(
            t("sentiment-filter-contains"),
            placeholder=t("sentiment-filter-contains-hint"),
            key=f"{_KEY}-contains-{table}",
            type="search",
            live="400ms",
            width=170,
        )
        with st.popover(t("sentiment-filter-more"), icon=":material/filter_list:", key=f"{_KEY}-more"):
            rest = _more(whole, table)
    return Filter(labels=tuple(labels), own=tuple(own), contains=(contains or "").strip(), **rest)


def _more(whole: Result, table: str) -> dict[str, Any]:
    """The filters that are needed less often."""
    rest: dict[str, Any] = {}
    languages = [language for language in ("en", "zh") if (whole.rows["language"] == language).any()]
    if len(languages) > 1:
        rest["languages"] = tuple(
            st.pills(
                t("sentiment-filter-languages"),
                languages,
                selection_mode="multi",
                format_func={language: t(f"group-{language}") for language in languages}.__getitem__,
                key=f"{_KEY}-languages-{table}",
            )
        )
    if whole.groups:
        rest["groups"] = tuple(
            st.multiselect(t("sentiment-filter-groups"), whole.groups, format_func=escape, key=f"{_KEY}-groups-{table}")
        )
    days = whole.rows["date"].dropna()
    if len(days):
        first, last = days.min().date(), days.max().date()
        chosen = st.date_input(
            t("sentiment-filter-dates"),
            (first, last),
            min_value=first,
            max_value=last,
            key=f"{_KEY}-dates-{table}",
        )
        if isinstance(chosen, tuple) and len(chosen) == 2 and chosen != (first, last):
            rest["since"], rest["until"] = chosen
    low, high = st.slider(
        t("sentiment-filter-confidence"), 0.0, 1.0, (0.0, 1.0), 0.05, key=f"{_KEY}-confidence-{table}"
    )
    if (low, high) != (0.0, 1.0):
        rest["least"], rest["most"] = low, high
    if whole.aspects:
        rest["aspect"] = st.selectbox(
            t("sentiment-filter-aspect"),
            whole.aspects,
            index=None,
            placeholder=t("sentiment-filter-any"),
            format_func=escape,
            key=f"{_KEY}-aspect-{table}",
        )
        rest["aspect_labels"] = tuple(
            st.pills(
                t("sentiment-filter-aspect-labels"),
                LABELS,
                selection_mode="multi",
                format_func={label: word(label) for label in LABELS}.__getitem__,
                key=f"{_KEY}-aspect-labels-{table}",
            )
        )
    return rest


# --- Rows -------------------------------------------------------------------------------------------------------------


def table_of(shown: Result, whole: int) -> int | None:
    """The first rows as a table; returns the place of the row that is picked."""
    rows = shown.rows.head(_SHOWN_ROWS)
    said = shown.mentions[shown.mentions["place"].isin(rows.index)]
    words = said["aspect"].astype(str) + ": " + said["label"].map(word).astype(str)
    own = {}
    if shown.own_labels:
        own = {
            t("sentiment-filter-own"): rows["own"],
            t("sentiment-column-own-confidence"): rows["own_confidence"].astype(float),
        }
    frame = pd.DataFrame(
        {
            t("sentiment-column-row"): rows["row"].astype(int),
            **own,
            t("sentiment-verdict"): [f"{word(label)}" for label in rows["label"]],
            t("sentiment-column-confidence"): rows["confidence"].astype(float),
            t("sentiment-column-text"): rows["text"].str.slice(0, _SHOWN_CHARACTERS),
        },
        index=rows.index,
    )
    if rows["date"].notna().any():
        frame[t("sentiment-column-date")] = rows["date"].dt.date
    if shown.groups:
        frame[t("sentiment-column-group")] = rows["group"]
    if len(said):
        frame[t("sentiment-column-aspects")] = (
            words.groupby(said["place"].to_numpy()).agg("; ".join).reindex(rows.index, fill_value="")
        )
    st.caption(t("sentiment-results-count", shown=len(shown.rows), rows=whole))
    event = st.dataframe(
        frame,
        hide_index=True,
        height=300,
        key=f"{_KEY}-table",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            t("sentiment-column-row"): st.column_config.NumberColumn(width=60),
            t("sentiment-column-confidence"): _SURE,
            t("sentiment-column-own-confidence"): _SURE,
            t("sentiment-column-text"): st.column_config.TextColumn(width="large"),
        },
        alt=t("sentiment-results-table"),
    )
    if len(shown.rows) > _SHOWN_ROWS:
        st.caption(t("sentiment-results-first", shown=_SHOWN_ROWS, rows=len(shown.rows)))
    chosen = cast(Any, event)["selection"]["rows"]
    return int(rows.index[chosen[0]]) if chosen and chosen[0] < len(rows) else None


def detail(shown: Result, place: int) -> None:
    """One row: its whole text, what it says of which aspect, and the label that it should have."""
    row: dict[Any, Any] = shown.rows.loc[place].to_dict()
    said = [one for one in shown.mentions.sort_values("start").to_dict("records") if one["place"] == place]
    spans = [Span(one["start"], one["end"], LOOKS[one["label"]][1]) for one in said]
    where = [t("st-row", row=int(row["row"]))]
    if not pd.isna(row["date"]):
        where.append(date(row["date"].date()))
    if row["group"]:
        where.append(escape(row["group"]))
    with st.container(border=True, key="sentiment-detail", gap="small"):
        if row["own"]:
            st.markdown(
                f":{palette.MARKDOWN['primary']}[:material/label: {escape(row['own'])}] · {percent(row['own_confidence'])}"
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{coloured(row['label'])} · {percent(row['confidence'])}", width="content")
            st.caption(" · ".join(where), width="content")
        st.markdown(mark(row["text"], spans))
        if said:
            st.caption(t("list-separator").join(f"{escape(one['aspect'])} {word(one['label'])}" for one in said))
        kept = ("label", "positive", "opinion", "confidence", "language", "engine")
        output = Output(**{name: row[name] for name in kept})
        correction(row["text"], output, "row")


def downloads(shown: Result) -> None:
    """What is shown, as files."""
    name = opened.file_name(shown.name)
    with st.container(horizontal=True):
        st.download_button(
            t("sentiment-download-csv"),
            lambda: download(shown, "csv"),
            f"{name}.scored.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{_KEY}-csv",
            on_click="ignore",
        )
        too_long = len(shown.rows) > XLSX_ROWS
        st.download_button(
            t("sentiment-download-xlsx"),
            lambda: download(shown, "xlsx"),
            f"{name}.scored.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            key=f"{_KEY}-xlsx",
            on_click="ignore",
            disabled=too_long,
            help=t("problem-sentiment-workbook-too-long", limit=XLSX_ROWS) if too_long else None,
        )
        language = current()
        st.download_button(
            t("report-download"),
            lambda: to_html(in_words.from_result(shown, language)),
            f"{name}.{language}.html",
            "text/html",
            icon=":material/summarize:",
            key=f"{_KEY}-report",
            on_click="ignore",
        )
