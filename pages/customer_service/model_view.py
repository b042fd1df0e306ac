"""Which encoder reads the questions, and what the confidence model is."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.customer_service.shelf import encoder_of
from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.models import card, choice
from bigmodel_apps.ui.problems import show_attempted
from pages.customer_service.choices import DOMAIN

CARDS = PACKAGE / "customer_service" / "weights"


def model_view() -> None:
    """The view."""
    st.caption(t("cs-model-explain"))
    show_attempted()
    choice(DOMAIN, lambda name: (encoder_of(name),), lambda name: MODELS[encoder_of(name)].name)
    card(CARDS, "card", t("cs-model-card"), key="customer-service-card")
