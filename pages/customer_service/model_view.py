"""Which encoder reads the questions, and what the confidence model is."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.customer_service.shelf import encoder_of
from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.models import choice
from bigmodel_apps.ui.problems import show_attempted
from pages.customer_service.choices import DOMAIN

CARDS = PACKAGE / "customer_service" / "weights"


def model_view() -> None:
    """The view."""
    st.caption(t("cs-model-explain"))
    show_attempted()
    choice(DOMAIN, lambda name: (encoder_of(name),), lambda name: MODELS[encoder_of(name)].name)
    with st.expander(t("cs-model-card"), icon=":material/badge:"):
        st.markdown(_card(CARDS / ("card.zh.md" if current() == "zh" else "card.md")))


@st.cache_data
def _card(path: Path) -> str:
    return path.read_text(encoding="utf-8")
