"""Who the customers are: segments by recency, frequency and value, who comes back, what they choose and when."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation import customers
from bigmodel_apps.recommendation.customers import SEGMENTS, Activity, Period, Retention, Segment, Segmentation
from bigmodel_apps.recommendation.interactions import Flags, Interactions
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.recommendation import opened
from pages.recommendation.figures import Chart, Row, bounded, figures, rounded

SEGMENT = "recommendation-customers-segment"

_KEY = "recommendation-customers"
_ALL = "all"
_CATEGORIES = 8
_LABELLED = 8
"""Bars of at most so many periods have room for a number each."""
_ROW_PIXELS, _AXIS_PIXELS, _COHORT_PIXELS, _ACTIVITY_PIXELS = 44, 56, 26, 220


def customers_view() -> None:
    """The view."""
    show_attempted()
    key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        found = once(f"{_KEY}.segments", shop, (), lambda: customers.segments(shop.interactions))
        st.subheader(headline(found), anchor=False)
        left, right = st.columns(2, gap="medium")
        with left:
            segments(found)
        with right:
            who_comes_back(shop)
        closer(shop, found)


# --- Segments ---------------------------------------------------------------------------------------------------------


def headline(found: Segmentation) -> str:
    """Which segment brings most, and how many it is."""
    most = max(found.segments, key=lambda segment: segment.value_share.value)
    return t(
        "recommendation-segments-headline",
        segment=segment_word(most.name),
        share=percent(rounded(most.share.value)),
        value=percent(rounded(most.value_share.value)),
        measure=measure(found),
    )


def measure(found: Segmentation) -> str:
    """Whether value is a sum of amounts or a number of choices."""
    return "amount" if found.amounts else "count"


def segment_word(name: str) -> str:
    """What a segment is called."""
    return t(f"recommendation-segment-{name}")


def segments(found: Segmentation) -> None:
    """How many customers each segment has, and what it brings."""
    title = t("recommendation-segments-title")
    st.markdown(f"**{title}**", help=t("recommendation-segments-help"))
    keys = t("recommendation-segments-customers"), t(f"recommendation-segments-value-{measure(found)}")
    colours = palette.MARKDOWN
    st.markdown(f":small[:{colours['primary']}[● {keys[0]}]  :{colours['series-1']}[◆ {keys[1]}]]")
    st.altair_chart(segments_chart(found.segments, keys), alt=title)
    with st.expander(t("recommendation-segments-table"), icon=":material/table_rows:"):
        st.dataframe(table(found), hide_index=True, alt=t("recommendation-segments-table"))


def segments_chart(found: Sequence[Segment], keys: tuple[str, str]) -> Chart:
    """For each segment its share of the customers, with the interval, and its share of the value.

    Args:
        keys: What the two are called.
    """
    rows = pd.DataFrame(
        {
            "row": segment_word(segment.name),
            "what": what,
            "named": named,
            "value": share.value,
            "low": share.low,
            "high": share.high,
            "shown": percent(round(share.value, 3)),
            "meaning": meaning,
        }
        for segment in found
        for what, named, share, meaning in (
            ("customers", keys[0], segment.share, "primary"),
            ("value", keys[1], segment.value_share, "series-1"),
        )
    )
    title = t("recommendation-segments-axis")
    scale = alt.Scale(domain=[0, 1.12 * float(rows["high"].max())], nice=False)
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(format="~%", tickCount=5))
    base = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=180)),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("row:N", title=t("recommendation-segment")),
            alt.Tooltip("named:N", title=t("evidence-metric")),
            alt.Tooltip("shown:N", title=title),
        ],
    )
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=alt.X("low:Q", title=title, scale=scale), x2="high:Q")
    ]
    for what, shape, dy in (("customers", "circle", 14), ("value", "diamond", -13)):
        part = base.transform_filter(f"datum.what == '{what}'")
        layers += [
            part.mark_point(filled=True, size=110, opacity=1, shape=shape).encode(x=x),
            part.mark_text(dy=dy, fontWeight="bold").encode(x=x, text="shown:N"),
        ]
    return alt.layer(*layers, height=_AXIS_PIXELS + _ROW_PIXELS * len(found))


def table(found: Segmentation) -> pd.DataFrame:
    """Every figure, and what makes a segment."""
    return pd.DataFrame(
        {
            t("recommendation-segment"): segment_word(one.name),
            t("recommendation-segment-what"): t(f"recommendation-segment-{one.name}-what"),
            t("recommendation-segments-users"): number(one.users),
            t("recommendation-segments-customers"): bounded(one.share),
            t(f"recommendation-segments-value-{measure(found)}"): bounded(one.value_share),
            t("recommendation-segments-recency"): number(rounded(one.recency_days)),
            t("recommendation-segments-frequency"): number(rounded(one.frequency)),
            t(f"recommendation-segments-each-{measure(found)}"): number(rounded(one.value)),
        }
        for one in found.segments
    )


# --- Who comes back ---------------------------------------------------------------------------------------------------


@guard()
def who_comes_back(shop: Shop) -> None:
    """Of those who came first in a month, the share that chose something in each later month."""
    title = t("recommendation-retention-title")
    st.markdown(f"**{title}**", help=t("recommendation-retention-help"))
    found = once(f"{_KEY}.retention", shop, (), lambda: customers.retention(shop.interactions))
    st.caption(t("recommendation-retention-read"))
    st.altair_chart(retention_chart(found), alt=title)


def period_word(start: datetime.date, period: Period) -> str:
    """A period by its first day, as short as it can be told."""
    if period == "week":
        return f"{start:%m-%d}"
    return f"{start:%Y}" if period == "year" else f"{start:%Y-%m}"


def retention_chart(found: Retention) -> Chart:
    """A row a cohort, a column a period since; the deeper the colour, the more came back."""
    rows = pd.DataFrame(
        {
            "cohort": period_word(found.starts[cohort], found.period),
            "size": int(found.sizes[cohort]),
            "later": later,
            "share": float(found.shares[cohort, later]),
            "shown": f"{100 * found.shares[cohort, later]:.0f}",
            "interval": t(
                "recommendation-bounded",
                value=percent(rounded(float(found.shares[cohort, later]))),
                low=percent(rounded(float(found.low[cohort, later]))),
                high=percent(rounded(float(found.high[cohort, later]))),
            ),
            "meaning": "primary",
        }
        for cohort, later in zip(*np.nonzero(np.isfinite(found.shares)), strict=True)
        if later
    )
    title = t(f"recommendation-retention-later-{found.period}")
    base = alt.Chart(rows).encode(
        x=alt.X("later:O", title=title, axis=alt.Axis(labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("cohort:O", title=t("recommendation-retention-cohort"), axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip("cohort:N", title=t("recommendation-retention-cohort")),
            alt.Tooltip("size:Q", title=t("recommendation-segments-users")),
            alt.Tooltip("later:O", title=title),
            alt.Tooltip("interval:N", title=t("recommendation-retention-share")),
        ],
    )
    top = max(float(rows["share"].max()), 1e-6)
    return alt.layer(
        base.mark_rect(cornerRadius=2, stroke=None).encode(
            color=palette.by_meaning("meaning"),
            opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, top], range=[0.04, 0.28]), legend=None),
        ),
        base.mark_text(fontSize=11, fontWeight="bold").encode(text="shown:N", color=palette.by_meaning("meaning")),
        height=_AXIS_PIXELS + _COHORT_PIXELS * rows["cohort"].nunique(),
    )


# --- One segment ------------------------------------------------------------------------------------------------------


def closer(shop: Shop, found: Segmentation) -> None:
    """What the customers of one segment choose, and when."""
    names = [_ALL, *(segment.name for segment in found.segments if segment.users)]
    words = {_ALL: t("recommendation-segment-all")} | {name: segment_word(name) for name in names[1:]}
    name = (
        st.pills(
            t("recommendation-customers-closer"),
            names,
            default=_ALL,
            required=True,
            format_func=words.__getitem__,
            key=f"{SEGMENT}-{shop.base}",
        )
        or _ALL
    )
    if name != _ALL:
        st.caption(t(f"recommendation-segment-{name}-what"))
    users = None if name == _ALL else found.of == SEGMENTS.index(name)
    left, right = st.columns(2, gap="medium")
    with left, guard():
        categories(shop, name, users)
    with right, guard():
        activity(shop, name, users)


def categories(shop: Shop, name: str, users: Flags | None) -> None:
    """The share of the choices that each category has."""
    title = t("recommendation-categories-title")
    st.markdown(f"**{title}**")
    heaviest = once(
        f"{_KEY}.categories",
        shop,
        (name, current()),
        lambda: customers.categories(shop.interactions, current(), users),
    )
    if not heaviest:
        st.caption(t("recommendation-categories-none"))
        return
    rows = [Row(one.name or t("recommendation-categories-without"), one.share) for one in heaviest[:_CATEGORIES]]
    st.altair_chart(figures(rows, t("recommendation-categories-axis")), alt=title)


def activity(shop: Shop, name: str, users: Flags | None) -> None:
    """How many customers were active in each month."""
    title = t("recommendation-activity-title")
    st.markdown(f"**{title}**")
    found = once(f"{_KEY}.activity", shop, (name,), lambda: customers.activity(_of(shop, users)))
    st.altair_chart(activity_chart(found), alt=title)


def _of(shop: Shop, users: Flags | None) -> Interactions:
    """The choices of some users."""
    return shop.interactions if users is None else shop.interactions.take(users[shop.interactions.users])


def activity_chart(found: Activity) -> Chart:
    """A bar a month, with its number above it."""
    rows = pd.DataFrame(
        {
            "when": [period_word(start, found.period) for start in found.starts],
            "users": found.users,
            "choices": found.choices,
            "shown": [number(int(one)) for one in found.users],
            "meaning": "primary",
        }
    )
    title = t("recommendation-activity-axis")
    base = alt.Chart(rows).encode(
        x=alt.X("when:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("users:Q", title=title, axis=alt.Axis(tickCount=4, format=",d")),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("when:O", title=t(f"recommendation-period-{found.period}")),
            alt.Tooltip("users:Q", title=title, format=","),
            alt.Tooltip("choices:Q", title=t("recommendation-interactions"), format=","),
        ],
    )
    layers = [base.mark_bar(cornerRadius=2, opacity=0.85)]
    if len(rows) <= _LABELLED:
        layers.append(base.mark_text(dy=-8).encode(text="shown:N"))
    return alt.layer(*layers, height=_ACTIVITY_PIXELS)
