from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.diagnosis import scoring
from bigmodel_apps.diagnosis.network import FILE, Classifier
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.problems import Unavailable
from tests.diagnosis.conftest import draw, pictures


def test_what_is_saved_answers_alike(reader: Reader, tmp_path: Path) -> None:
    reader.save(tmp_path)
    again = scoring.load(tmp_path)
    one, other = (scoring.read(each, pictures(draw(20, 5)), Wanted()) for each in (reader, again))
    np.testing.assert_allclose(one.verdicts.probabilities, other.verdicts.probabilities, atol=0.02)
    np.testing.assert_allclose(one.distance, other.distance, rtol=0.05)
    assert again.engine == reader.engine
    assert again.classifier.facts["of_classes"] == reader.classifier.facts["of_classes"]


def test_maps_add_up_to_the_logits(reader: Reader) -> None:
    found = reader.classifier.read(draw(5, 6).scaled(), maps=True)
    assert found.maps is not None
    total = found.maps.mean(axis=(2, 3)) + reader.classifier.bias
    np.testing.assert_allclose(total, found.logits.mean(axis=0), atol=1e-4)


def test_images_in_a_batch_do_not_see_each_other(reader: Reader) -> None:
    images = draw(9, 7).scaled()
    together = reader.classifier.read(images, maps=True)
    alone = [reader.classifier.read(images[row : row + 1], maps=True) for row in range(9)]
    np.testing.assert_allclose(together.logits, np.concatenate([one.logits for one in alone], axis=1), atol=1e-4)
    assert together.maps is not None
    for row, one in enumerate(alone):
        assert one.maps is not None
        np.testing.assert_allclose(together.maps[row], one.maps[0], atol=1e-4)


def test_no_images_are_no_trouble(reader: Reader) -> None:
    found = reader.classifier.read(np.zeros((0, 28, 28), dtype=np.float32))
    assert found.logits.shape == (4, 0, 2)


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_damaged_weights_are_said_to_be_so(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Unavailable) as caught:
        Classifier.load(tmp_path)
    assert caught.value.problem.code == "diagnosis-model-damaged"
