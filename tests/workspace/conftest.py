"""A workspace of each test's own, and what is said where it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError, Unavailable
from bigmodel_apps.workspace import Workspace

QUOTA = 10_000
"""Bytes that an owner may keep in `store`."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the workspace lies."""
    return tmp_path / "workspace.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    store = Workspace(f"sqlite:///{file}", quota=QUOTA)
    yield store
    store.close()


def code(error: pytest.ExceptionInfo[InputError] | pytest.ExceptionInfo[Unavailable]) -> str:
    """Of the first problem, which has words in every language."""
    problem = error.value.problems[0] if isinstance(error.value, InputError) else error.value.problem
    assert all(describe(problem, language) for language in LANGUAGES)
    return problem.code
