"""The visitor's time zone, as a browser may name it."""

from __future__ import annotations

import datetime

import pytest

from bigmodel_apps.ui import language


@pytest.mark.parametrize(
    ("named", "found"),
    [("Asia/Shanghai", "Asia/Shanghai"), ("Etc/Unknown", "UTC"), ("../etc", "UTC"), ("", "UTC"), (None, "UTC")],
)
def test_a_zone_that_is_not_known_is_utc(named: str | None, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.context", type("Context", (), {"timezone": named}))
    assert str(language.zone()) == found
    assert language.zone().utcoffset(datetime.datetime(2026, 1, 1)) is not None
