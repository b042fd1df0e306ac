"""The batch that is looked at: one of the visitor's own, or our sample, read when it is first opened."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bigmodel_apps.diagnosis import batch, samples
from bigmodel_apps.diagnosis.batch import Result
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job
from bigmodel_apps.ui import address
from bigmodel_apps.ui.jobs import outcome
from bigmodel_apps.ui.language import moment, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from bigmodel_apps.workspace import Dataset

SAMPLE = "sample"
CHOSEN = "diagnosis-batch"

_EVERYBODY = "samples"  # what everybody would see the same is read once for everybody
_PARAMETER, _SCOPE = "batch", "diagnosis"


def choose(own: Sequence[Dataset]) -> str:
    """The selector of the batch, the newest of one's own until another is chosen; returns what `result_of` opens."""
    names = [dataset.name for dataset in own]
    labels = {
        dataset.id: dataset.name if names.count(dataset.name) == 1 else f"{dataset.name} · {moment(dataset.created_at)}"
        for dataset in own
    } | {SAMPLE: t("diagnosis-batch-sample")}
    value = address.chosen(_PARAMETER, list(labels), next(iter(labels)), scope=_SCOPE)
    address.stay(_PARAMETER, value, scope=_SCOPE)
    st.session_state[CHOSEN] = value
    chosen: str = st.selectbox(
        t("diagnosis-batch-which"),
        list(labels),
        format_func=labels.__getitem__,
        key=CHOSEN,
        on_change=lambda: show(st.session_state[CHOSEN]),
        width=320,
    )
    return chosen


def show(chosen: str) -> None:
    """Make a batch the one that is looked at."""
    address.keep(_PARAMETER, chosen, scope=_SCOPE)


def result_of(chosen: str) -> Result | None:
    """The batch, or None while it is being read, which the page then shows."""
    if chosen != SAMPLE:
        return batch.open_result(chosen, owner())
    with st.spinner(t("diagnosis-batch-drawing")):
        collection = samples.collection()
    dataset = batch.keep(_EVERYBODY, collection)
    if dataset.meta["done"]:
        return batch.open_result(dataset.id, _EVERYBODY)
    job = job_of(dataset.id, _EVERYBODY) or batch.start(dataset.id, _EVERYBODY, collection)
    outcome(job)
    if job.state in ("failed", "cancelled"):
        st.button(
            t("diagnosis-batch-again"),
            icon=":material/refresh:",
            key="diagnosis-batch-again",
            on_click=attempt,
            args=(batch.start, dataset.id, _EVERYBODY, collection),
        )
    return None


def job_of(id: str, who: str) -> Job | None:
    """The newest job at a batch."""
    return next((job for job in jobs.list(who, batch.KIND) if job.about["batch"] == id), None)
