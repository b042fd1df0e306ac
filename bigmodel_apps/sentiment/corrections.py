"""What visitors say a verdict should have been, kept in their workspace and learned from with their own labels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from bigmodel_apps import workspace
from bigmodel_apps.sentiment import own_shelf
from bigmodel_apps.sentiment.own_shelf import DOMAIN
from bigmodel_apps.sentiment.schema import Output
from bigmodel_apps.sentiment.scoring import CLASSES
from bigmodel_apps.tables import to_csv_bytes
from bigmodel_apps.workspace import Correction


def choices(owner: str) -> tuple[str, ...]:
    """Labels from which a correction is chosen: the classes of the model in use, or the polarities."""
    version = own_shelf.deployed(owner)
    return CLASSES if version is None else own_shelf.open_version(version.id, owner)[1].classes


def give(owner: str, text: str, label: str, output: Output) -> Correction:
    """Keep that `text` is `label` and not what `output` says; a second correction of a text replaces the first.

    Raises:
        InputError: ``correction-empty``, ``correction-too-long`` or ``workspace-full``.
    """
    said = output.own or output
    return give_row(owner, text, label, said.label, said.confidence, output.engine)


def give_row(owner: str, text: str, label: str, predicted: str, confidence: float, engine: str) -> Correction:
    """The same for a row of a scored table, which holds label, confidence and engine."""
    return workspace.default().corrections.give(
        owner, DOMAIN, text, label, predicted=predicted, confidence=confidence, model=engine
    )


def listed(owner: str) -> list[Correction]:
    """The owner's corrections, the newest first."""
    return workspace.default().corrections.list(owner, DOMAIN)


def edit(owner: str, id: str, label: str) -> Correction:
    """Change the label of a correction. Raises as `give` does, or ``correction-not-found``."""
    return workspace.default().corrections.edit(id, owner, label)


def delete(owner: str, ids: Sequence[str]) -> None:
    """Delete some corrections, all or none; raises `InputError` ``correction-not-found``."""
    workspace.default().corrections.delete(owner, ids)


def frame(corrections: Sequence[Correction]) -> pd.DataFrame:
    """One row a correction, with the columns that `labels.label` reads."""
    return pd.DataFrame(
        {
            "text": [said.text for said in corrections],
            "label": [said.label for said in corrections],
            "predicted": [said.predicted for said in corrections],
            "confidence": [round(said.confidence, 4) for said in corrections],
            "model": [said.model for said in corrections],
            "date": [said.created_at.date().isoformat() for said in corrections],
        }
    )


def csv(corrections: Sequence[Correction]) -> bytes:
    """The same as CSV that no spreadsheet computes."""
    return to_csv_bytes(frame(corrections))
