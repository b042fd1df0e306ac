"""A list for somebody: what they chose, what they may want next, because of which of their choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.recommendation import rules
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from bigmodel_apps.ui.shares import Share, share_bars
from pages.recommendation import opened, person, tuning
from pages.recommendation.made import Shown, heaviest, make, reason, term_word
from pages.recommendation.person import Person

_KEY = "recommendation-try"
_BARS = 5
_NAMED = 2
_ROW_PIXELS = 35
_LEAST = 0.005
"""A share that rounds to nothing is no bar."""


def try_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}-bar")
    with bar:
        key = opened.choose()
    with guard():
        shop = opened.shop_of(key)
        with bar:
            user = person.choose(shop)
            person.person(shop, user)
            person.add_box(shop)
            person.paste(shop)
        person.show_pasted(shop)
        board(shop, user)


@st.fragment
@guard()
def board(shop: Shop, user: str) -> None:
    """The history above; the list on the left, the reasons on the right. Redrawn alone when either changes."""
    show_attempted()
    who = person.person(shop, user)
    person.history(shop)
    left, right = st.columns([11, 5], gap="medium")
    with left:
        verdict = st.container(key=f"{_KEY}-verdict", gap="xxsmall")
        settings = tuning.settings(shop)
        shown = make(shop, who, settings)
        with verdict:
            headline(shop, who, shown, settings)
        if not len(shown.made.items):
            st.info(t("recommendation-none"), icon=":material/inbox:")
            return
        place = listing(shop, who, shown)
        tuning.more(shop)
    with right, st.container(key=f"{_KEY}-why", gap="xxsmall"):
        because(shop, who, shown, place)
    details(shop, who, shown)


# --- In words ---------------------------------------------------------------------------------------------------------


def headline(shop: Shop, who: Person, shown: Shown, settings: Settings) -> None:
    """What stands first and because of what; then what the last change did to the list."""
    if not len(shown.made.items):
        return
    first = escape(opened.title(shop, int(shown.made.items[0])))
    about = {"title": first, "who": escape(person.name(who)), "known": "true" if who.known else "false"}
    strongest = heaviest(shown, 0)
    if shown.made.pinned[0]:
        said = t("recommendation-first-pinned", **about)
    elif shown.made.popular or strongest is None:
        said = t("recommendation-first-popular", **about)
    else:
        item = escape(opened.title(shop, int(shown.history(who)[strongest])))
        said = t("recommendation-first", because=item, **about)
    st.subheader(said, anchor=False)
    moved(shop, who, shown)
    if tuning.changed(settings):
        st.caption(f":material/tune: {t('recommendation-first-set')}")


class _State(NamedTuple):
    """A list as it was."""

    shop: Shop
    user: str
    history: tuple[int, ...]
    dismissed: tuple[int, ...]
    items: tuple[int, ...]


def moved(shop: Shop, who: Person, shown: Shown) -> None:
    """What came into the list and what left it with the last change, and the way back from a removal."""
    hidden = tuple(shop.places[id] for id in who.taste.dismissed if id in shop.places)
    now = _State(shop, who.user, tuple(who.history.tolist()), hidden, tuple(shown.made.items.tolist()))
    last: tuple[_State, _State] | None = st.session_state.get(f"{_KEY}.last")
    if last is None or last[1].shop is not shop or last[1].user != who.user:
        last = now, now
    elif last[1] != now:
        last = last[1], now
    st.session_state[f"{_KEY}.last"] = last
    before = last[0]
    if before.items == now.items and before.history == now.history:
        return
    gone = [item for item in before.history if item not in now.history]
    new = [item for item in now.history if item not in before.history]
    away = [item for item in now.dismissed if item not in before.dismissed]
    came = [item for item in now.items if item not in (*before.items, *gone)]
    left = [item for item in before.items if item not in (*now.items, *now.history, *away)]
    causes = {"without": gone, "with": new, "hidden": away}
    which = next((name for name, items in causes.items() if items), None)
    cause = (
        t(f"recommendation-cause-{which}", items=_listed(shop, causes[which])) if which else t("recommendation-moved")
    )
    parts = [
        t(f"recommendation-change-{name}", items=_listed(shop, items))
        for name, items in (("came", came), ("left", left))
        if items
    ]
    said = (
        t("recommendation-changes", parts=t("list-separator").join(parts)) if parts else t("recommendation-moved-none")
    )
    st.caption(f":material/swap_vert: {cause} {said}")


def _listed(shop: Shop, items: Sequence[int]) -> str:
    """The first titles and how many more there are."""
    named = t("list-separator").join(opened.quoted(shop, item) for item in items[:_NAMED])
    more = len(items) - _NAMED
    return t("recommendation-and-more", named=named, count=more) if more > 0 else named


# --- The list ---------------------------------------------------------------------------------------------------------


def listing(shop: Shop, who: Person, shown: Shown) -> int:
    """The list as a table; returns the place of the row that is picked, the first until then."""
    items = [int(item) for item in shown.made.items]
    columns = {
        "rank": t("recommendation-listed-rank"),
        "title": t("recommendation-listed-title"),
        "because": t("recommendation-because-column", known="true" if who.known else "false"),
        "choose": t("recommendation-listed-choose"),
        "dismiss": t("recommendation-listed-dismiss"),
    }
    frame = pd.DataFrame(
        {
            columns["rank"]: range(1, len(items) + 1),
            columns["title"]: [opened.title(shop, item) for item in items],
            columns["because"]: [reason(shop, who, shown, place, 1) for place in range(len(items))],
            columns["choose"]: ":material/add_shopping_cart:",
            columns["dismiss"]: ":material/thumb_down:",
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=_ROW_PIXELS * (min(len(items), 10) + 1) + 2,
        key=f"{_KEY}-table-{shop.base}-{current()}",
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            columns["rank"]: st.column_config.NumberColumn(width=28),
            columns["title"]: st.column_config.TextColumn(width=185),
            columns["because"]: st.column_config.TextColumn(width=200),
            columns["choose"]: st.column_config.ButtonColumn(
                width=44,
                type="tertiary",
                help=t("recommendation-choose-help"),
                key=f"{_KEY}-choose",
                on_click=_clicked,
                args=("choose", shop, who, items),
            ),
            columns["dismiss"]: st.column_config.ButtonColumn(
                width=44,
                type="tertiary",
                help=t("recommendation-dismiss-help"),
                key=f"{_KEY}-dismiss",
                on_click=_clicked,
                args=("dismiss", shop, who, items),
            ),
        },
        alt=t("recommendation-list"),
    )
    rows = cast(Any, event)["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(items) else 0


def _clicked(what: str, shop: Shop, who: Person, items: Sequence[int]) -> None:
    row = st.session_state[f"{_KEY}-{what}"]["row"]
    if what == "choose":
        person.add(shop, str(shop.catalogue.ids[items[row]]))
    else:
        attempt(rules.dismiss, owner(), shop.base, str(shop.catalogue.ids[items[row]]), who.user)


# --- Why --------------------------------------------------------------------------------------------------------------


def because(shop: Shop, who: Person, shown: Shown, place: int) -> None:
    """The shares of the picked item as bars, what is liked less as well."""
    item = int(shown.made.items[place])
    rows = bars(shop, who, shown, place)
    title = t("recommendation-why", title=escape(opened.title(shop, item)))
    st.markdown(f"**{title}**")
    st.caption(escape(opened.facts(shop, item)))
    if rows:
        st.altair_chart(
            share_bars(rows, t("recommendation-share-axis"), t("recommendation-share-of")),
            alt=t("recommendation-why-alt"),
        )


def bars(shop: Shop, who: Person, shown: Shown, place: int) -> list[Share]:
    """The heaviest choices, all others together, and what does not come from a single one."""
    history = shown.history(who)
    found = [(at, share) for at, share in shown.because(place) if abs(share) >= _LEAST]
    rows = [
        Share(opened.title(shop, int(history[at])), share, "good" if share > 0 else "bad")
        for at, share in found[:_BARS]
    ]
    if len(found) > _BARS:
        rest = sum(share for _, share in found[_BARS:])
        label = t("recommendation-share-others", count=len(found) - _BARS)
        rows.append(Share(label, rest, "good" if rest > 0 else "bad"))
    rows += [
        Share(term_word(name), float(values[place]), "neutral")
        for name, values in shown.shares.rest.items()
        if abs(values[place]) >= _LEAST
    ]
    return rows


def details(shop: Shop, who: Person, shown: Shown) -> None:
    """Every share of every item, and the check that they add up; folded."""
    with st.expander(t("recommendation-shares"), icon=":material/calculate:"):
        total = shown.shares.shares.sum(axis=0) + sum(shown.shares.rest.values(), np.zeros(len(shown.made.items)))
        error = float(np.abs(total - shown.made.scores).max(initial=0.0))
        st.caption(t("recommendation-sum", error=f"{error:.0e}"))
        history = shown.history(who)[::-1]
        titles = [opened.title(shop, int(item)) for item in history]
        parts = [(term_word(name), values) for name, values in shown.shares.rest.items() if values.any()]
        parts += zip(titles, shown.shares.shares[::-1], strict=True)
        several = {name for name, count in Counter(name for name, _ in parts).items() if count > 1}
        frame = pd.DataFrame(
            {
                t("recommendation-listed-title"): [opened.title(shop, int(item)) for item in shown.made.items],
                t("recommendation-listed-score"): shown.made.scores,
                **{f"{name} ({at})" if name in several else name: values for at, (name, values) in enumerate(parts, 1)},
            }
        )
        numbers = {str(name): st.column_config.NumberColumn(format="%+.3f") for name in frame.columns[1:]}
        pinned = {t("recommendation-listed-title"): st.column_config.TextColumn(pinned=True, width=200)}
        st.dataframe(frame, hide_index=True, column_config=numbers | pinned, alt=t("recommendation-shares"))
