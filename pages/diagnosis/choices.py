"""What this visitor has chosen: which model answers."""

from __future__ import annotations

from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.ui import models

DOMAIN = "diagnosis"


def answering() -> str:
    """Name of the model spec that answers this visitor."""
    return models.chosen(DOMAIN)


def serving(options: Options) -> tuple[str, Options]:
    """Which model answers this visitor, and the options with the visitor's own model where one is in use."""
    return answering(), options
