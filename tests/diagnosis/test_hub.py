import numpy as np
import pytest

from bigmodel_apps.diagnosis.hub import HubImageClassifier, classes_of
from bigmodel_apps.diagnosis.model import DiagnosisModel
from bigmodel_apps.diagnosis.schema import Input, Options
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.problems import Unavailable
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.vision.pictures import Picture
from tests.diagnosis.conftest import draw, pictures

CPU = Device("cpu", 0, "float32", "cpu")


@pytest.fixture(scope="module")
def hub(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> HubImageClassifier:
    """A vision transformer of random weights behind the gate of the drawn images."""
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    folder = tmp_path_factory.mktemp("vit")
    config = ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=32,
        patch_size=16,
        id2label={0: "NORMAL", 1: "PNEUMONIA"},
        label2id={"NORMAL": 0, "PNEUMONIA": 1},
    )
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    weights = tmp_path_factory.mktemp("known")
    reader.save(weights)
    return HubImageClassifier(folder, CPU, known=DiagnosisModel(weights, CPU))


def test_it_answers_behind_our_gate(hub: HubImageClassifier) -> None:
    noise = Picture(np.random.default_rng(1).random((40, 40, 3)).astype(np.float32), "png", 0, 1, (40, 40))
    known, unknown = hub.predict([Input.of(one) for one in (pictures(draw(1, 1))[0], noise)])
    assert known.verdict == "answer"
    assert known.probabilities is not None
    assert sum(known.probabilities.values()) == pytest.approx(1)
    assert known.interval is None
    assert "diagnosis-hub-uncalibrated" in {note.code for note in known.notes}
    assert (unknown.verdict, unknown.label, unknown.probabilities) == ("unknown_kind", None, None)


def test_prevalence_moves_its_probability(hub: HubImageClassifier) -> None:
    asked = [Input.of(pictures(draw(1, 1))[0])]
    rare, common = (hub.predict(asked, Options(prevalence=share))[0] for share in (0.1, 0.9))
    assert rare.probabilities is not None
    assert common.probabilities is not None
    assert rare.probabilities["pneumonia"] < common.probabilities["pneumonia"]


def test_classes_are_found_by_their_names() -> None:
    found = classes_of({0: "BACTERIAL_PNEUMONIA", 1: "normal", 2: "Viral pneumonia"}, "m")
    assert found.tolist() == [[0, 1], [1, 0], [0, 1]]


@pytest.mark.parametrize("names", [{0: "cat", 1: "dog"}, {0: "normal", 1: "covid"}, {0: "pneumonia", 1: "opacity"}])
def test_other_classes_are_refused(names: dict[int, str]) -> None:
    with pytest.raises(Unavailable):
        classes_of(names, "m")
