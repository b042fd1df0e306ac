"""Data sets, feedback and conversations of every owner in one SQLite file, safe for many threads and several processes.

An owner id is the random value of a browser's cookie, so it is a key and not a name: records that somebody else
shares carry an empty `owner`.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import uuid
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ForeignKey,
    LargeBinary,
    create_engine,
    delete,
    event,
    func,
    or_,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Mapped, Session, mapped_column

from bigmodel_apps.problems import InputError, Problem, Unavailable
from bigmodel_apps.workspace import cases, conversations, corrections, registry
from bigmodel_apps.workspace.cases import Cases
from bigmodel_apps.workspace.conversations import Conversations, Tickets
from bigmodel_apps.workspace.corrections import Corrections
from bigmodel_apps.workspace.database import Base, check_owner, clean_name, now
from bigmodel_apps.workspace.places import home
from bigmodel_apps.workspace.registry import Registry

SCHEMA_VERSION = 1
QUOTA = 512 * 1024 * 1024
_BUSY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data set, without its content.

    Attributes:
        id: 32 hexadecimal digits.
        owner: Owner id, or empty where the data set is somebody else's and shared.
        kind: What the domain takes it for, such as ``knowledge``.
        created_at: UTC.
        bytes: Size of the content as it was given, before compression.
        sha256: Of the content, 64 hexadecimal digits.
        meta: Whatever the domain wants to remember; JSON values only.
    """

    id: str
    owner: str
    domain: str
    kind: str
    name: str
    shared: bool
    created_at: datetime
    bytes: int
    sha256: str
    meta: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """Number of data rows, as the domain counted them in ``meta["rows"]``; 0 when it did not."""
        return int(self.meta.get("rows", 0))


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a user said about one output. `created_at` is UTC; `context` holds JSON values."""

    id: str
    owner: str
    domain: str
    verdict: str
    reason: str
    created_at: datetime
    context: Mapping[str, Any]


class _Meta(Base):
    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class _Dataset(Base):
    __tablename__ = "datasets"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    shared: Mapped[bool]
    created_at: Mapped[datetime]
    bytes: Mapped[int]
    sha256: Mapped[str]
    meta: Mapped[dict[str, Any]]

    def record(self, viewer: str) -> Dataset:
        return Dataset(
            id=self.id,
            owner=self.owner if self.owner == viewer else "",
            domain=self.domain,
            kind=self.kind,
            name=self.name,
            shared=self.shared,
            created_at=self.created_at.replace(tzinfo=UTC),
            bytes=self.bytes,
            sha256=self.sha256,
            meta=self.meta,
        )


class _Content(Base):
    """Apart from `datasets`, so that a listing never reads past large values."""

    __tablename__ = "contents"

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class _Feedback(Base):
    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    bytes: Mapped[int]
    context: Mapped[dict[str, Any]]

    def record(self) -> Feedback:
        return Feedback(
            id=self.id,
            owner=self.owner,
            domain=self.domain,
            verdict=self.verdict,
            reason=self.reason,
            created_at=self.created_at.replace(tzinfo=UTC),
            context=self.context,
        )


class Workspace:
    """What owners keep here: `datasets`, `feedback`, `corrections`, `cases`, `conversations` and their `tickets`, and in
    the `registry` the models that they trained.

    Args:
        url: SQLAlchemy URL; by default ``workspace.sqlite`` in the home folder.
        quota: Bytes that one owner may keep.

    Raises:
        Unavailable: The file cannot be opened (``workspace-unreachable``), or a newer version of this software
            wrote it (``workspace-too-new``). Every method raises the first when the file becomes unreachable.
    """

    def __init__(self, url: str | None = None, *, quota: int = QUOTA) -> None:
        self.quota = quota
        self._engine = _engine(url or f"sqlite:///{home() / 'workspace.sqlite'}")
        with self._session(write=True) as session:
            Base.metadata.create_all(session.connection())
            version = session.get(_Meta, "schema_version")
            if version is None:
                session.add(_Meta(key="schema_version", value=str(SCHEMA_VERSION)))
            elif int(version.value) > SCHEMA_VERSION:
                details = {"found": int(version.value), "known": SCHEMA_VERSION}
                raise Unavailable(Problem("workspace-too-new", details=details))
        self.datasets = Datasets(self)
        self.feedback = FeedbackBook(self)
        self.conversations = Conversations(self)
        self.tickets = Tickets(self)
        self.corrections = Corrections(self)
        self.cases = Cases(self)
        self.registry = Registry(self, self._beside() / "registry")

    def usage(self, owner: str) -> int:
        """Bytes that `owner` keeps, counted before compression."""
        with self._session() as session:
            return _usage(session, owner)

    def reset(self, owner: str) -> None:
        """Delete everything that `owner` has, shared data sets included."""
        with self._session(write=True) as session:
            session.execute(delete(_Dataset).where(_Dataset.owner == owner))
            session.execute(delete(_Feedback).where(_Feedback.owner == owner))
            conversations.forget(session, owner)
            corrections.forget(session, owner)
            cases.forget(session, owner)
            registry.forget(session, owner)
        self.registry.sweep()

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._engine.dispose()

    def _beside(self) -> Path:
        """The folder of SQLite's file; the home folder for any other database."""
        file = self._engine.url.database if self._engine.dialect.name == "sqlite" else None
        return Path(file).parent if file and file != ":memory:" else home()

    @contextmanager
    def _session(self, *, write: bool = False) -> Iterator[Session]:
        """One transaction. A writing one takes the write lock at its start, so a check and the change that
        depends on it cannot be separated by another writer."""
        try:
            with Session(self._engine.execution_options(write=write)) as session, session.begin():
                yield session
        except DatabaseError as error:
            raise Unavailable(Problem("workspace-unreachable", details={"reason": str(error.orig)})) from error

    def _reserve(self, session: Session, owner: str, size: int) -> None:
        """Raise ``workspace-full`` unless `owner` may keep `size` bytes more."""
        used = _usage(session, owner)
        if size > 0 and used + size > self.quota:
            details = {"size_mb": size / 1e6, "used_mb": used / 1e6, "quota_mb": self.quota / 1e6}
            raise InputError(Problem("workspace-full", details=details))


