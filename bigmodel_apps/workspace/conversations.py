"""Conversations with customers and the tickets that hand them over to a person.

A conversation belongs to the browser of the customer; a *desk* is where it is answered and may be read by whoever
serves that desk (a domain decides who that is, and passes the names of the desks). Everything is written before it is
shown, so that a server that is killed loses nothing.
"""

from __future__ import annotations

import builtins
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Mapped, Session, mapped_column

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.workspace.database import Base, Store, check_owner, now

Role = Literal["customer", "assistant", "agent", "notice"]
TicketState = Literal["waiting", "active", "closed"]

TEXT_CHARS = 4_000
RATINGS = range(1, 6)


class Overtaken(Exception):
    """The conversation went on before the message could be stored."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `number` grows within the workspace; `meta` holds JSON values, such as the whole output."""

    number: int
    conversation: str
    role: Role
    text: str
    created_at: datetime
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of a customer at one desk. `created_at` is UTC."""

    id: str
    domain: str
    desk: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation in the hands of a person, or waiting for one.

    Attributes:
        number: Shown to people.
        reason: Why it was handed over, as the domain names it.
        summary: What it is about, and whatever the domain wants the agent to see; JSON values.
        agent: Name of who took it; empty before.
        rating: 1 (bad) to 5 (good), given by the customer after closing; None before.
    """

    number: int
    conversation: str
    domain: str
    desk: str
    state: TicketState
    reason: str
    summary: Mapping[str, Any]
    agent: str
    rating: int | None
    comment: str
    created_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message that is stored with a time of its own. `created_at` has a time zone; `meta` holds JSON values."""

    role: Role
    text: str
    created_at: datetime
    meta: Mapping[str, Any]


class _Conversation(Base):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    desk: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]

    def record(self) -> Conversation:
        return Conversation(self.id, self.domain, self.desk, self.created_at.replace(tzinfo=UTC))


class _Message(Base):
    __tablename__ = "messages"

    number: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    meta: Mapped[dict[str, Any]]

    def record(self) -> Message:
        created = self.created_at.replace(tzinfo=UTC)
        return Message(self.number, self.conversation_id, cast(Role, self.role), self.text, created, self.meta)


class _Ticket(Base):
    __tablename__ = "tickets"

    number: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    domain: Mapped[str]
    desk: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    reason: Mapped[str]
    summary: Mapped[dict[str, Any]]
    agent: Mapped[str]
    rating: Mapped[int | None]
    comment: Mapped[str]
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    def record(self) -> Ticket:
        return Ticket(
            number=self.number,
            conversation=self.conversation_id,
            domain=self.domain,
            desk=self.desk,
            state=cast(TicketState, self.state),
            reason=self.reason,
            summary=self.summary,
            agent=self.agent,
            rating=self.rating,
            comment=self.comment,
            created_at=self.created_at.replace(tzinfo=UTC),
            taken_at=self.taken_at.replace(tzinfo=UTC) if self.taken_at else None,
            closed_at=self.closed_at.replace(tzinfo=UTC) if self.closed_at else None,
        )


class Conversations:
    """The customer's side. What an owner does not have raises `InputError` ``conversation-not-found``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, owner: str, domain: str, desk: str) -> Conversation:
        """A new, empty conversation."""
        check_owner(owner)
        row = _Conversation(id=uuid.uuid4().hex, owner=owner, domain=domain, desk=desk, created_at=now())
        with self._store._session(write=True) as session:
            session.add(row)
            session.flush()
            return row.record()

    def latest(self, owner: str, domain: str, *desks: str) -> Conversation | None:
        """The owner's newest conversation at one of these desks."""
        query = select(_Conversation).where(
            _Conversation.owner == owner, _Conversation.domain == domain, _Conversation.desk.in_(desks)
        )
        with self._store._session() as session:
            row = session.scalars(query.order_by(_Conversation.created_at.desc()).limit(1)).first()
            return row.record() if row else None

    def messages(self, id: str, owner: str, after: int = 0) -> list[Message]:
        """Messages with a higher number than `after`, the oldest first."""
        with self._store._session() as session:
            _owned(session, id, owner)
            return _messages(session, id, after)

    def say(
        self,
        id: str,
        owner: str,
        role: Role,
        text: str,
        meta: Mapping[str, Any] | None = None,
        after: int | None = None,
    ) -> Message:
        """Add a message to the owner's conversation.

        Args:
            id: Of the conversation.
            owner: Whose it is.
            role: Who says it.
            text: What is said.
            meta: JSON values.
            after: Number of the message that it responds to, which must still be the last one but for notices.

        Raises:
            InputError: ``message-empty`` or ``message-too-long``; from a customer also ``workspace-full``.
            Overtaken: Something else was said after `after`.
        """
        with self._store._session(write=True) as session:
            _owned(session, id, owner)
            if after is not None and _last_said(session, id) != after:
                raise Overtaken
            if role == "customer":
                self._store._reserve(session, owner, _size(text, meta))
            return _say(session, id, role, text, meta)

    def annotate(self, number: int, owner: str, meta: Mapping[str, Any]) -> Message:
        """Add to the meta of a message, such as the customer's verdict on an answer."""
        with self._store._session(write=True) as session:
            row = session.get(_Message, number)
            if row is None:
                raise InputError(Problem("conversation-not-found"))
            _owned(session, row.conversation_id, owner)
            row.meta = row.meta | dict(meta)
            return row.record()

    def replay(
        self, owner: str, domain: str, desk: str, conversations: Collection[builtins.list[Said]]
    ) -> builtins.list[Conversation]:
        """Store whole conversations as they went, instead of the owner's at this desk, all or none.

        Args:
            owner: Whose they become.
            domain: Of the conversations.
            desk: Where they stand.
            conversations: Each has at least one message.

        Raises:
            InputError: As `say` does; what was there stays.
        """
        check_owner(owner)
        rows = []
        with self._store._session(write=True) as session:
            _clear(session, owner, domain, desk)
            size = sum(_size(said.text, said.meta) for messages in conversations for said in messages)
            self._store._reserve(session, owner, size)
            for messages in conversations:
                began = _naive(messages[0].created_at)
                row = _Conversation(id=uuid.uuid4().hex, owner=owner, domain=domain, desk=desk, created_at=began)
                session.add(row)
                session.flush()
                for said in messages:
                    _say(session, row.id, said.role, said.text, said.meta, _naive(said.created_at))
                rows.append(row)
            return [row.record() for row in rows]

    def clear(self, owner: str, domain: str, desk: str) -> None:
        """Delete the owner's conversations at a desk, with their messages and tickets."""
        with self._store._session(write=True) as session:
            _clear(session, owner, domain, desk)

    def delete(self, id: str, owner: str) -> None:
        """Delete a conversation with its messages and tickets."""
        with self._store._session(write=True) as session:
            session.delete(_owned(session, id, owner))

    def at_desks(
        self, domain: str, desks: Collection[str], since: datetime | None = None
    ) -> builtins.list[tuple[Conversation, builtins.list[Message]]]:
        """Every conversation at these desks with its messages, the oldest first: for those who serve the desks.

        Args:
            domain: Of the conversations.
            desks: Names of the desks.
            since: Leave out older messages, and conversations without newer ones.
        """
        query = (
            select(_Conversation, _Message)
            .join(_Message, _Message.conversation_id == _Conversation.id)
            .where(_Conversation.domain == domain, _Conversation.desk.in_(desks))
            .order_by(_Conversation.created_at, _Conversation.id, _Message.number)
        )
        if since is not None:
            query = query.where(_Message.created_at >= _naive(since))
        found: dict[str, tuple[Conversation, builtins.list[Message]]] = {}
        with self._store._session() as session:
            for conversation, message in session.execute(query):
                found.setdefault(conversation.id, (conversation.record(), []))[1].append(message.record())
        return [*found.values()]


