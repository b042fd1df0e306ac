"""Models that a visitor made: listed, the newest first, put in use, deleted, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard
from bigmodel_apps.workspace import Version


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons do; each is called on a click, and what it raises is said.

    Attributes:
        use: With the owner and the id of a version.
        delete: With the id of a version and the owner.
        roll_back: With the owner.
    """

    use: Callable[[str, str], Any]
    delete: Callable[[str, str], Any]
    roll_back: Callable[[str], Any]


def versions(
    mine: Sequence[Version],
    served: Version | None,
    actions: Actions,
    body: Callable[[Version], object],
    *,
    title: str,
    empty: str,
    key: str,
) -> None:
    """The list, each with what `body` says of it.

    Args:
        served: The one in use.
        title: Translated.
        empty: Translated; what to do for the first one.
        key: Unique in the app.
    """
    st.subheader(title, anchor=False)
    if not mine:
        st.caption(empty)
        return
    for version in mine:
        with guard():
            _one(version, served, actions, body, key)
    st.button(
        t("own-roll-back"),
        icon=":material/undo:",
        key=f"{key}-roll-back",
        disabled=served is None,
        help=t("own-roll-back-help"),
        on_click=attempt,
        args=(actions.roll_back, owner()),
    )


def _one(
    version: Version, served: Version | None, actions: Actions, body: Callable[[Version], object], key: str
) -> None:
    with st.container(border=True, gap="small", key=f"{key}-version-{version.number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(version.name)}** · {t('own-number', number=version.number)}", width="stretch")
            if served is not None and served.id == version.id:
                st.badge(t("model-in-use"), icon=":material/check:", color="green")
            else:
                st.button(
                    t("model-use"),
                    key=f"{key}-use-{version.id}",
                    on_click=attempt,
                    args=(actions.use, owner(), version.id),
                )
                st.button(
                    t("own-delete"),
                    icon=":material/delete:",
                    type="tertiary",
                    key=f"{key}-delete-{version.id}",
                    on_click=attempt,
                    args=(actions.delete, version.id, owner()),
                )
        body(version)
