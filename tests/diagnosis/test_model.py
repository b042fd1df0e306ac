import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from bigmodel_apps.diagnosis import model, shelf
from bigmodel_apps.diagnosis.model import DiagnosisModel, outputs
from bigmodel_apps.diagnosis.schema import Input, Options
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.locales import LANGUAGES
from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.vision.pictures import Picture
from tests.diagnosis.conftest import CLASSES, draw, pictures

CPU = Device("cpu", 0, "float32", "cpu")


def _png(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def _asked(data: bytes, **more: int) -> Input:
    return Input(image=base64.b64encode(data).decode(), **more)


@pytest.fixture(scope="module")
def served(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> DiagnosisModel:
    folder = tmp_path_factory.mktemp("weights")
    reader.save(folder)
    return DiagnosisModel(folder, CPU)


@pytest.fixture
def paths_allowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shelf, "_paths_allowed", True)
    return


def test_an_image_in_base64_gets_a_verdict(served: DiagnosisModel) -> None:
    (output,) = served.predict([_asked(_png(draw(2, 20).pixels[1]))], Options(coverage=1.0))
    assert output.verdict == "answer"
    assert output.label in CLASSES
    assert output.probabilities is not None
    assert sum(output.probabilities.values()) == pytest.approx(1)
    assert output.interval is not None
    low, high = output.interval[output.label]
    assert low <= output.probabilities[output.label] <= high
    assert np.shape(output.heatmap) == (7, 7)
    assert output.heatmap_class == output.label
    assert output.notice
    assert json.loads(output.model_dump_json())["verdict"] == "answer"


def test_nothing_is_said_of_a_kind_that_is_not_known(served: DiagnosisModel) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    (output,) = served.predict([_asked(_png(noise, "JPEG"))])
    assert output.verdict == "unknown_kind"
    assert (output.label, output.probabilities, output.interval, output.heatmap) == (None, None, None, None)
    assert output.distance > 1
    assert json.loads(output.model_dump_json())


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_an_image_departs_from_training_is_said(language: str, reader: Reader) -> None:
    large = np.kron(draw(1, 21).scaled()[0], np.ones((5, 6))).astype(np.float32)
    picture = Picture(large, "png", 0, 1, (168, 140), facts={"age_group": "adult", "modality": "CT"})
    (output,) = outputs(reader, [picture], Options(language=language))
    assert {note.code for note in output.notes} >= {"diagnosis-image-reduced", "diagnosis-image-cut"}
    assert all(note.text for note in output.notes)


def test_an_adult_and_another_modality_are_said_of_chest_x_rays(reader: Reader) -> None:
    chest = Reader("diagnosis-xray", reader.classifier, reader.gate, reader.reference)
    picture = Picture(draw(1, 1).scaled()[0], "dicom", 0, 1, (28, 28), facts={"age_group": "adult", "modality": "CT"})
    codes = [note.code for note in model.notes_of(picture, chest)]
    assert codes == ["diagnosis-image-adult", "diagnosis-image-modality"]


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"age_group": "child", "modality": "DX", "body_part": "CHEST", "view": "PA"}, []),
        ({}, []),
        ({"age_group": "infant"}, ["diagnosis-image-infant"]),
        ({"body_part": "KNEE", "view": "LL"}, ["diagnosis-image-body-part", "diagnosis-image-view"]),
    ],
)
def test_what_a_file_says_of_its_kind_is_compared(facts: dict[str, str], codes: list[str]) -> None:
    picture = Picture(draw(1, 1).scaled()[0], "dicom", 0, 1, (28, 28), facts=facts)
    assert [problem.code for problem in model.unlike_children(picture)] == codes


@pytest.mark.parametrize(("distance", "said"), [(0.5, False), (0.95, True), (1.5, False)])
def test_a_look_that_is_almost_unknown_is_said(distance: float, said: bool, reader: Reader) -> None:
    (picture,) = pictures(draw(1, 1))
    codes = [note.code for note in model.notes_of(picture, reader, distance)]
    assert ("diagnosis-image-look" in codes) == said


def test_the_evidence_for_another_class_is_the_opposite(reader: Reader) -> None:
    some = pictures(draw(1, 22))
    one, other = (outputs(reader, some, Options(heatmap_class=name))[0] for name in CLASSES)
    np.testing.assert_allclose(one.heatmap, -np.array(other.heatmap), atol=1e-9)
    (without,) = outputs(reader, some, Options(heatmap=False))
    assert without.heatmap is None
    with pytest.raises(InputError) as caught:
        outputs(reader, some, Options(heatmap_class="nothing"))
    assert caught.value.problems[0].code == "diagnosis-class-unknown"


def test_a_server_reads_no_files_for_whoever_asks(served: DiagnosisModel, tmp_path: Path) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(_png(draw(1, 1).pixels[0]))
    with pytest.raises(InputError) as caught:
        served.predict([Input(path=str(file))])
    assert caught.value.problems[0].code == "diagnosis-path-not-here"


@pytest.mark.usefixtures("paths_allowed")
def test_a_command_line_does(served: DiagnosisModel, tmp_path: Path) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(_png(draw(1, 1).pixels[0]))
    assert served.predict([Input(path=str(file))])[0].verdict
    with pytest.raises(InputError):
        served.predict([Input(path=str(tmp_path / "none.png"))])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Input(image="###"), "diagnosis-not-base64"),
        (Input(image="AAAA"), None),
        (_asked(_png(draw(1, 1).pixels[0]), frame=3), "diagnosis-no-such-frame"),
        (_asked(_png(draw(1, 1).pixels[0])[:60]), None),
    ],
)
def test_what_is_no_image_is_said_to_be_so(given: Input, code: str | None, served: DiagnosisModel) -> None:
    with pytest.raises(InputError) as caught:
        served.predict([given])
    assert code is None or caught.value.problems[0].code == code


@pytest.mark.parametrize("given", [{}, {"image": "AAAA", "path": "x"}])
def test_one_of_image_and_path_is_needed(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Input(**given)
    assert from_validation(caught.value)[0].code == "diagnosis-image-or-path"


def test_keys_belong_to_their_owner(reader: Reader, served: DiagnosisModel) -> None:
    key = shelf.key_of("mine", "somebody")
    shelf.readers.put(key, reader)
    shelf.prepare(Options(own=key), "diagnosis-xray")
    assert served.predict([Input.of(pictures(draw(1, 1))[0])], Options(own=key))[0].engine == "drawn"
    with pytest.raises(InputError):
        shelf.prepare(Options(own=shelf.key_of("mine", "somebody else")), "diagnosis-xray")
    shelf.readers.close(key)
