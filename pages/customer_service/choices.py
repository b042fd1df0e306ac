"""What this visitor has chosen: the model that answers and the knowledge base that is asked."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.ui import models
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.workspace import Dataset

DOMAIN, KIND = shelves.DOMAIN, shelves.KIND
KNOWLEDGE = "customer-service-knowledge"


def model() -> str:
    """Name of the chosen model spec; a newly chosen one from the moment that it is resident."""
    return models.chosen(DOMAIN)


def own_knowledge() -> dict[str, Dataset]:
    """This visitor's knowledge bases and the shared ones, by id."""
    return {dataset.id: dataset for dataset in workspace.default().datasets.list(owner(), DOMAIN, KIND)}


def knowledge_label(key: str, name: str = "") -> str:
    """What a knowledge base is called on the page: a tenant's translated name, or `name`."""
    return t(f"cs-tenant-{key}") if key in TENANTS else name


def knowledge() -> str:
    """The selector of the knowledge base; returns its key."""
    own = own_knowledge()
    options = [*TENANTS, *own]
    if st.session_state.get(KNOWLEDGE) not in options:
        last = workspace.default().conversations.latest(owner(), DOMAIN, *options)
        st.session_state[KNOWLEDGE] = last.desk if last else options[0]  # after a reload one goes on where one was
    labels = {key: knowledge_label(key, own[key].name if key in own else "") for key in options}
    chosen: str = st.selectbox(
        t("cs-knowledge"),
        options,
        format_func=labels.__getitem__,
        key=KNOWLEDGE,
        persist_state="session",
    )
    return chosen
