from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.diagnosis import gate, scoring
from bigmodel_apps.diagnosis.gate import Gate
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.problems import Unavailable
from bigmodel_apps.vision.pictures import Picture
from tests.diagnosis.conftest import draw, pictures


def _picture(pixels: np.ndarray) -> Picture:
    return Picture(pixels.astype(np.float32), "png", 0, 1, (pixels.shape[1], pixels.shape[0]))


def test_images_of_the_known_kind_pass(reader: Reader) -> None:
    found = scoring.read(reader, pictures(draw(100, 8)), Wanted())
    assert (found.distance > 1).mean() <= 0.1


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("noise", np.random.default_rng(1).random((28, 28))),
        ("inverted", 1 - draw(1, 9).scaled()[0]),
        ("flat", np.full((28, 28), 0.5)),
        ("black", np.zeros((28, 28))),
        ("stripes", np.tile(np.arange(28) % 2, (28, 1))),
        ("colour", np.random.default_rng(1).random((60, 60, 3))),
        ("dot", np.zeros((1, 1))),
    ],
)
def test_other_kinds_do_not(name: str, pixels: np.ndarray, reader: Reader) -> None:
    found = scoring.read(reader, [_picture(pixels)], Wanted())
    assert found.verdicts.states == ("unknown_kind",), name
    assert np.isfinite(found.distance).all()


def test_grey_stored_as_colour_is_grey(reader: Reader) -> None:
    image = draw(1, 9).scaled()[0]
    alone, three = (scoring.read(reader, [_picture(one)], Wanted()) for one in (image, np.stack([image] * 3, axis=-1)))
    assert alone.distance[0] == pytest.approx(three.distance[0], abs=1e-4)


def test_what_is_saved_measures_alike(reader: Reader, tmp_path: Path) -> None:
    reader.gate.save(tmp_path)
    again, images = Gate.load(tmp_path), draw(10, 9).scaled()
    features, colour = reader.classifier.read(images).features, np.zeros(10)
    np.testing.assert_allclose(
        again.distance(images, features, colour), reader.gate.distance(images, features, colour), rtol=1e-2
    )


def test_damaged_weights_are_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / gate.FILE).write_bytes(b"no")
    with pytest.raises(Unavailable):
        Gate.load(tmp_path)
