import numpy as np
import pytest
import torch

from bigmodel_apps.diagnosis import augmentation, scoring, training
from bigmodel_apps.diagnosis.datasets import Images, held_out
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.problems import Cancelled, InputError
from tests.diagnosis.conftest import CLASSES, RECIPE, draw, pictures


def test_a_reader_learns_what_the_classes_are(reader: Reader) -> None:
    test = draw(80, 3)
    read = scoring.read(reader, pictures(test), Wanted())
    assert (read.verdicts.labels == test.labels).mean() > 0.95
    assert reader.classifier.groups == (0, 0, 1, 1)
    assert reader.classifier.facts["of_classes"] == [80, 80]


def test_equal_seeds_make_equal_networks() -> None:
    images = draw(32, 4)
    one, other, third = (training.fit(images.pixels, images.labels, 2, RECIPE, seed=seed) for seed in (5, 5, 6))
    weights = [network.state_dict()["head.weight"] for network in (one, other, third)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_too_few_images_of_a_class_are_refused() -> None:
    images = draw(10, 4)
    with pytest.raises(InputError) as caught:
        training.fit(images.pixels, images.labels, 2, RECIPE, seed=1)
    assert caught.value.problems[0].code == "diagnosis-too-few-images"


def test_training_can_be_stopped_and_reports() -> None:
    images, told = draw(32, 4), []
    training.fit(images.pixels, images.labels, 2, RECIPE, seed=1, report=lambda *done: told.append(done))
    assert told == [(epoch, RECIPE.epochs) for epoch in range(1, RECIPE.epochs + 1)]
    with pytest.raises(Cancelled):
        training.fit(images.pixels, images.labels, 2, RECIPE, seed=1, cancelled=lambda: True)


def test_colour_and_a_start_from_other_weights() -> None:
    images = draw(32, 4, colour=True)
    first = training.fit(images.pixels, images.labels, 2, RECIPE, seed=1)
    again = training.fit(images.pixels, images.labels, 2, RECIPE, seed=2, start=first)
    assert again.channels == 3


@pytest.mark.parametrize("name", [*augmentation.SHIFTS, *augmentation.COMBINED])
def test_shifts_keep_shape_and_range(name: str) -> None:
    shift = {**augmentation.SHIFTS, **augmentation.COMBINED}[name]
    images = torch.rand(3, 1, 28, 28)
    found = shift(images)
    assert found.shape == images.shape
    assert float(found.min()) >= 0
    assert float(found.max()) <= 1


def test_variations_keep_shape_and_range_and_none_change_nothing() -> None:
    images = torch.rand(6, 3, 40, 40)
    assert torch.equal(augmentation.varied(images, 0.0), images)
    found = augmentation.varied(images, 1.5)
    assert found.shape == images.shape
    assert float(found.min()) >= 0
    assert float(found.max()) <= 1


def test_held_out_images_are_of_every_class() -> None:
    kept, held = held_out(draw(50, 1), 0.2, 7)
    assert len(kept) + len(held) == 50
    assert set(held.labels.tolist()) == {0, 1}
    assert isinstance(kept, Images)
    assert not np.isin(held.sources, kept.sources).any()


def test_classes_without_held_out_surprises(reader: Reader) -> None:
    assert reader.classifier.classes == CLASSES
    assert reader.classifier.temperature > 0
