"""A batch is read once, kept without its images, goes on where it was left, and is measured."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence

import pandas as pd
import pytest
from PIL import Image

from bigmodel_apps import tables, workspace
from bigmodel_apps.diagnosis import batch, measuring, model
from bigmodel_apps.diagnosis.schema import Options, Output
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.reporting import diagnosis as reporting
from bigmodel_apps.reporting import to_html, to_json
from bigmodel_apps.vision import archives, reading
from bigmodel_apps.vision.archives import Collection
from bigmodel_apps.vision.pictures import Picture
from tests.diagnosis.conftest import CLASSES, draw
from tests.vision import made

Ask = Callable[[Sequence[Picture]], Sequence[Output]]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    for dataset in batch.mine("me"):
        batch.delete(dataset.id, "me")


def packed(count: int = 120, *, labelled: bool = True) -> Collection:
    """Drawn images in a ZIP, one that is none, and one of another kind."""
    images = draw(count, 9)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for row, (pixels, label) in enumerate(zip(images.pixels, images.labels, strict=True)):
            folder = CLASSES[label].upper() + "/" if labelled else ""
            archive.writestr(f"{folder}{row:04}.png", made.encoded(Image.fromarray(pixels), "PNG"))
        archive.writestr("PLAIN/broken.png" if labelled else "broken.png", b"no image at all")
    return archives.open_zip(stream.getvalue(), "drawn.zip")


@pytest.fixture
def ask(reader: Reader) -> Ask:
    return lambda pictures: model.outputs(reader, pictures, Options(heatmap=False))


def test_a_batch_is_read_kept_and_measured(ask: Ask) -> None:
    collection = packed()
    dataset = batch.keep("me", collection)
    assert batch.keep("me", collection).id == dataset.id
    done: list[tuple[int, int]] = []
    result = batch.score(dataset.id, "me", collection, ask, lambda at, total: done.append((at, total)))
    assert done[-1] == (121, 121)
    assert len(result.rows) == 120
    assert [(problem.code, problem.field) for problem in result.left_out] == [("image-unsupported", "PLAIN/broken.png")]
    assert result.classes == CLASSES
    assert result.classes_of == {"PLAIN": "plain", "SPOTTED": "spotted"}
    assert sum(result.counts().values()) == 120
    figures = measuring.measure(batch.scored(result))
    assert figures.auc.value > 0.9
    assert [each.id for each in batch.finished("me")] == [dataset.id]
    assert not batch.finished("somebody")
    batch.delete(dataset.id, "me")
    assert not batch.mine("me")


def test_what_is_done_is_kept_and_goes_on(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "PART", 16)
    monkeypatch.setattr(batch, "KEPT_EVERY", 32)
    collection = packed()
    dataset = batch.keep("me", collection)
    asked: list[int] = []

    def counted(pictures: Sequence[Picture]) -> Sequence[Output]:
        asked.append(len(pictures))
        return ask(pictures)

    with pytest.raises(Cancelled):
        batch.score(dataset.id, "me", collection, counted, cancelled=lambda: sum(asked) >= 48)
    assert [each.id for each in batch.unfinished("me")] == [dataset.id]
    with pytest.raises(InputError) as caught:
        batch.open_result(dataset.id, "me")
    assert caught.value.problems[0].code == "diagnosis-batch-unfinished"
    again = packed()  # the same files given again, as after a restart
    with pytest.raises(InputError) as caught:
        batch.score(dataset.id, "me", packed(30), counted)
    assert caught.value.problems[0].code == "diagnosis-batch-other-files"
    result = batch.score(dataset.id, "me", again, counted)
    assert sum(asked) == 120
    assert result.rows["name"].is_unique
    assert len(result.rows) == 120


def test_labels_may_be_matched_by_hand(ask: Ask) -> None:
    collection = packed(40)
    result = batch.score(batch.keep("me", collection).id, "me", collection, ask)
    batch.match(result.id, "me", {"PLAIN": "spotted", "SPOTTED": "no such class"})
    again = batch.open_result(result.id, "me")
    assert again.classes_of == {"PLAIN": "spotted"}
    assert set(batch.scored(again).truth) == {1}
    batch.match(result.id, "me", {})
    assert batch.open_result(result.id, "me").classes_of == {}
    with pytest.raises(InputError) as caught:
        batch.match(result.id, "somebody", {})
    assert caught.value.problems[0].code == "dataset-not-found"


def test_what_could_not_be_read_is_counted_beyond_what_is_kept(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_PROBLEMS_KEPT", 3)
    files = [(f"{number}.png", b"none") for number in range(8)] + [("inner.zip", b"x")]
    good = packed(2, labelled=False)
    files += [(entry.name, good.content(entry.name)) for entry in good.entries if entry.name != "broken.png"]
    collection = archives.of_files(files, "a name that is much too long " * 20)
    result = batch.score(batch.keep("me", collection).id, "me", collection, ask)
    assert (len(result.rows), result.refused, len(result.left_out)) == (2, 9, 3)
    report = to_html(reporting.from_result(result, "en")).decode()
    assert message("dr-left-out", "en", count=9) in report


def test_nothing_that_can_be_read_is_said() -> None:
    collection = archives.of_files([("a.png", b"x"), ("b.png", b"y")], "files")
    dataset = batch.keep("me", collection)
    with pytest.raises(InputError) as caught:
        batch.score(dataset.id, "me", collection, lambda pictures: [])
    assert [problem.code for problem in caught.value.problems] == ["diagnosis-batch-nothing-read"] + [
        "image-unsupported"
    ] * 2


def test_without_labels_there_are_verdicts_and_no_figures(ask: Ask) -> None:
    collection = packed(20, labelled=False)
    result = batch.score(batch.keep("me", collection).id, "me", collection, ask)
    with pytest.raises(InputError) as caught:
        batch.scored(result)
    assert caught.value.problems[0].code == "diagnosis-batch-no-labels"


def test_identifiers_of_the_files_are_not_kept(ask: Ask) -> None:
    dicom = made.written(made.dataset(PatientName="QXVZ^ANN", PatientID="QXVZ"))
    collection = archives.of_files([("one.dcm", dicom)], "files")
    dataset = batch.keep("me", collection)
    batch.score(dataset.id, "me", collection, ask)
    assert b"QXVZ" not in workspace.default().datasets.content(dataset.id, "me")


@pytest.mark.parametrize("language", LANGUAGES)
def test_exports_carry_the_notice(ask: Ask, language: Language) -> None:
    collection = packed()
    result = batch.score(batch.keep("me", collection).id, "me", collection, ask)
    notice = message("diagnosis-notice", language)
    frame = tables.read_table(batch.scored_file(result, language), "x.csv").frame
    assert len(frame) == 121
    assert (frame["notice"] == notice).all()
    assert set(frame["width"].astype(str)) - {"nan", "", "<NA>"} == {"28"}
    assert (
        pd.to_numeric(frame["probability_spotted"]).between(0, 1).sum()
        == sum(result.counts().values()) - result.counts()["unknown_kind"]
    )
    html = to_html(reporting.from_result(result, language)).decode()
    assert notice in html
    assert "drawn.zip" in html
    swapped = to_html(
        reporting.from_result(result, language, classes_of={"PLAIN": "spotted", "SPOTTED": "plain"})
    ).decode()
    sources = re.findall(r'src="([^"]*)"', swapped)
    assert len(sources) == 12
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert "img-src data:" in swapped
    assert to_json(reporting.from_result(result, language))
    unlabelled = packed(20, labelled=False)
    other = batch.score(batch.keep("me", unlabelled).id, "me", unlabelled, ask)
    assert notice in to_html(reporting.from_result(other, language)).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_of_one_image_says_what_was_removed(reader: Reader, language: Language) -> None:
    found = made.dataset(PatientName="QXVZ^ANN", StudyDate="20200101", InstitutionName="QXVZ")
    picture = reading.read(made.written(found), "x")[0]
    output = model.outputs(reader, [picture], Options(language=language))[0]
    html = to_html(reporting.from_output(output, "x", language, picture.removed)).decode()
    assert message("diagnosis-notice", language) in html
    assert "PatientName" in html
    assert message("diagnosis-removed-date", language) in html
    assert "QXVZ" not in html
