"""For whom: somebody of the shop, or anybody with a history that is put together here. Views share the choice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import streamlit as st

from bigmodel_apps.recommendation import rules
from bigmodel_apps.recommendation.interactions import Codes
from bigmodel_apps.recommendation.lookup import Pasted
from bigmodel_apps.recommendation.rules import ANYBODY, Taste
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from pages.recommendation import opened

WHO, HISTORY, PASTED = "recommendation-who", "recommendation-history", "recommendation-pasted"

_OFFERED = 12
_FEWEST, _MOST = 4, 9
"""Choices of somebody who is offered: enough to say something, few enough to be seen at once."""
_MOST_CHARS = 50_000
_SHOWN = 9
_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Whom the list is for.

    Attributes:
        user: Id in the shop; `rules.ANYBODY` for whoever has only the history.
        history: Places in the catalogue, the oldest first.
        taste: What was said for them on the page.
    """

    user: str
    history: Codes
    taste: Taste

    @property
    def known(self) -> bool:
        """Whether they are one of the shop's."""
        return self.user != ANYBODY


def choose(shop: Shop) -> str:
    """The selector of the person; anybody else of the shop by id. Returns an id or `rules.ANYBODY`."""
    key = f"{WHO}-{shop.base}"
    some = once("recommendation.offered", shop, (), lambda: offered(shop))
    value = st.session_state.setdefault(f"{key}.chosen", some[0] if some else ANYBODY)
    options = list(dict.fromkeys([*some, value, ANYBODY]))
    labels = once("recommendation.people", shop, (tuple(options), current()), lambda: _labels(shop, options))
    st.session_state[key] = value
    st.selectbox(
        t("recommendation-who"),
        options,
        format_func=lambda id: labels.get(id, id),
        key=key,
        accept_new_options=True,
        on_change=attempt,
        args=(_meet, shop),
        width=245,
        help=t("recommendation-who-help"),
    )
    return value


def _meet(shop: Shop) -> None:
    """Take over somebody's history.

    Raises:
        InputError: ``recommendation-user-unknown``.
    """
    key = f"{WHO}-{shop.base}"
    wanted = st.session_state[key] or ANYBODY
    if wanted != ANYBODY:
        wanted = opened.known_user(shop, wanted)
    st.session_state[f"{key}.chosen"] = wanted
    fill(shop, shop.history(wanted) if wanted != ANYBODY else None)


def fill(shop: Shop, history: Codes | None) -> None:
    """Put a history in the place of the one that is there."""
    chosen = [] if history is None else [str(shop.catalogue.ids[item]) for item in history]
    st.session_state[_history_of(shop)] = chosen


def add(shop: Shop, id: str) -> None:
    """Somebody chooses an item: it is the newest of the history."""
    key = _history_of(shop)
    st.session_state[key] = [*(one for one in st.session_state[key] if one != id), id]


def remove(shop: Shop, id: str) -> None:
    """Take an item out of the history."""
    key = _history_of(shop)
    st.session_state[key] = [one for one in st.session_state[key] if one != id]


def person(shop: Shop, user: str) -> Person:
    """The person with the history as the page has it now; call it after `choose`."""
    key = _history_of(shop)
    if key not in st.session_state:
        fill(shop, shop.history(user) if user != ANYBODY else None)
    taste = rules.taste(owner(), shop.base, user)
    chosen = [id for id in st.session_state[key] if id not in taste.liked]
    return Person(user, shop.lookup.codes([*chosen, *taste.liked])[0], taste)


def _history_of(shop: Shop) -> str:
    return f"{HISTORY}.{shop.base}"


def history(shop: Shop) -> None:
    """What was chosen so far, the newest first; a click takes one out."""
    key = f"{HISTORY}-{shop.base}"
    words = _chosen(shop)
    if not words:
        st.caption(t("recommendation-history-empty"))
        return
    everything = st.session_state.get(f"{key}.all", False)
    with st.container(gap="xxsmall", key=f"{key}-row"):
        st.pills(
            t("recommendation-history"),
            list(words)[::-1][: None if everything else _SHOWN],
            format_func=lambda id: f"{escape(words[id])} :material/close:",
            key=key,
            wrap=True,
            on_change=_take_out,
            args=(shop, key),
            label_visibility="collapsed",
        )
        if (older := len(words) - _SHOWN) > 0:
            st.button(
                t("recommendation-history-fewer" if everything else "recommendation-history-older", count=older),
                type="tertiary",
                key=f"{key}-all",
                on_click=_unfold,
                args=(key, not everything),
            )


def add_box(shop: Shop) -> None:
    """The way to add an item to the history; call it after `person`."""
    key = f"{HISTORY}-{shop.base}-add"
    words = _chosen(shop)
    listed = {id: title for id, title in opened.offered(shop, (), f"{key}-search").items() if id not in words}
    st.selectbox(
        t("recommendation-history-add"),
        list(listed),
        index=None,
        format_func=listed.__getitem__,
        key=key,
        placeholder=t("recommendation-history-search"),
        on_change=_put_in,
        args=(shop, key),
        width=155,
    )


