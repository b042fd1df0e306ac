"""What this visitor has chosen: which model answers."""

from __future__ import annotations

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.diagnosis import own
from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.ui import models
from bigmodel_apps.ui.owner import owner

DOMAIN = "diagnosis"


def answering() -> str:
    """Name of the model spec that answers this visitor."""
    return models.chosen(DOMAIN)


def serving(options: Options) -> tuple[str, Options]:
    """Which model answers this visitor, and the options with the visitor's own model where one is in use."""
    model, asked, _ = own.serve(owner(), options, answering())
    return model, asked


def calibrated(model: str) -> bool:
    """Whether we know how sure a model should be; of those of the hub we do not, and they never say "not sure"."""
    return all(source.kind != "hub" for source in MODELS[model].sources)
