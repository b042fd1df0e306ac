"""What this visitor has chosen: the model that answers and the knowledge base that is asked."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.workspace import Dataset

DOMAIN = "customer_service"
KIND = "knowledge"
MODEL = "customer-service.model"
KNOWLEDGE = "customer-service-knowledge"


def model() -> str:
    """Name of the chosen model spec."""
    known = DOMAINS[DOMAIN].models
    chosen = st.session_state.get(MODEL)
    return chosen if chosen in known else known[0]


def own_knowledge() -> dict[str, Dataset]:
    """This visitor's knowledge bases and the shared ones, by id."""
    return {dataset.id: dataset for dataset in workspace.default().datasets.list(owner(), DOMAIN, KIND)}


def knowledge() -> str:
    """The selector of the knowledge base; returns its key."""
    own = own_knowledge()
    options = [*TENANTS, *own]
    if st.session_state.get(KNOWLEDGE) not in options:
        st.session_state[KNOWLEDGE] = options[0]
    labels = {key: t(f"cs-tenant-{key}") if key in TENANTS else own[key].name for key in options}
    chosen: str = st.selectbox(
        t("cs-knowledge"),
        options,
        format_func=labels.__getitem__,
        key=KNOWLEDGE,
        persist_state="session",
    )
    return chosen