class Datasets:
    """Data sets of one workspace. What an owner may not see raises ``dataset-not-found``; changing what somebody
    else shares raises ``dataset-not-yours``; both are `InputError`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add(
        self,
        owner: str,
        domain: str,
        kind: str,
        name: str,
        content: bytes,
        meta: Mapping[str, Any] | None = None,
        shared: bool = False,
    ) -> Dataset:
        """Keep a data set.

        Raises:
            InputError: ``workspace-full``, ``dataset-name-missing`` or ``dataset-name-too-long``.
        """
        check_owner(owner)
        row = _Dataset(
            id=uuid.uuid4().hex,
            owner=owner,
            domain=domain,
            kind=kind,
            name=clean_name(name, "dataset"),
            shared=shared,
            created_at=now(),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            meta=dict(meta or {}),
        )
        packed = zlib.compress(content)
        with self._workspace._session(write=True) as session:
            self._workspace._reserve(session, owner, row.bytes)
            session.add(row)
            session.flush()
            session.add(_Content(dataset_id=row.id, packed=packed))
            return row.record(owner)

    def list(self, owner: str, domain: str, kind: str | None = None) -> builtins.list[Dataset]:
        """The owner's data sets of a domain and those that others share, the newest first."""
        query = select(_Dataset).where(_Dataset.domain == domain, or_(_Dataset.owner == owner, _Dataset.shared))
        if kind is not None:
            query = query.where(_Dataset.kind == kind)
        with self._workspace._session() as session:
            rows = session.scalars(query.order_by(_Dataset.created_at.desc(), _Dataset.id))
            return [row.record(owner) for row in rows]

    def get(self, id: str, owner: str) -> Dataset:
        """One data set without its content."""
        with self._workspace._session() as session:
            return _visible(session, id, owner).record(owner)

    def content(self, id: str, owner: str) -> bytes:
        """The bytes as they were given.

        Raises:
            Unavailable: ``dataset-damaged`` when they are no longer what was stored.
        """
        with self._workspace._session() as session:
            row = _visible(session, id, owner)
            name, sha256 = row.name, row.sha256
            packed = session.scalars(select(_Content.packed).where(_Content.dataset_id == id)).one()
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            content = None
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            raise Unavailable(Problem("dataset-damaged", details={"name": name}))
        return content

    def update(self, id: str, owner: str, content: bytes, meta: Mapping[str, Any]) -> Dataset:
        """Replace content and meta. Raises ``workspace-full`` as `add` does, and then keeps the old content."""
        packed = zlib.compress(content)
        with self._workspace._session(write=True) as session:
            row = _own(session, id, owner)
            self._workspace._reserve(session, owner, len(content) - row.bytes)
            row.bytes, row.sha256, row.meta = len(content), hashlib.sha256(content).hexdigest(), dict(meta)
            session.get_one(_Content, id).packed = packed
            return row.record(owner)

    def rename(self, id: str, owner: str, name: str) -> Dataset:
        """Change the name."""
        cleaned = clean_name(name, "dataset")
        with self._workspace._session(write=True) as session:
            row = _own(session, id, owner)
            row.name = cleaned
            return row.record(owner)

    def share(self, id: str, owner: str, shared: bool = True) -> Dataset:
        """Let every owner read it, or stop doing so."""
        with self._workspace._session(write=True) as session:
            row = _own(session, id, owner)
            row.shared = shared
            return row.record(owner)

    def delete(self, id: str, owner: str) -> None:
        """Delete the data set and its content."""
        with self._workspace._session(write=True) as session:
            session.delete(_own(session, id, owner))


