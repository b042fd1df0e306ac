"""Corrections of images: kept without anything beside the pixels, one an image, each owner's own."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from bigmodel_apps import workspace
from bigmodel_apps.diagnosis import corrections, model
from bigmodel_apps.diagnosis.schema import Options, Output
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.problems import InputError
from bigmodel_apps.vision import reading
from bigmodel_apps.vision.pictures import Picture
from tests.diagnosis.conftest import draw, pictures
from tests.vision.made import dataset, written


@pytest.fixture
def owner() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def said(reader: Reader) -> tuple[list[Picture], list[Output]]:
    some = pictures(draw(4, 31))
    return some, model.outputs(reader, some, Options(coverage=1.0, heatmap=False))


def test_a_correction_is_kept_with_its_image(said: tuple[list[Picture], list[Output]], owner: str) -> None:
    (first, second, *_), (output, other, *_) = said
    kept = corrections.keep(first, output, " spotted  disc ", owner)
    corrections.keep(second, other, "plain", owner)
    assert (kept.label, kept.said, kept.engine) == ("spotted disc", output.label, "drawn")
    assert kept.confidence == (output.probabilities or {})[output.label or ""]
    assert [one.label for one in corrections.collected(owner)] == ["plain", "spotted disc"]  # the newest first
    found = corrections.collected(owner)[1].picture
    assert np.allclose(found.pixels, first.pixels, atol=1 / 510)
    assert corrections.picture(kept.id, owner).size == (28, 28)
    assert corrections.collected(owner, "drawn")
    assert not corrections.collected(owner, "another model")


def test_an_image_has_one_correction_the_last(said: tuple[list[Picture], list[Output]], owner: str) -> None:
    (first, *_), (output, *_) = said
    before = corrections.keep(first, output, "plain", owner)
    after = corrections.keep(first, output, "spotted", owner)
    assert before.id == after.id
    assert corrections.count(owner) == 1
    assert corrections.of(first, owner) == after


def test_a_refused_image_can_be_corrected(said: tuple[list[Picture], list[Output]], owner: str) -> None:
    (first, *_), (output, *_) = said
    refused = output.model_copy(update={"verdict": "unknown_kind", "label": None, "probabilities": None})
    kept = corrections.keep(first, refused, "plain", owner)
    assert (kept.said, kept.verdict, kept.confidence) == (None, "unknown_kind", 0.0)


def test_nothing_of_the_patient_is_kept(said: tuple[list[Picture], list[Output]], owner: str) -> None:
    _, (output, *_) = said
    (picture,) = reading.read(written(dataset(PatientName="Muster^Erika", PatientID="4711")), "erika.dcm")
    kept = corrections.keep(picture, output, "plain", owner)
    content = workspace.default().datasets.content(kept.id, owner)
    assert b"Erika" not in content
    assert b"4711" not in content
    assert not reading.read(content, "image")[0].removed
    assert "rika" not in str(workspace.default().datasets.get(kept.id, owner))


def test_a_large_image_in_colour_is_kept_small(said: tuple[list[Picture], list[Output]], owner: str) -> None:
    _, (output, *_) = said
    pixels = np.random.default_rng(0).random((700, 1400, 3)).astype(np.float32)
    corrections.keep(Picture(pixels, "png", 0, 1, (1400, 700)), output, "plain", owner)
    (found,) = corrections.collected(owner)
    assert found.picture.pixels.shape == (256, 512, 3)


def test_each_owner_has_their_own(said: tuple[list[Picture], list[Output]], owner: str) -> None:
    (first, *_), (output, *_) = said
    kept = corrections.keep(first, output, "plain", owner)
    somebody = uuid.uuid4().hex
    workspace.default().datasets.share(kept.id, owner)
    assert corrections.count(somebody) == 0
    assert corrections.of(first, somebody) is None
    with pytest.raises(InputError):
        corrections.delete([kept.id], somebody)
    corrections.delete([kept.id], owner)
    assert corrections.count(owner) == 0


@pytest.mark.parametrize(("label", "code"), [("  ", "correction-empty"), ("a" * 101, "correction-too-long")])
def test_labels_that_are_none(said: tuple[list[Picture], list[Output]], owner: str, label: str, code: str) -> None:
    (first, *_), (output, *_) = said
    with pytest.raises(InputError) as caught:
        corrections.keep(first, output, label, owner)
    assert caught.value.problems[0].code == code
