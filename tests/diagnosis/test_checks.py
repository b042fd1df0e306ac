"""The tests of one heat map."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.diagnosis import checks, model
from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.vision.pictures import Picture
from tests.diagnosis.conftest import CLASSES, draw, pictures


@pytest.mark.parametrize("prevalence", [None, 0.2])
def test_the_probability_is_the_one_that_the_answer_gave(prevalence: float | None, reader: Reader) -> None:
    some = pictures(draw(2, 41))
    outputs = model.outputs(reader, some, Options(coverage=1.0, prevalence=prevalence))
    for picture, output in zip(some, outputs, strict=True):
        assert output.probabilities is not None
        found = checks.check(reader, picture, CLASSES[1], prevalence)
        assert found is not None
        assert found.deletion.probability == pytest.approx(output.probabilities[CLASSES[1]])
        assert found.deletion.cells == 10
        assert found.resembles == (abs(found.correlation) >= 0.5)


def test_a_map_without_evidence_is_not_tested(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.heatmap, "_LEAST", np.inf)
    flat = Picture(np.full((28, 28), 0.5, dtype=np.float32), "png", 0, 1, (28, 28))
    assert checks.check(reader, flat, CLASSES[0]) is None
