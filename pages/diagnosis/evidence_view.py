"""What was measured, and the commands that measured it."""

from __future__ import annotations

from bigmodel_apps.ui.evidence import evidence
from pages.diagnosis.choices import DOMAIN


def evidence_view() -> None:
    """The view."""
    evidence(DOMAIN, first="pneumonia")
