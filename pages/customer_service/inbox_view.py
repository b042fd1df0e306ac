"""The inbox of those who serve a desk: who waits, what it is about, and the reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.customer_service import conversation, journal
from bigmodel_apps.customer_service.knowledge import Entry
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, duration, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from bigmodel_apps.workspace import Message, Ticket
from pages.customer_service.choices import DOMAIN, knowledge_label, model, own_knowledge
from pages.customer_service.desk import admitted, words

NAME = "customer-service-agent"
_CHOSEN = "customer-service.ticket"
_SEEN = "customer-service.seen"
_SUGGESTED = "customer-service.suggested"

_LIVE_SECONDS = 2
_CLOSED_SHOWN = 30
_TITLE_CHARS = 60
_HEIGHT = 220


def inbox_view() -> None:
    """The view."""
    if not admitted():
        return
    board()


@st.fragment(run_every=_LIVE_SECONDS)
@guard()
def board() -> None:
    """Tickets on the left, the chosen one on the right; both follow what happens."""
    desks = journal.desks(owner())
    tickets = workspace.default().tickets.list(DOMAIN, desks)
    show_attempted()
    if not tickets:
        st.info(t("inbox-empty"), icon=":material/inbox:")
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.text_input(t("inbox-name"), key=NAME, max_chars=40, persist_state="session", help=t("inbox-scope"))
        listing(tickets, desks)
    with right:
        chosen = next((ticket for ticket in tickets if ticket.number == st.session_state.get(_CHOSEN)), None)
        if chosen is None:
            st.caption(t("inbox-choose"))
        else:
            opened(chosen, desks)


# --- The list ---------------------------------------------------------------------------------------------------------


def listing(tickets: Sequence[Ticket], desks: Sequence[str]) -> None:
    """Who waits comes first, who has waited longest at the top; closed ones are folded."""
    waiting, active, closed = (
        [one for one in tickets if one.state == state] for state in ("waiting", "active", "closed")
    )
    st.caption(t("inbox-counts", waiting=len(waiting), active=len(active), closed=len(closed)))
    names = {id: dataset.name for id, dataset in own_knowledge().items()}
    for title, group in ((t("inbox-waiting"), waiting[::-1]), (t("inbox-active"), active)):
        if group:
            st.markdown(f"**{title}**")
            for ticket in group:
                line(ticket, names, unread(ticket, desks))
    if closed:
        with st.expander(
            t("inbox-closed"), icon=":material/archive:", key="customer-service-closed", on_change="rerun"
        ):
            for ticket in closed[:_CLOSED_SHOWN]:
                line(ticket, names, 0)


def line(ticket: Ticket, names: dict[str, str], unread: int) -> None:
    """One ticket: what it is about, where, and for how long or with whom."""
    title = escape(shortened(ticket.summary.get("question") or t("inbox-no-question")))
    st.button(
        t("inbox-ticket", unread=unread, number=str(ticket.number), title=title),
        key=f"customer-service-ticket-{ticket.number}",
        type="secondary" if ticket.number == st.session_state.get(_CHOSEN) else "tertiary",
        on_click=_choose,
        args=(ticket.number,),
    )
    desk, agent = escape(knowledge_label(ticket.desk, names.get(ticket.desk, ""))), escape(ticket.agent)
    if ticket.state == "waiting":
        wait = (datetime.now(UTC) - ticket.created_at).total_seconds()
        st.caption(t("inbox-waits", desk=desk, wait=duration(wait)))
    elif ticket.state == "active":
        st.caption(t("inbox-with", desk=desk, agent=agent))
    else:
        st.caption(t("inbox-was-with", desk=desk, agent=agent) if agent else t("inbox-was-withdrawn", desk=desk))


def _choose(number: int) -> None:
    st.session_state[_CHOSEN] = number


def shortened(text: str) -> str:
    """The beginning of a text, for a title."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _TITLE_CHARS else f"{flat[: _TITLE_CHARS - 1]}…"


def unread(ticket: Ticket, desks: Sequence[str]) -> int:
    """The customer's messages since this session last looked; before that, those that no agent has replied to."""
    transcript = workspace.default().tickets.transcript(ticket.number, desks)
    replied = max((message.number for message in transcript if message.role == "agent"), default=0)
    seen = max(st.session_state.get(_SEEN, {}).get(ticket.number, 0), replied)
    return sum(message.number > seen and message.role == "customer" for message in transcript)


# --- The chosen ticket ------------------------------------------------------------------------------------------------


