"""The declarative base of every table in the workspace, and the clock that they share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Tables of the workspace; dictionaries are stored as JSON."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[str]: JSON}


def now() -> datetime:
    """UTC without its zone: SQLite stores none."""
    return datetime.now(UTC).replace(tzinfo=None)


def check_owner(owner: str) -> None:
    """An empty owner would own everybody's records."""
    if not owner:
        raise ValueError("an owner id is required")
