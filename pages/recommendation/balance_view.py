"""What a setting gives and what it costs: sliders, the list that they make, and what such lists are worth on held-out choices."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation import balance
from bigmodel_apps.recommendation.balance import Measured, Point
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import outcome, start
from bigmodel_apps.ui.language import number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.recommendation import opened, person, tuning
from pages.recommendation.figures import Chart
from pages.recommendation.made import make
from pages.recommendation.person import Person

MEASURE = "recommendation-measure"
GAINS = ("coverage", "novelty", "diversity")

_KEY = "recommendation-balance"
_PIXELS = 240


def balance_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        with bar:
            user = person.choose(shop)
            tuning.back(shop)
        found = measured(shop)
        board(shop, user, found)


def measured(shop: Shop) -> Measured | None:
    """What is known of the shop's settings; None while it is measured in the background."""
    found = balance.of(shop)
    if found is not None:
        return found
    about = {"shop": shop.key, "model": id(shop.recommender)}
    job = next((one for one in jobs.list(owner(), MEASURE) if one.about == about), None)
    if job is None or job.state == "done":  # done, and closed again since
        job = jobs.start(owner(), MEASURE, _measure(shop), t("recommendation-balance-measuring"), about)
    elif job.state == "cancelled":
        start(MEASURE, t("recommendation-balance-measure"), lambda: _measure(shop), title=job.title, about=about)
    outcome(job)
    return None


def _measure(shop: Shop) -> Work:
    def work(report: Progress, cancelled: Stop) -> str:
        balance.find(shop, report=report, cancelled=cancelled)
        return shop.key

    return work


@st.fragment
@guard()
def board(shop: Shop, user: str, found: Measured | None) -> None:
    """The sliders above; the list on the left, what it gives and costs on the right. Redrawn alone."""
    who = person.person(shop, user)
    verdict = st.container(key=f"{_KEY}-verdict", gap="xxsmall")
    settings = tuning.settings(shop)
    if found is None:
        st.caption(t("recommendation-balance-wait"))
    else:
        asked = replace(settings, k=found.plain.settings.k, seen=False)
        point = once(f"{_KEY}.point", found, (asked,), lambda: balance.measure(found.rehearsal, asked))
        for column, gain in zip(st.columns(len(GAINS), gap="small"), GAINS, strict=True):
            with column:
                panel(shop, found, point, gain)
        with verdict:
            headline(found, point)
        st.caption(f":material/touch_app: {t('recommendation-balance-click')}")
        st.caption(about(shop, found))
    listing(shop, who, settings)
    if found is not None:
        table(found, point)


def headline(found: Measured, point: Point) -> None:
    """What the setting does, in words."""
    plain = found.plain
    if point.settings == plain.settings:
        said = t(
            "recommendation-balance-plain",
            ndcg=number(round(point.ndcg.value, 4)),
            coverage=percent(round(point.coverage, 3)),
        )
    else:
        change = point.ndcg.value / plain.ndcg.value - 1 if plain.ndcg.value else 0.0
        said = t(
            "recommendation-balance-headline",
            change=percent(abs(round(change, 3))),
            direction="less" if round(change, 3) < 0 else "more" if round(change, 3) > 0 else "same",
            coverage=percent(round(point.coverage, 3)),
            plain=percent(round(plain.coverage, 3)),
            k=point.settings.k,
        )
    st.subheader(said, anchor=False)


def about(shop: Shop, found: Measured) -> str:
    """On what it was measured."""
    split = found.rehearsal.split
    return t(
        f"recommendation-balance-about-{split.kind}",
        users=len(split.users),
        candidates=found.rehearsal.candidates,
        choices=number(len(split.train)),
        simulated="true" if shop.simulated else "false",
    )


def listing(shop: Shop, who: Person, settings: Settings) -> None:
    """The list for the person, by score alone and as the sliders stand."""
    st.markdown(f"**{t('recommendation-balance-list', who=escape(person.name(who)))}**")
    lists = {
        "plain": make(shop, who, Settings(k=settings.k, seen=settings.seen)).made.items,
        "now": make(shop, who, settings).made.items,
    }
    frame = pd.DataFrame(
        {
            t(f"recommendation-balance-column-{name}"): pd.Series(
                [_item(shop, int(item)) for item in items], dtype=object
            )
            for name, items in lists.items()
        }
    )
    frame.insert(0, t("recommendation-listed-rank"), range(1, len(frame) + 1))
    narrow = {t("recommendation-listed-rank"): st.column_config.NumberColumn(width=30)}
    st.dataframe(frame, hide_index=True, column_config=narrow, alt=t("recommendation-list"))


def _item(shop: Shop, item: int) -> str:
    """Title and category in a line. Plain text."""
    return " · ".join(part for part in (opened.title(shop, item), opened.category(shop, item)) if part)


