"""A conversation: the last verdict first, why beside it, and a person when one is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import conversation, journal, questions
from bigmodel_apps.customer_service.explanation import matches
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.schema import MAX_QUESTION, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import open_for
from bigmodel_apps.customer_service.support import Source
from bigmodel_apps.text.language import detect
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import Span, escape, mark
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.palette import Meaning
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from bigmodel_apps.workspace import Conversation, Message, Ticket
from bigmodel_apps.workspace.conversations import TEXT_CHARS
from pages.customer_service import composing
from pages.customer_service.choices import DOMAIN, knowledge, model
from pages.customer_service.desk import is_strangers, words
from pages.customer_service.threshold import threshold

QUESTION = "customer-service-question"
_SAMPLES = f"{QUESTION}-samples"

_HEIGHT = 346
_LIVE_SECONDS = 2
_NEARLY_SURE = 0.99  # a confidence above it is not told apart from certainty by three digits
_REASONS = ("wrong", "incomplete", "not_asked", "outdated", "other")
_LOOK: dict[Outcome, tuple[str, Meaning]] = {
    "answer": (":material/check_circle:", "good"),
    "clarify": (":material/help:", "unsure"),
    "not_covered": (":material/block:", "neutral"),
    "hand_over": (":material/support_agent:", "primary"),
}
_AVATARS = {
    "customer": ":material/person:",
    "assistant": ":material/smart_toy:",
    "agent": ":material/support_agent:",
}


@dataclass(frozen=True)
class Talk:
    """This visitor's conversation at a desk, as it is stored now; None where it has not begun."""

    desk: str
    conversation: Conversation | None
    messages: Sequence[Message]
    ticket: Ticket | None

    @property
    def with_person(self) -> bool:
        """Whether a person serves it or is waited for."""
        return self.ticket is not None and self.ticket.state != "closed"


@dataclass(frozen=True)
class Shown:
    """An answer as the page shows it.

    Attributes:
        number: Of the stored message; None for what is not stored, an example or a preview.
        preview: Threshold at which it was answered, where another one is tried out.
    """

    question: str
    output: Output
    threshold: float
    number: int | None = None
    preview: float | None = None


def try_view() -> None:
    """The view."""
    show_attempted()
    left, right = st.columns([3, 2], gap="large")
    with left:
        desk = choose_desk()
        sample_pills(desk)
        transcript = st.container(
            border=True, height=_HEIGHT, autoscroll=True, gap="xsmall", key="customer-service-transcript"
        )
        before = load(desk)
        st.chat_input(
            placeholder(before),
            max_chars=TEXT_CHARS if before.with_person else MAX_QUESTION,
            key=QUESTION,
            on_submit=_typed,
            args=(desk,),
        )
        st.caption(t("conversation-desk-open" if desk in TENANTS else "conversation-desk-own"))
    with right:
        chosen = threshold(desk)
        composing.settings()
    talk, shown = load(desk), None
    with transcript, guard():
        talk, shown = draw(talk, chosen)
    if talk.with_person and not before.with_person:
        st.rerun()  # what is around the transcript was drawn for the assistant
    if shown is not None:
        with right:
            why(shown)


