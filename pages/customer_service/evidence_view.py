"""What was measured, beside the baselines, with the command that repeats it."""

from __future__ import annotations

from bigmodel_apps.ui.evidence import evidence
from pages.customer_service.choices import DOMAIN


def evidence_view() -> None:
    """The view."""
    evidence(DOMAIN, first="tenants")
