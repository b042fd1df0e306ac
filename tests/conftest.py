"""What all tests share: a workspace of their own, and no error that a page swallows."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator

import pytest

# Before anything of ours is imported: tests must never touch the workspace of whoever runs them.
os.environ["BIGMODEL_APPS_HOME"] = tempfile.mkdtemp(prefix="bigmodel-apps-tests-")


@pytest.fixture(autouse=True)
def no_unexpected_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """`bigmodel_apps.ui.problems.guard` turns an unexpected exception into one calm line; a test has to see it.

    A test that provokes one calls ``caplog.clear()``.
    """
    yield
    unexpected = [
        record.getMessage()
        for record in (*caplog.get_records("setup"), *caplog.get_records("call"))
        if record.name == "bigmodel_apps.ui.problems" and record.levelno >= logging.ERROR
    ]
    assert not unexpected, unexpected
