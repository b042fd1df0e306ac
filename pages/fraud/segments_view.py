"""Whom a threshold serves and whom it bothers: recall and false positives by segment, with intervals and a test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.fraud import segments
from bigmodel_apps.fraud.schema import BANDS, Band
from bigmodel_apps.fraud.segments import Rate, Segment
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.ui.language import date, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.fraud import charts, opened
from pages.fraud.charts import Row
from pages.fraud.looks import band_word

_KEY = "fraud-segments"
_MOST = 8


def segments_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        bank = opened.bank_of(key)
        span = bank.transactions.between(bank.first_test_day, bank.last_day + 1 - bank.first_test_day)
        columns = once(f"{_KEY}.columns", bank, (), lambda: segments.columns(bank.transactions.take(span)))
        with bar:
            name, band = choose(list(columns))
        alerts = bank.bands[span] >= BANDS.index(band)
        found = once(
            f"{_KEY}.found",
            bank,
            (name, band),
            lambda: segments.by_segment(columns[name], bank.truth[span], alerts, _owners(bank, span)),
        )
        board(bank, name, band, found)


def _owners(bank: Bank, span: slice) -> list[np.ndarray | None]:
    """What transactions may depend on: their cards and their terminals."""
    return [None if of is None else of[span] for of in (bank.transactions.customers, bank.transactions.terminals)]


def choose(names: Sequence[str]) -> tuple[str, Band]:
    """What to tell rows apart by, and from which band on a transaction is an alert."""
    name = st.segmented_control(
        t("segments-by"),
        names,
        default=names[0],
        required=True,
        format_func=opened.segment_word,
        key=f"{_KEY}-by-{'-'.join(names)}",
    )
    bands: tuple[Band, ...] = BANDS[:0:-1]
    band = st.segmented_control(
        t("segments-from"),
        bands,
        default=bands[0],
        required=True,
        format_func=band_word,
        key=f"{_KEY}-band",
        persist_state="session",
        help=t("segments-from-help"),
    )
    return name, band


def board(bank: Bank, name: str, band: Band, found: Sequence[Segment]) -> None:
    """What stands out in words, the two charts, and the table."""
    st.markdown(f"**{in_words(name, found)}**")
    shown = found[:_MOST]
    left, right = st.columns(2, gap="medium")
    for column, kind in ((left, "recall"), (right, "false-positives")):
        rates = [(segment, rate_of(segment, kind)) for segment in shown]
        rows = [
            Row(opened.value_word(name, segment.name), rate.own, "bad" if rate.clear else "primary")
            for segment, rate in rates
            if rate is not None
        ]
        with column:
            title = t(f"segments-rate-{kind}")
            st.markdown(f"**{title}**", help=t(f"segments-help-{kind}"))
            if rows:
                st.altair_chart(charts.figures(rows, title), alt=f"{title}, {opened.segment_word(name)}")
            else:
                st.caption(t("segments-nothing"))
    if len(found) > _MOST:
        st.caption(t("segments-first", shown=_MOST, count=len(found)))
    st.dataframe(table(name, found), hide_index=True, alt=t("segments-table"))
    first, last = opened.day_date(bank.first_test_day), opened.day_date(bank.last_day)
    st.caption(t("segments-explain", first=date(first), last=date(last), band=band_word(band)))


def rate_of(segment: Segment, kind: str) -> Rate | None:
    """Recall or false-positive rate of a segment."""
    return segment.recall if kind == "recall" else segment.false_positives


def in_words(name: str, found: Sequence[Segment]) -> str:
    """Whether any segment differs from the rest by more than chance."""
    said = []
    for kind in ("recall", "false-positives"):
        clear = [segment for segment in found if (rate := rate_of(segment, kind)) is not None and rate.clear]
        if clear:
            names = t("list-separator").join(opened.value_word(name, segment.name) for segment in clear)
            said.append(t("segments-stands-out", kind=t(f"segments-rate-{kind}"), names=names))
    if not said:
        return t("segments-even", by=opened.segment_word(name))
    return t("segments-uneven", found=" · ".join(said))


def table(name: str, found: Sequence[Segment]) -> pd.DataFrame:
    """Every figure: rates with their intervals, the difference to all others, and the adjusted p."""
    rows = []
    for segment in found:
        row = {
            opened.segment_word(name): opened.value_word(name, segment.name),
            t("segments-rows"): number(segment.rows),
            t("segments-alerts"): number(segment.alerts),
        }
        for kind in ("recall", "false-positives"):
            rate = rate_of(segment, kind)
            row[t(f"segments-rate-{kind}")] = opened.bounded(rate.own) if rate else "–"
            row[t("segments-rest", kind=t(f"segments-rate-{kind}"))] = (
                percent(rate.rest.value) if rate and rate.rest else "–"
            )
            row[t("segments-p", kind=t(f"segments-rate-{kind}"))] = number(float(np.round(rate.p, 4))) if rate else "–"
        rows.append(row)
    return pd.DataFrame(rows)
