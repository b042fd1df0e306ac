"""Which readers answer, what each is, whether it can be had, and their model cards."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.sentiment import own_labels, own_shelf
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.models import card, choice
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, show_attempted
from pages.sentiment.choices import DOMAIN

CARDS = PACKAGE / "sentiment" / "cards"


def model_view() -> None:
    """The view."""
    show_attempted()
    version = own_shelf.deployed(owner())
    if version is not None:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(t("sentiment-own-answers", name=escape(version.name)), width="stretch")
            st.button(
                t("sentiment-model-shipped"),
                icon=":material/undo:",
                key="sentiment-model-shipped",
                on_click=attempt,
                args=(own_labels.deploy, owner(), None),
            )
    st.caption(t("sentiment-model-explain"))
    choice(DOMAIN, readers, title)
    for name in ("english", "chinese", "lexical"):
        card(CARDS, name, t(f"sentiment-card-{name}"), key=f"sentiment-card-{name}")


def readers(name: str) -> tuple[str, ...]:
    """The specs whose weights read for a selectable model, each once."""
    return tuple(dict.fromkeys(used for _, used in MODELS[name].uses))


def title(name: str) -> str:
    """What a selectable model is called."""
    return t(
        "sentiment-model-ours" if name == "sentiment-own" else f"sentiment-model-{name.removeprefix('sentiment-')}"
    )
