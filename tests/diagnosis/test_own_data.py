"""Own classifiers and challengers on public images: cells and X-rays as if they were a user's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bigmodel_apps.diagnosis import augmentation, datasets, gate, labelled, own_corrections, own_fitting, shelf
from bigmodel_apps.diagnosis.datasets import CELL_CLASSES, XRAY_CLASSES, Images
from bigmodel_apps.diagnosis.labelled import HELD_OUT, Labelled
from bigmodel_apps.diagnosis.network import Pixels
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.vision.pictures import Picture

pytestmark = [pytest.mark.data, pytest.mark.slow]


@dataclass(frozen=True)
class Corrected:
    """A correction as `own_corrections` reads it."""

    picture: Picture
    label: str


def some(images: Images, of_each: int, classes: tuple[str, ...]) -> Labelled:
    """As many images of each class, as if their owner had labelled them."""
    generator = np.random.default_rng(7)
    rows = np.concatenate(
        [generator.permutation(np.flatnonzero(images.labels == place))[:of_each] for place in range(len(classes))]
    )
    names = [f"{row}.png" for row in rows]
    return labelled.clean("some", list(images.pixels[rows]), [classes[at] for at in images.labels[rows]], names)


@pytest.mark.parametrize("name", ["cells", "x-rays"])
def test_eighty_images_of_each_class_make_a_classifier(name: str, data: Path) -> None:
    """Of the test parts, which the networks that ship have not learned from."""
    folder = data / "diagnosis"
    given = (
        some(datasets.cells(folder, "test"), 60, CELL_CLASSES)
        if name == "cells"
        else some(datasets.xrays(folder, "test"), 80, XRAY_CLASSES)
    )
    fitted = own_fitting.fit(given)
    report = fitted.report
    assert report.held_out == (fitted.given.parts == HELD_OUT).sum()
    accuracy = report.find("image-accuracy")
    assert accuracy is not None
    assert accuracy.value >= 0.85
    assert report.comparisons["most-frequent"].difference.low > 0.1
    refused = report.find("image-refused")
    assert refused is not None
    assert refused.value <= 0.15
    kinds = [metric.value for metric in report.metrics if metric.name == "image-kind-auc"]
    assert len(kinds) == 2
    assert min(kinds) >= 0.9


def test_corrections_of_another_machine_help_there_and_cost_little_elsewhere(data: Path) -> None:
    """Validation images under the shift that misleads the networks most; twenty of the misread ones are corrected."""
    base = shelf.xray()
    images = datasets.xrays(data / "diagnosis", "val")
    pixels, truth = images.scaled(), images.labels

    def right(reader: Reader, some: Pixels) -> npt.NDArray[np.bool_]:
        return np.asarray(reader.classifier.read(some).logits.mean(axis=0).argmax(axis=1) == truth)

    shifted = min(
        (gate.shifted(pixels, shift) for shift in augmentation.COMBINED.values()),
        key=lambda moved: right(base, moved).mean(),
    )
    before = right(base, shifted)
    misread = np.random.default_rng(1).permutation(np.flatnonzero(~before))[:20]
    corrected = [Corrected(Picture(shifted[row], "png", 0, 1, (28, 28)), XRAY_CLASSES[truth[row]]) for row in misread]
    fitted = own_corrections.fit(base, own_corrections.images(base, corrected))
    others = np.setdiff1d(np.arange(len(truth)), misread)
    after = right(fitted.reader, shifted)
    assert after[others].mean() > before[others].mean() + 0.01
    assert right(fitted.reader, pixels).mean() > right(base, pixels).mean() - 0.025
    assert fitted.report.verdict == "better"
