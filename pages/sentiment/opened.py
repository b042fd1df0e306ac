"""The table that is looked at: one of our sample sets, scored when it is first opened, or one of the visitor's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job
from bigmodel_apps.sentiment import bulk
from bigmodel_apps.sentiment import samples as sets
from bigmodel_apps.sentiment.bulk import Prepared
from bigmodel_apps.sentiment.results import Result
from bigmodel_apps.sentiment.schema import Options
from bigmodel_apps.ui import address
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import outcome
from bigmodel_apps.ui.language import current, moment, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from bigmodel_apps.workspace import Dataset
from pages.sentiment.aspect_lists import changed, to_judge
from pages.sentiment.choices import serving

TABLE = "sentiment-table"
_PARAMETER, _SCOPE = "table", "sentiment"
_SAMPLE = "sample:"
_EVERYBODY = "samples"


def prepared(sample: str) -> Prepared:
    """One of our sample sets, as if it had been dropped."""
    return replace(bulk.prepare(sets.table(sample)), name=f"{_SAMPLE}{sample}")


def title(name: str) -> str:
    """What a table is called on the page: a sample's words, or the name of the file. Plain text."""
    sample = name.removeprefix(_SAMPLE)
    return t(f"sentiment-sample-{sample}") if name.startswith(_SAMPLE) and sample in sets.NAMES else name


def file_name(name: str) -> str:
    """What to call a file made from a table, without an ending."""
    return name.removeprefix(_SAMPLE).rsplit(".", 1)[0] or "sentiment"


def own_tables(*, busy: bool = False) -> list[Dataset]:
    """The visitor's scored tables, the newest first, and those being scored if `busy`; samples are offered anyway."""
    scored = [dataset for dataset in bulk.mine(owner()) if not is_sample(dataset)]
    under_way = {job.about["table"] for job in jobs.list(owner(), bulk.KIND) if job.unfinished} if busy else set()
    return [dataset for dataset in scored if dataset.meta["done"] or dataset.id in under_way]


def is_sample(dataset: Dataset) -> bool:
    """Whether a table is one of our sets that a view has opened, and nothing the visitor brought."""
    return dataset.name.startswith(_SAMPLE)


def show(chosen: str) -> None:
    """Make a table, by the id of its data set or a sample's name, the one that every view looks at."""
    address.keep(_PARAMETER, chosen, scope=_SCOPE)


def choose_table() -> str:
    """The selector of the table, one's own newest until another is chosen; returns a sample's name or a data set's id."""
    own = own_tables(busy=True)
    labels = {name: t(f"sentiment-sample-{name}") for name in sets.NAMES} | _labels(own)
    return _choose([*(dataset.id for dataset in own), *sets.NAMES], labels, own[0].id if own else sets.NAMES[0])


def choose_own() -> str:
    """The same among the visitor's own tables, of which there is one at least."""
    own = own_tables()
    return _choose([dataset.id for dataset in own], _labels(own), own[0].id)


def _choose(options: list[str], labels: Mapping[str, str], default: str) -> str:
    value = address.chosen(_PARAMETER, options, default, scope=_SCOPE)
    address.stay(_PARAMETER, value, scope=_SCOPE)
    st.session_state[TABLE] = value
    chosen: str = st.selectbox(
        t("sentiment-table"),
        options,
        format_func=labels.__getitem__,
        key=TABLE,
        on_change=lambda: show(st.session_state[TABLE]),
        width=280,
    )
    return chosen


def _labels(own: list[Dataset]) -> dict[str, str]:
    names = [dataset.name for dataset in own]
    return {
        dataset.id: dataset.name if names.count(dataset.name) == 1 else f"{dataset.name} · {moment(dataset.created_at)}"
        for dataset in own
    }


def result_of(chosen: str) -> Result | None:
    """The scored table, or None while it is being scored, which the page then shows.

    A sample is scored by the model in use when it is first asked for; it is judged by the aspects of its list.
    """
    if chosen not in sets.NAMES:
        if (job := job_of(chosen)) is not None and job.unfinished:
            waits(job)
            return None
        return bulk.open_result(chosen, owner(), current())
    name, options, version = serving(Options(aspects=to_judge(chosen)))
    # What everybody would see the same is scored once for everybody.
    who = owner() if version is not None or changed(chosen) else _EVERYBODY
    kept = bulk.keep(who, prepared(chosen), options, name)
    if kept.meta["done"]:
        return bulk.open_result(kept.id, who, current())
    job = job_of(kept.id, who) or bulk.start(kept.id, who)
    waits(job)
    if job.state in ("failed", "cancelled"):
        st.button(
            t("sentiment-table-again"),
            icon=":material/refresh:",
            key="sentiment-table-again",
            on_click=attempt,
            args=(bulk.start, kept.id, who),
        )
    return None


def job_of(table: str, who: str | None = None) -> Job | None:
    """The newest job at a table of this visitor's, or of `who`."""
    return next((job for job in jobs.list(who or owner(), bulk.KIND) if job.about["table"] == table), None)


def waits(job: Job | None) -> Job | None:
    """How far the scoring of a table is; the job once it is done."""
    label = escape(title(job.title)) if job else ""
    return outcome(job, label, cancelled=t("sentiment-score-cancelled"))
