"""What this visitor has chosen: which model answers."""

from __future__ import annotations

from bigmodel_apps.ui import models

DOMAIN = "diagnosis"


def answering() -> str:
    """Name of the model spec that answers this visitor."""
    return models.chosen(DOMAIN)