def choose_desk() -> str:
    """The knowledge base, and a fresh start with it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        desk = knowledge()
        talk = load(desk)
        st.button(
            t("conversation-new"),
            icon=":material/add_comment:",
            key="customer-service-new",
            disabled=not talk.messages or talk.with_person,
            on_click=attempt,
            args=(_start_again, desk),
        )
    return desk


def _start_again(desk: str) -> None:
    if not load(desk).with_person:  # somebody may have joined since the button was drawn
        workspace.default().conversations.start(owner(), DOMAIN, desk)


def sample_pills(desk: str) -> None:
    """Questions to try; one click asks."""
    if desk not in TENANTS:
        return
    known = questions.samples(desk, current())

    def pick() -> None:
        attempt(say, desk, known[st.session_state[_SAMPLES]])
        st.session_state[_SAMPLES] = None

    st.pills(
        t("samples-label"),
        list(known),
        format_func=escape,
        key=_SAMPLES,
        on_change=pick,
        label_visibility="collapsed",
    )


def _typed(desk: str) -> None:
    attempt(say, desk, st.session_state[QUESTION])


def placeholder(talk: Talk) -> str:
    """Whom the next message goes to."""
    if talk.ticket is None or not talk.with_person:
        return t("conversation-placeholder")
    return t("conversation-placeholder-person" if talk.ticket.state == "active" else "conversation-placeholder-waiting")


# --- What is stored ---------------------------------------------------------------------------------------------------


def load(desk: str) -> Talk:
    """The newest conversation at a desk."""
    store = workspace.default()
    found = store.conversations.latest(owner(), DOMAIN, desk)
    if found is None:
        return Talk(desk, None, (), None)
    return Talk(desk, found, store.conversations.messages(found.id, owner()), store.tickets.of(found.id, owner()))


def begin(talk: Talk) -> str:
    """The id of the conversation, which begins now if it has not."""
    found = talk.conversation or workspace.default().conversations.start(owner(), DOMAIN, talk.desk)
    return found.id


def say(desk: str, text: str) -> None:
    """Store what the customer says: to the person who serves the conversation, otherwise to the assistant."""
    talk = load(desk)
    if talk.with_person:
        conversation.tell(begin(talk), owner(), text)
        return
    conversation.question(text)  # before a conversation begins for it
    conversation.ask(begin(talk), owner(), text)


def answered(talk: Talk, threshold: float) -> Talk:
    """The conversation after the assistant has answered what it owes; a wish for a person opens a ticket."""
    if talk.conversation is None or talk.with_person or not conversation.unanswered(talk.messages):
        return talk
    options = Options(knowledge=open_for(talk.desk, model(), owner()), threshold=threshold)
    said = conversation.answer(talk.conversation.id, owner(), options, model())
    output = conversation.output_of(said)
    if output is not None and output.outcome == "hand_over":
        conversation.hand_over(talk.conversation.id, owner(), "asked", output.language)
    return load(talk.desk)


def to_person(desk: str, reason: Literal["chosen", "offered"]) -> None:
    """Hand the conversation over."""
    conversation.hand_over(begin(load(desk)), owner(), reason, current())


# --- The transcript ---------------------------------------------------------------------------------------------------


def draw(talk: Talk, threshold: float) -> tuple[Talk, Shown | None]:
    """What was said, with the verdict on the last answer; a conversation that has not begun shows an example."""
    if conversation.unanswered(talk.messages) and not talk.with_person:
        waiting = st.empty()
        with waiting.container():
            messages(talk.messages)
            # Shown for as long as the answer takes, and left where it cannot be had.
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(t("conversation-retry"), icon=":material/refresh:", key="customer-service-retry")
                person(talk, "customer-service-person-instead")
        talk = answered(talk, threshold)
        waiting.empty()
    if talk.with_person:
        live(talk.desk)
        return talk, None
    if not talk.messages:
        shown = example(talk.desk, threshold)
        ending(talk)
        return talk, shown
    last = talk.messages[-1]
    output = conversation.output_of(last)
    if output is None:
        messages(talk.messages)
        rating(talk)
        ending(talk)
        return talk, None
    messages(talk.messages[:-1])
    shown = latest(talk, last, output, threshold)
    verdict(talk.desk, shown, last.text)
    judged = output.outcome != "hand_over" and output.kind == "knowledge" and shown.preview is None
    ending(talk, last if judged else None)
    return talk, shown if output.kind == "knowledge" else None


def ending(talk: Talk, judged: Message | None = None) -> None:
    """What can be done with the last answer: say how good it was, or go to a person instead."""
    if conversation.offers_person(talk.messages):
        st.markdown(t("conversation-person-offer"))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if judged is not None:
            thumbs(judged)
        person(talk)
    if judged is not None:
        reasons(judged)


def latest(talk: Talk, last: Message, output: Output, threshold: float) -> Shown:
    """The last answer, or what it would be at the threshold that is tried out."""
    asked = next(message for message in reversed(talk.messages) if message.role == "customer")
    sent = float(last.meta["threshold"])
    if sent == threshold or output.kind == "small_talk":
        return Shown(asked.text, output, sent, last.number)
    options = Options(knowledge=open_for(talk.desk, model(), owner()), threshold=threshold)
    again = conversation.answer_again(talk.messages, options, model())
    return Shown(asked.text, again, threshold, preview=sent)


def example(desk: str, threshold: float) -> Shown | None:
    """The first sample, answered by the resident model now; not stored, because nobody has asked it."""
    if desk not in TENANTS:
        st.caption(t("cs-question-empty"))
        return None
    question = next(iter(questions.samples(desk, current()).values()))
    options = Options(knowledge=open_for(desk, model(), owner()), threshold=threshold)
    given = conversation.question(question)
    output: Output = runtime.predict(DOMAIN, [given], options=options, model=model())[0]
    shown = Shown(question, output, threshold)
    st.caption(f":material/science: {t('conversation-example')}")
    with st.chat_message("user", avatar=_AVATARS["customer"]):
        st.markdown(escape(question))
    verdict(desk, shown, conversation.wording(question, output))
    return shown


def messages(said: Sequence[Message]) -> None:
    """Messages in a line each, as the store has them."""
    for message in said:
        if message.role == "notice":
            st.caption(f":material/info: {escape(conversation.notice(message.meta, current()))}")
            continue
        with st.chat_message("user" if message.role == "customer" else "assistant", avatar=_AVATARS[message.role]):
            words(message)
            if message.role == "agent":
                st.caption(escape(str(message.meta["agent"])))
            elif (output := conversation.output_of(message)) is not None and output.kind == "knowledge":
                icon, _ = _LOOK[output.outcome]
                st.caption(f"{icon} {t(f'cs-outcome-{output.outcome}')}")


@st.fragment(run_every=_LIVE_SECONDS)
@guard()
def live(desk: str) -> None:
    """The conversation while a person serves it or is waited for; the page follows when that ends or somebody joins."""
    talk = load(desk)
    if talk.ticket is None or not talk.with_person:
        st.rerun()
    state = talk.ticket.state
    if st.session_state.setdefault("customer-service.state", state) != state:
        st.session_state["customer-service.state"] = state
        st.rerun()  # what is outside says whom one writes to
    messages(talk.messages)
    with st.container(horizontal=True, vertical_alignment="center", key="customer-service-state"):
        agent = escape(talk.ticket.agent)
        st.badge(
            t(f"conversation-state-{state}", number=str(talk.ticket.number), agent=agent),
            icon=":material/hourglass_top:" if state == "waiting" else ":material/support_agent:",
            color=palette.MARKDOWN["unsure" if state == "waiting" else "good"],
        )
        st.button(
            t("conversation-back"),
            icon=":material/smart_toy:",
            type="tertiary",
            key="customer-service-back",
            on_click=attempt,
            args=(conversation.withdraw, talk.ticket, owner(), current()),
        )


# --- The last answer --------------------------------------------------------------------------------------------------


def verdict(desk: str, shown: Shown, words: str) -> None:
    """Outcome in words, the answer with its supporting words, and what else may be meant."""
    output = shown.output
    if output.kind == "small_talk":
        st.markdown(escape(words))
        st.caption(t("conversation-nothing-searched"))
        return
    icon, meaning = _LOOK[output.outcome]
    with st.container(key="customer-service-verdict", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(t(f"cs-outcome-{output.outcome}"), icon=icon, color=palette.MARKDOWN[meaning])
            if output.citations:
                st.caption(
                    t("cs-source", source=escape(" / ".join(c.source for c in output.citations))), width="content"
                )
        if shown.preview is not None:
            st.caption(f":material/tune: {t('conversation-preview', threshold=percent(shown.preview))}")
        if output.answer is None:
            st.markdown(escape(conversation.wording(shown.question, output)))
        else:
            answer(desk, shown)
        confidence(shown)
    if output.outcome in ("clarify", "not_covered"):
        did_you_mean(desk, shown)


def answer(desk: str, shown: Shown) -> None:
    """The entry's own words, or those of a chat model over the entries found."""
    language = detect(shown.question)
    found = conversation.entries(desk, [c.id for c in shown.output.candidates], shown.output.language, owner(), model())
    strangers = is_strangers(desk)
    sources = [
        Source(entry.source, "\n".join((*entry.questions[:1], entry.answer)), untrusted=entry.passage or strangers)
        for entry in found
    ]
    composition = composing.composed(
        f"answer-{shown.number}",
        shown.question,
        shown.output.answer or "",
        sources,
        language,
        extractive=lambda: extractive(shown),
        begin=shown.number is not None,
    )
    if composition is not None and composition.supported and shown.number is not None:
        _keep_composed(shown.number, composition.text)


