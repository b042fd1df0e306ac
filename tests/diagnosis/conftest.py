"""Drawn images of two classes and a reader that learned them in a moment."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.diagnosis import training
from bigmodel_apps.diagnosis.datasets import Images
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.diagnosis.training import Recipe
from bigmodel_apps.vision.pictures import Picture

CLASSES = ("plain", "spotted")
RECIPE = Recipe(epochs=6, widths=(8, 8, 16), strength=0.2, batch=16, averaging=0.9)


def draw(count: int, seed: int, *, colour: bool = False) -> Images:
    """Pale discs on dark ground; every other one has a bright spot in its lower left part."""
    generator = np.random.default_rng(seed)
    down, across = np.mgrid[:28, :28]
    labels = np.arange(count) % 2
    pixels = np.zeros((count, 28, 28))
    for row, label in enumerate(labels):
        middle = generator.uniform(12, 16, 2)
        disc = np.hypot(down - middle[0], across - middle[1]) < generator.uniform(9, 11)
        spot = np.hypot(down - middle[0] - 4, across - middle[1] + 4) < 3.5
        pixels[row] = 0.2 + 0.35 * disc + 0.4 * spot * label
    noisy = np.clip(pixels + generator.normal(0, 0.03, pixels.shape), 0, 1)
    found = (noisy * 255).astype(np.uint8)
    if colour:
        found = np.stack([found, found // 2, found // 3], axis=-1)
    return Images(found, labels.astype(np.int64), np.arange(count).astype(np.str_))


def pictures(images: Images) -> list[Picture]:
    """As pictures."""
    return [Picture(one, "png", 0, 1, (28, 28)) for one in images.scaled()]


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Two runs of two small networks."""
    return training.reader("drawn", draw(160, 1), draw(60, 2), CLASSES, RECIPE, runs=2, members=2)
