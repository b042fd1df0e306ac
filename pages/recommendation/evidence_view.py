"""What was measured, and the commands that measured it."""

from __future__ import annotations

from bigmodel_apps.ui.evidence import evidence
from pages.recommendation.choices import DOMAIN


def evidence_view() -> None:
    """The view."""
    evidence(DOMAIN, first="ml-100k")
