"""What happened at the desks: how many asked, what became of it, how long it took, how content they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.customer_service import analytics, gaps
from bigmodel_apps.customer_service.analytics import FATES, LEAST, Fate, Records, Times
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.measures import Estimate
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import duration, number, percent, t, zone
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.palette import Meaning
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.customer_service.asked import asked, base_label, empty, offer
from pages.customer_service.desk import admitted
from pages.customer_service.gaps_view import grouped

COLOURS: dict[Fate, Meaning] = {
    "answer": "good",
    "clarify": "unsure",
    "not_covered": "neutral",
    "hand_over": "primary",
    "small_talk": "series-1",
}
_TOP = 5
_ROW_PIXELS, _AXIS_PIXELS = 40, 56
_FORMATS = {"hour": "%H:%M", "day": "%m-%d", "week": "%m-%d"}


def analytics_view() -> None:
    """The view."""
    if not admitted():
        return
    show_attempted()
    found = asked()
    turns = found.records.turns
    if not turns:
        empty(found)
        return
    figures(found.records, found.source)
    left, right = st.columns(2, gap="large")
    with left:
        volume(turns)
    with right:
        outcomes(turns)
    with left, guard():
        top_gaps(turns)
    with right:
        breakdown(t("analytics-by-base"), turns, lambda turn: base_label(turn.desk))
        breakdown(t("analytics-by-language"), turns, lambda turn: t(f"group-{turn.language}"))
    st.caption(t("analytics-note", least=LEAST))
    offer(found)


def figures(records: Records, source: Literal["customers", "simulated"]) -> None:
    """The figures that one asks for first. What needs customers or agents is left out where both are simulated."""
    turns = records.turns
    with st.container(horizontal=True):
        st.metric(t("analytics-questions"), number(len(turns)), border=True)
        st.metric(t("analytics-conversations"), number(len({turn.conversation for turn in turns})), border=True)
        times(t("analytics-response"), analytics.responses(turns), t("analytics-high-95"), precise=True)
        if source == "simulated":
            return
        ratio(t("analytics-hand-over"), analytics.hand_over(records))
        times(t("analytics-wait"), analytics.waits(records), t("analytics-high-90"))
        times(t("analytics-closing"), analytics.closings(records), t("analytics-high-90"))
        rating = analytics.satisfaction(records.tickets)
        st.metric(
            t("analytics-rating"),
            number(rating.value) if rating else "–",
            interval(rating, number) if rating else t("analytics-too-few"),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
        ratio(t("analytics-thumbs"), analytics.thumbs(turns))


def ratio(label: str, found: Estimate | None) -> None:
    """A share with its interval and what it rests on."""
    st.metric(
        label,
        percent(found.value) if found else "–",
        interval(found, percent) if found else t("analytics-too-few"),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )


def times(label: str, found: Times | None, high: str, *, precise: bool = False) -> None:
    """A median with a high quantile and what it rests on."""
    shown = _milliseconds if precise else duration
    st.metric(
        label,
        shown(found.median) if found else "–",
        t("analytics-high", name=high, value=shown(found.high), n=found.n) if found else t("analytics-too-few"),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )


def _milliseconds(seconds: float) -> str:
    return t("unit-ms", value=number(1000 * seconds))


def interval(found: Estimate, shown: Callable[[float], str]) -> str:
    """The bounds of an estimate and the number it rests on."""
    return t("analytics-interval", low=shown(found.low), high=shown(found.high), n=found.n)


def volume(turns: Sequence[Turn]) -> None:
    """Questions over time, stacked by what became of them."""
    grain, buckets = analytics.over_time(turns, zone())
    title = t(f"analytics-over-time-{grain}")
    st.markdown(f"**{title}**")
    met = [fate for fate in FATES if any(bucket.fate == fate for bucket in buckets)]
    st.caption(" · ".join(f":{palette.MARKDOWN[COLOURS[fate]]}[:material/square:] {t(f'fate-{fate}')}" for fate in met))
    st.altair_chart(time_chart(buckets, grain), alt=title)


def time_chart(buckets: Sequence[analytics.Bucket], grain: analytics.Grain) -> alt.LayerChart | alt.FacetChart:
    """Stacked bars with their totals above."""
    rows = pd.DataFrame(
        {
            # The reader's clock as text: the browser would move a moment to its own zone.
            "start": bucket.start.strftime("%Y-%m-%d %H:%M"),
            "shown": bucket.start.strftime(f"%m-%d {_FORMATS['hour']}" if grain == "hour" else _FORMATS[grain]),
            "count": bucket.count,
            "fate": t(f"fate-{bucket.fate}"),
            "order": FATES.index(bucket.fate),
            "meaning": COLOURS[bucket.fate],
        }
        for bucket in buckets
    )
    totals = pd.DataFrame(rows.groupby(["start", "shown"], as_index=False)["count"].sum()).assign(meaning="neutral")
    x = alt.X("shown:N", title=None, sort=totals["shown"].tolist(), axis=alt.Axis(labelAngle=0, labelOverlap=True))
    axis = t("analytics-questions")
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("count:Q", title=axis, axis=alt.Axis(tickMinStep=1)),
            color=palette.by_meaning("meaning"),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("shown:N", title=t("analytics-when")),
                alt.Tooltip("fate:N", title=t("analytics-outcome")),
                alt.Tooltip("count:Q", title=axis),
            ],
        )
    )
    labels = (
        alt.Chart(totals)
        .mark_text(dy=-8, fontWeight="bold")
        .encode(x=x, y=alt.Y("count:Q", title=axis), text="count:Q", color=palette.by_meaning("meaning"))
    )
    return alt.layer(bars, labels, height=260)


def outcomes(turns: Sequence[Turn]) -> None:
    """What became of the questions: shares with their intervals."""
    found = analytics.fates(turns)
    answered = found.get("answer", (0, None))[1]
    title = (
        t("analytics-outcomes-answered", share=percent(answered.value), count=len(turns))
        if answered
        else t("analytics-outcomes")
    )
    st.markdown(f"**{title}**")
    if len(turns) < LEAST:
        st.dataframe(
            pd.DataFrame(
                {t("analytics-outcome"): t(f"fate-{fate}"), t("analytics-questions"): count}
                for fate, (count, _) in found.items()
            ),
            hide_index=True,
            alt=title,
        )
        return
    st.altair_chart(share_chart(found), alt=title)


def share_chart(found: dict[Fate, tuple[int, Estimate | None]]) -> alt.LayerChart | alt.FacetChart:
    """A bar and its interval for each outcome, labelled with share and count."""
    rows = pd.DataFrame(
        {
            "row": t(f"fate-{fate}"),
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "shown": t("analytics-share-count", share=percent(estimate.value), count=count),
            "meaning": COLOURS[fate],
        }
        for fate, (count, estimate) in found.items()
        if estimate is not None
    )
    title = t("analytics-share")
    base = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)), color=palette.by_meaning("meaning")
    )
    x = alt.X("value:Q", title=title, axis=alt.Axis(format="~%"), scale=alt.Scale(domain=[0, 1.15]))
    return alt.layer(
        base.mark_bar(opacity=0.35).encode(x=x),
        base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        base.mark_text(align="left", dx=8, fontWeight="bold").encode(x=alt.X("high:Q", title=title), text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )


def top_gaps(turns: Sequence[Turn]) -> None:
    """The largest gaps; the view of the gaps works on them."""
    st.markdown(f"**{t('analytics-top-gaps')}**")
    found = grouped(gaps.unsettled(turns, owner()))
    if found is None:
        return
    if not found:
        st.caption(t("gaps-none"))
        return
    lines = [
        t(
            "analytics-gap",
            question=escape(gap.medoid.question),
            questions=len(gap.turns),
            base=escape(base_label(gap.desk)),
        )
        for gap in found[:_TOP]
    ]
    st.markdown("\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1)))


def breakdown(title: str, turns: Sequence[Turn], group: Callable[[Turn], str]) -> None:
    """How each group of questions fared."""
    groups: dict[str, list[Turn]] = {}
    for turn in turns:
        groups.setdefault(group(turn), []).append(turn)
    st.markdown(f"**{title}**")
    st.dataframe(
        pd.DataFrame(
            {
                t("analytics-group"): name,
                t("analytics-questions"): len(members),
                t("fate-answer"): _cell(members, lambda turn: analytics.fate(turn) == "answer"),
                t("fate-not_covered"): _cell(members, lambda turn: analytics.fate(turn) == "not_covered"),
                t("analytics-thumbs"): _thumbs(members),
            }
            for name, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        ),
        hide_index=True,
        alt=title,
    )


def _cell(turns: Sequence[Turn], holds: Callable[[Turn], bool]) -> str:
    return _worded(analytics.share(turns, holds))


def _thumbs(turns: Sequence[Turn]) -> str:
    return _worded(analytics.thumbs(turns))


def _worded(found: Estimate | None) -> str:
    return f"{percent(found.value)} ({interval(found, percent)})" if found else t("analytics-too-few")
