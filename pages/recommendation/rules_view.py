"""What a shop's owner wants of every list, and what was said of items for somebody. The next list follows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from pydantic import ValidationError

from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.recommendation import lists, rules
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.schema import MOST_K, MOST_RULES, Rules
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from pages.recommendation import opened, person
from pages.recommendation.made import make, reason
from pages.recommendation.person import Person

_KEY = "recommendation-rules"
_ICONS = {"pin": ":material/push_pin:", "exclude": ":material/block:", "out_of_stock": ":material/inventory_2:"}
_WORDS = {kind: kind.replace("_", "-") for kind in _ICONS}
_TASTES = {"liked": ":material/thumb_up:", "dismissed": ":material/thumb_down:"}
_NAMED, _TABLE_PIXELS = 6, 387


def rules_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        with bar:
            user = person.choose(shop)
        board(shop, user)


@st.fragment
@guard()
def board(shop: Shop, user: str) -> None:
    """Rules and tastes on the left, what they do to the person's list on the right. Redrawn alone."""
    show_attempted()
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(f"**{t('recommendation-rules-shop')}**", help=t("recommendation-rules-shop-help"))
        for kind in _ICONS:
            items(shop, kind)
        quotas(shop)
    with right:
        effect(shop, person.person(shop, user))
    tastes(shop, person.person(shop, user))


# --- Rules of the shop ------------------------------------------------------------------------------------------------


def items(shop: Shop, kind: str) -> None:
    """The items of a rule, open to change; pinned ones stand in their order."""
    key = f"{_KEY}-{kind}-{shop.base}"
    chosen: tuple[str, ...] = getattr(rules.of(owner(), shop.base), kind)
    listed = opened.offered(shop, chosen, f"{key}-search")
    st.session_state[key] = list(chosen)
    st.multiselect(
        f"{_ICONS[kind]} {t(f'recommendation-rule-{_WORDS[kind]}')}",
        list(listed),
        format_func=partial(_word, listed),
        key=key,
        placeholder=t("recommendation-rule-empty"),
        select_all=False,
        max_selections=MOST_K if kind == "pin" else MOST_RULES,
        on_change=attempt,
        args=(_keep_items, shop, kind, key),
    )


def _keep_items(shop: Shop, kind: str, key: str) -> None:
    _change(shop, **{kind: tuple(st.session_state[key])})


def _change(shop: Shop, **changes: object) -> None:
    """Replace a part of the rules.

    Raises:
        InputError: ``workspace-full``; what `Rules` does not allow.
    """
    kept = rules.of(owner(), shop.base)
    try:
        wanted = Rules.model_validate(kept.model_dump() | changes)
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None
    rules.keep(owner(), shop.base, wanted)


def quotas(shop: Shop) -> None:
    """How many of a category a list may hold."""
    names = rules.category_names(shop.catalogue, current())
    if not names:
        return
    kept = rules.of(owner(), shop.base)
    key = f"{_KEY}-most-{shop.base}"
    st.session_state[key] = kept.most_per_category
    st.number_input(
        f":material/category: {t('recommendation-rule-most')}",
        1,
        MOST_K,
        None,
        key=key,
        placeholder=t("recommendation-rule-no-limit"),
        on_change=attempt,
        args=(_keep_most, shop, key),
    )
    with st.expander(t("recommendation-rule-quotas"), icon=":material/rule:", key=f"{_KEY}-quotas"):
        _quota_table(shop, names, kept)


def _keep_most(shop: Shop, key: str) -> None:
    _change(shop, most_per_category=st.session_state[key])


def _quota_table(shop: Shop, names: Sequence[str], kept: Rules) -> None:
    category, most = t("recommendation-listed-category"), t("recommendation-rule-most-short")
    given = {_category_here(shop, quota.category): quota.most for quota in kept.quotas}
    frame = pd.DataFrame({category: names, most: pd.array([given.get(name) for name in names], dtype="Int64")})
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=[category],
        key=f"{_KEY}-quotas-{shop.base}-{current()}",
        height=220,
        column_config={most: st.column_config.NumberColumn(min_value=0, max_value=MOST_K, step=1, width=90)},
        alt=t("recommendation-rule-quotas"),
    )
    found = tuple(
        {"category": name, "most": int(value)}
        for name, value in zip(edited[category], edited[most], strict=True)
        if not pd.isna(value)
    )
    if {quota["category"]: quota["most"] for quota in found} != given:
        _change(shop, quotas=found)