def _keep_composed(number: int, text: str) -> None:
    """An agent who takes over has to see what the customer was told."""
    key = f"customer-service.composed-{number}"
    if st.session_state.get(key) != text:
        workspace.default().conversations.annotate(number, owner(), {"composed": text})
        st.session_state[key] = text


def extractive(shown: Shown) -> None:
    """The entry's answer with the words that support it."""
    st.markdown(mark(shown.output.answer or "", spans(shown)))


def spans(shown: Shown) -> list[Span]:
    """The quoted sentence, and in it the words that it shares with the question."""
    answer = shown.output.answer or ""
    found: list[Span] = []
    for citation in shown.output.citations:
        position = citation.start
        for start, end in matches(shown.question, answer[citation.start : citation.end]):
            found.append(Span(position, citation.start + start, "primary"))
            found.append(Span(citation.start + start, citation.start + end, "good"))
            position = citation.start + end
        found.append(Span(position, citation.end, "primary"))
    return found


def confidence(shown: Shown) -> None:
    """Confidence against the threshold, as a bar and in words."""
    value = shown.output.confidence
    said = percent(value) if value <= _NEARLY_SURE else t("cs-confidence-over", share=percent(_NEARLY_SURE))
    line = t("cs-confidence", confidence=said, threshold=percent(shown.threshold))
    margin = value - shown.threshold
    apart = t("conversation-above" if margin >= 0 else "conversation-below", points=round(100 * abs(margin)))
    st.progress(value, text=f"{line} · {apart}")


