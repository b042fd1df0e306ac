"""Which encoder reads the questions, and what the confidence model is."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.catalogue import DOMAINS, MODELS
from bigmodel_apps.customer_service.shelf import encoder_of
from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.runtime.sources import availability
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.problems import describe
from pages.customer_service.choices import DOMAIN, MODEL, model

CARD = PACKAGE / "customer_service" / "weights" / "confidence" / "card.md"


def model_view() -> None:
    """The view."""
    st.caption(t("cs-model-explain"))
    for name in DOMAINS[DOMAIN].models:
        option(name)
    with st.expander(t("cs-model-card"), icon=":material/badge:"):
        st.markdown(_card(CARD))


def option(name: str) -> None:
    """One encoder: what it is, whether it can be had, and the button that takes it into use."""
    spec, chosen = MODELS[encoder_of(name)], name == model()
    resident = {held.name: held for held in runtime.resident()}
    problem = None if spec.name in resident else availability(MODELS[name])
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xxsmall"):
            st.markdown(f"**{spec.name}**")
            languages = t("cs-list-separator").join(t(f"group-{language}") for language in spec.languages)
            st.caption(t("cs-model-facts", languages=languages, size=number(spec.size_mb), licence=spec.licence))
            if problem:
                st.caption(f":material/cloud_off: {describe(problem)}")
        if chosen:
            st.badge(t("cs-model-in-use"), icon=":material/check:", color="green")
        else:
            st.button(
                t("cs-model-use"),
                key=f"customer-service-model-{name}",
                disabled=problem is not None,
                on_click=_use,
                args=(name,),
            )


def _use(name: str) -> None:
    st.session_state[MODEL] = name


@st.cache_data
def _card(path: Path) -> str:
    return path.read_text(encoding="utf-8")
