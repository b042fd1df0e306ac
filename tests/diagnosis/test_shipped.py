"""What ships answers, refuses and draws."""

import time

import numpy as np

from bigmodel_apps.diagnosis import gallery, heatmap, scoring, shelf
from bigmodel_apps.diagnosis.generator import Generator
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.vision.pictures import Picture


def test_the_gallery_is_of_the_kind_that_the_network_knows() -> None:
    pictures = gallery.draw(gallery.SAMPLES)
    read = scoring.read(shelf.xray(), pictures, Wanted(), maps=True)
    assert (read.distance <= 1).mean() >= 0.75
    assert (
        np.mean([label == one.label for label, one in zip(read.verdicts.labels, gallery.SAMPLES, strict=True)]) >= 0.75
    )
    assert read.answers.maps is not None
    assert heatmap.of(read.answers.maps[0], 1).cells.shape == (7, 7)


def test_a_patient_drawn_again_is_the_same() -> None:
    (first,) = gallery.draw([Draw(1, 12_345)])
    assert gallery.draw([Draw(1, 12_345)])[0] is first


def test_a_new_patient_is_there_at_once() -> None:
    generator = Generator.load(shelf.GENERATOR)
    started = time.process_time()
    generator.draw([0], [1])
    assert time.process_time() - started < 6  # of two cores, three seconds


def test_noise_is_refused() -> None:
    noise = np.random.default_rng(1).random((8, 28, 28)).astype(np.float32)
    pictures = [Picture(one, "png", 0, 1, (28, 28)) for one in noise]
    assert set(scoring.read(shelf.xray(), pictures, Wanted()).verdicts.states) == {"unknown_kind"}
