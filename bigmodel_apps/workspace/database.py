"""What every part of the workspace stands on: the declarative base, the clock, transactions, owners and names."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase, Session

from bigmodel_apps.problems import InputError, Problem

NAME_CHARS = 200


class Base(DeclarativeBase):
    """Tables of the workspace; dictionaries are stored as JSON."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[str]: JSON}


class Store(Protocol):
    """What the parts need of the `Workspace`."""

    def _session(self, *, write: bool = False) -> AbstractContextManager[Session]: ...

    def _reserve(self, session: Session, owner: str, size: int) -> None: ...


def now() -> datetime:
    """UTC without its zone: SQLite stores none."""
    return datetime.now(UTC).replace(tzinfo=None)


def check_owner(owner: str) -> None:
    """An empty owner would own everybody's records."""
    if not owner:
        raise ValueError("an owner id is required")


def clean_name(name: str, of: str) -> str:
    """What an owner calls something, without needless spaces.

    Args:
        of: ``dataset`` or ``version``.

    Raises:
        InputError: ``<of>-name-missing`` or ``<of>-name-too-long``: more than `NAME_CHARS`.
    """
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InputError(Problem(f"{of}-name-missing"))
    if len(cleaned) > NAME_CHARS:
        raise InputError(Problem(f"{of}-name-too-long", details={"limit": NAME_CHARS}))
    return cleaned
