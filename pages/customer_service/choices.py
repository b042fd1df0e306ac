"""What this visitor has chosen: the model that answers and the knowledge base that is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from bigmodel_apps import runtime, workspace
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.problems import InputError
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import show
from bigmodel_apps.workspace import Dataset

DOMAIN, KIND = shelves.DOMAIN, shelves.KIND
MODEL = "customer-service.model"
LOADING = "customer-service.loading"
KNOWLEDGE = "customer-service-knowledge"
_PROBLEMS = "customer-service.problems"


def attempt(action: Callable[..., object], *arguments: Any) -> None:
    """For callbacks, which run before anything is drawn: `show_problems` says on the page what went wrong."""
    try:
        action(*arguments)
    except Exception as error:
        st.session_state[_PROBLEMS] = runtime.problems_of(error)


def show_problems() -> None:
    """What went wrong in the callback before this run, once."""
    show(st.session_state.pop(_PROBLEMS, ()))


def model() -> str:
    """Name of the chosen model spec; a newly chosen one from the moment that it is resident."""
    job = loading()
    if job is not None and job.state == "done":
        del st.session_state[LOADING]
        jobs.collect(job.id, owner())
        st.session_state[MODEL] = job.result
    known = DOMAINS[DOMAIN].models
    chosen = st.session_state.get(MODEL)
    return chosen if chosen in known else known[0]


def loading() -> Job | None:
    """The job that loads the model which this session wants to use next."""
    try:
        return jobs.get(st.session_state[LOADING], owner()) if LOADING in st.session_state else None
    except InputError:  # kept for an hour only
        del st.session_state[LOADING]
        return None


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