# --- Charts -----------------------------------------------------------------------------------------------------------


def panel(shop: Shop, found: Measured, point: Point, gain: str) -> None:
    """One of the gains against hits; a click takes a setting over."""
    title = t(f"recommendation-gain-{gain}")
    key = f"{_KEY}-{gain}-{shop.base}"
    st.markdown(f"**{title}**", help=t(f"recommendation-gain-{gain}-help"))
    st.altair_chart(
        chart(found, point, gain),
        alt=title,
        key=key,
        on_select=partial(_take, shop, key),
        selection_mode="point",
    )


def _take(shop: Shop, key: str) -> None:
    picked = cast(Any, st.session_state[key])["selection"].get("point") or []
    if picked:
        tuning.put(shop, diversity=float(picked[0]["diversity"]), penalty=float(picked[0]["penalty"]))


def chart(found: Measured, point: Point, gain: str) -> Chart:
    """Settings as points; those that no other one beats are joined, the present one and the plain one are named."""
    best = balance.front(found.points, gain)
    rows = pd.DataFrame(
        _row(one, gain) | {"best": bool(is_best), "meaning": "primary" if is_best else "neutral"}
        for one, is_best in zip(found.points, best, strict=True)
    )
    marks = [
        _row(found.plain, gain)
        | {"words": t("recommendation-balance-mark-plain"), "meaning": "primary", "shape": "circle"}
    ]
    if point.settings != found.plain.settings:
        marks.append(
            _row(point, gain) | {"words": t("recommendation-balance-mark-now"), "meaning": "unsure", "shape": "diamond"}
        )
    named = pd.DataFrame(marks)
    x_title, y_title = (
        t(f"recommendation-balance-axis-{gain}"),
        t("recommendation-balance-ndcg", k=point.settings.k),
    )
    axis = alt.Axis(format="~%" if gain == "coverage" else "~r", tickCount=4, grid=False)
    x = alt.X("gain:Q", title=x_title, scale=alt.Scale(zero=False, padding=16), axis=axis)
    y = alt.Y(
        "ndcg:Q", title=y_title, scale=alt.Scale(zero=False, padding=14), axis=alt.Axis(format=".3~f", tickCount=4)
    )
    picked = alt.selection_point(name="point", fields=["diversity", "penalty"], toggle=False)
    tooltip = [
        alt.Tooltip("diversity:Q", title=t("recommendation-set-diversity"), format=".2~f"),
        alt.Tooltip("penalty:Q", title=t("recommendation-set-penalty"), format=".2~f"),
        alt.Tooltip("shown:N", title=y_title),
        alt.Tooltip("gained:N", title=x_title),
    ]
    colour = palette.by_meaning("meaning")
    base = alt.Chart(rows).encode(x=x, y=y, color=colour, tooltip=tooltip)
    return alt.layer(
        base.transform_filter("datum.best").mark_line(strokeWidth=2, opacity=0.6).encode(order="gain:Q"),
        base.mark_point(size=45, filled=True, opacity=0.75, cursor="pointer").add_params(picked),
        alt.Chart(named)
        .mark_point(size=150, filled=True, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=tooltip, shape=alt.Shape("shape:N", scale=None)),
        alt.Chart(named).mark_text(dy=-14, fontWeight="bold").encode(x=x, y=y, color=colour, text="words:N"),
        height=_PIXELS,
    )


def _row(point: Point, gain: str) -> dict[str, Any]:
    value = getattr(point, gain)
    return {
        "gain": value,
        "ndcg": point.ndcg.value,
        "diversity": point.settings.diversity,
        "penalty": point.settings.popularity_penalty,
        "shown": number(round(point.ndcg.value, 4)),
        "gained": percent(round(value, 4)) if gain == "coverage" else number(round(value, 4)),
    }


def table(found: Measured, point: Point) -> None:
    """The figures of the present setting beside those of the plain list; folded."""
    with st.expander(t("recommendation-balance-table"), icon=":material/table_rows:"):
        frame = pd.DataFrame(
            {
                t("recommendation-balance-setting"): name,
                t("recommendation-balance-ndcg", k=one.settings.k): t(
                    "recommendation-bounded",
                    value=number(round(one.ndcg.value, 4)),
                    low=number(round(one.ndcg.low, 4)),
                    high=number(round(one.ndcg.high, 4)),
                ),
                t("recommendation-balance-axis-coverage"): percent(round(one.coverage, 4)),
                t("recommendation-balance-axis-novelty"): number(round(one.novelty, 4)),
                t("recommendation-balance-axis-diversity"): number(round(one.diversity, 4)),
            }
            for name, one in (
                (t("recommendation-balance-mark-now"), point),
                (t("recommendation-balance-mark-plain"), found.plain),
            )
        )
        st.dataframe(frame, hide_index=True, alt=t("recommendation-balance-table"))
