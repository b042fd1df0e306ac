"""The leaderboard of a file: every model on the same customers and the same later choices."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation.leaderboard import Leaderboard
from bigmodel_apps.reporting import recommendation as in_words
from bigmodel_apps.reporting.words import OURS
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, t
from pages.recommendation.figures import Row, figures

METRIC = "recommendation-standings-metric"


def board(found: Leaderboard, *, key: str) -> None:
    """Who is ahead in words, by how much, and whether that may be chance; the chart; every figure folded.

    Args:
        key: Unique to the leaderboard.
    """
    st.subheader(escape(in_words.headline(found, current())), anchor=False)
    lead, measured = in_words.lead_in_words(found, current()), in_words.how_measured(found, current())
    st.caption(escape(t("rr-two-sentences", first=lead, second=measured) if lead else measured))
    names = in_words.WITH_INTERVALS
    chosen = (
        st.pills(
            t("evidence-metric"),
            names,
            default=names[0],
            required=True,
            format_func={name: t(f"metric-{name}") for name in names}.__getitem__,
            key=f"{METRIC}-{key}",
            label_visibility="collapsed",
        )
        or names[0]
    )
    title = t(f"metric-{chosen}")
    rows = [
        Row(t(f"system-{one.system}"), in_words.figure_of(one, chosen), "primary" if one.system == OURS else "neutral")
        for one in found.rows
    ]
    st.altair_chart(figures(rows, title, share=chosen != names[0]), alt=title)
    with st.expander(t("evidence-table"), icon=":material/table_rows:"):
        table = pd.DataFrame(in_words.standings_rows(found.rows, current()))
        st.dataframe(table, hide_index=True, alt=t("evidence-table"))
        st.caption(t("recommendation-standings-explain"))
