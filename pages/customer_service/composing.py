"""Composed answers on the page: which chat model writes them, and an answer as it is written and checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from bigmodel_apps.customer_service.composition import (
    Composition,
    Draft,
    Statement,
    compose,
    compositions,
)
from bigmodel_apps.customer_service.support import Found, Source
from bigmodel_apps.locales import Language
from bigmodel_apps.problems import Busy, InputError, Problem, Unavailable
from bigmodel_apps.runtime.chat import ChatModel, Message, Phase
from bigmodel_apps.runtime.chat.endpoint import Endpoint, Limits, configured
from bigmodel_apps.runtime.chat.local import Local
from bigmodel_apps.runtime.failures import problems_of
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui import jobs as job_views
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import describe, guard, show

KIND = "customer-service-composing-kind"
ON = "customer-service-composing"
URL = "customer-service-composing-url"
MODEL = "customer-service-composing-model"
KEY = "customer-service-composing-key"
LOCAL = "customer-service-composing-local"
_HELD_KEY = "customer-service.composing-key"
_TEST = "customer-service-composing-test"

_SECONDS = 0.4
_LABEL = 40  # characters of a source's name beside a sentence
_KINDS = ("endpoint", "local")
_TEST_LIMITS = Limits(read=20.0, overall=30.0)


@dataclass(frozen=True)
class _Shown:
    """What this session has made of one question."""

    asked: tuple[object, ...]
    model: str
    job: str
    draft: Draft
    composition: Composition | None = None


# --- Settings ---------------------------------------------------------------------------------------------------------


def settings() -> None:
    """The folded panel in which a chat model is chosen. Off until the visitor turns it on."""
    with st.popover(t("composing-title"), icon=":material/edit_note:", key="customer-service-composing-panel"):
        st.caption(t("composing-explain"))
        st.toggle(t("composing-on"), key=ON, persist_state="session")
        if configured().locked:
            st.caption(f":material/lock: {t('composing-locked')}")
        else:
            _choice()
        _test()


def _choice() -> None:
    st.session_state.setdefault(KIND, _KINDS[0])
    kind = st.segmented_control(
        t("composing-kind"),
        _KINDS,
        format_func=lambda kind: t(f"composing-kind-{kind}"),
        key=KIND,
        required=True,
        persist_state="session",
    )
    if kind == "local":
        st.text_input(t("composing-local"), key=LOCAL, help=t("composing-local-help"), persist_state="session")
    else:
        _endpoint()


def _endpoint() -> None:
    default = configured()
    st.session_state.setdefault(URL, default.url)
    st.session_state.setdefault(MODEL, default.model)
    st.text_input(
        t("composing-url"), key=URL, help=t("composing-url-help"), on_change=_forget_key, persist_state="session"
    )
    st.text_input(t("composing-model"), key=MODEL, help=t("composing-model-help"), persist_state="session")
    if st.session_state.get(_HELD_KEY):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/key: {t('composing-key-set')}")
            st.button(t("composing-key-forget"), key=f"{KEY}-forget", type="tertiary", on_click=_forget_key)
        return
    if default.key_for(st.session_state[URL]):
        st.caption(f":material/key: {t('composing-key-deployment')}")
    st.text_input(
        t("composing-key"),
        key=KEY,
        type="password",
        help=t("composing-key-help"),
        autocomplete="off",
        on_change=_hold_key,
    )


def _hold_key() -> None:
    # The widget's value goes back to the browser with every run; what is held here does not.
    st.session_state[_HELD_KEY] = st.session_state[KEY].strip()
    st.session_state[KEY] = ""


def _forget_key() -> None:
    # A key belongs to the address that it was entered for.
    st.session_state.pop(_HELD_KEY, None)


def chosen(limits: Limits | None = None) -> ChatModel:
    """The chat model that the settings name; where the deployment has locked them, its own whatever they name.

    Raises:
        InputError: What was entered cannot be meant.
    """
    default = configured()
    if default.locked:
        if not default.url:
            raise InputError(Problem("chat-locked"))
        return Endpoint(default.url, default.model, default.key, limits or Limits())
    if st.session_state.get(KIND) == "local":
        return Local((st.session_state.get(LOCAL) or "").strip())
    url = (st.session_state.get(URL) or "").strip()
    key = st.session_state.get(_HELD_KEY) or default.key_for(url)
    return Endpoint(url, (st.session_state.get(MODEL) or "").strip(), key, limits or Limits())


@guard()
def _test() -> None:
    # Among the answers: an ordinary slot is not held by a server that is silent for half a minute.
    job_views.start(_TEST, t("composing-test"), lambda: _connection(chosen(_TEST_LIMITS)), pool=compositions)
    if done := job_views.outcome(job_views.newest(_TEST, compositions), pool=compositions):
        name, seconds = done.result
        st.success(
            t("composing-test-passed", model=escape(name), seconds=number(seconds)), icon=":material/check_circle:"
        )


class _FirstPiece(Exception):
    """A model has begun to answer, which is all that a test asks for."""


class _Probe:
    def __init__(self, stop: Stop) -> None:
        self.stopped = stop

    def phase(self, phase: Phase) -> None:
        """Nothing to show."""

    def piece(self, text: str) -> None:
        if text.strip():
            raise _FirstPiece


def _connection(model: ChatModel) -> Work:
    def work(_: object, cancelled: Stop) -> tuple[str, float]:
        started = time.perf_counter()
        try:
            model.write([Message("user", "Say: ready")], _Probe(cancelled))
        except _FirstPiece:
            return model.name, time.perf_counter() - started
        raise Unavailable(Problem("chat-silent", details={"model": model.name}))

    return work


# --- Answers ----------------------------------------------------------------------------------------------------------


def composed(
    key: str,
    question: str,
    answer: str,
    sources: Sequence[Source],
    language: Language,
    *,
    extractive: Callable[[], None] | None = None,
    begin: bool = True,
) -> Composition | None:
    """The answer to a question: composed where composing is on, otherwise the extractive one. Draws itself.

    The first call starts the chat model in the background; later runs of the page show how far it is, and a finished
    answer stays for the session. No sentence is shown before it is checked.

    Args:
        key: Of this question on the page, such as its place in the conversation.
        question: As it was asked.
        answer: The extractive answer: shown until the composed one is finished, and wherever there is none.
        sources: The retrieved entries, best first.
        language: Of the question.
        extractive: Draws the extractive answer in the page's own way; its text is shown where this is None.
        begin: Whether to compose now what has not been composed yet, as for the newest question of a conversation.

    Returns:
        The composition once it is finished; None before that and where there is none.
    """

    def draw() -> None:
        if extractive is None:
            st.markdown(escape(answer))
        else:
            extractive()

    slot = f"customer-service.composing-{key}"
    asked = (question, answer, tuple(sources), language)
    shown: _Shown | None = st.session_state.get(slot)
    if shown is not None and shown.asked != asked:
        _drop(slot)
        shown = None
    if not st.session_state.get(ON) or (shown is None and not begin):
        draw()
        return None
    if shown is None:
        try:
            shown = _start(asked, question, sources, language)
        except (InputError, Busy) as error:
            show(problems_of(error))
            draw()
            return None
    shown = st.session_state[slot] = _latest(shown)
    if shown.composition is None:
        draw()
        with st.container(border=True, horizontal=True, key=f"{slot}-draft".replace(".", "-")):
            _under_way(slot)
            # Not in the fragment: a click that carries the id of a replaced fragment is dropped by Streamlit.
            st.button(
                t("composing-stop"), key=f"{slot}-stop", icon=":material/stop_circle:", on_click=_stop, args=(slot,)
            )
    else:
        _finished(slot, shown.composition, shown.model, draw)
    return shown.composition


def _start(asked: tuple[object, ...], question: str, sources: Sequence[Source], language: Language) -> _Shown:
    model, draft = chosen(), Draft(sources)

    def work(_: object, stopped: Stop) -> Composition:
        return compose(model, question, draft, language, stopped)

    return _Shown(asked, model.name, compositions.start(owner(), "composition", work).id, draft)


def _latest(shown: _Shown) -> _Shown:
    """With the composition, once there is one."""
    if shown.composition is not None:
        return shown
    try:
        job = compositions.collect(shown.job, owner())
    except InputError as error:  # kept for a while only
        return replace(shown, composition=shown.draft.finish("failed", error.problems[0]))
    if job.unfinished:
        return shown
    # Without a result it was stopped before it began.
    return replace(shown, composition=job.result or shown.draft.finish("stopped"))


def _drop(slot: str) -> None:
    """Stop and forget what was made of a question."""
    _stop(slot)
    st.session_state.pop(slot, None)


def _stop(slot: str) -> None:
    shown: _Shown | None = st.session_state.get(slot)
    with suppress(InputError):  # it has just ended
        if shown is not None:
            compositions.cancel(shown.job, owner())


@st.fragment(run_every=_SECONDS)
@guard()
def _under_way(slot: str) -> None:
    shown = st.session_state[slot] = _latest(st.session_state[slot])
    if shown.composition is not None:
        st.rerun()
    draft = shown.draft
    st.caption(f":shimmer[{t(f'composing-phase-{draft.current}', model=escape(shown.model))}]")
    for paragraph in paragraphs(draft.statements, draft.sources):
        st.markdown(paragraph)


def _finished(slot: str, composition: Composition, model: str, draw: Callable[[], None]) -> None:
    line = _ending(composition)
    for paragraph in paragraphs(composition.statements, composition.sources):
        st.markdown(paragraph)
    with st.container(horizontal=True, vertical_alignment="center"):
        if composition.supported and composition.state != "complete":
            st.badge(t("composing-incomplete"), icon=":material/incomplete_circle:", color="yellow")
        if composition.supported:
            st.caption(t("composing-by", model=escape(model)))
        st.button(
            t("composing-again"),
            key=f"{slot}-again",
            icon=":material/refresh:",
            type="tertiary",
            on_click=_drop,
            args=(slot,),
        )
    if line:
        st.info(line, icon=":material/edit_off:")
        st.caption(t("composing-extractive"))
        draw()
    with st.expander(t("composing-sources"), icon=":material/format_list_numbered:", type="compact"):
        for place, source in enumerate(composition.sources, 1):
            st.markdown(f":blue-badge[{place}] **{escape(source.label)}**")
            st.caption(escape(source.text))
    if composition.supported:
        with st.expander(t("composing-copy"), icon=":material/content_copy:", type="compact"):
            st.code(composition.text, language=None, wrap_lines=True)


def _ending(composition: Composition) -> str:
    """The line that says why the extractive answer is shown too; nothing where the composed one stands alone."""
    if composition.problem is not None:
        return describe(composition.problem)
    if composition.state == "stopped":
        return t("composing-end-stopped")
    if not composition.supported:
        return t("composing-end-nothing")
    return t("composing-end-cut") if composition.state == "cut" else ""


def paragraphs(statements: Sequence[Statement], sources: Sequence[Source]) -> list[str]:
    """Checked sentences as Markdown in which nothing of theirs is markup.

    Supported ones run on, each with the number and the name of its sources; struck ones are struck through and say
    why; a quotation is a paragraph of its own and says whose words it is.
    """
    found: list[str] = []
    running: list[str] = []
    for statement in statements:
        if statement.kind == "quoted":
            found += [" ".join(running)] * bool(running)
            running = []
            found += [_quotation(quote, sources) for quote in statement.quotes]
        elif statement.kind == "struck":
            running.append(f"~~{escape(statement.text)}~~ :gray-badge[{t('composing-struck', doubt=statement.doubt)}]")
        else:
            chips = " ".join(_chip(number, sources) for number in statement.cited)
            running.append(f"{escape(statement.text)} {chips}")
    return [*found, " ".join(running)] if running else found


def _quotation(quote: Found, sources: Sequence[Source]) -> str:
    words = escape(t("composing-quoted", text=quote.text))
    chip = _chip(quote.source, sources)
    return f":material/format_quote: {words} {chip} :orange-badge[{t('composing-quotation')}]"


def _chip(number: int, sources: Sequence[Source]) -> str:
    """Number and name of a source."""
    label = sources[number - 1].label
    return f":blue-badge[{number} · {escape(label if len(label) <= _LABEL else label[: _LABEL - 1] + '…')}]"