class Tickets:
    """Hand-over. The customer's side is told apart by `owner`, the agent's by `desks`: a ticket at another desk
    raises `InputError` ``ticket-not-found``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, conversation: str, owner: str, reason: str, summary: Mapping[str, Any]) -> Ticket:
        """Hand a conversation over; one that is already with a person keeps its ticket."""
        with self._store._session(write=True) as session:
            of = _owned(session, conversation, owner)
            row = _ticket_of(session, conversation)
            if row is None or row.state == "closed":
                row = _Ticket(
                    conversation_id=conversation,
                    domain=of.domain,
                    desk=of.desk,
                    state="waiting",
                    reason=reason,
                    summary=dict(summary),
                    agent="",
                    rating=None,
                    comment="",
                    created_at=now(),
                    taken_at=None,
                    closed_at=None,
                )
                session.add(row)
                session.flush()
            return row.record()

    def of(self, conversation: str, owner: str) -> Ticket | None:
        """The newest ticket of the owner's conversation."""
        with self._store._session() as session:
            _owned(session, conversation, owner)
            row = _ticket_of(session, conversation)
            return row.record() if row else None

    def rate(self, number: int, owner: str, rating: int, comment: str = "") -> Ticket:
        """The customer's verdict on a closed ticket; the last one counts.

        Raises:
            InputError: ``rating-out-of-range`` or ``ticket-not-closed``.
        """
        if rating not in RATINGS:
            raise InputError(Problem("rating-out-of-range", field="rating"))
        with self._store._session(write=True) as session:
            row = session.get(_Ticket, number)
            if row is None:
                raise InputError(Problem("ticket-not-found"))
            _owned(session, row.conversation_id, owner)
            if row.state != "closed":
                raise InputError(Problem("ticket-not-closed"))
            row.rating, row.comment = rating, comment.strip()[:TEXT_CHARS]
            return row.record()

    def list(self, domain: str, desks: Collection[str], state: TicketState | None = None) -> builtins.list[Ticket]:
        """Tickets at these desks, the newest first."""
        query = select(_Ticket).where(_Ticket.domain == domain, _Ticket.desk.in_(desks))
        if state is not None:
            query = query.where(_Ticket.state == state)
        with self._store._session() as session:
            return [row.record() for row in session.scalars(query.order_by(_Ticket.number.desc()))]

    def get(self, number: int, desks: Collection[str]) -> Ticket:
        """One ticket."""
        with self._store._session() as session:
            return _at(session, number, desks).record()

    def transcript(self, number: int, desks: Collection[str], after: int = 0) -> builtins.list[Message]:
        """Messages of the ticket's conversation with a higher number than `after`, the oldest first."""
        with self._store._session() as session:
            return _messages(session, _at(session, number, desks).conversation_id, after)

    def take(self, number: int, desks: Collection[str], agent: str) -> Ticket:
        """Begin to serve it.

        Raises:
            InputError: ``ticket-taken`` by another agent, or ``ticket-closed``.
        """
        with self._store._session(write=True) as session:
            return _take(_at(session, number, desks), agent).record()

    def reply(self, number: int, desks: Collection[str], agent: str, text: str) -> Message:
        """Say something to the customer; takes the ticket if nobody has."""
        with self._store._session(write=True) as session:
            row = _take(_at(session, number, desks), agent)
            return _say(session, row.conversation_id, "agent", text, {"agent": row.agent, "ticket": number})

    def note(self, number: int, desks: Collection[str], text: str, meta: Mapping[str, Any]) -> Message:
        """A notice in the conversation, such as who has joined it."""
        with self._store._session(write=True) as session:
            return _say(session, _at(session, number, desks).conversation_id, "notice", text, meta)

    def close(self, number: int, desks: Collection[str]) -> Ticket:
        """The matter is settled; the next question is answered by the model again."""
        with self._store._session(write=True) as session:
            row = _at(session, number, desks)
            if row.state != "closed":
                row.state, row.closed_at = "closed", now()
            return row.record()

    def withdraw(self, number: int, owner: str) -> Ticket:
        """The customer no longer wants a person; closes it."""
        with self._store._session(write=True) as session:
            row = session.get(_Ticket, number)
            if row is None:
                raise InputError(Problem("ticket-not-found"))
            _owned(session, row.conversation_id, owner)
            if row.state != "closed":
                row.state, row.closed_at = "closed", now()
            return row.record()

    def close_desk(self, desk: str) -> None:
        """Close what is open at a desk that is about to be given up."""
        with self._store._session(write=True) as session:
            for row in session.scalars(select(_Ticket).where(_Ticket.desk == desk, _Ticket.state != "closed")):
                row.state, row.closed_at = "closed", now()


