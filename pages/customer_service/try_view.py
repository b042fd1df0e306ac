"""Ask a question: the verdict first, the source beside it, then why."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st
from pydantic import ValidationError

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import questions
from bigmodel_apps.customer_service.explanation import matches
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.schema import Input, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import open_for
from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import Span, escape, mark
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.palette import Meaning
from bigmodel_apps.ui.problems import guard
from bigmodel_apps.ui.samples import samples
from pages.customer_service.choices import DOMAIN, knowledge, model

QUESTION = "customer-service-question"
THRESHOLD = "customer-service-threshold"

_LOOK: dict[Outcome, tuple[str, Meaning]] = {
    "answer": (":material/check_circle:", "good"),
    "clarify": (":material/help:", "unsure"),
    "not_covered": (":material/block:", "neutral"),
    "hand_over": (":material/support_agent:", "primary"),
}


@dataclass(frozen=True)
class Asked:
    """A question, what it was asked of, which model answered, and what came back."""

    question: str
    options: Options
    model: str
    output: Output


def try_view() -> None:
    """The view."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        key = knowledge()
        question = ask(key)
    with right:
        threshold = st.slider(
            t("cs-threshold"),
            0.0,
            1.0,
            Options().threshold,
            0.01,
            key=THRESHOLD,
            persist_state="session",
            help=t("cs-threshold-help"),
        )
    if not question.strip():
        left.caption(t("cs-question-empty"))
        return
    with left, guard():
        asked = answer(question, Options(knowledge=open_for(key, model(), owner()), threshold=threshold))
        verdict(asked)
        with right:
            why(asked)


def ask(key: str) -> str:
    """Samples of the knowledge base and the question."""
    if key in TENANTS:
        known = questions.samples(key, current())
        samples(QUESTION, list(known.values()), list(known))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        question: str = st.text_input(t("cs-question"), key=QUESTION, persist_state="session", width="stretch") or ""
        st.button(t("cs-ask"), type="primary", icon=":material/send:", key="customer-service-ask")
    return question


def answer(question: str, options: Options) -> Asked:
    """The answer of the resident model, now.

    Raises:
        InputError, Busy, Unavailable
    """
    try:
        given = Input(question=question)
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None
    chosen = model()
    output: Output = runtime.predict(DOMAIN, [given], options=options, model=chosen)[0]
    return Asked(given.question, options, chosen, output)


def verdict(asked: Asked) -> None:
    """Outcome in words, the answer with its supporting words, and what else may be meant."""
    output = asked.output
    icon, meaning = _LOOK[output.outcome]
    with st.container(border=True, key="customer-service-verdict"):
        st.badge(t(f"cs-outcome-{output.outcome}"), icon=icon, color=palette.MARKDOWN[meaning])
        if output.answer is None:
            st.markdown(t(f"cs-say-{output.outcome}"))
        else:
            st.markdown(mark(output.answer, spans(asked)))
            st.caption(t("cs-source", source=escape(" / ".join(c.source for c in output.citations))))
        confidence(output, asked.options)
    if output.outcome in ("clarify", "not_covered"):
        did_you_mean(output)
    if output.outcome != "hand_over":
        feedback(asked)


def spans(asked: Asked) -> list[Span]:
    """The quoted sentence, and in it the words that it shares with the question."""
    answer = asked.output.answer or ""
    found: list[Span] = []
    for citation in asked.output.citations:
        position = citation.start
        for start, end in matches(asked.question, answer[citation.start : citation.end]):
            found.append(Span(position, citation.start + start, "primary"))
            found.append(Span(citation.start + start, citation.start + end, "good"))
            position = citation.start + end
        found.append(Span(position, citation.end, "primary"))
    return found


def confidence(output: Output, options: Options) -> None:
    """Confidence against the threshold, as a bar and in words."""
    st.progress(
        output.confidence,
        text=t("cs-confidence", confidence=percent(output.confidence), threshold=percent(options.threshold)),
    )


def did_you_mean(output: Output) -> None:
    """The closest stored questions; one click asks it."""
    # Entries may share a phrasing; asking it twice would answer the same.
    stored = list(dict.fromkeys(candidate.question for candidate in output.candidates if candidate.question))
    if not stored:
        return
    st.caption(t("cs-did-you-mean" if output.outcome == "clarify" else "cs-closest"))
    for place, question in enumerate(stored):
        st.button(
            escape(question),
            key=f"customer-service-candidate-{place}",
            icon=":material/subdirectory_arrow_right:",
            type="tertiary",
            on_click=_ask_instead,
            args=(question,),
        )


def _ask_instead(question: str) -> None:
    st.session_state[QUESTION] = question


@guard()
def feedback(asked: Asked) -> None:
    """Thumbs: each verdict is kept in the workspace with the question, what was answered and by which model."""
    about = {
        "question": asked.question,
        "knowledge": asked.options.knowledge,
        "model": asked.model,
        "outcome": asked.output.outcome,
        "id": asked.output.id,
    }
    key = f"customer-service-feedback-{hash(tuple(about.values()))}"
    verdict_ = st.feedback("thumbs", key=key)
    if verdict_ is not None and st.session_state.get(f"{key}.kept") != verdict_:
        context = about | {"confidence": asked.output.confidence}
        workspace.default().feedback.add(owner(), DOMAIN, "good" if verdict_ else "bad", "", context)
        st.session_state[f"{key}.kept"] = verdict_
        st.toast(t("cs-feedback-kept"), icon=":material/inbox:")


def why(asked: Asked) -> None:
    """Which retriever found the entry, and how far ahead of the others it is."""
    output = asked.output
    st.markdown(f"**{t('cs-why')}**")
    shares = pd.DataFrame(
        {
            "part": [t(f"cs-engine-{name}") for name in output.shares],
            "value": list(output.shares.values()),
            "shown": [number(value) for value in output.shares.values()],
            "meaning": "primary",
            "text": "neutral",
        }
    )
    base = alt.Chart(shares).encode(
        y=alt.Y("part:N", title=None, sort=None, axis=alt.Axis(labelLimit=200)),
        x=alt.X("value:Q", title=t("cs-share-axis")),
    )
    title = t("cs-shares-title")
    st.caption(title)
    st.altair_chart(
        (
            base.mark_bar(height=14).encode(color=palette.by_meaning("meaning"))
            + base.mark_text(align="left", dx=4).encode(text="shown:N", color=palette.by_meaning("text"))
        ).properties(height=40 * len(shares) + 40),
        alt=title,
    )
    st.caption(t("cs-candidates"))
    st.dataframe(
        pd.DataFrame(
            {
                t("cs-column-entry"): [candidate.id for candidate in output.candidates],
                t("cs-column-question"): [candidate.question or "" for candidate in output.candidates],
                t("cs-column-score"): [candidate.score for candidate in output.candidates],
            }
        ),
        hide_index=True,
        column_config={t("cs-column-score"): st.column_config.NumberColumn(format="%.2f", help=t("cs-score-help"))},
        alt=t("cs-candidates"),
    )
    st.caption(t("cs-engine", engine=", ".join(t(f"cs-engine-{name}") for name in output.shares)))
