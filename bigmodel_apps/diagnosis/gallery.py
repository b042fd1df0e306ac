"""Patients who do not exist: images that the generator draws, by class and seed, drawn once a process."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.vision.pictures import Picture

GENERATOR = "diagnosis-generator"
SAMPLES: tuple[Draw, ...] = tuple(Draw(label=number % 2, seed=number) for number in range(8))
"""Those that the page offers, normal and pneumonia by turns."""

FIRST = 3
"""Place of the one that is shown first."""


def draw(wanted: Sequence[Draw]) -> list[Picture]:
    """The images of classes and seeds; those not drawn before are drawn together.

    Raises:
        Unavailable: The generator cannot be loaded.
        Busy: Too much is waiting.
    """
    missing = tuple(one for one in dict.fromkeys(wanted) if one not in _drawn())
    if missing:
        found = runtime.engine().predict(GENERATOR, list(missing))
        for one, pixels in zip(missing, found, strict=True):
            height, width = pixels.shape
            _drawn()[one] = Picture(pixels, "png", 0, 1, (width, height), facts={"drawn": 1})
    return [_drawn()[one] for one in wanted]


@functools.cache
def _drawn() -> dict[Draw, Picture]:
    return {}
