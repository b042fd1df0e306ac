"""What answers: the terms of the blend and their weights; new choices, a refit on them, and the way back."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation import refits
from bigmodel_apps.recommendation.refits import Report
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.reporting import recommendation as in_words
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome
from bigmodel_apps.ui.language import current, date, moment, percent, t
from bigmodel_apps.ui.models import choice
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from bigmodel_apps.ui.versions import Actions, versions
from bigmodel_apps.workspace import Version
from pages.recommendation import opened
from pages.recommendation.choices import DOMAIN
from pages.recommendation.figures import Chart, bounded, rounded

_KEY = "recommendation-model"
_USER, _ITEMS = f"{_KEY}-new-user", f"{_KEY}-new-items"
_ROW_PIXELS, _AXIS_PIXELS = 34, 50
_LISTED = 8


def model_view() -> None:
    """The view."""
    show_attempted()
    key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        left, right = st.columns(2, gap="medium")
        with left:
            blend(shop)
        with right:
            refit(shop)
            made(shop)
    choice(DOMAIN, lambda name: (name,), lambda _: t("recommendation-model-ours"))


# --- What answers -----------------------------------------------------------------------------------------------------


def blend(shop: Shop) -> None:
    """The terms of the blend, each in words with its weight, and what a large catalogue goes without."""
    terms = in_words.weights(shop.recommender)
    st.subheader(
        t(
            "recommendation-blend-headline",
            terms=len(terms),
            first=t(f"recommendation-term-{terms[0][0]}"),
            share=percent(round(terms[0][1], 2)),
        ),
        anchor=False,
    )
    title = t("recommendation-blend-title")
    st.altair_chart(weights_chart(terms), alt=title)
    for name, _ in terms:
        st.caption(f"**{t(f'recommendation-term-{name}')}** – {t(f'recommendation-term-{name}-what')}")
    for line in in_words.limits_in_words(shop.recommender, current()):
        st.caption(line)


def weights_chart(terms: list[tuple[str, float]]) -> Chart:
    """A bar a term."""
    rows = pd.DataFrame(
        {
            "row": t(f"recommendation-term-{name}"),
            "weight": weight,
            "shown": percent(round(weight, 3)),
            "meaning": "primary",
        }
        for name, weight in terms
    )
    title = t("recommendation-blend-axis")
    x = alt.X(
        "weight:Q",
        title=title,
        scale=alt.Scale(domain=[0, 1.15 * float(rows["weight"].max())], nice=False),
        axis=alt.Axis(format="~%", tickCount=5),
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
        x=x,
        color=palette.by_meaning("meaning"),
        tooltip=[alt.Tooltip("row:N", title=t("recommendation-term")), alt.Tooltip("shown:N", title=title)],
    )
    return alt.layer(
        base.mark_bar(cornerRadius=2, height=16),
        base.mark_text(align="left", dx=6, fontWeight="bold").encode(text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )


# --- New choices and a refit ------------------------------------------------------------------------------------------


def refit(shop: Shop) -> None:
    """New choices, which lists know at once, and the button that learns from them."""
    st.subheader(t("recommendation-refit-title"), anchor=False)
    new = refits.added(owner(), shop.base)
    st.caption(t("recommendation-refit-new", count=len(new)) if new else t("recommendation-refit-none"))
    job = newest(refits.KIND)
    busy = job is not None and job.unfinished
    with st.container(horizontal=True):
        with st.popover(t("recommendation-new-choices"), icon=":material/add_shopping_cart:", key=f"{_KEY}-new"):
            add(shop)
        st.button(
            t("recommendation-refit-start"),
            icon=":material/model_training:",
            type="primary",
            key=f"{_KEY}-refit",
            disabled=busy,
            on_click=attempt,
            args=(refits.start, owner(), shop.base),
        )
    done = outcome(job, t("recommendation-refit-job"), cancelled=t("recommendation-refit-cancelled"))
    if done is not None and done.about["shop"] == shop.base:
        swapped = any(
            refits.report_of(version).swapped
            for version in refits.versions(owner(), shop.base)
            if version.id == done.result
        )
        st.success(
            t("recommendation-refit-swapped" if swapped else "recommendation-refit-kept"),
            icon=":material/check_circle:" if swapped else ":material/balance:",
        )


def add(shop: Shop) -> None:
    """Who chose what just now; a name that the shop does not know is somebody new."""
    offered = opened.offered(shop, (), f"{_ITEMS}-search")
    with st.container(key=f"{_KEY}-new-form"):
        st.text_input(t("recommendation-new-user"), key=_USER, persist_state="session")
        st.multiselect(
            t("recommendation-new-items"),
            list(offered),
            format_func=lambda id: offered.get(id, id),
            key=_ITEMS,
            placeholder=t("recommendation-search-empty"),
            select_all=False,
        )
        st.button(
            t("recommendation-new-add"),
            type="primary",
            key=f"{_KEY}-add",
            disabled=not (st.session_state.get(_USER) and st.session_state.get(_ITEMS)),
            on_click=attempt,
            args=(_add, shop),
        )
    for one in reversed(refits.added(owner(), shop.base)[-_LISTED:]):
        item = shop.places.get(one.item)
        if item is not None:  # else it has left the catalogue
            st.caption(t("recommendation-new-listed", user=escape(one.user), item=escape(opened.title(shop, item))))


def _add(shop: Shop) -> None:
    refits.add(owner(), shop.base, st.session_state[_USER], st.session_state[_ITEMS])
    st.session_state[_ITEMS] = []


# --- Versions ---------------------------------------------------------------------------------------------------------


def made(shop: Shop) -> None:
    """The refits made so far, the newest first, which one is in use, and the way back."""
    versions(
        refits.versions(owner(), shop.base),
        refits.deployed(owner(), shop.base),
        Actions(
            lambda who, id: refits.deploy(who, id, shop.base),
            refits.delete,
            lambda who: refits.roll_back(who, shop.base),
        ),
        what_came_of_it,
        title=t("recommendation-versions"),
        empty=t("recommendation-versions-empty"),
        key=_KEY,
    )


def what_came_of_it(version: Version) -> None:
    """The comparison, its figures, and what it rests on."""
    found = refits.report_of(version)
    st.markdown(verdict(found))
    st.dataframe(figures_table(found), hide_index=True, alt=t("evidence-table"))
    st.caption(facts(found, version))


def verdict(found: Report) -> str:
    """Whether the refit foresees more than what it was compared with."""
    return t(
        f"recommendation-verdict-{found.verdict}",
        rival=escape(found.rival or t("recommendation-rival-first")),
        difference=in_words.signed(found.difference.value),
        low=in_words.signed(found.difference.low),
        high=in_words.signed(found.difference.high),
    )


def figures_table(found: Report) -> pd.DataFrame:
    """Both on the same later choices."""
    return pd.DataFrame(
        {
            t("evidence-system"): t(f"fraud-system-{name}"),
            t("metric-ndcg-10"): bounded(one.ndcg, share=False),
            t("metric-hit-rate-10"): bounded(one.hit_rate),
            t("metric-catalogue-coverage"): percent(rounded(one.coverage)),
        }
        for name, one in (("challenger", found.challenger), ("champion", found.champion))
    )


def facts(found: Report, version: Version) -> str:
    """What it learned from, and what it was measured on."""
    learned = t(
        "recommendation-version-learned",
        interactions=found.interactions,
        users=found.users,
        new=found.new,
        created=moment(version.created_at),
    )
    measured = (
        t("recommendation-version-measured", users=found.test_users, date=date(found.boundary))
        if found.boundary
        else t("recommendation-version-measured-chance", users=found.test_users)
    )
    return t("rr-two-sentences", first=learned, second=measured)