def _category_here(shop: Shop, name: str) -> str:
    """A category that may be written in another language of the catalogue, in that of the page."""
    columns = shop.catalogue.categories
    here = columns.get(current(), next(iter(columns.values())))
    for column in columns.values():
        found = np.flatnonzero(column == name)
        if len(found):
            return str(here[found[0]])
    return name


# --- What they do -----------------------------------------------------------------------------------------------------


def effect(shop: Shop, who: Person) -> None:
    """The list with the rules beside the places that its items have without, and what the rules keep out."""
    with_rules = make(shop, who, Settings())
    without = lists.make(shop.recommender, [who.history], Settings(k=MOST_K), None, shop.vectors)[0]
    places = {int(item): place for place, item in enumerate(without.items, 1)}
    now = [int(item) for item in with_rules.made.items]
    gone = [int(item) for item in without.items[: len(now)] if int(item) not in now]
    moved = sum(places.get(item) != place for place, item in enumerate(now, 1))
    about = {"who": escape(person.name(who)), "count": len(gone), "k": len(now)}
    st.subheader(t("recommendation-rules-none" if not moved else "recommendation-rules-effect", **about), anchor=False)
    if not now:
        st.info(t("recommendation-none"), icon=":material/inbox:")
        return
    columns = {name: t(f"recommendation-listed-{name}") for name in ("rank", "was", "title", "category", "why")}
    frame = pd.DataFrame(
        {
            columns["rank"]: range(1, len(now) + 1),
            columns["was"]: [str(places.get(item, "–")) for item in now],
            columns["title"]: [opened.title(shop, item) for item in now],
            columns["why"]: [reason(shop, who, with_rules, place, 1) for place in range(len(now))],
            columns["category"]: [opened.category(shop, item) for item in now],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=_TABLE_PIXELS,
        column_config={
            columns["rank"]: st.column_config.NumberColumn(width=30),
            columns["was"]: st.column_config.TextColumn(width=76, alignment="right", help=t("recommendation-was-help")),
            columns["title"]: st.column_config.TextColumn(width=190),
        },
        alt=t("recommendation-list"),
    )
    if gone:
        listed = t("list-separator").join(
            f"{opened.quoted(shop, item)} ({_why_gone(shop, who, item)})" for item in gone[:_NAMED]
        )
        st.caption(t("recommendation-rules-gone", items=listed))


def _why_gone(shop: Shop, who: Person, item: int) -> str:
    kept, id = rules.of(owner(), shop.base), str(shop.catalogue.ids[item])
    if id in kept.exclude:
        return t("recommendation-gone-exclude")
    if id in kept.out_of_stock:
        return t("recommendation-gone-out-of-stock")
    if id in who.taste.dismissed:
        return t("recommendation-gone-dismissed")
    return t("recommendation-gone-pushed")


# --- What was said ----------------------------------------------------------------------------------------------------


def tastes(shop: Shop, who: Person) -> None:
    """What was liked and dismissed for the person: a click takes it back; and a like or a dismissal of any other item."""
    st.markdown(f"**{t('recommendation-taste', who=escape(person.name(who)))}**", help=t("recommendation-taste-help"))
    columns = st.columns(2, gap="medium")
    for column, (kind, icon) in zip(columns, _TASTES.items(), strict=True):
        with column:
            said: tuple[str, ...] = getattr(who.taste, kind)
            key = f"{_KEY}-{kind}-{shop.base}-{who.user}"
            listed = opened.offered(shop, said, f"{key}-search")
            st.session_state[key] = list(said)
            st.multiselect(
                f"{icon} {t(f'recommendation-taste-{kind}')}",
                list(listed),
                format_func=partial(_word, listed),
                key=key,
                placeholder=t("recommendation-rule-empty"),
                select_all=False,
                on_change=attempt,
                args=(_say, shop, who, kind, key),
            )


def _word(listed: Mapping[str, str], id: str) -> str:
    return listed.get(id, id)


def _say(shop: Shop, who: Person, kind: str, key: str) -> None:
    before, after = getattr(who.taste, kind), st.session_state[key]
    for id in after:
        if id not in before:
            (rules.like if kind == "liked" else rules.dismiss)(owner(), shop.base, id, who.user)
    for id in before:
        if id not in after:
            rules.take_back(owner(), shop.base, id, who.user)
