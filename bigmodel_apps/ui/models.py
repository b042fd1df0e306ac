"""Which model of a domain answers this visitor: the choice, whether each can be had, and a load that blocks nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.catalogue import DOMAINS, MODELS, ModelSpec
from bigmodel_apps.locales import catalogue_ids
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job, Work
from bigmodel_apps.runtime.sources import availability
from bigmodel_apps.ui import address
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import outcome
from bigmodel_apps.ui.language import current, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, describe, guard

MODEL = "model"
"""Parameter of the address that names the chosen model, so that a reload keeps it."""

_POLL_SECONDS = 0.5
_REMEMBER_SECONDS = 60.0
# Asking the hub takes seconds where it is out of reach, so it is asked in the background, once for all visitors.
_checks: dict[str, tuple[float, Future[Problem | None]]] = {}

Parts = Callable[[str], Sequence[str]]
"""The specs whose weights make a selectable model, by its name."""


def chosen(domain: str) -> str:
    """Name of the chosen model spec; a newly chosen one from the moment that it is resident."""
    job = loading(domain)
    if job is not None and job.state == "done":
        del st.session_state[_loading(domain)]
        jobs.collect(job.id, owner())
        address.keep(MODEL, job.result, scope=DOMAINS[domain].url_path)
    known = DOMAINS[domain].models
    return address.chosen(MODEL, known, known[0], scope=DOMAINS[domain].url_path)


def short_name(name: str) -> str:
    """What a model is called where there is little room: the message ``model-name-<name>``, or else its name."""
    return t(f"model-name-{name}") if f"model-name-{name}" in catalogue_ids(current()) else escape(name)


def loading(domain: str) -> Job | None:
    """The job that loads the model which this session wants to use next."""
    key = _loading(domain)
    try:
        return jobs.get(st.session_state[key], owner()) if key in st.session_state else None
    except InputError:  # kept for an hour only
        del st.session_state[key]
        return None


def choice(domain: str, parts: Parts, title: Callable[[str], str]) -> None:
    """The models of a domain, one box each: what it is, whether it can be had, and the button that takes it into use.

    Args:
        domain: Name in the catalogue.
        parts: Which weights each consists of.
        title: Translated Markdown; what each is called.
    """
    resident = {held.name for held in runtime.resident()}
    checks = {name: _check(name) for name in DOMAINS[domain].models if not set(parts(name)) <= resident}
    for name in DOMAINS[domain].models:
        _option(domain, name, [MODELS[part] for part in parts(name)], title(name), checks.get(name))
    if not all(check.done() for check in checks.values()):
        _wait(tuple(checks))


def card(folder: Path, stem: str, label: str, *, key: str) -> None:
    """A folded model card, read when it is opened; nothing where there is none.

    Args:
        folder: Where ``<stem>.md`` and ``<stem>.zh.md`` lie.
        stem: Of the file names.
        label: Translated.
        key: Unique in the app.
    """
    path = folder / (f"{stem}.zh.md" if current() == "zh" else f"{stem}.md")
    if path.is_file():
        panel = st.expander(label, icon=":material/badge:", key=key, on_change="rerun")
        if panel.open:
            panel.markdown(_read(path))


@st.cache_data
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@guard()
def _option(
    domain: str, name: str, parts: Sequence[ModelSpec], title: str, check: Future[Problem | None] | None
) -> None:
    """One model; `check` tells whether its weights are in reach and is None where they are in memory."""
    in_use, job, page = name == chosen(domain), loading(domain), DOMAINS[domain].url_path
    problem = check.result() if check is not None and check.done() else None
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xxsmall"):
            st.markdown(f"**{title}**")
            for spec in parts:
                st.caption(_facts(spec))
            if problem:
                st.caption(f":material/cloud_off: {describe(problem)}")
            elif check is not None and not check.done():
                st.caption(f":material/hourglass_top: {t('model-checking')}")
            if job is not None and job.about["model"] == name:
                outcome(job, cancelled=t("model-cancelled"))
        if in_use:
            st.badge(t("model-in-use"), icon=":material/check:", color="green")
        else:
            st.button(
                t("model-use"),
                key=f"{page}-model-{name}",
                disabled=problem is not None
                or (check is not None and not check.done())
                or (job is not None and job.unfinished),
                on_click=attempt,
                args=(_use, domain, name, title),
            )


def _facts(spec: ModelSpec) -> str:
    languages = t("list-separator").join(t(f"group-{language}") for language in spec.languages)
    about = {"size": number(spec.size_mb), "licence": spec.licence}
    facts = t("model-facts", languages=languages, **about) if languages else t("model-facts-alone", **about)
    held = next((held for held in runtime.resident() if held.name == spec.name), None)
    return f"{escape(spec.name)} · {facts}" + (
        f" · :material/memory: {t('model-resident', size=held.nbytes / 1e6)}" if held else ""
    )


def _use(domain: str, name: str, title: str) -> None:
    """Take a model into use: at once where it is resident, otherwise as soon as it has been loaded in the background."""
    if name in {held.name for held in runtime.resident()}:
        st.session_state.pop(_loading(domain), None)
        address.keep(MODEL, name, scope=DOMAINS[domain].url_path)
        return
    job = jobs.start(owner(), f"{DOMAINS[domain].url_path}-model", _load(name), title, {"model": name})
    st.session_state[_loading(domain)] = job.id


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


def _loading(domain: str) -> str:
    return f"{DOMAINS[domain].url_path}.loading"
