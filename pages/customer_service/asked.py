"""Which questions the gaps and the analytics look at: knowledge bases, period, customers' or simulated ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.customer_service import analytics, journal, replay
from bigmodel_apps.customer_service.analytics import LEAST, PERIODS, Records
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, t, zone
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from pages.customer_service.choices import DOMAIN, KNOWLEDGE, knowledge_label, model, own_knowledge

Source = Literal["customers", "simulated"]
SOURCES: tuple[Source, ...] = get_args(Source)
SIMULATE = "customer-service-simulate"
_BASES, _PERIOD, _SOURCE = (f"customer-service-asked-{name}" for name in ("bases", "period", "source"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen, and all that happened there. `source` says whose questions they are."""

    source: Source
    records: Records


def base_label(base: str) -> str:
    """What a knowledge base of this visitor is called."""
    own = own_knowledge().get(base)
    return knowledge_label(base, own.name if own else "")


def asked() -> Asked:
    """The filters, and what they let through."""
    _finish_loading()
    bases = journal.desks(owner())
    labels = {base: base_label(base) for base in bases}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = _source()
        period = st.segmented_control(
            t("asked-period"),
            PERIODS,
            default="week",
            required=True,
            format_func={name: t(f"asked-period-{name}") for name in PERIODS}.__getitem__,
            key=_PERIOD,
            persist_state="session",
        )
        _forget_deleted(bases)
        chosen = st.multiselect(
            t("asked-bases"),
            bases,
            format_func=labels.__getitem__,
            placeholder=t("asked-bases-all"),
            key=_BASES,
            persist_state="session",
        )
    wanted: Sequence[str] = chosen or bases
    since = analytics.since(period, datetime.now(zone()))
    if source == "simulated":
        _simulated_note()
        wanted = [replay.desk(base, owner()) for base in wanted if base in TENANTS]
    return Asked(source, analytics.read(DOMAIN, wanted, since))


def _source() -> Source:
    store = workspace.default().conversations
    if not any(store.latest(owner(), DOMAIN, desk) for desk in replay.desks(owner())):
        return "customers"
    return st.segmented_control(
        t("asked-source"),
        SOURCES,
        default="simulated",
        required=True,
        format_func={name: t(f"asked-source-{name}") for name in SOURCES}.__getitem__,
        key=_SOURCE,
        persist_state="session",
    )


def _forget_deleted(bases: Sequence[str]) -> None:
    if _BASES in st.session_state:
        st.session_state[_BASES] = [base for base in st.session_state[_BASES] if base in bases]


def _simulated_note() -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.badge(t("asked-simulated"), icon=":material/science:", color="violet")
        st.caption(t("asked-simulated-explain"), width="stretch")
        st.button(
            t("asked-simulated-remove"),
            icon=":material/delete:",
            type="tertiary",
            key=f"{SIMULATE}-remove",
            on_click=attempt,
            args=(replay.remove, owner()),
        )


def empty(found: Asked) -> None:
    """Nothing was asked: how that changes, and a week to look at meanwhile."""
    st.info(t("asked-empty" if found.source == "customers" else "asked-empty-simulated"), icon=":material/forum:")
    offer(found)


def offer(found: Asked) -> None:
    """A simulated week, as long as customers have asked too little to look at."""
    if found.source == "customers" and len(found.records.turns) < LEAST:
        tenant = st.session_state.get(KNOWLEDGE)
        tenant = tenant if tenant in TENANTS else TENANTS[0]
        st.caption(t("asked-simulate-explain", questions=replay.QUESTIONS, knowledge=escape(base_label(tenant))))
        start(SIMULATE, t("asked-simulate"), lambda: _simulate(tenant), title=base_label(tenant))
        outcome(newest(SIMULATE), cancelled=t("asked-simulate-cancelled"))


def _simulate(tenant: str) -> Work:
    language, name, mine = current(), model(), owner()

    def work(progress: Progress, cancelled: Stop) -> object:
        return replay.load(tenant, language, name, mine, progress, cancelled)

    return work


def _finish_loading() -> None:
    """A week that was just loaded is what the visitor wants to see."""
    job = newest(SIMULATE)
    if job is not None and job.state == "done":
        jobs.collect(job.id, owner())
        st.session_state[_SOURCE] = "simulated"
