"""What owners say a verdict should have been: kept, listed, changed, and given to whoever trains on it."""

from __future__ import annotations

import builtins
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.workspace.database import Base, Store, check_owner, now

TEXT_CHARS, LABEL_CHARS = 20_000, 100


@dataclass(frozen=True, slots=True)
class Correction:
    """What the verdict on a text should have been.

    Attributes:
        label: Given by the owner.
        predicted: What the model said.
        confidence: Of what the model said, in [0, 1].
        model: Which model said it.
        created_at: UTC; of the last change.
    """

    id: str
    domain: str
    text: str
    label: str
    predicted: str
    confidence: float
    model: str
    created_at: datetime


class _Correction(Base):
    __tablename__ = "corrections"
    __table_args__ = (UniqueConstraint("owner", "domain", "text"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    text: Mapped[str]
    label: Mapped[str]
    predicted: Mapped[str]
    confidence: Mapped[float]
    model: Mapped[str]
    created_at: Mapped[datetime]
    bytes: Mapped[int]

    def record(self) -> Correction:
        return Correction(
            id=self.id,
            domain=self.domain,
            text=self.text,
            label=self.label,
            predicted=self.predicted,
            confidence=self.confidence,
            model=self.model,
            created_at=self.created_at.replace(tzinfo=UTC),
        )


class Corrections:
    """Corrections of one workspace. What an owner does not have raises `InputError` ``correction-not-found``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give(
        self, owner: str, domain: str, text: str, label: str, *, predicted: str, confidence: float, model: str
    ) -> Correction:
        """Keep a correction. A text has one: the last that was given.

        Raises:
            InputError: ``correction-empty``, ``correction-too-long`` or ``workspace-full``.
        """
        check_owner(owner)
        said = _clean(text, "text", TEXT_CHARS)
        right = _clean(label, "label", LABEL_CHARS)
        size = len((said + right + predicted + model).encode())
        with self._store._session(write=True) as session:
            query = select(_Correction).where(
                _Correction.owner == owner, _Correction.domain == domain, _Correction.text == said
            )
            row = session.scalars(query).first()
            self._store._reserve(session, owner, size - (row.bytes if row else 0))
            if row is None:
                row = _Correction(id=uuid.uuid4().hex, owner=owner, domain=domain, text=said)
                session.add(row)
            row.label, row.predicted, row.confidence, row.model = right, predicted, confidence, model
            row.created_at, row.bytes = now(), size
            session.flush()
            return row.record()

    def list(self, owner: str, domain: str) -> builtins.list[Correction]:
        """The owner's corrections, the newest first."""
        query = select(_Correction).where(_Correction.owner == owner, _Correction.domain == domain)
        with self._store._session() as session:
            rows = session.scalars(query.order_by(_Correction.created_at.desc(), _Correction.id))
            return [row.record() for row in rows]

    def edit(self, id: str, owner: str, label: str) -> Correction:
        """Change the label. Raises as `give` does."""
        right = _clean(label, "label", LABEL_CHARS)
        with self._store._session(write=True) as session:
            row = _own(session, id, owner)
            more = len(right.encode()) - len(row.label.encode())
            self._store._reserve(session, owner, more)
            row.label, row.bytes, row.created_at = right, row.bytes + more, now()
            return row.record()

    def delete(self, owner: str, ids: Collection[str]) -> None:
        """Delete some corrections, all or none."""
        with self._store._session(write=True) as session:
            for id in ids:
                session.delete(_own(session, id, owner))


def forget(session: Session, owner: str) -> None:
    """Delete every correction of an owner."""
    session.execute(delete(_Correction).where(_Correction.owner == owner))


def usage(session: Session, owner: str) -> int:
    """Bytes of the owner's corrections."""
    query = select(func.coalesce(func.sum(_Correction.bytes), 0)).where(_Correction.owner == owner)
    return int(session.scalar(query) or 0)


def _own(session: Session, id: str, owner: str) -> _Correction:
    row = session.get(_Correction, id)
    if row is None or row.owner != owner:
        raise InputError(Problem("correction-not-found"))
    return row


def _clean(text: str, field: str, limit: int) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise InputError(Problem("correction-empty", field=field))
    if len(cleaned) > limit:
        raise InputError(Problem("correction-too-long", field=field, details={"limit": limit}))
    return cleaned
