"""What this visitor has chosen: the model that answers, the aspects to judge, and the table that is looked at."""

from __future__ import annotations

from bigmodel_apps.sentiment import own_shelf
from bigmodel_apps.sentiment.schema import Options
from bigmodel_apps.ui import models
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.workspace import Version

DOMAIN = own_shelf.DOMAIN


def model() -> str:
    """Name of the chosen model spec."""
    return models.chosen(DOMAIN)


def answering() -> str:
    """Name of the spec that answers this visitor, whether it can be opened or not."""
    return own_shelf.MODEL if own_shelf.deployed(owner()) else model()


def serving(options: Options | None = None) -> tuple[str, Options, Version | None]:
    """Model and options that answer this visitor now; the version of one's own labels where one is in use."""
    name, given, version = own_shelf.serve(owner(), options)
    return name or model(), given, version