def opened(ticket: Ticket, desks: Sequence[str]) -> None:
    """What it is about, what was said, and the reply."""
    transcript = workspace.default().tickets.transcript(ticket.number, desks)
    if transcript:
        st.session_state.setdefault(_SEEN, {})[ticket.number] = transcript[-1].number
    name = " ".join(st.session_state.get(NAME, "").split())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('inbox-title', number=str(ticket.number))}**", width="content")
        st.space("stretch")
        if ticket.state == "waiting":
            _button("take", ":material/back_hand:", ticket, desks, name)
        if ticket.state == "active" and ticket.agent == name:
            _button("close", ":material/task_alt:", ticket, desks, name)
    summary(ticket)
    with st.container(border=True, height=_HEIGHT, autoscroll=True, key="customer-service-inbox-transcript"):
        said(transcript)
    if ticket.state == "closed":
        stars(ticket)
    elif ticket.state == "active" and ticket.agent != name:
        st.info(t("inbox-taken", agent=escape(ticket.agent)), icon=":material/person:")
    else:
        reply(ticket, desks, transcript, name)
    sources(ticket)


def _button(action: str, icon: str, ticket: Ticket, desks: Sequence[str], name: str) -> None:
    take = action == "take"
    st.button(
        t("inbox-take" if take else "inbox-close"),
        icon=icon,
        type="primary" if take else "secondary",
        key=f"customer-service-{action}",
        on_click=attempt,
        args=(conversation.take, ticket.number, desks, name) if take else (conversation.close, ticket.number, desks),
    )


def summary(ticket: Ticket) -> None:
    """What the assistant knew when it handed over."""
    about = ticket.summary
    reason = t(f"inbox-reason-{ticket.reason}")
    if "question" not in about:
        st.caption(t("inbox-summary-empty", reason=reason))
        return
    st.caption(
        t(
            "inbox-summary",
            reason=reason,
            question=escape(shortened(about["question"])),
            outcome=t(f"cs-outcome-{about['outcome']}"),
            entry=escape(about["entry"] or "–"),
            language=t(f"group-{about['language']}"),
        )
    )


def sources(ticket: Ticket) -> None:
    """The entries that the assistant found before it handed over."""
    about = ticket.summary
    if "sources" not in about:
        return
    with st.expander(
        t("inbox-sources"), icon=":material/menu_book:", key="customer-service-sources", on_change="rerun"
    ):
        found = conversation.entries(ticket.desk, about["sources"], about["language"], owner(), model())
        for entry in found:
            st.markdown(f"**{escape(t('inbox-source', question=title_of(entry), id=entry.id))}**")
            st.caption(escape(entry.answer))
        if not found:
            st.caption(t("inbox-entry-gone"))


def title_of(entry: Entry) -> str:
    """The stored question, or where a passage stands."""
    return entry.questions[0] if entry.questions else entry.source


def said(transcript: Sequence[Message]) -> None:
    """The conversation as the customer sees it, as text."""
    for message in transcript:
        if message.role == "notice":
            st.caption(f":material/info: {escape(conversation.notice(message.meta, current()))}")
            continue
        icon = {"customer": ":material/person:", "assistant": ":material/smart_toy:"}.get(message.role)
        with st.chat_message(
            "user" if message.role == "customer" else "assistant", avatar=icon or ":material/support_agent:"
        ):
            words(message)
            if message.role == "agent":
                st.caption(escape(str(message.meta["agent"])))


def stars(ticket: Ticket) -> None:
    """What the customer thought of it."""
    if ticket.rating is None:
        return
    comment = escape(ticket.comment)
    st.caption(
        ":material/star: "
        + (
            t("inbox-rating-comment", rating=ticket.rating, comment=comment)
            if comment
            else t("inbox-rating", rating=ticket.rating)
        )
    )


def reply(ticket: Ticket, desks: Sequence[str], transcript: Sequence[Message], name: str) -> None:
    """The reply, with drafts from the knowledge."""
    draft = f"customer-service-reply-{ticket.number}"
    st.session_state.setdefault(draft, "")
    st.text_area(t("inbox-reply"), key=draft, height=90, persist_state="session")
    st.button(
        t("inbox-send"),
        icon=":material/send:",
        type="primary",
        key="customer-service-send",
        on_click=attempt,
        args=(_send, ticket.number, desks, name, draft),
    )
    found = suggested(ticket, transcript)
    if found:
        st.caption(t("inbox-drafts"))
        with st.container(gap=None):
            for place, entry in enumerate(found):
                st.button(
                    escape(shortened(title_of(entry))),
                    icon=":material/edit_note:",
                    type="tertiary",
                    key=f"customer-service-draft-{place}",
                    on_click=_fill,
                    args=(draft, entry.answer),
                )


def _fill(draft: str, text: str) -> None:
    st.session_state[draft] = text


def _send(number: int, desks: Sequence[str], name: str, draft: str) -> None:
    conversation.reply(number, desks, name, st.session_state[draft])
    st.session_state[draft] = ""  # what could not be sent stays


def suggested(ticket: Ticket, transcript: Sequence[Message]) -> list[Entry]:
    """Entries that may answer the customer's last message; searched once a message."""
    asked = max((message.number for message in transcript if message.role == "customer"), default=0)
    held: tuple[int, int, list[Entry]] | None = st.session_state.get(_SUGGESTED)
    if held is None or held[:2] != (ticket.number, asked):
        held = (ticket.number, asked, conversation.suggestions(ticket.desk, transcript, owner(), model()))
        st.session_state[_SUGGESTED] = held
    return held[2]
