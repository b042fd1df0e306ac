"""One product: what it is, what is like it, and what is bought with it; and the pairs of the whole shop."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation import cold, together
from bigmodel_apps.recommendation.interactions import Floats
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.recommendation.together import Baskets, Pair
from bigmodel_apps.ui import address, palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.recommendation import opened
from pages.recommendation.figures import Chart

ITEM = "recommendation-item"

_KEY = "recommendation-products"
_PARAMETER = "item"
_SIMILAR, _TOGETHER, _PAIRS, _SUREST = 8, 6, 20, 200
_ROW_PIXELS, _AXIS_PIXELS = 46, 62


def products_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        found = once(f"{_KEY}.baskets", shop, (), lambda: together.baskets(shop.interactions))
        with bar:
            item = choose(shop, found)
        board(shop, found, item)


def choose(shop: Shop, found: Baskets | None) -> int:
    """The product; at first one of which much is known."""
    ids = [str(id) for id in shop.catalogue.ids]
    first = once(f"{_KEY}.first", shop, (), lambda: str(shop.catalogue.ids[_first(shop, found)]))
    value = address.chosen(_PARAMETER, ids, first, scope=f"recommendation-{shop.base}")
    labels = opened.offered(shop, [value], f"{_KEY}-search")
    key = f"{ITEM}-{shop.base}"
    st.session_state[key] = value
    st.selectbox(
        t("recommendation-product"),
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        on_change=lambda: show(shop, st.session_state[key]),
        width=360,
    )
    return shop.places[value]


def show(shop: Shop, id: str) -> None:
    """Look at a product."""
    address.keep(_PARAMETER, id, scope=f"recommendation-{shop.base}")


def _first(shop: Shop, found: Baskets | None) -> int:
    """The one that most of the surest pairs hold; the most popular one where there is none."""
    surest = together.pairs(found, _SUREST) if found is not None else []
    partners = np.bincount([item for pair in surest for item in (pair.item, pair.other)], minlength=len(shop.catalogue))
    return int(np.argmax(partners if surest else shop.recommender.counts))


def board(shop: Shop, found: Baskets | None, item: int) -> None:
    """The product with what is bought with it on the left; what is like it on the right."""
    pairs = [] if found is None else together.with_item(found, item, _TOGETHER)
    st.subheader(headline(shop, item, pairs), anchor=False)
    about = " · ".join(part for part in (opened.facts(shop, item), opened.description(shop, item)) if part)
    st.caption(escape(about))
    left, right = st.columns(2, gap="medium")
    with left:
        bought_together(shop, found, item, pairs)
    with right:
        similar(shop, item)
    whole(shop, found)


def headline(shop: Shop, item: int, pairs: Sequence[Pair]) -> str:
    """What is bought with the product, in words."""
    name = escape(opened.title(shop, item))
    if not pairs:
        return t("recommendation-together-headline-none", title=name)
    return t(
        "recommendation-together-headline",
        title=name,
        other=escape(opened.title(shop, pairs[0].other)),
        lift=number(round(pairs[0].lift, 1)),
    )


# --- Bought together --------------------------------------------------------------------------------------------------


def bought_together(shop: Shop, found: Baskets | None, item: int, pairs: Sequence[Pair]) -> None:
    """For each other product the share of the baskets that hold it too, and how much oftener that is than by chance."""
    title = t("recommendation-together")
    st.markdown(f"**{title}**", help=t("recommendation-together-help", least=together.LEAST))
    if found is None:
        st.caption(t("recommendation-together-unknown"))
        return
    if not pairs:
        st.caption(t("recommendation-together-none", least=together.LEAST, baskets=int(found.counts[item])))
        return
    st.altair_chart(chart(shop, found, pairs), alt=headline(shop, item, pairs))
    st.caption(
        t(
            f"recommendation-together-about-{found.kind}",
            baskets=number(int(found.counts[item])),
            all=number(len(found)),
            simulated="true" if shop.simulated else "false",
        )
    )


def chart(shop: Shop, found: Baskets, pairs: Sequence[Pair]) -> Chart:
    """Confidence with its interval, the share by chance as a tick, the lift in words at the right."""
    rows = pd.DataFrame(
        {
            "row": place,
            "title": opened.title(shop, pair.other),
            "value": pair.confidence.value,
            "low": pair.confidence.low,
            "high": pair.confidence.high,
            "chance": int(found.counts[pair.other]) / len(found),
            "shown": t(
                "recommendation-together-lift",
                share=percent(round(pair.confidence.value, 3)),
                lift=number(round(pair.lift, 1)),
            ),
            "count": t(
                "recommendation-together-count", together=number(pair.together), baskets=number(pair.confidence.n)
            ),
            "meaning": "primary",
            "quiet": "neutral",
        }
        for place, pair in enumerate(pairs)
    )
    axis_title = t("recommendation-together-axis")
    scale = alt.Scale(domain=[0, 1.45 * float(rows["high"].max())], nice=False)
    x = alt.X("value:Q", title=axis_title, scale=scale, axis=alt.Axis(format="~%", tickCount=4, grid=False))
    base = alt.Chart(rows).encode(
        y=alt.Y("row:O", title=None, axis=None),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("title:N", title=t("recommendation-product")),
            alt.Tooltip("count:N", title=t("recommendation-together-baskets")),
            alt.Tooltip("shown:N", title=axis_title),
        ],
    )
    return alt.layer(
        base.mark_text(align="left", baseline="middle", dy=-9, limit=420).encode(
            x=alt.value(0), text="title:N", color=palette.by_meaning("quiet")
        ),
        base.mark_rule(strokeWidth=3, opacity=0.45, yOffset=8).encode(
            x=alt.X("low:Q", title=axis_title, scale=scale), x2="high:Q"
        ),
        base.mark_point(filled=True, size=100, opacity=1, yOffset=8).encode(x=x),
        base.mark_tick(thickness=2, size=14, yOffset=8).encode(
            x=alt.X("chance:Q", title=axis_title, scale=scale), color=palette.by_meaning("quiet")
        ),
        base.mark_text(align="left", dx=8, dy=8, fontWeight="bold").encode(
            x=alt.X("high:Q", title=axis_title, scale=scale), text="shown:N"
        ),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )


# --- What is like it --------------------------------------------------------------------------------------------------


def similar(shop: Shop, item: int) -> None:
    """Products that the same people choose, or whose titles say the same."""
    title = t("recommendation-similar")
    ways = ["choices", "titles"] if shop.catalogue.titles else ["choices"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{title}**", width="content", help=t("recommendation-similar-help"))
        way = "choices"
        if len(ways) > 1:
            way = (
                st.segmented_control(
                    title,
                    ways,
                    default=way,
                    required=True,
                    format_func={name: t(f"recommendation-similar-{name}") for name in ways}.__getitem__,
                    key=f"{_KEY}-way",
                    label_visibility="collapsed",
                    persist_state="session",
                )
                or way
            )
    scores = similarities(shop, item, way)
    nearest = [int(other) for other in np.argsort(-scores, kind="stable") if other != item and scores[other] > 0]
    if not nearest:
        st.caption(t("recommendation-similar-none"))
        return
    nearest = nearest[:_SIMILAR]
    columns = {name: t(f"recommendation-listed-{name}") for name in ("title", "price", "category", "similarity")}
    frame = pd.DataFrame(
        {
            columns["title"]: [opened.title(shop, other) for other in nearest],
            columns["similarity"]: [float(scores[other]) for other in nearest],
            columns["price"]: [opened.price(shop, other) for other in nearest],
            columns["category"]: [opened.category(shop, other) for other in nearest],
        }
    )
    frame = frame.loc[:, [bool(frame[name].astype(bool).any()) for name in frame.columns]]
    st.dataframe(
        frame,
        hide_index=True,
        key=f"{_KEY}-similar-{shop.base}-{current()}",
        column_config={
            columns["similarity"]: st.column_config.ProgressColumn(
                min_value=0, max_value=max(1e-9, float(scores[nearest[0]])), format="%.2f", width=90
            ),
            columns["title"]: st.column_config.TextColumn(width=205),
            columns["category"]: st.column_config.TextColumn(width=105),
            columns["price"]: st.column_config.TextColumn(width=60, alignment="right"),
        },
        alt=title,
    )


def similarities(shop: Shop, item: int, way: str) -> Floats:
    """Of every product to one, shape (items,): the cosine of who chose them, or of what their titles say."""
    if way == "titles":
        return once(f"{_KEY}.titles", shop.recommender, (), lambda: cold.titles_of(shop.recommender)).similar(item)
    matrix = once(f"{_KEY}.matrix", shop, (), shop.interactions.matrix)
    return together.alike(matrix, item)


# --- The whole shop ---------------------------------------------------------------------------------------------------


def whole(shop: Shop, found: Baskets | None) -> None:
    """The surest pairs of the shop; folded."""
    if found is None:
        return
    panel = st.expander(t("recommendation-pairs"), icon=":material/join_inner:", key=f"{_KEY}-pairs", on_change="rerun")
    if not panel.open:
        return
    with panel:
        pairs = once(f"{_KEY}.pairs", found, (), lambda: together.pairs(found, _PAIRS))
        frame = pd.DataFrame(
            {
                t("recommendation-pairs-item"): opened.title(shop, pair.item),
                t("recommendation-pairs-other"): opened.title(shop, pair.other),
                t("recommendation-together-baskets"): pair.together,
                t("recommendation-pairs-confidence"): t(
                    "recommendation-bounded",
                    value=percent(round(pair.confidence.value, 3)),
                    low=percent(round(pair.confidence.low, 3)),
                    high=percent(round(pair.confidence.high, 3)),
                ),
                t("recommendation-pairs-lift"): pair.lift,
            }
            for pair in pairs
        )
        if frame.empty:
            st.caption(t("recommendation-pairs-none", least=together.LEAST))
            return
        lift = {t("recommendation-pairs-lift"): st.column_config.NumberColumn(format="%.1f ×")}
        st.dataframe(frame, hide_index=True, column_config=lift, alt=t("recommendation-pairs"))
        if len(shop.catalogue) > together.MOST_ITEMS:
            st.caption(t("recommendation-pairs-most", most=together.MOST_ITEMS))
        if found.large:
            st.caption(t("recommendation-pairs-large", count=found.large, most=together.LARGEST))
