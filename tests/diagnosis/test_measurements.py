import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from bigmodel_apps.diagnosis import measurements
from bigmodel_apps.problems import InputError


def test_contributions_add_up_to_the_log_odds() -> None:
    table, model = measurements.table(), measurements.shipped()
    for row in (0, 100, 500):
        risk = model.risk(dict(zip(table.names, table.values[row].tolist(), strict=True)))
        assert expit(risk.base + sum(risk.shares.values())) == pytest.approx(risk.probability)
        assert risk.probability == pytest.approx(expit(model.log_odds(table.values[row : row + 1])[0]))
        sizes = np.abs(list(risk.shares.values()))
        assert (np.diff(sizes) <= 0).all()


def test_it_ranks_biopsies_that_it_has_not_seen() -> None:
    table = measurements.table()
    learned, tested = measurements.split(table.malignant)
    assert not set(learned) & set(tested)
    assert measurements.ranked(measurements.shipped(), table.values[tested], table.malignant[tested]) > 0.97


def test_what_is_missing_counts_as_average() -> None:
    risk = measurements.shipped().risk({})
    assert set(risk.shares.values()) == {0.0}
    assert risk.beyond == ()


@given(st.floats(0, 1e12))
def test_no_measurement_decides_alone(value: float) -> None:
    model = measurements.shipped()
    assert abs(model.risk({model.names[0]: value}).shares[model.names[0]]) <= 4 * np.abs(model.weights[0]) + 1e-9


@pytest.mark.parametrize("given_", [{"unheard of": 1.0}, {"mean radius": float("nan")}, {"mean radius": -1.0}])
def test_what_cannot_be_used_is_named(given_: dict[str, float]) -> None:
    with pytest.raises(InputError) as caught:
        measurements.shipped().risk(given_)
    assert caught.value.problems[0].field in given_