def did_you_mean(desk: str, shown: Shown) -> None:
    """The closest stored questions; one click asks it."""
    # Entries may share a phrasing; asking it twice would answer the same.
    stored: dict[str, str] = {}
    for candidate in shown.output.candidates:
        if candidate.question:
            stored.setdefault(candidate.question, candidate.id)
    if not stored:
        return
    st.caption(t("cs-did-you-mean" if shown.output.outcome == "clarify" else "cs-closest"))
    choices = st.container(gap=None)
    for place, (question, entry) in enumerate(stored.items()):
        choices.button(
            escape(question),
            key=f"customer-service-candidate-{place}",
            icon=":material/subdirectory_arrow_right:",
            type="tertiary",
            on_click=attempt,
            args=(_ask_instead, desk, question, entry, shown.number),
        )


def _ask_instead(desk: str, question: str, entry: str, number: int | None) -> None:
    say(desk, question)
    if number is not None:
        workspace.default().conversations.annotate(number, owner(), journal.chosen(entry))


def thumbs(message: Message) -> None:
    """The customer's verdict, kept with the answer and in the feedback of the workspace."""
    given = message.meta.get("verdict")
    st.session_state.setdefault(_thumbs(message), None if given is None else int(given == "good"))
    st.feedback("thumbs", key=_thumbs(message), on_change=attempt, args=(_judge, message))


def reasons(message: Message) -> None:
    """What is wrong, where the thumb is down."""
    key = _thumbs(message)
    if st.session_state[key] != 0:
        return
    st.session_state.setdefault(f"{key}-reason", message.meta.get("reason") or None)
    st.pills(
        t("conversation-reason"),
        _REASONS,
        format_func=lambda reason: t(f"conversation-reason-{reason}"),
        key=f"{key}-reason",
        on_change=attempt,
        args=(_judge, message),
    )
    if st.session_state[f"{key}-reason"] == "other":
        comment = f"{key}-comment"
        st.session_state.setdefault(comment, message.meta.get("comment", ""))
        st.text_input(t("conversation-comment"), key=comment, max_chars=500, on_change=attempt, args=(_judge, message))


