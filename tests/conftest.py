"""What all tests share: a workspace of their own, and no error that a page swallows."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

# New examples are searched at the desk; what decides over a change must come out the same twice. How long an example
# takes is no matter of a test.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

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


DATA = Path(os.environ.get("BIGMODEL_APPS_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of the public data sets; tests that ask for it carry the marker ``data``."""
    return DATA


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Without the public data sets, the tests that need them are skipped."""
    if not DATA.is_dir():
        for item in items:
            if item.get_closest_marker("data"):
                item.add_marker(pytest.mark.skip(reason=f"no data sets in {DATA.name}; set BIGMODEL_APPS_DATA"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests the missing data sets cost."""
    if not DATA.is_dir():
        skipped = [r for r in terminalreporter.stats.get("skipped", []) if "BIGMODEL_APPS_DATA" in str(r.longrepr)]
        terminalreporter.write_line(f"{len(skipped)} tests skipped without the public data sets (BIGMODEL_APPS_DATA)")
