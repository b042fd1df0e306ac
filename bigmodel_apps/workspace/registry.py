"""Models that owners trained on their own data: the run that made each, its versions, and which one is in use.

A *run* says from what and how a model was made and how well it does; it stays when its weights are deleted. A *version*
is what a run wrote, a folder of files beside the database. An *alias* names the version that a page uses: whoever asks
`deployed` at every rerun follows a switch without a restart. Deployments pile up, so that `roll_back` returns to the
one before; None among them is the model that ships.
"""

from __future__ import annotations

import builtins
import json
import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import JSON, ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bigmodel_apps.problems import InputError, Problem, Unavailable
from bigmodel_apps.workspace.database import Base, Store, check_owner, clean_name, now

Alias = Literal["champion", "challenger"]
"""``champion`` answers; ``challenger`` is the newest candidate beside it."""

_PART = ".part"
# Seconds after which files that are still being written belong to a process that was killed.
_ABANDONED = 86_400


@dataclass(frozen=True, slots=True)
class Recipe:
    """From what and how a model was made, and how well it does. Mappings hold JSON values.

    Attributes:
        data: What it was trained on: ``name``, ``rows``, ``sha256`` and whatever else the domain wants to tell.
        code_version: Git revision.
        parameters: What was set and what was chosen.
        metrics: `evidence.Metric` as JSON, one mapping each.
        report: Whatever else came of it, such as a comparison.
        seconds: That it took.
    """

    data: Mapping[str, Any]
    code_version: str
    seed: int
    parameters: Mapping[str, Any]
    metrics: Sequence[Mapping[str, Any]]
    report: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """One training. `created_at` is UTC; `version` is the id of what it wrote, None once that is deleted."""

    id: str
    domain: str
    name: str
    created_at: datetime
    recipe: Recipe
    version: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """What a run wrote.

    Attributes:
        id: 32 hexadecimal digits.
        number: Counts from 1 for each owner and domain; a deleted one's number is not given again.
        bytes, sha256: Of all its files.
        run: How it was made.
    """

    id: str
    owner: str
    domain: str
    number: int
    created_at: datetime
    bytes: int
    sha256: str
    run: Run

    @property
    def name(self) -> str:
        """What its owner calls it."""
        return self.run.name


@dataclass(frozen=True, slots=True)
class Deployment:
    """That a version, or None for the model that ships, was put in use. `ended_at` is when it was rolled back."""

    number: int
    alias: Alias
    version: str | None
    created_at: datetime
    ended_at: datetime | None


class _Run(Base):
    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]
    number: Mapped[int]
    bytes: Mapped[int]
    data: Mapped[dict[str, Any]]
    code_version: Mapped[str]
    seed: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    metrics: Mapped[list[Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]]
    seconds: Mapped[float]

    def record(self, version: str | None) -> Run:
        recipe = Recipe(
            data=self.data,
            code_version=self.code_version,
            seed=self.seed,
            parameters=self.parameters,
            metrics=self.metrics,
            report=self.report,
            seconds=self.seconds,
        )
        return Run(self.id, self.domain, self.name, self.created_at.replace(tzinfo=UTC), recipe, version)


class _Version(Base):
    __tablename__ = "versions"

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), unique=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]


class _Deployment(Base):
    __tablename__ = "deployments"

    number: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str]
    alias: Mapped[str]
    version_id: Mapped[str | None] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def record(self) -> Deployment:
        return Deployment(
            number=self.number,
            alias=cast(Alias, self.alias),
            version=self.version_id,
            created_at=self.created_at.replace(tzinfo=UTC),
            ended_at=self.ended_at.replace(tzinfo=UTC) if self.ended_at else None,
        )


