"""Classifiers of a user's own images: what is wrong with these, learning, measuring, keeping, using, and challengers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import (
    corrections,
    gallery,
    heads,
    labelled,
    own,
    own_corrections,
    own_fitting,
    shelf,
)
from bigmodel_apps.diagnosis.labelled import HELD_OUT, LEARN, SET
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.schema import Input, Options
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.vision import archives
from bigmodel_apps.vision.archives import Collection
from bigmodel_apps.vision.pictures import Picture
from bigmodel_apps.workspace import Version
from tests.diagnosis.conftest import CLASSES, draw, pictures

COUNT = 48  # of both classes


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def files(count: int = COUNT, seed: int = 1, *, colour: bool = False) -> list[tuple[str, bytes]]:
    images = draw(count, seed, colour=colour)
    return [
        (f"{CLASSES[label]}/{row}.png", png(pixels))
        for row, (pixels, label) in enumerate(zip(images.pixels, images.labels, strict=True))
    ]


def collection(*more: tuple[str, bytes], count: int = COUNT, colour: bool = False) -> Collection:
    return archives.of_files([*files(count, colour=colour), *more], "discs")


def codes(error: InputError) -> list[str]:
    return [problem.code for problem in error.problems]


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Few passes: drawn discs are learned in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_fitting, "_PASSES", 100)
        patch.setattr(own_fitting, "_LEAST_EPOCHS", 3)
        patch.setattr(own_fitting, "_COPIES", 1)
        patch.setattr(own_fitting, "_CHOSEN_BY", 8)
        patch.setattr(own_fitting, "_DRAWS", 50)
        yield


@pytest.fixture(scope="module")
def owner() -> str:
    return uuid4().hex


@pytest.fixture(scope="module")
def version(owner: str) -> Version:
    told: list[tuple[int, int]] = []
    broken = ("plain/broken.png", b"\x89PNG\r\n\x1a\n broken")
    made = own.train(collection(broken), owner, "Discs", progress=lambda *done: told.append(done))
    assert told[-1][0] <= told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    return made


# --- What is wrong with the images -----------------------------------------------------------------------------------


def test_images_without_labels_or_of_one_class_are_refused() -> None:
    bare = archives.of_files([(name.replace("/", "-"), data) for name, data in files()], "bare")
    assert [one.code for one in labelled.look(bare).obstacles] == ["diagnosis-own-one-class"]
    with pytest.raises(InputError) as caught:
        labelled.read(bare)
    assert codes(caught.value) == ["diagnosis-own-one-class"]


def test_a_small_class_is_named() -> None:
    few = archives.of_files([*files(), ("rare/1.png", png(draw(1, 9).pixels[0]))], "few")
    (problem,) = labelled.look(few).obstacles
    assert problem.code == "diagnosis-own-class-small"
    assert problem.details["label"] == "rare"


def test_too_many_classes_are_refused() -> None:
    (problem,) = labelled.obstacles({str(number): 100 for number in range(labelled.MOST_CLASSES + 1)})
    assert problem.code == "diagnosis-own-many-classes"


def test_copies_count_once_and_contradictions_not_at_all() -> None:
    known = files()
    again = ("plain/again.png", known[0][1])
    other = ("plain/other.png", known[1][1])  # "spotted" before
    given = labelled.read(archives.of_files([*known, again, other], "discs"))
    assert len(given.images) == COUNT - 1
    assert sorted(one.code for one in given.left_out) == ["diagnosis-own-conflict", "diagnosis-own-copy"]
    assert given.counts() == {"plain": COUNT // 2, "spotted": COUNT // 2 - 1}


def test_copies_do_not_fill_a_class() -> None:
    one = draw(1, 9).pixels[0]
    copies = [(f"rare/{number}.png", png(one)) for number in range(labelled.LEAST)]
    with pytest.raises(InputError) as caught:
        labelled.read(archives.of_files([*files(), *copies], "discs"))
    assert codes(caught.value)[0] == "diagnosis-own-class-small"


def test_unreadable_files_are_named_and_left_out() -> None:
    given = labelled.read(collection(("plain/broken.png", b"not an image")))
    assert [problem.field for problem in given.left_out] == ["plain/broken.png"]
    assert len(given.images) == COUNT


def test_colour_is_seen_and_sizes_are_those_of_the_networks() -> None:
    assert labelled.read(collection()).images.pixels.shape[1:] == (28, 28)
    assert labelled.read(collection(colour=True)).images.pixels.shape[1:] == (40, 40, 3)


def test_of_too_many_an_even_share_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "MOST", 44)
    assert labelled.look(collection()).read == 44


def test_parts_hold_every_class_and_stay_as_they_were() -> None:
    given = labelled.read(collection())
    parts = labelled.split(given)
    for part in (LEARN, SET, HELD_OUT):
        assert set(given.images.labels[parts == part].tolist()) == {0, 1}
    assert (parts == LEARN).mean() == pytest.approx(0.6, abs=0.05)
    assert np.array_equal(labelled.split(given), parts)


def test_reading_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        labelled.read(collection(), cancelled=lambda: True)


# --- Heads ------------------------------------------------------------------------------------------------------------


def test_a_head_separates_and_a_strong_penalty_keeps_the_prior() -> None:
    generator = np.random.default_rng(1)
    labels = np.arange(200) % 2
    features = generator.normal(size=(200, 5)) + 3 * labels[:, None]
    weights = np.ones(200)
    slopes, biases = heads.fit(features, np.eye(2)[labels], weights, 1.0)
    assert ((features @ slopes.T + biases).argmax(axis=1) == labels).mean() > 0.95
    prior = (generator.normal(size=(2, 5)), generator.normal(size=2))
    kept = heads.fit(features, np.eye(2)[labels], weights, 1e9, prior)
    assert np.allclose(kept[0], prior[0], atol=1e-4)
    assert np.allclose(kept[1], prior[1], atol=1e-3)


# --- Learning, keeping, answering -------------------------------------------------------------------------------------


def test_a_version_says_how_it_does_on_images_held_out(version: Version) -> None:
    report = own.report_of(version)
    assert report.classes == CLASSES
    assert report.learned + report.settled + report.held_out == COUNT
    assert report.left_out == 1
    accuracy, floor = report.find("image-accuracy"), report.find("image-accuracy", "most-frequent")
    assert accuracy is not None
    assert floor is not None
    assert accuracy.n == report.held_out
    assert accuracy.value > floor.value
    assert report.verdict in ("better", "same")
    assert sum(map(sum, report.confusion)) == report.held_out
    for name in ("image-answered", "image-refused", "image-calibration-error", "auc"):
        assert report.find(name) is not None


def test_nothing_is_in_use_before_its_owner_says_so(version: Version, owner: str) -> None:
    assert own.deployed(owner) is None
    assert own.serve(owner, Options(), "diagnosis-cells") == ("diagnosis-cells", Options(), None)
    assert [one.title for one in own.choices(owner)] == ["Discs"]
    assert version.number == 1


def test_it_answers_through_the_engine_with_a_heat_map_and_refuses_noise(version: Version, owner: str) -> None:
    own.deploy(owner, version.id)
    model, options, served = own.serve(owner, Options(heatmap_class="pneumonia", prevalence=0.2), "diagnosis-cells")
    assert served is not None
    assert options.heatmap_class is None  # a class of another model
    fresh = draw(20, 77)
    found = runtime.predict("diagnosis", [Input.of(one) for one in pictures(fresh)], options=options, model=model)
    named = [output.label == CLASSES[label] for output, label in zip(found, fresh.labels, strict=True)]
    assert np.mean(named) > 0.8
    assert np.shape(found[0].heatmap) == (7, 7)
    assert found[0].engine == "diagnosis-own"
    noise = Picture(np.random.default_rng(1).random((28, 28), dtype=np.float32), "png", 0, 1, (28, 28))
    (refused,) = runtime.predict("diagnosis", [Input.of(noise)], options=options, model=model)
    assert refused.verdict == "unknown_kind"
    assert refused.probabilities is None
    own.roll_back(owner)
    assert own.deployed(owner) is None


def test_only_its_owner_reaches_it(version: Version) -> None:
    stranger = uuid4().hex
    with pytest.raises(InputError):
        own.deploy(stranger, version.id)
    with pytest.raises(InputError):
        own.open_key(shelf.key_of(version.id, stranger), stranger)
    key = shelf.key_of(version.id, stranger)
    with pytest.raises(InputError) as caught:
        runtime.predict("diagnosis", [Input.of(pictures(draw(1, 1))[0])], options=Options(own=key))
    assert codes(caught.value) == ["own-model-unknown"]


def test_a_model_of_the_hub_does_not_answer_in_its_place(version: Version, owner: str) -> None:
    key, _ = own.open_version(version.id, owner)
    with pytest.raises(InputError) as caught:
        shelf.prepare(Options(own=key), "diagnosis-vit")
    assert codes(caught.value) == ["own-model-unknown"]


def test_what_is_kept_is_read_back(version: Version, owner: str) -> None:
    given = own.images_of(version, owner)
    assert given.classes == CLASSES
    assert given.images.pixels.shape == (COUNT, 28, 28)
    assert set(given.parts.tolist()) == {LEARN, SET, HELD_OUT}
    shelf.readers.close(shelf.key_of(version.id, owner))
    reader = own.open_key(shelf.key_of(version.id, owner), owner)
    verdicts, _ = own_fitting.judged(reader, given.images.scaled())
    assert (verdicts.labels == given.images.labels).mean() > 0.8


def test_a_training_that_is_stopped_leaves_nothing() -> None:
    someone = uuid4().hex
    with pytest.raises(Cancelled):
        own.train(collection(), someone, cancelled=lambda: True)
    assert own.versions(someone) == []


# --- Challengers ------------------------------------------------------------------------------------------------------


def corrected(owner: str, some: list[Picture], labels: list[str]) -> None:
    for picture, label in zip(some, labels, strict=True):
        (output,) = runtime.predict("diagnosis", [Input.of(picture)], options=Options(heatmap=False))
        corrections.keep(picture, output, label, owner)


def test_corrections_join_the_images_and_what_was_held_out_stays_so(version: Version, owner: str) -> None:
    before = own.images_of(version, owner)
    someone = uuid4().hex
    fresh = draw(6, 99)
    corrected(someone, pictures(fresh), [CLASSES[label] for label in fresh.labels])
    given = labelled.with_corrections(before, corrections.collected(someone))
    assert given.corrections == 6
    held = set(before.images.sources[before.parts == HELD_OUT].tolist())
    parts = labelled.split(given)
    assert held <= set(given.images.sources[parts == HELD_OUT].tolist())
    own.deploy(owner, version.id)
    challenger = own.challenge(owner, "diagnosis-xray", corrections.collected(someone))
    report = own.report_of(challenger)
    assert report.corrections == 6
    assert "image-champion" not in report.comparisons or report.against == "image-champion"
    served = own.deployed(owner)
    assert served is not None
    assert served.id == version.id  # not before its owner says so
    own.deploy(owner, challenger.id)
    with pytest.raises(InputError) as caught:
        own.challenge(owner, "diagnosis-xray", corrections.collected(someone))
    assert codes(caught.value) == ["diagnosis-own-nothing-new"]
    again = labelled.with_corrections(own.images_of(challenger, owner), corrections.collected(someone))
    assert again.corrections == 6
    own.roll_back(owner)
    own.roll_back(owner)
    own.delete(challenger.id, owner)


def test_a_correction_of_a_known_image_changes_its_label(version: Version, owner: str) -> None:
    given = own.images_of(version, owner)
    someone = uuid4().hex
    label = CLASSES[1 - given.images.labels[0]]
    picture = Picture(given.images.scaled()[0], "png", 0, 1, (28, 28))
    corrected(someone, [picture], [label])
    changed = labelled.with_corrections(given, corrections.collected(someone))
    assert len(changed.images) == len(given.images)
    assert changed.classes[changed.images.labels[0]] == label
    assert changed.corrections == 1


def test_a_challenger_of_the_model_that_ships_moves_little_and_is_not_put_in_use() -> None:
    someone = uuid4().hex
    drawn = gallery.draw([Draw(number % 2, 9_000 + number) for number in range(10)])
    with pytest.raises(InputError) as caught:
        own.challenge(someone, "diagnosis-xray", [])
    assert codes(caught.value) == ["diagnosis-own-few-corrections"]
    corrected(someone, drawn, ["normal" if number % 2 else "pneumonia" for number in range(10)])  # all the wrong way
    version = own.challenge(someone, "diagnosis-xray", corrections.collected(someone))
    report = own.report_of(version)
    assert report.made_of == "corrections"
    assert report.base == "diagnosis-xray"
    assert own.deployed(someone) is None
    ours, theirs = (
        next(one.value for one in report.metrics if one.group == ("drawn",) and one.system == system)
        for system in ("image-own", "image-shipped")
    )
    assert ours > theirs - 0.1  # ten perverse corrections do not undo what it knows
    _, reader = own.open_version(version.id, someone)
    assert reader.classifier.facts["base"] == "diagnosis-xray"
    assert np.array_equal(reader.gate.limits, own_corrections.base_of("diagnosis-xray").gate.limits)
    own.deploy(someone, version.id)
    model, options, _ = own.serve(someone, Options(prevalence=0.3), "diagnosis-xray")
    assert options.prevalence == 0.3
    (output,) = runtime.predict("diagnosis", [Input.of(drawn[0])], options=options, model=model)
    assert output.engine == "diagnosis-own"


def test_corrections_of_other_classes_do_not_count() -> None:
    given = [type("Given", (), {"label": name, "picture": None})() for name in ("normal", "red-cell")]
    assert [one.label for one in own_corrections.usable(given, ("normal", "pneumonia"))] == ["normal"]
