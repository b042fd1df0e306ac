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
_FEWEST, _MOST = 4, 12
"""Choices of somebody who is offered: enough to say something, few enough to be seen at once."""
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
    key = f"{WHO}-{shop.key}"
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
        width=330,
        help=t("recommendation-who-help"),
    )
    return value


def _meet(shop: Shop) -> None:
    """Take over somebody's history.

    Raises:
        InputError: ``recommendation-user-unknown``.
    """
    key = f"{WHO}-{shop.key}"
    wanted = st.session_state[key] or ANYBODY
    if wanted != ANYBODY:
        wanted = opened.known_user(shop, wanted)
    st.session_state[f"{key}.chosen"] = wanted
    fill(shop, shop.history(wanted) if wanted != ANYBODY else None)


def fill(shop: Shop, history: Codes | None) -> None:
    """Put a history in the place of the one that is there."""
    items = [] if history is None else [str(shop.catalogue.ids[item]) for item in history]
    st.session_state[f"{HISTORY}-{shop.key}"] = items[-_MOST:]
    st.session_state[f"{HISTORY}-{shop.key}.older"] = items[:-_MOST]


def add(shop: Shop, item: int) -> None:
    """Somebody chooses an item: it is the newest of the history."""
    key, id = f"{HISTORY}-{shop.key}", str(shop.catalogue.ids[item])
    st.session_state[key] = [*(one for one in st.session_state[key] if one != id), id]


def person(shop: Shop, user: str) -> Person:
    """The person with the history as the page has it now; call it after `choose`."""
    key = f"{HISTORY}-{shop.key}"
    if key not in st.session_state:
        fill(shop, shop.history(user) if user != ANYBODY else None)
    ids = [*st.session_state[f"{key}.older"], *st.session_state[key]]
    taste = rules.taste(owner(), shop.key, user)
    codes = shop.lookup.codes(dict.fromkeys([*(id for id in ids if id not in taste.liked), *taste.liked]))[0]
    return Person(user, codes, taste)


def history(shop: Shop) -> None:
    """What was chosen so far, the newest last: each can be taken out, and any other item be added."""
    key = f"{HISTORY}-{shop.key}"
    listed = opened.offered(shop, st.session_state[key], f"{key}-search")
    st.multiselect(
        t("recommendation-history"),
        list(listed),
        format_func=lambda id: listed.get(id, id),
        key=key,
        placeholder=t("recommendation-history-empty"),
        persist_state="session",
        select_all=False,
        help=t("recommendation-history-help"),
    )
    if older := st.session_state[f"{key}.older"]:
        st.caption(t("recommendation-history-older", count=len(older)))


def paste(shop: Shop) -> None:
    """A history that is typed or pasted, one title or id a line."""
    key = f"{PASTED}-{shop.key}"
    with st.popover(t("recommendation-paste"), icon=":material/content_paste:", key=f"{key}-open"):
        st.text_area(
            t("recommendation-paste-lines"),
            key=key,
            height=150,
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
    read = shop.lookup.read(st.session_state.get(f"{PASTED}-{shop.key}", "").splitlines())
    st.session_state[f"{PASTED}.read-{shop.key}"] = read
    if len(read.items):
        st.session_state[f"{WHO}-{shop.key}.chosen"] = ANYBODY
        fill(shop, read.items)


def show_pasted(shop: Shop) -> None:
    """What of the pasted lines was found, once."""
    read: Pasted | None = st.session_state.pop(f"{PASTED}.read-{shop.key}", None)
    if read is None:
        return
    lines = [t("recommendation-paste-found", found=len(read.items))] if len(read.items) else []
    for name, missed in (("unknown", read.unknown), ("ambiguous", read.ambiguous)):
        if missed:
            listed = t("list-separator").join(escape(line[:60]) for line in missed[:_NAMED])
            lines.append(t(f"recommendation-paste-{name}", count=len(missed), lines=listed))
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
    return [str(shop.interactions.user_ids[place]) for place in places]


def _labels(shop: Shop, users: list[str]) -> dict[str, str]:
    return {user: t("recommendation-somebody-new") if user == ANYBODY else _label(shop, user) for user in users}


def _label(shop: Shop, user: str) -> str:
    """An id, how much they chose, and of what kinds most."""
    history = shop.history(user)
    if history is None:
        return user
    kinds = Counter(kind for item in history if (kind := opened.category(shop, int(item))))
    most = t("list-separator").join(kind for kind, _ in kinds.most_common(2))
    return t(
        "recommendation-somebody",
        user=user,
        count=number(len(history)),
        kinds=most,
        known="true" if most else "false",
    )


def name(who: Person) -> str:
    """What the person is called in a sentence. Plain text."""
    return who.user if who.known else t("recommendation-you")
