"""What visitors say a verdict should have been: the image without anything beside its pixels, and its class.

Kept in the workspace of whoever says it, where `own` learns from it. Text that is burned into an image stays in it: the
page warns of that.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
from PIL import Image

from bigmodel_apps import workspace
from bigmodel_apps.diagnosis.schema import Output, Verdict
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.vision.pictures import Picture, shrunk
from bigmodel_apps.workspace import Dataset

DOMAIN = "diagnosis"
KIND = "diagnosis-correction"
"""Of the data sets."""

LABEL_CHARS = 100
SIDE = 512
"""Pixels of the longer side that are kept: many times what networks read, and little to store."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the verdict on an image should have been.

    Attributes:
        key: `key_of` the image.
        label: Given by the owner.
        said: What the model said; None where it named no class.
        verdict: In which of the three states.
        confidence: Of what it said, in [0, 1]; 0 where it named no class.
        engine: Name of the model that said it.
        at: UTC; of the last change.
    """

    id: str
    key: str
    label: str
    said: str | None
    verdict: Verdict
    confidence: float
    engine: str
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """A correction with its image."""

    correction: Correction
    picture: Picture

    @property
    def id(self) -> str:
        """Of the correction."""
        return self.correction.id

    @property
    def label(self) -> str:
        """The class that the owner gave."""
        return self.correction.label


def keep(picture: Picture, output: Output, label: str, owner: str) -> Correction:
    """Keep that an image is `label`, whatever `output` says. An image has one correction: the last that was given.

    Raises:
        InputError: ``correction-empty``, ``correction-too-long`` or ``workspace-full``.
    """
    right = " ".join(label.split())
    if not right:
        raise InputError(Problem("correction-empty", field="label"))
    if len(right) > LABEL_CHARS:
        raise InputError(Problem("correction-too-long", field="label", details={"limit": LABEL_CHARS}))
    content = _packed(picture)
    meta = {
        "label": right,
        "said": output.label,
        "verdict": output.verdict,
        "confidence": (output.probabilities or {}).get(output.label or "", 0.0),
        "engine": output.engine,
        "at": datetime.now(UTC).isoformat(),
    }
    datasets = workspace.default().datasets
    before = of(picture, owner)
    if before is not None:
        return _correction(datasets.update(before.id, owner, content, meta))
    return _correction(datasets.add(owner, DOMAIN, KIND, right, content, meta))


def of(picture: Picture, owner: str) -> Correction | None:
    """The owner's correction of an image, whichever file it came in."""
    wanted = key_of(picture)
    return next((one for one in listed(owner) if one.key == wanted), None)


def key_of(picture: Picture) -> str:
    """64 hexadecimal digits, the same for the same pixels."""
    return sha256(_packed(picture)).hexdigest()


def listed(owner: str) -> list[Correction]:
    """The owner's corrections without their images, the newest first."""
    return sorted((_correction(one) for one in _kept(owner)), key=lambda one: (one.at, one.id), reverse=True)


def collected(owner: str, engine: str | None = None) -> list[Corrected]:
    """The owner's corrections with their images, the newest first: what a challenger learns from.

    Args:
        engine: Only those of what this model said.

    Raises:
        Unavailable: ``dataset-damaged``: an image is no longer what was stored.
    """
    datasets = workspace.default().datasets
    return [
        Corrected(one, _unpacked(datasets.content(one.id, owner)))
        for one in listed(owner)
        if engine is None or one.engine == engine
    ]


def picture(id: str, owner: str) -> Picture:
    """The image of a correction.

    Raises:
        InputError: ``dataset-not-found``.
    """
    return _unpacked(workspace.default().datasets.content(id, owner))


def count(owner: str) -> int:
    """How many corrections an owner has."""
    return len(_kept(owner))


def delete(ids: Sequence[str], owner: str) -> None:
    """Delete some corrections with their images.

    Raises:
        InputError: ``dataset-not-found``.
    """
    for id in ids:
        workspace.default().datasets.delete(id, owner)


def _kept(owner: str) -> list[Dataset]:
    return [one for one in workspace.default().datasets.list(owner, DOMAIN, KIND) if one.owner == owner]


def _packed(picture: Picture) -> bytes:
    """The pixels alone as PNG, the same bytes for the same pixels."""
    pixels = (shrunk(picture.pixels, SIDE) * 255 + 0.5).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def _unpacked(content: bytes) -> Picture:
    pixels = np.asarray(Image.open(io.BytesIO(content))).astype(np.float32) / np.float32(255)
    return Picture(pixels, "png", 0, 1, (pixels.shape[1], pixels.shape[0]))


def _correction(found: Dataset) -> Correction:
    meta = found.meta
    return Correction(
        id=found.id,
        key=found.sha256,
        label=meta["label"],
        said=meta["said"],
        verdict=meta["verdict"],
        confidence=meta["confidence"],
        engine=meta["engine"],
        at=datetime.fromisoformat(meta["at"]),
    )