def forget(session: Session, owner: str) -> None:
    """Delete every conversation of an owner."""
    session.execute(delete(_Conversation).where(_Conversation.owner == owner))


def usage(session: Session, owner: str) -> int:
    """Bytes of the owner's messages with their meta, which is stored as JSON in ASCII."""
    own = select(_Conversation.id).where(_Conversation.owner == owner)
    size = func.sum(func.length(sql_cast(_Message.text, LargeBinary)) + func.length(_Message.meta))
    return int(session.scalar(select(size).where(_Message.conversation_id.in_(own))) or 0)


def _size(text: str, meta: Mapping[str, Any] | None) -> int:
    """Bytes of a message as `usage` counts them."""
    return len(text.strip().encode()) + len(json.dumps(dict(meta or {})))


def _clear(session: Session, owner: str, domain: str, desk: str) -> None:
    own = (_Conversation.owner == owner, _Conversation.domain == domain, _Conversation.desk == desk)
    session.execute(delete(_Conversation).where(*own))


def _owned(session: Session, id: str, owner: str) -> _Conversation:
    row = session.get(_Conversation, id)
    if row is None or row.owner != owner:
        raise InputError(Problem("conversation-not-found"))
    return row


def _at(session: Session, number: int, desks: Collection[str]) -> _Ticket:
    row = session.get(_Ticket, number)
    if row is None or row.desk not in desks:
        raise InputError(Problem("ticket-not-found"))
    return row


