import numpy as np
import pytest

from bigmodel_apps.diagnosis import heatmap
from bigmodel_apps.diagnosis.scoring import Reader
from tests.diagnosis.conftest import draw


def _maps(reader: Reader, count: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    images = draw(count, 11)
    found = reader.classifier.read(images.scaled(), maps=True)
    assert found.maps is not None
    return images.scaled(), found.maps, found.logits.mean(axis=0)


def test_cells_add_up_to_the_log_odds(reader: Reader) -> None:
    _, maps, logits = _maps(reader)
    heat = heatmap.of(maps[1], 1)
    bias = reader.classifier.bias
    assert heat.cells.sum() + bias[1] - bias[0] == pytest.approx(logits[1, 1] - logits[1, 0], abs=1e-4)
    assert np.abs(heat.scaled()).max() == pytest.approx(1)


def test_maps_of_two_classes_are_opposite(reader: Reader) -> None:
    _, maps, _ = _maps(reader)
    np.testing.assert_allclose(heatmap.of(maps[0], 0).cells, -heatmap.of(maps[0], 1).cells)


@pytest.mark.parametrize(
    ("maps", "code"),
    [
        (np.zeros((2, 7, 7)), "diagnosis-map-empty"),
        (np.full((2, 7, 7), np.nan), "diagnosis-map-broken"),
        (np.full((2, 7, 7), np.inf), "diagnosis-map-broken"),
    ],
)
def test_maps_of_nothing_are_said_to_be_so(maps: np.ndarray, code: str, reader: Reader) -> None:
    heat = heatmap.of(maps, 1)
    assert [note.code for note in heat.notes] == [code]
    assert not heat.scaled().any()
    assert np.isnan(heatmap.randomised(reader.classifier, draw(1, 1).scaled()[0], heat))


def test_covering_the_spot_costs_more_than_covering_anything(reader: Reader) -> None:
    images, maps, _ = _maps(reader)
    spotted = range(1, 12, 2)
    found = [heatmap.deletion(reader.classifier, images[row], heatmap.of(maps[row], 1)) for row in spotted]
    assert np.mean([one.passed for one in found]) >= 0.5
    assert all(one.cells == 10 for one in found)
    for one in found:
        assert one.without_heaviest == pytest.approx(_less(one.probability, one.heaviest))
        assert (one.without_heaviest < one.probability) == (one.heaviest > 0)


def test_deletion_is_told_at_the_prevalence_asked_for(reader: Reader) -> None:
    images, maps, _ = _maps(reader)
    heat = heatmap.of(maps[1], 1)
    even = heatmap.deletion(reader.classifier, images[1], heat)
    rare = heatmap.deletion(reader.classifier, images[1], heat, prevalence=0.1)
    assert rare.probability == pytest.approx(_less(even.probability, np.log(9)))
    assert rare.heaviest == even.heaviest


def _less(share: float, odds: float) -> float:
    """A probability with so much less log-odds."""
    return float(1 / (1 + np.exp(np.log((1 - share) / share) + odds)))


def test_random_weights_draw_another_map(reader: Reader) -> None:
    images, maps, _ = _maps(reader)
    found = heatmap.randomised(reader.classifier, images[1], heatmap.of(maps[1], 1))
    assert -1 <= found <= 1