def _chosen(shop: Shop) -> dict[str, str]:
    """Ids and titles of the history, the oldest first."""
    chosen: list[str] = st.session_state[_history_of(shop)]
    return {id: opened.title(shop, shop.places[id]) for id in chosen if id in shop.places}


def _take_out(shop: Shop, key: str) -> None:
    if (id := st.session_state[key]) is not None:
        remove(shop, id)
    st.session_state[key] = None


def _put_in(shop: Shop, key: str) -> None:
    if (id := st.session_state[key]) is not None:
        add(shop, id)
    st.session_state[key] = None


def _unfold(key: str, everything: bool) -> None:
    st.session_state[f"{key}.all"] = everything


def paste(shop: Shop) -> None:
    """A history that is typed or pasted, one title or id a line."""
    key = f"{PASTED}-{shop.base}"
    with st.popover(t("recommendation-paste"), icon=":material/content_paste:", key=f"{key}-open"):
        st.text_area(
            t("recommendation-paste-lines"),
            key=key,
            height=150,
            max_chars=_MOST_CHARS,
            placeholder=_example(shop),
            help=t("recommendation-paste-help"),
            persist_state="session",
        )
        st.button(
            t("recommendation-paste-use"),
            type="primary",
            key=f"{key}-use",
            on_click=attempt,
            args=(_paste, shop),
        )


def _example(shop: Shop) -> str:
    """Two titles and an id of the shop, as they would be typed."""
    popular = np.argsort(-shop.recommender.counts, kind="stable")[:3]
    lines = [opened.title(shop, int(item)) for item in popular[:2]]
    return "\n".join([*lines, *(str(shop.catalogue.ids[item]) for item in popular[2:])])


def _paste(shop: Shop) -> None:
    read = shop.lookup.read(st.session_state.get(f"{PASTED}-{shop.base}", "").splitlines())
    st.session_state[f"{PASTED}.read-{shop.base}"] = read
    if len(read.items):
        st.session_state[f"{WHO}-{shop.base}.chosen"] = ANYBODY
        fill(shop, read.items)


def show_pasted(shop: Shop) -> None:
    """What of the pasted lines was found, once."""
    read: Pasted | None = st.session_state.pop(f"{PASTED}.read-{shop.base}", None)
    if read is None:
        return
    lines = [t("recommendation-paste-found", found=len(read.items))] if len(read.items) else []
    for name, missed in (("unknown", read.unknown), ("ambiguous", read.ambiguous)):
        if missed:
            listed = t("list-separator").join(escape(line[:60]) for line in missed[:_NAMED])
            lines.append(t(f"recommendation-missed-{name}", count=len(missed), lines=listed))
    if read.unknown or read.ambiguous or not lines:
        st.warning("  \n".join(lines) or t("recommendation-paste-nothing"), icon=":material/edit_note:")
    else:
        st.caption(f":material/check: {lines[0]}")


# --- Who is offered ---------------------------------------------------------------------------------------------------


def offered(shop: Shop) -> list[str]:
    """Some who chose neither little nor much, spread over all such."""
    sizes = np.array([len(history) for history in shop.histories])
    fitting = np.flatnonzero((sizes >= _FEWEST) & (sizes <= _MOST))
    if not len(fitting):
        fitting = np.flatnonzero(sizes)
    places = fitting[np.unique(np.linspace(0, len(fitting) - 1, _OFFERED).astype(int))] if len(fitting) else fitting
    # Those whose choices are of one kind come first: a list for them is the easiest to judge at a glance.
    places = sorted(places.tolist(), key=lambda place: _kinds(shop, place))
    return [str(shop.interactions.user_ids[place]) for place in places]


def _kinds(shop: Shop, user: int) -> float:
    history = shop.histories[user]
    return len({opened.category(shop, int(item)) for item in history}) / len(history)


def _labels(shop: Shop, users: list[str]) -> dict[str, str]:
    return {user: t("recommendation-somebody-new") if user == ANYBODY else _label(shop, user) for user in users}


def _label(shop: Shop, user: str) -> str:
    """An id, and what they chose most of; how much they chose where kinds are unknown."""
    history = shop.history(user)
    if history is None:
        return user
    kinds = Counter(kind for item in history if (kind := opened.category(shop, int(item))))
    most = kinds.most_common(1)
    if not most:
        return t("recommendation-somebody", user=user, count=number(len(history)))
    return t("recommendation-somebody-kind", user=user, kind=most[0][0])


def name(who: Person) -> str:
    """What the person is called in a sentence. Plain text."""
    return who.user if who.known else t("recommendation-you")