class FeedbackBook:
    """Feedback of one workspace. An owner sees only what the same owner gave."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add(
        self, owner: str, domain: str, verdict: str, reason: str = "", context: Mapping[str, Any] | None = None
    ) -> Feedback:
        """Keep one verdict, with the input and output it is about in `context`. Raises ``workspace-full``."""
        check_owner(owner)
        kept = dict(context or {})
        row = _Feedback(
            id=uuid.uuid4().hex,
            owner=owner,
            domain=domain,
            verdict=verdict,
            reason=reason,
            created_at=now(),
            bytes=len(json.dumps(kept)) + len(reason.encode()),
            context=kept,
        )
        with self._workspace._session(write=True) as session:
            self._workspace._reserve(session, owner, row.bytes)
            session.add(row)
            session.flush()
            return row.record()

    def list(self, owner: str, domain: str, verdict: str | None = None) -> builtins.list[Feedback]:
        """The owner's feedback on a domain, the newest first."""
        query = select(_Feedback).where(_Feedback.owner == owner, _Feedback.domain == domain)
        if verdict is not None:
            query = query.where(_Feedback.verdict == verdict)
        with self._workspace._session() as session:
            rows = session.scalars(query.order_by(_Feedback.created_at.desc(), _Feedback.id))
            return [row.record() for row in rows]


def _engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=24, pool_timeout=60)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            # The driver would start transactions by itself and never with the write lock: `begin` below does it.
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(
                "BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN"
            )

    return engine


def _usage(session: Session, owner: str) -> int:
    sums = (
        session.scalar(select(func.coalesce(func.sum(table.bytes), 0)).where(table.owner == owner))
        for table in (_Dataset, _Feedback)
    )
    parts = (conversations, corrections, cases, registry)
    return sum(int(value or 0) for value in sums) + sum(part.usage(session, owner) for part in parts)


def _visible(session: Session, id: str, owner: str) -> _Dataset:
    row = session.get(_Dataset, id)
    if row is None or not (row.owner == owner or row.shared):
        raise InputError(Problem("dataset-not-found"))
    return row


def _own(session: Session, id: str, owner: str) -> _Dataset:
    row = _visible(session, id, owner)
    if row.owner != owner:
        raise InputError(Problem("dataset-not-yours", details={"name": row.name}))
    return row
