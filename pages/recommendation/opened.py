"""The shop that is looked at: the simulated one that the page opens on, or one of the visitor's own; and what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import streamlit as st

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation import bulk, refits
from bigmodel_apps.recommendation.interactions import Names
from bigmodel_apps.recommendation.shelf import FILMS, SAMPLE, Shop, key_of
from bigmodel_apps.ui import address, language
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.workspace import Dataset

SHOP = "recommendation-shop"

_PARAMETER, _SCOPE = "shop", "recommendation"
_SAMPLES = {SAMPLE: "shop", FILMS: "films"}
_ALL_TITLES = 2_000
"""Items that a list of all of them may hold; a larger catalogue is searched."""
_MATCHES = 50


def choose() -> str:
    """The selector of the shop, the simulated sample until another is chosen; returns what `shop_of` opens."""
    labels = {name: t(f"recommendation-sample-{words}") for name, words in _SAMPLES.items()} | _labels(
        bulk.finished(owner())
    )
    return _choose(labels, SAMPLE, t("recommendation-shop"))


def choose_own(own: Sequence[Dataset]) -> str:
    """The same among the visitor's own fitted files, of which there is one at least."""
    return _choose(_labels(own), own[0].id, t("recommendation-shop-file"))


def _choose(labels: Mapping[str, str], default: str, label: str) -> str:
    value = address.chosen(_PARAMETER, list(labels), default, scope=_SCOPE)
    address.stay(_PARAMETER, value, scope=_SCOPE)
    st.session_state[SHOP] = value
    chosen: str = st.selectbox(
        label,
        list(labels),
        format_func=labels.__getitem__,
        key=SHOP,
        on_change=lambda: show(st.session_state[SHOP]),
        width=235,
        help=_about(value),
    )
    return chosen


def _about(key: str) -> str | None:
    """What a sample is; nothing of a file."""
    notes = {
        SAMPLE: f"{t('recommendation-sample-note')} {t('recommendation-currency-note')}",
        FILMS: t("recommendation-sample-note"),
    }
    return notes.get(key)


def _labels(own: Sequence[Dataset]) -> dict[str, str]:
    names = [dataset.name for dataset in own]
    return {
        dataset.id: dataset.name
        if names.count(dataset.name) == 1
        else f"{dataset.name} · {language.moment(dataset.created_at)}"
        for dataset in own
    }


def shop_of(key: str) -> Shop:
    """The open shop, as the visitor's champion serves it. The first visitor after a start waits until it is fitted.

    Args:
        key: From `choose`.

    Raises:
        InputError: ``recommendation-shop-unknown``, or the file is not there any more.
        Unavailable: The files of a model are damaged.
    """
    with st.spinner(t("recommendation-shop-opening")):
        return refits.serve(owner(), key if key in _SAMPLES else key_of(key, owner()))[0]


def known_user(shop: Shop, id: str) -> str:
    """The id of a user as the shop writes it.

    Raises:
        InputError: ``recommendation-user-unknown``.
    """
    if (given := id.strip()) in shop.users:
        return given
    raise InputError(Problem("recommendation-user-unknown", details={"user": given[:60]}))


def show(key: str) -> None:
    """Make a shop the one that every view looks at."""
    address.keep(_PARAMETER, key, scope=_SCOPE)


# --- What things are called -------------------------------------------------------------------------------------------


def title(shop: Shop, item: int) -> str:
    """What an item is called in the language of the page. Plain text."""
    return shop.catalogue.title(item, current())


def quoted(shop: Shop, item: int) -> str:
    """The same in quotation marks, as Markdown: titles have commas of their own."""
    return t("recommendation-quoted", title=escape(title(shop, item)))


def category(shop: Shop, item: int) -> str:
    """The category of an item; empty where it is unknown. Plain text."""
    return _text(shop.catalogue.categories, item)


def description(shop: Shop, item: int) -> str:
    """What the catalogue says of an item; empty where it says nothing. Plain text."""
    return _text(shop.catalogue.descriptions, item)


def price(shop: Shop, item: int) -> str:
    """The price of an item; empty where it is unknown. The currency of a user's file is not known."""
    prices = shop.catalogue.prices
    if prices is None or np.isnan(prices[item]):
        return ""
    amount = f"{prices[item]:,.2f}"
    return t("recommendation-price", price=amount) if shop.simulated else amount


def facts(shop: Shop, item: int) -> str:
    """Category, price and how many chose an item, in a line. Plain text."""
    people = t("recommendation-chosen-by", users=number(int(shop.recommender.counts[item])))
    return " · ".join(part for part in (category(shop, item), price(shop, item), people) if part)


def offered(shop: Shop, chosen: Iterable[str], key: str) -> dict[str, str]:
    """Ids and titles for a widget to choose from: all items, or in a large catalogue those that are chosen and those that a
    search field, drawn here, finds."""
    ids = [str(id) for id in shop.catalogue.ids]
    if len(ids) > _ALL_TITLES:
        wanted = st.text_input(
            t("recommendation-search"),
            type="search",
            live="300ms",
            key=key,
            placeholder=t("recommendation-search-empty"),
            width=260,
        )
        ids = list(dict.fromkeys([*chosen, *(ids[item] for item in shop.lookup.search(wanted, _MATCHES))]))
    return {id: title(shop, place) for id in ids if (place := shop.places.get(id)) is not None} | {
        id: id for id in chosen if id not in shop.places
    }


def _text(columns: Mapping[str, Names], item: int) -> str:
    column = columns.get(current(), next(iter(columns.values()), None))
    return "" if column is None else str(column[item])
