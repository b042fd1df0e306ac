"""A product that nobody has chosen yet: type its title, see what it is like, who would be shown it, and why."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation import cold, rules, titles
from bigmodel_apps.recommendation.cold import Audience, Newcomer
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.recommendation.titles import Titles
from bigmodel_apps.ui import odds
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import guard, show_attempted
from bigmodel_apps.ui.samples import samples
from bigmodel_apps.ui.shares import Share, share_bars
from pages.recommendation import opened
from pages.recommendation.examples import EXAMPLES

TITLE = "recommendation-new-title"

_KEY = "recommendation-new"
_K, _PEOPLE, _BARS = 10, 8, 6
_CHARS = 200
_LEAST = 0.005


def new_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}-bar")
    examples = st.container()
    with bar:
        key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        with examples:
            offer(shop)
        with bar:
            title, category = ask(shop)
        if not title:
            st.info(t("recommendation-new-empty"), icon=":material/new_label:")
            return
        board(shop, title, category)


def offer(shop: Shop) -> None:
    """Titles to try the sample shops with."""
    if shop.base in EXAMPLES:
        samples(f"{TITLE}-{shop.base}", EXAMPLES[shop.base][current()])


def ask(shop: Shop) -> tuple[str, str]:
    """The title, and the category where it is given."""
    key = f"{TITLE}-{shop.base}"
    title = st.text_input(
        t("recommendation-new-title"),
        key=key,
        max_chars=_CHARS,
        placeholder=t("recommendation-new-placeholder"),
        persist_state="session",
        width=340,
        help=t("recommendation-new-help"),
    )
    names = rules.category_names(shop.catalogue, current())
    category = None
    if names:
        category = st.selectbox(
            t("recommendation-listed-category"),
            names,
            index=None,
            key=f"{_KEY}-category-{shop.base}-{current()}",
            placeholder=t("recommendation-new-any"),
            width=190,
        )
    return (title or "").strip(), category or ""


def board(shop: Shop, title: str, category: str) -> None:
    """What it is like and how many would be shown it, in words; its neighbours on the left, the people on the right."""
    given = title, category
    with st.spinner(t("recommendation-new-reading")):
        new: Newcomer = once(f"{_KEY}.placed", shop.recommender, given, lambda: _place(shop, title, category))
        if not len(new.neighbours.items):
            st.info(t("recommendation-new-alone", title=escape(title)), icon=":material/search_off:")
            return
        found: Audience = once(
            f"{_KEY}.audience", shop, given, lambda: cold.audience(shop.recommender, new, shop.histories, _K)
        )
    with st.container(key=f"{_KEY}-verdict", gap="xxsmall"):
        near = escape(opened.title(shop, int(new.neighbours.items[0])))
        share = percent(round(found.share.value, 3))
        st.subheader(t("recommendation-new-verdict", near=near, share=share, k=_K), anchor=False)
        st.caption(
            t(
                "recommendation-new-about",
                low=percent(round(found.share.low, 3)),
                high=percent(round(found.share.high, 3)),
                users=number(found.share.n),
                simulated="true" if shop.simulated else "false",
            )
        )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        neighbours(shop, new)
    with right:
        people(shop, new, found)


def _place(shop: Shop, title: str, category: str) -> Newcomer:
    known: Titles = once(f"{_KEY}.titles", shop.recommender, (), lambda: cold.titles_of(shop.recommender))
    read = titles.text_of(title, category)
    meaning = titles.encode([read]) if known.reads_meaning else None
    scale = once(f"{_KEY}.scale", shop.recommender, (), lambda: cold.scale(shop.recommender, shop.histories, known))
    return cold.place(shop.recommender, read, meaning, known, scale)


def neighbours(shop: Shop, new: Newcomer) -> None:
    """Products with similar titles."""
    heading = t("recommendation-new-neighbours")
    st.markdown(f"**{heading}**", help=t("recommendation-new-neighbours-help"))
    items = [int(item) for item in new.neighbours.items]
    title, similarity = t("recommendation-listed-title"), t("recommendation-listed-similarity")
    frame = pd.DataFrame({title: [opened.title(shop, item) for item in items], similarity: new.neighbours.scores})
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            title: st.column_config.TextColumn(width=200),
            similarity: st.column_config.ProgressColumn(min_value=0, max_value=1, format="%.2f", width=100),
        },
        alt=heading,
    )


def people(shop: Shop, new: Newcomer, found: Audience) -> None:
    """Who wants it most, and which of their choices speak for it."""
    heading = t("recommendation-new-people")
    st.markdown(f"**{heading}**", help=t("recommendation-new-people-help"))
    asked = [int(person) for person in found.people[:_PEOPLE]]
    told = [cold.because(shop.recommender, new, shop.histories[person]) for person in asked]
    columns = {name: t(f"recommendation-new-column-{name}") for name in ("user", "shown", "because")}
    frame = pd.DataFrame(
        {
            columns["user"]: [str(shop.interactions.user_ids[person]) for person in asked],
            columns["shown"]: [
                t("recommendation-new-shown" if shown else "recommendation-new-not-shown", k=_K)
                for shown in found.shown[: len(asked)]
            ],
            columns["because"]: [
                _because(shop, person, shares) for person, (shares, _) in zip(asked, told, strict=True)
            ],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        key=f"{_KEY}-people-{shop.base}-{current()}",
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            columns["user"]: st.column_config.TextColumn(width=110),
            columns["shown"]: st.column_config.TextColumn(width=75),
            columns["because"]: st.column_config.TextColumn(width=260),
        },
        alt=heading,
    )
    rows = cast(Any, event)["selection"]["rows"]
    place = int(rows[0]) if rows and rows[0] < len(asked) else 0
    why(shop, asked[place], *told[place])


def _because(shop: Shop, person: int, shares: Any) -> str:
    """The choice that speaks for it most, in a line. Plain text."""
    history = shop.histories[person][-len(shares) :]
    best = int(shares.argmax())
    return f"{odds.signed(float(shares[best]))} {opened.title(shop, int(history[best]))}" if shares[best] > 0 else "–"


def why(shop: Shop, person: int, shares: Any, rest: float) -> None:
    """The shares of one person's choices."""
    user = escape(str(shop.interactions.user_ids[person]))
    st.markdown(f"**{t('recommendation-new-why', user=user)}**")
    history = shop.histories[person][-len(shares) :]
    order = [int(at) for at in abs(shares).argsort()[::-1] if abs(shares[at]) >= _LEAST]
    rows = [
        Share(opened.title(shop, int(history[at])), float(shares[at]), "good" if shares[at] > 0 else "bad")
        for at in order[:_BARS]
    ]
    if left := order[_BARS:]:
        value = float(shares[left].sum())
        label = t("recommendation-share-others", count=len(left))
        rows.append(Share(label, value, "good" if value > 0 else "bad"))
    if abs(rest) >= _LEAST:
        rows.append(Share(t("recommendation-new-rest"), rest, "neutral"))
    if not rows:
        st.caption(t("recommendation-new-why-none"))
        return
    st.altair_chart(
        share_bars(rows, t("recommendation-share-axis"), t("recommendation-share-of")), alt=t("recommendation-why-alt")
    )
