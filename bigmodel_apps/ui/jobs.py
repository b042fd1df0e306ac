"""A background job on the page: progress with rate and time left, cancel beside it. The page stays usable."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job, Work
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import duration, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show

_SECONDS = 0.5


def job(kind: str, start: str, work: Callable[[], Work], *, title: str = "", disabled: bool = False) -> Job | None:
    """A button that starts `work` in the background, then its progress, then its outcome.

    Args:
        kind: Unique in the app; the owner's newest job of this kind is the one that is shown.
        start: Translated label of the button.
        work: Called on a click, on the page; what it returns runs in the background and must not draw.
        title: What the job works on, such as a file name.
        disabled: Whether something is still missing.

    Returns:
        The finished job with its result, until another is started; None before that.
    """
    newest = next(iter(jobs.list(owner(), kind)), None)
    busy = newest is not None and newest.unfinished
    if st.button(start, key=f"{kind}-start", type="primary", disabled=disabled or busy):
        with guard():
            started = jobs.start(owner(), kind, work(), title)
            if newest is not None and not newest.unfinished:
                jobs.collect(newest.id, owner())
            newest, busy = started, True
            st.rerun()
    if newest is None:
        return None
    if newest.unfinished:
        _progress(newest.id)
        return None
    if newest.state == "cancelled":
        st.info(t("job-cancelled"), icon=":material/do_not_disturb_on:")
    show(newest.problems)
    return newest if newest.state == "done" else None


@st.fragment(run_every=_SECONDS)
@guard()
def _progress(id: str) -> None:
    current = jobs.get(id, owner())
    if not current.unfinished:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, current.done / current.total) if current.total else 0.0, text=words(current))
        if st.button(t("job-cancel"), key=f"{current.kind}-cancel", icon=":material/close:"):
            jobs.cancel(id, owner())


def words(job: Job) -> str:
    """How far a job is: done of total, rate and time left, as far as they are known."""
    if job.state == "queued" or not job.total:
        text = t("job-waiting")
    else:
        text = t("job-done-of", done=job.done, total=job.total)
        if job.rate is not None and job.eta is not None:
            text += t("job-rate", rate=number(job.rate), left=duration(job.eta))
    return f"{escape(job.title)} · {text}" if job.title else text
