"""What owners decide about alerts: fraud, legitimate or later, with notes; kept with everything that was said before."""

from __future__ import annotations

import builtins
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from sqlalchemy import JSON, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.workspace.database import Base, Store, check_owner, now

Decision = Literal["fraud", "legitimate", "later"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)

NOTE_CHARS, TRANSACTIONS = 4_000, 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of a case's history. `at` is UTC."""

    at: datetime
    decision: Decision
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """What was decided about an alert.

    Attributes:
        desk: Which data it is about, such as the key of a bank.
        alert: Name of the alert within that data.
        card: Whose alert it is.
        decision: The last that was given; ``later`` is none yet.
        note: The last that was given.
        transactions: Ids of those that the decision is about.
        score: Of the alert when it was first decided on, in [0, 1].
        model: Which model gave it.
        created_at, changed_at: UTC.
        history: Everything that was said, the oldest first.
    """

    id: str
    domain: str
    desk: str
    alert: str
    card: str
    decision: Decision
    note: str
    transactions: tuple[str, ...]
    score: float
    model: str
    created_at: datetime
    changed_at: datetime
    history: tuple[Said, ...]


class _Case(Base):
    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("owner", "domain", "desk", "alert"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    desk: Mapped[str]
    alert: Mapped[str]
    card: Mapped[str]
    transactions: Mapped[list[str]]
    score: Mapped[float]
    model: Mapped[str]
    history: Mapped[list[Any]] = mapped_column(JSON)
    bytes: Mapped[int]

    def record(self) -> Case:
        history = tuple(
            Said(datetime.fromisoformat(said["at"]), cast(Decision, said["decision"]), said["note"])
            for said in self.history
        )
        return Case(
            id=self.id,
            domain=self.domain,
            desk=self.desk,
            alert=self.alert,
            card=self.card,
            decision=history[-1].decision,
            note=history[-1].note,
            transactions=tuple(self.transactions),
            score=self.score,
            model=self.model,
            created_at=history[0].at,
            changed_at=history[-1].at,
            history=history,
        )


class Cases:
    """Cases of one workspace. What an owner does not have raises `InputError` ``case-not-found``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(
        self,
        owner: str,
        domain: str,
        desk: str,
        alert: str,
        decision: Decision,
        *,
        card: str,
        transactions: Sequence[str],
        score: float,
        model: str,
        note: str | None = None,
    ) -> Case:
        """Decide on an alert, or decide again.

        Args:
            note: None leaves the one that is there; an empty text removes it.

        Raises:
            InputError: ``case-decision-unknown``, ``case-note-too-long``, ``case-too-many-transactions`` or
                ``workspace-full``.
        """
        check_owner(owner)
        if decision not in DECISIONS:
            raise InputError(Problem("case-decision-unknown", field="decision", details={"value": str(decision)}))
        if len(transactions) > TRANSACTIONS:
            details = {"count": len(transactions), "limit": TRANSACTIONS}
            raise InputError(Problem("case-too-many-transactions", details=details))
        said = None if note is None else _clean(note)
        with self._store._session(write=True) as session:
            query = _of(owner, domain, desk).where(_Case.alert == alert)
            row: _Case | None = session.scalars(query).first()
            if row is None:
                row = _Case(id=uuid.uuid4().hex, owner=owner, domain=domain, desk=desk, alert=alert, bytes=0)
                row.card, row.score, row.model, row.history, row.transactions = card, score, model, [], []
            before = row.history[-1]["note"] if row.history else ""
            wanted = builtins.list(transactions)
            entry = {"decision": decision, "note": before if said is None else said}
            last = {name: row.history[-1][name] for name in entry} if row.history else None
            if last == entry and row.transactions == wanted:
                return row.record()  # a button that was pressed twice
            history = [*row.history, {"at": now().replace(tzinfo=UTC).isoformat(), **entry}]
            size = len(json.dumps([alert, card, wanted, model, history], ensure_ascii=False).encode())
            self._store._reserve(session, owner, size - row.bytes)
            row.transactions, row.history, row.bytes = wanted, history, size
            session.add(row)
            session.flush()
            return row.record()

    def list(self, owner: str, domain: str, desk: str | None = None) -> builtins.list[Case]:
        """The owner's cases, the last changed first; of one desk, or of all."""
        query = select(_Case).where(_Case.owner == owner, _Case.domain == domain) if desk is None else None
        with self._store._session() as session:
            rows = session.scalars(query if query is not None else _of(owner, domain, desk or ""))
            return sorted((row.record() for row in rows), key=lambda case: (case.changed_at, case.id), reverse=True)

    def delete(self, owner: str, ids: Collection[str]) -> None:
        """Delete some cases with their history, all or none."""
        with self._store._session(write=True) as session:
            for id in ids:
                row = session.get(_Case, id)
                if row is None or row.owner != owner:
                    raise InputError(Problem("case-not-found"))
                session.delete(row)


def forget(session: Session, owner: str) -> None:
    """Delete every case of an owner."""
    session.execute(delete(_Case).where(_Case.owner == owner))


def usage(session: Session, owner: str) -> int:
    """Bytes of the owner's cases."""
    query = select(func.coalesce(func.sum(_Case.bytes), 0)).where(_Case.owner == owner)
    return int(session.scalar(query) or 0)


def _of(owner: str, domain: str, desk: str) -> Any:
    return select(_Case).where(_Case.owner == owner, _Case.domain == domain, _Case.desk == desk)


def _clean(note: str) -> str:
    cleaned = note.strip()
    if len(cleaned) > NOTE_CHARS:
        raise InputError(Problem("case-note-too-long", field="note", details={"limit": NOTE_CHARS}))
    return cleaned