class Registry:
    """Runs, versions and aliases of one workspace. What an owner does not have raises `InputError`
    ``version-not-found``.

    Args:
        store: The workspace.
        folder: Where the versions' files lie.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def add(self, owner: str, domain: str, name: str, recipe: Recipe, write: Callable[[Path], object]) -> Version:
        """Keep what a run made, all or nothing.

        Args:
            owner: Whose it is.
            domain: What it is for.
            name: What its owner calls it.
            recipe: How it was made.
            write: Called with an empty folder, into which it writes the version's files.

        Raises:
            InputError: ``workspace-full``, ``version-name-missing`` or ``version-name-too-long``.
        """
        check_owner(owner)
        cleaned = clean_name(name, "version")
        version, run = uuid.uuid4().hex, uuid.uuid4().hex
        part = self._folder / f"{version}{_PART}"
        part.mkdir(parents=True)
        try:
            write(part)
            size, digest = _measure(part)
            with self._store._session(write=True) as session:
                self._sweep(session)
                kept = _Run(
                    id=run,
                    owner=owner,
                    domain=domain,
                    name=cleaned,
                    created_at=now(),
                    number=1 + (session.scalar(_of(func.max(_Run.number), _Run, owner, domain)) or 0),
                    bytes=0,
                    data=dict(recipe.data),
                    code_version=recipe.code_version,
                    seed=recipe.seed,
                    parameters=dict(recipe.parameters),
                    metrics=[dict(metric) for metric in recipe.metrics],
                    report=dict(recipe.report),
                    seconds=recipe.seconds,
                )
                kept.bytes = len(json.dumps([kept.data, kept.parameters, kept.metrics, kept.report]))
                self._store._reserve(session, owner, size + kept.bytes)
                session.add(kept)
                session.flush()
                row = _Version(id=version, run_id=run, owner=owner, domain=domain, bytes=size, sha256=digest)
                session.add(row)
                session.flush()
                part.rename(self._folder / version)  # the last step, so that a version that is listed has its files
                return _record(row, kept)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def versions(self, owner: str, domain: str) -> list[Version]:
        """The owner's versions, the newest first."""
        query = (
            select(_Version, _Run)
            .join(_Run, _Run.id == _Version.run_id)
            .where(_Version.owner == owner, _Version.domain == domain)
            .order_by(_Run.number.desc())
        )
        with self._store._session() as session:
            return [_record(version, run) for version, run in session.execute(query)]

    def runs(self, owner: str, domain: str) -> builtins.list[Run]:
        """The owner's runs, the newest first, also those whose version is deleted."""
        query = (
            select(_Run, _Version.id)
            .outerjoin(_Version, _Version.run_id == _Run.id)
            .where(_Run.owner == owner, _Run.domain == domain)
            .order_by(_Run.number.desc())
        )
        with self._store._session() as session:
            return [run.record(version) for run, version in session.execute(query)]

    def get(self, id: str, owner: str) -> Version:
        """One version."""
        with self._store._session() as session:
            row = _own(session, id, owner)
            return _record(row, session.get_one(_Run, row.run_id))

    def folder(self, id: str, owner: str) -> Path:
        """Where the version's files lie; they are only read.

        Raises:
            Unavailable: ``version-damaged`` when they are no longer what was written.
        """
        version = self.get(id, owner)
        folder = self._folder / id
        if not folder.is_dir() or _measure(folder) != (version.bytes, version.sha256):
            raise Unavailable(Problem("version-damaged", details={"name": version.name}))
        return folder

    def rename(self, id: str, owner: str, name: str) -> Version:
        """Change the name."""
        cleaned = clean_name(name, "version")
        with self._store._session(write=True) as session:
            row = _own(session, id, owner)
            run = session.get_one(_Run, row.run_id)
            run.name = cleaned
            return _record(row, run)

    def deploy(self, owner: str, domain: str, id: str | None, alias: Alias = "champion") -> Deployment:
        """Put a version in use, or the model that ships (None). What is in use already stays as it is.

        A challenger that becomes champion is no challenger any more.
        """
        check_owner(owner)
        with self._store._session(write=True) as session:
            if id is not None and _own(session, id, owner).domain != domain:
                raise InputError(Problem("version-not-found"))
            current = _current(session, owner, domain, alias)
            if current is not None and current.version_id == id:
                return current.record()
            moment = now()
            row = _Deployment(owner=owner, domain=domain, alias=alias, version_id=id, created_at=moment, ended_at=None)
            session.add(row)
            rival = _current(session, owner, domain, "challenger")
            if alias == "champion" and rival is not None and rival.version_id == id and id is not None:
                session.add(
                    _Deployment(
                        owner=owner,
                        domain=domain,
                        alias="challenger",
                        version_id=None,
                        created_at=moment,
                        ended_at=None,
                    )
                )
            session.flush()
            return row.record()

    def roll_back(self, owner: str, domain: str, alias: Alias = "champion") -> Version | None:
        """Return to what was in use before, and to the model that ships in the end.

        Returns:
            What is in use now.

        Raises:
            InputError: ``nothing-to-roll-back``: the model that ships was never replaced.
        """
        with self._store._session(write=True) as session:
            current = _current(session, owner, domain, alias)
            if current is None:
                raise InputError(Problem("nothing-to-roll-back"))
            current.ended_at = now()
            session.flush()
            return _deployed(session, owner, domain, alias)

    def deployed(self, owner: str, domain: str, alias: Alias = "champion") -> Version | None:
        """What is in use at this moment; None for the model that ships."""
        with self._store._session() as session:
            return _deployed(session, owner, domain, alias)

    def history(self, owner: str, domain: str, alias: Alias = "champion") -> builtins.list[Deployment]:
        """Everything that was put in use, the newest first."""
        with self._store._session() as session:
            query = _of(_Deployment, _Deployment, owner, domain).where(_Deployment.alias == alias)
            return [row.record() for row in session.scalars(query.order_by(_Deployment.number.desc()))]

    def delete(self, id: str, owner: str) -> None:
        """Delete a version with its files. Its run stays on record.

        Raises:
            InputError: ``version-in-use`` for the champion.
        """
        with self._store._session(write=True) as session:
            row = _own(session, id, owner)
            champion = _current(session, owner, row.domain, "champion")
            if champion is not None and champion.version_id == id:
                raise InputError(Problem("version-in-use", details={"name": session.get_one(_Run, row.run_id).name}))
            session.delete(row)
        shutil.rmtree(self._folder / id, ignore_errors=True)

    def sweep(self) -> None:
        """Remove folders of versions that are gone."""
        with self._store._session(write=True) as session:
            self._sweep(session)

    def _sweep(self, session: Session) -> None:
        """The same within a writing transaction: a folder gets its name and its row in one."""
        known = set(session.scalars(select(_Version.id)))
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            unfinished = folder.name.endswith(_PART)
            if folder.name not in known and not (unfinished and time.time() - folder.stat().st_mtime < _ABANDONED):
                shutil.rmtree(folder, ignore_errors=True)


