"""The risk of one biopsy: the verdict in words, what each measurement adds, what to measure next, files to hand on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.diagnosis import measurements
from bigmodel_apps.diagnosis.biopsies import label
from bigmodel_apps.diagnosis.measurements import Risk
from bigmodel_apps.reporting import risk as in_words
from bigmodel_apps.reporting import to_html
from bigmodel_apps.ui import odds
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.palette import MARKDOWN
from bigmodel_apps.ui.shares import Share, share_bars

PREVALENCE = "diagnosis-risk-prevalence"

_ICONS = {"high": ":material/trending_up:", "unclear": ":material/help:", "low": ":material/trending_down:"}
_SHOWN = 9
_NEXT = 5


def prevalence() -> float:
    """The share of malignant ones that the visitor sets; it starts where the data set is."""
    own = measurements.shipped().prevalence
    share = st.slider(
        t("diagnosis-risk-prevalence"),
        0.01,
        0.99,
        round(own, 2),
        0.01,
        format="percent",
        key=PREVALENCE,
        persist_state="session",
        help=t("diagnosis-risk-prevalence-help", share=percent(round(own, 2))),
    )
    return own if share == round(own, 2) else share


def card(given: Mapping[str, float], at: float) -> None:
    """Everything about one biopsy.

    Args:
        at: Prevalence.
    """
    risk, language = measurements.risk(given, at), current()
    state = in_words.state(risk)
    colour = MARKDOWN[in_words.MEANINGS[state]]
    st.subheader(f":{colour}[{_ICONS[state]} {in_words.verdict(risk, language)}]", anchor=False)
    st.markdown(in_words.interval(risk, language))
    hits, count = measurements.alike(given)
    st.caption(t("diagnosis-risk-alike", hits=hits, count=count))
    if risk.beyond:
        st.warning(in_words.beyond(risk, language), icon=":material/straighten:")
    _because(given, risk)
    _downloads(given, risk)
    if len(given) < len(measurements.NAMES):
        _next(measurements.checked(given))


def _because(given: Mapping[str, float], risk: Risk) -> None:
    """What each measurement adds, and that it sums up."""
    title = t("diagnosis-risk-why")
    rows = [Share(t("diagnosis-risk-base"), risk.base, "neutral")]
    shares = list(risk.shares.items())
    shown = len(shares) if len(shares) <= _SHOWN + 1 else _SHOWN
    for name, share in shares[:shown]:
        text = t("diagnosis-risk-step", name=label(name, current()), value=number(given[name]))
        rows.append(Share(text, share, "bad" if share > 0 else "good"))
    if rest := shares[shown:]:
        total = sum(share for _, share in rest)
        rows.append(Share(t("diagnosis-risk-others", count=len(rest)), total, "bad" if total > 0 else "good"))
    st.markdown(f"**{title}**")
    st.altair_chart(
        share_bars(rows, t("diagnosis-risk-axis"), t("risk-report-column-measurement"), compact=True),
        alt=f"{title}: {'; '.join(f'{row.label} {odds.signed(row.value)}' for row in rows)}",
        key="diagnosis-risk-chart",
    )
    error = abs(risk.log_odds - np.log(risk.probability / (1 - risk.probability))) if 0 < risk.probability < 1 else 0.0
    st.caption(
        t(
            "diagnosis-risk-sum",
            base=odds.signed(risk.base),
            shares=odds.signed(risk.log_odds - risk.base),
            total=odds.signed(risk.log_odds),
            share=percent(risk.probability),
            error=f"{error:.0e}",
        )
    )


def _downloads(given: Mapping[str, float], risk: Risk) -> None:
    language = current()
    with st.container(horizontal=True):
        st.download_button(
            t("diagnosis-risk-html"),
            lambda: to_html(in_words.from_risk(given, risk, language)),
            "risk.html",
            "text/html",
            icon=":material/description:",
            key="diagnosis-risk-html",
            on_click="ignore",
        )
        st.download_button(
            t("diagnosis-risk-csv"),
            lambda: in_words.risk_csv(given, risk, language),
            "risk.csv",
            "text/csv",
            icon=":material/download:",
            key="diagnosis-risk-csv",
            on_click="ignore",
        )


def _next(names: tuple[str, ...]) -> None:
    """Which measurement that is missing would say most; found when it is asked for."""
    panel = st.expander(
        t("diagnosis-risk-next"), icon=":material/next_plan:", key="diagnosis-risk-next", on_change="rerun"
    )
    if not panel.open:
        return
    with panel:
        with st.spinner(t("diagnosis-risk-next")):
            gains = measurements.informative(names)
        best = gains[0]
        if best.after >= best.before:
            st.markdown(t("diagnosis-risk-next-none"))
            return
        wrong = {"before": percent(best.wrong_before), "after": percent(best.wrong_after)}
        st.markdown(t("diagnosis-risk-next-best", name=label(best.name, current()), **wrong))
        st.dataframe(
            pd.DataFrame(
                {
                    t("diagnosis-risk-next-measurement"): [label(gain.name, current()) for gain in gains[:_NEXT]],
                    t("diagnosis-risk-next-wrong"): [gain.wrong_after for gain in gains[:_NEXT]],
                    t("diagnosis-risk-next-loss"): [gain.after for gain in gains[:_NEXT]],
                }
            ),
            hide_index=True,
            column_config={
                t("diagnosis-risk-next-wrong"): st.column_config.NumberColumn(format="percent"),
                t("diagnosis-risk-next-loss"): st.column_config.NumberColumn(format="%.3f"),
            },
            alt=t("diagnosis-risk-next"),
        )
