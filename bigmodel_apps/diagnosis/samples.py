"""A labelled ZIP to try the batch with: chest X-rays of nobody, drawn by our generator, as other machines would show them.

The label of an image is the class that it was drawn as. Most are re-exposed, moved and blurred or sharpened
(`augmentation.COMBINED`), so that some are read wrongly; a few are turned or inverted, which the gate is to refuse; one
file is cut short. Nothing here was measured on a person.
"""

from __future__ import annotations

import functools
import io
import zipfile
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import augmentation
from bigmodel_apps.diagnosis.gallery import GENERATOR
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.problems import Busy, Unavailable
from bigmodel_apps.vision import archives
from bigmodel_apps.vision.archives import Collection

NAME = "simulated-x-rays.zip"
IMAGES = 192
CLASSES = ("normal", "pneumonia")

_FIRST_SEED = 5_000  # none of the gallery's
_STRANGE = 23  # every so many images, one is no upright positive
_DAY = (2026, 1, 1, 0, 0, 0)


@functools.cache
def content() -> bytes:
    """The file.

    Raises:
        Unavailable: The generator cannot be loaded.
        Busy: Too much is waiting.
    """
    draws = [Draw(number % len(CLASSES), _FIRST_SEED + number) for number in range(IMAGES)]
    drawn = runtime.engine().predict(GENERATOR, draws)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (one, pixels) in enumerate(zip(draws, drawn, strict=True)):
            _write(archive, f"{CLASSES[one.label]}/drawn-{one.seed}.png", _png(_departed(pixels, number)))
        _write(archive, f"{CLASSES[0]}/cut-short.png", _png(drawn[0])[:100])
    return stream.getvalue()


@functools.cache
def collection() -> Collection:
    """The same, opened as any user's file is.

    Raises:
        As `content`.
    """
    return archives.open_zip(content(), NAME)


def is_sample(fingerprint: str, files: int) -> bool:
    """Whether files are these, whoever brings them; False also where it cannot be drawn to compare."""
    with suppress(Unavailable, Busy):
        return files == IMAGES + 1 and fingerprint == collection().fingerprint
    return False


def _departed(pixels: npt.NDArray[np.float32], number: int) -> npt.NDArray[np.float32]:
    """The image as another machine would show it; some in a way that no machine would."""
    if number % _STRANGE == _STRANGE - 1:
        return np.rot90(pixels) if number % 2 else 1 - pixels
    shift = list(augmentation.COMBINED.values())[number // len(CLASSES) % len(augmentation.COMBINED)]
    found: npt.NDArray[np.float32] = shift(torch.from_numpy(pixels.copy())[None, None])[0, 0].numpy()
    return found


def _png(pixels: npt.NDArray[np.float32]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray((pixels * 255 + 0.5).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _DAY), data, zipfile.ZIP_DEFLATED)