def forget(session: Session, owner: str) -> None:
    """Delete every run, version and deployment of an owner; `Registry.sweep` removes the files."""
    for table in (_Deployment, _Version, _Run):
        session.execute(delete(table).where(table.owner == owner))


def usage(session: Session, owner: str) -> int:
    """Bytes of the owner's versions and of what is known of the runs."""
    sums = (
        session.scalar(select(func.coalesce(func.sum(table.bytes), 0)).where(table.owner == owner))
        for table in (_Version, _Run)
    )
    return sum(int(value or 0) for value in sums)


def _of(what: Any, table: Any, owner: str, domain: str) -> Any:
    return select(what).where(table.owner == owner, table.domain == domain)


def _own(session: Session, id: str, owner: str) -> _Version:
    row = session.get(_Version, id)
    if row is None or row.owner != owner:
        raise InputError(Problem("version-not-found"))
    return row


def _current(session: Session, owner: str, domain: str, alias: str) -> _Deployment | None:
    query = _of(_Deployment, _Deployment, owner, domain).where(
        _Deployment.alias == alias, _Deployment.ended_at.is_(None)
    )
    found: _Deployment | None = session.scalars(query.order_by(_Deployment.number.desc()).limit(1)).first()
    return found


def _deployed(session: Session, owner: str, domain: str, alias: str) -> Version | None:
    current = _current(session, owner, domain, alias)
    if current is None or current.version_id is None:
        return None
    row = session.get_one(_Version, current.version_id)
    return _record(row, session.get_one(_Run, row.run_id))


def _record(row: _Version, run: _Run) -> Version:
    about = run.record(row.id)
    return Version(row.id, row.owner, row.domain, run.number, about.created_at, row.bytes, row.sha256, about)


def _measure(folder: Path) -> tuple[int, str]:
    """Bytes and hash of all files."""
    digest, size = sha256(), 0
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
        size += len(content)
    return size, digest.hexdigest()