def _take(row: _Ticket, agent: str) -> _Ticket:
    name = " ".join(agent.split())
    if not name:
        raise InputError(Problem("agent-name-missing", field="agent"))
    if row.state == "closed":
        raise InputError(Problem("ticket-closed"))
    if row.state == "active" and row.agent != name:
        raise InputError(Problem("ticket-taken", details={"name": row.agent}))
    if row.state == "waiting":
        row.state, row.agent, row.taken_at = "active", name, now()
    return row


def _ticket_of(session: Session, conversation: str) -> _Ticket | None:
    query = select(_Ticket).where(_Ticket.conversation_id == conversation)
    return session.scalars(query.order_by(_Ticket.number.desc()).limit(1)).first()


def _messages(session: Session, conversation: str, after: int) -> list[Message]:
    query = select(_Message).where(_Message.conversation_id == conversation, _Message.number > after)
    return [row.record() for row in session.scalars(query.order_by(_Message.number))]


def _last_said(session: Session, conversation: str) -> int | None:
    """Number of the last message that somebody said; notices are nobody's."""
    said = (_Message.conversation_id == conversation, _Message.role != "notice")
    return session.scalar(select(func.max(_Message.number)).where(*said))


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _say(
    session: Session,
    conversation: str,
    role: Role,
    text: str,
    meta: Mapping[str, Any] | None,
    at: datetime | None = None,
) -> Message:
    said = text.strip()
    if not said:
        raise InputError(Problem("message-empty", field="text"))
    if len(said) > TEXT_CHARS and role in ("customer", "agent"):
        raise InputError(Problem("message-too-long", field="text", details={"limit": TEXT_CHARS}))
    row = _Message(conversation_id=conversation, role=role, text=said, created_at=at or now(), meta=dict(meta or {}))
    session.add(row)
    session.flush()
    return row.record()
