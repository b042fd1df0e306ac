from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.diagnosis import generator
from bigmodel_apps.diagnosis.generator import Generator
from bigmodel_apps.problems import Cancelled, Unavailable
from tests.diagnosis.conftest import CLASSES, draw


@pytest.fixture(scope="module")
def drawn() -> Generator:
    images = draw(64, 1)
    return generator.fit(images.pixels, images.labels, CLASSES, epochs=2, width=16)


def test_equal_seeds_draw_equal_images_whoever_is_beside_them(drawn: Generator) -> None:
    some = drawn.draw([0, 1, 1], [3, 4, 5], steps=4)
    assert some.shape == (3, 28, 28)
    assert some.dtype == np.float32
    assert ((some >= 0) & (some <= 1)).all()
    np.testing.assert_allclose(drawn.draw([1], [4], steps=4)[0], some[1], atol=1e-4)
    assert np.abs(some[1] - some[2]).max() > 0.01


def test_what_is_saved_draws_alike(drawn: Generator, tmp_path: Path) -> None:
    drawn.save(tmp_path)
    again = Generator.load(tmp_path)
    np.testing.assert_allclose(again.draw([0], [1], steps=2), drawn.draw([0], [1], steps=2), atol=0.02)
    assert again.facts == drawn.facts
    (tmp_path / generator.FILE).write_bytes(b"no")
    with pytest.raises(Unavailable):
        Generator.load(tmp_path)


def test_training_can_be_stopped() -> None:
    images = draw(16, 1)
    with pytest.raises(Cancelled):
        generator.fit(images.pixels, images.labels, CLASSES, epochs=1, width=16, cancelled=lambda: True)


def test_nothing_drawn_is_nothing(drawn: Generator) -> None:
    assert drawn.draw([], [], steps=2).shape == (0, 28, 28)
