"""Which encoder reads the questions, and what the confidence model is."""

from __future__ import annotations

import time
from concurrent.futures import Future
from pathlib import Path

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.catalogue import DOMAINS, MODELS
from bigmodel_apps.customer_service.shelf import encoder_of
from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.problems import Problem
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Work
from bigmodel_apps.runtime.sources import availability
from bigmodel_apps.ui.jobs import outcome
from bigmodel_apps.ui.language import current, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import describe, guard
from pages.customer_service.choices import DOMAIN, LOADING, MODEL, attempt, loading, model, show_problems

CARDS = PACKAGE / "customer_service" / "weights"

_POLL_SECONDS = 0.5
_REMEMBER_SECONDS = 60.0
# Asking the hub takes seconds where it is out of reach, so it is asked in the background, once for all visitors.
_checks: dict[str, tuple[float, Future[Problem | None]]] = {}


def model_view() -> None:
    """The view."""
    st.caption(t("cs-model-explain"))
    show_problems()
    resident = {held.name for held in runtime.resident()}
    checks = {name: _check(name) for name in DOMAINS[DOMAIN].models if encoder_of(name) not in resident}
    for name in DOMAINS[DOMAIN].models:
        option(name, checks.get(name))
    if not all(check.done() for check in checks.values()):
        _wait(tuple(checks))
    with st.expander(t("cs-model-card"), icon=":material/badge:"):
        st.markdown(_card(CARDS / ("card.zh.md" if current() == "zh" else "card.md")))


@guard()
def option(name: str, check: Future[Problem | None] | None) -> None:
    """One encoder: what it is, whether it can be had, and the button that takes it into use.

    Args:
        name: Of the model spec.
        check: Whether its weights are in reach; None where they are in memory.
    """
    spec, chosen, job = MODELS[encoder_of(name)], name == model(), loading()
    problem = check.result() if check is not None and check.done() else None
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xxsmall"):
            st.markdown(f"**{spec.name}**")
            languages = t("cs-list-separator").join(t(f"group-{language}") for language in spec.languages)
            st.caption(t("cs-model-facts", languages=languages, size=number(spec.size_mb), licence=spec.licence))
            if problem:
                st.caption(f":material/cloud_off: {describe(problem)}")
            elif check is not None and not check.done():
                st.caption(f":material/hourglass_top: {t('cs-model-checking')}")
            if job is not None and job.about["model"] == name:
                outcome(job, cancelled=t("cs-model-cancelled"))
        if chosen:
            st.badge(t("cs-model-in-use"), icon=":material/check:", color="green")
        else:
            st.button(
                t("cs-model-use"),
                key=f"customer-service-model-{name}",
                disabled=problem is not None
                or (check is not None and not check.done())
                or (job is not None and job.unfinished),
                on_click=attempt,
                args=(use, name),
            )


def use(name: str) -> None:
    """Take a model into use: at once where it is resident, otherwise as soon as it has been loaded in the background."""
    if name in {held.name for held in runtime.resident()}:
        st.session_state.pop(LOADING, None)
        st.session_state[MODEL] = name
        return
    job = jobs.start(owner(), "customer-service-model", _load(name), encoder_of(name), {"model": name})
    st.session_state[LOADING] = job.id


def _load(name: str) -> Work:
    def work(_: object, cancelled: jobs.Stop) -> str:
        jobs.result_of(runtime.engine().call(name, bool), cancelled)
        return name

    return work


def _check(name: str) -> Future[Problem | None]:
    asked, check = _checks.get(name, (0.0, None))
    if check is None or (check.done() and time.monotonic() - asked > _REMEMBER_SECONDS):
        check = jobs.in_background(lambda: availability(MODELS[name]))
        _checks[name] = time.monotonic(), check
    return check


@st.fragment(run_every=_POLL_SECONDS)
@guard()
def _wait(names: tuple[str, ...]) -> None:
    if all(_check(name).done() for name in names):
        st.rerun()


@st.cache_data
def _card(path: Path) -> str:
    return path.read_text(encoding="utf-8")
