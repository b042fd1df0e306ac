"""Tables of the user's own: what stands where in one, and those that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

import streamlit as st

from bigmodel_apps.dates import Order
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from bigmodel_apps.workspace import Dataset

TYPES = ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")
"""File extensions that `bigmodel_apps.tables` reads."""

Action = Callable[[str, str], object]
"""Called with the id of a data set and its owner."""


def column(label: str, names: Sequence[str], found: str | None, key: str) -> str | None:
    """Which column holds something.

    Args:
        label: Translated; what it holds.
        names: Of the columns.
        found: The one that was guessed.
    """
    return st.selectbox(
        label,
        names,
        index=names.index(found) if found in names else None,
        placeholder=t("table-column-none"),
        key=key,
    )


def date_order(rows: int, guessed: str | None, key: str) -> Order:
    """How 03/05/2026 is read, where the dates themselves do not tell.

    Args:
        rows: How many could be read either way.
    """
    orders: tuple[Order, ...] = get_args(Order)
    return st.segmented_control(
        t("table-date-order", rows=rows),
        orders,
        default=guessed if guessed in orders else orders[0],
        required=True,
        format_func={name: t(f"table-date-order-{name}") for name in orders}.__getitem__,
        key=key,
    )


def waiting(dataset: Dataset, words: str, key: str, go_on: Action | None, delete: Action) -> None:
    """A table that was stopped, to go on with.

    Args:
        words: Translated; how far it is.
        go_on: None where something that it takes is not there; `words` say what.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xxsmall"):
            st.markdown(f"**{escape(dataset.name)}**")
            st.caption(words)
        if go_on is not None:
            st.button(
                t("table-continue"),
                icon=":material/play_arrow:",
                key=f"{key}-continue-{dataset.id}",
                on_click=attempt,
                args=(go_on, dataset.id, owner()),
            )
        _delete(dataset, key, delete)


def kept(datasets: Sequence[Dataset], title: str, words: Callable[[Dataset], str], key: str, delete: Action) -> None:
    """What is kept, to be deleted.

    Args:
        title: Translated; what it is and how many.
        words: Translated; what is in one.
    """
    with st.popover(title, icon=":material/inventory_2:", key=f"{key}-kept"):
        for dataset in datasets:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{escape(dataset.name)}**", width="stretch")
                st.caption(words(dataset), width="content")
                _delete(dataset, key, delete)


def _delete(dataset: Dataset, key: str, delete: Action) -> None:
    st.button(
        t("table-delete"),
        icon=":material/delete:",
        type="tertiary",
        key=f"{key}-delete-{dataset.id}",
        on_click=attempt,
        args=(delete, dataset.id, owner()),
    )