def _thumbs(message: Message) -> str:
    return f"customer-service-feedback-{message.number}"


def _judge(message: Message) -> None:
    key = _thumbs(message)
    value = st.session_state[key]
    if value is None:
        return
    bad = value == 0
    said: Literal["good", "bad"] = "bad" if bad else "good"
    reason = (st.session_state.get(f"{key}-reason") or "") if bad else ""
    comment = st.session_state.get(f"{key}-comment", "").strip() if reason == "other" else ""
    store = workspace.default()
    before = store.conversations.messages(message.conversation, owner())
    asked = next(m.text for m in reversed(before) if m.role == "customer" and m.number < message.number)
    store.conversations.annotate(message.number, owner(), journal.verdict(said, reason, comment))
    output = message.meta["output"]
    context = {
        "question": asked,
        "message": message.number,
        "knowledge": message.meta["knowledge"],
        "model": message.meta["model"],
        "outcome": output["outcome"],
        "id": output["id"],
        "confidence": output["confidence"],
        "comment": comment,
    }
    store.feedback.add(owner(), DOMAIN, said, reason, context)
    st.toast(t("conversation-feedback-changed" if reason else "cs-feedback-kept"), icon=":material/inbox:")


# --- A person ---------------------------------------------------------------------------------------------------------


def person(talk: Talk, key: str = "customer-service-person") -> None:
    """The way to a person; the help says who that may be."""
    offered = conversation.offers_person(talk.messages)
    st.button(
        t("conversation-person"),
        icon=":material/support_agent:",
        type="primary" if offered else "tertiary",
        key=key,
        help=t("conversation-desk-open" if talk.desk in TENANTS else "conversation-desk-own"),
        on_click=attempt,
        args=(to_person, talk.desk, "offered" if offered else "chosen"),
    )


def rating(talk: Talk) -> None:
    """Stars for who served, once the ticket is closed and before the conversation goes on."""
    ticket = talk.ticket
    if ticket is None or not ticket.agent:
        return
    if ticket.rating is not None:
        st.caption(f":material/star: {t('conversation-rated', rating=ticket.rating)}")
        return
    stars, comment = f"customer-service-stars-{ticket.number}", f"customer-service-stars-comment-{ticket.number}"
    with st.container(key="customer-service-rating"):
        st.markdown(t("conversation-rate", agent=escape(ticket.agent)))
        st.feedback("stars", key=stars)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("conversation-rate-comment"), key=comment, max_chars=500)
            st.button(
                t("conversation-rate-send"),
                key="customer-service-rate",
                disabled=st.session_state[stars] is None,
                on_click=attempt,
                args=(_rate, ticket.number, stars, comment),
            )


def _rate(ticket: int, stars: str, comment: str) -> None:
    workspace.default().tickets.rate(ticket, owner(), st.session_state[stars] + 1, st.session_state[comment])


# --- Why --------------------------------------------------------------------------------------------------------------


def why(shown: Shown) -> None:
    """Which retriever found the entry, and how far ahead of the others it is."""
    output = shown.output
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
                t("cs-column-score"): [candidate.score for candidate in output.candidates],
                t("cs-column-question"): [candidate.question or "" for candidate in output.candidates],
            }
        ),
        hide_index=True,
        column_config={
            t("cs-column-entry"): st.column_config.TextColumn(width="small"),
            t("cs-column-score"): st.column_config.NumberColumn(format="%.2f", help=t("cs-score-help"), width="small"),
            t("cs-column-question"): st.column_config.TextColumn(width="medium"),
        },
        alt=t("cs-candidates"),
    )
    st.caption(t("cs-engine", engine=t("list-separator").join(t(f"cs-engine-{name}") for name in output.shares)))
