"""A background job on the page: progress with rate and time left, cancel beside it. The page stays usable.

A job outlives the page's choices, so its outcome says what it belongs to: `newest` finds it, the page compares
`Job.about` with what it shows, and `outcome` draws it under a label of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from bigmodel_apps.problems import InputError
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job, Jobs, Work
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import duration, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show

_SECONDS = 0.5


def newest(kind: str, pool: Jobs = jobs.default) -> Job | None:
    """This visitor's newest job of a kind, whatever it works on."""
    return next(iter(pool.list(owner(), kind)), None)


def start(
    kind: str,
    label: str,
    work: Callable[[], Work],
    *,
    title: str = "",
    about: Mapping[str, Any] | None = None,
    disabled: bool = False,
    pool: Jobs = jobs.default,
) -> None:
    """A button that starts `work` in the background, unless a job of this kind is under way. It replaces the last one.

    Args:
        kind: Unique in the app.
        label: Translated label of the button.
        work: Called on a click, on the page; what it returns runs in the background and must not draw.
        title: What the job works on, such as a file name.
        about: What the page compares or words when it shows the outcome.
        disabled: Whether something is still missing.
        pool: The jobs among which it runs.
    """
    last = newest(kind, pool)
    busy = last is not None and last.unfinished
    if st.button(label, key=f"{kind}-start", type="primary", disabled=disabled or busy):
        with guard():
            pool.start(owner(), kind, work(), title, about)
            if last is not None:
                pool.collect(last.id, owner())
            st.rerun()


def outcome(job: Job | None, label: str = "", *, cancelled: str = "", pool: Jobs = jobs.default) -> Job | None:
    """Progress and cancel of a job under way, or why it did not end.

    Args:
        job: From `newest`, or one of another owner that this visitor may see; only its owner may stop it.
        label: Translated Markdown; what the job is about, its title by default.
        cancelled: Translated; what a cancelled job of this kind leaves behind, where the page knows it.
        pool: The jobs among which it runs.

    Returns:
        The job once it is done, for the page to label and draw its result; None before that and otherwise.
    """
    if job is None or job.state == "done":
        return job
    label = label or escape(job.title)
    if job.unfinished:
        with st.container(horizontal=True, vertical_alignment="center"):
            _progress(job.id, job.owner, label, pool)
            if job.owner != owner():
                return None
            # Not in the fragment: a click that carries the id of a fragment which the page has replaced meanwhile is
            # dropped by Streamlit without a word.
            stopping = pool.stopping(job.id, job.owner)
            st.button(
                t("job-stopping" if stopping else "job-cancel"),
                key=f"{job.kind}-cancel-{job.id}",
                icon=":material/hourglass_top:" if stopping else ":material/close:",
                disabled=stopping,
                on_click=_cancel,
                args=(job.id, job.owner, pool),
            )
    elif job.state == "cancelled":
        st.info(cancelled or t("job-cancelled"), icon=":material/do_not_disturb_on:", title=label or None)
    else:
        show(job.problems, title=label or None)
    return None


@st.fragment(run_every=_SECONDS)
@guard()
def _progress(id: str, whose: str, label: str, pool: Jobs) -> None:
    current = pool.get(id, whose)
    if not current.unfinished:
        st.rerun()
    st.progress(min(1.0, current.done / current.total) if current.total else 0.0, text=words(current, label))


def _cancel(id: str, whose: str, pool: Jobs) -> None:
    with suppress(InputError):  # gone since it was drawn
        pool.cancel(id, whose)


def words(job: Job, label: str = "") -> str:
    """How far a job is: done of total, rate and time left, as far as they are known."""
    if job.state == "queued" or not job.total:
        text = t("job-waiting")
    else:
        text = t("job-done-of", done=job.done, total=job.total)
        if job.rate is not None and job.eta is not None:
            text += t("job-rate", rate=number(job.rate), left=duration(job.eta))
    return f"{label} · {text}" if label else text
