import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from bigmodel_apps.diagnosis import measurements
from bigmodel_apps.diagnosis.measurements import MEANS, NAMES
from bigmodel_apps.problems import InputError


def biopsy(row: int, names: tuple[str, ...] = NAMES) -> dict[str, float]:
    return dict(zip(names, measurements.table().columns(names)[row].tolist(), strict=True))


def test_contributions_add_up_to_the_log_odds() -> None:
    table, model = measurements.table(), measurements.shipped()
    for row in (0, 100, 500):
        risk = measurements.risk(biopsy(row))
        assert expit(risk.log_odds) == pytest.approx(risk.probability)
        assert risk.probability == pytest.approx(expit(model.log_odds(table.values[row : row + 1])[0]))
        assert risk.low < risk.probability < risk.high
        sizes = np.abs(list(risk.shares.values()))
        assert (np.diff(sizes) <= 0).all()


def test_it_ranks_biopsies_that_it_has_not_seen() -> None:
    table = measurements.table()
    learned, tested = measurements.split(table.malignant)
    assert not set(learned) & set(tested)
    assert measurements.ranked(measurements.shipped(), table.values[tested], table.malignant[tested]) > 0.97


@given(st.sets(st.sampled_from(NAMES), min_size=1, max_size=6))
def test_only_what_was_measured_counts(some: set[str]) -> None:
    full = biopsy(3)
    risk = measurements.risk({name: full[name] for name in some})
    assert set(risk.shares) == some
    assert expit(risk.log_odds) == pytest.approx(risk.probability)


def test_the_interval_is_that_of_models_fitted_to_drawn_biopsies() -> None:
    table = measurements.table()
    learned, tested = measurements.split(table.malignant)
    values, malignant = table.columns(MEANS), table.malignant
    model, generator = measurements.adapted(MEANS), np.random.default_rng(0)
    drawn = []
    for _ in range(60):
        rows = generator.choice(learned, len(learned))
        again = measurements.fit_with(MEANS, values[rows], malignant[rows], model.strength)
        drawn.append(again.log_odds(values[tested]))
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    ratio = 2 * model.reach(values[tested]) / (high - low)
    assert 0.7 < np.median(ratio) < 1.5


def test_another_prevalence_moves_the_risk_by_bayes_rule() -> None:
    measured = {name: biopsy(7)[name] for name in MEANS}
    usual, rare = measurements.risk(measured), measurements.risk(measured, 0.01)
    prior = usual.prevalence / (1 - usual.prevalence)
    ratio = usual.probability / (1 - usual.probability) / prior
    odds = ratio * 0.01 / 0.99
    assert rare.probability == pytest.approx(odds / (1 + odds))
    assert rare.shares == usual.shares


def test_what_lies_outside_is_named_and_decides_no_more_than_the_farthest_known() -> None:
    measured = {name: biopsy(7)[name] for name in MEANS}
    risk = measurements.risk(measured | {"mean radius": 1e6})
    assert risk.beyond == ("mean radius",)
    assert risk.shares == measurements.risk(measured | {"mean radius": 1e9}).shares


@given(st.floats(0, 1e12))
def test_no_measurement_decides_alone(value: float) -> None:
    model = measurements.shipped()
    shares = measurements.risk(biopsy(0) | {NAMES[0]: value}).shares
    assert abs(shares[NAMES[0]]) <= 4 * np.abs(model.weights[0]) + 1e-9


def test_samples_are_biopsies_of_the_test_part_of_both_kinds() -> None:
    found = measurements.samples()
    table = measurements.table()
    _, tested = measurements.split(table.malignant)
    assert {sample.malignant for sample in found} == {True, False}
    assert all((table.values[tested] == list(sample.values.values())).all(axis=1).any() for sample in found)


def test_biopsies_of_the_same_risk_are_counted() -> None:
    hits, count = measurements.alike(biopsy(0))
    assert 0 <= hits <= count == 30
    assert measurements.alike({"mean radius": 5.0})[0] < measurements.alike({"mean radius": 30.0})[0]


def test_what_to_measure_next_is_found_on_biopsies_left_out() -> None:
    found = measurements.informative(("mean fractal dimension",))
    assert len(found) == len(NAMES) - 1
    assert [gain.after for gain in found] == sorted(gain.after for gain in found)
    assert found[0].wrong_after < 0.5 * found[0].wrong_before
    assert measurements.informative(()) != found
    assert measurements.informative(NAMES) == ()


@pytest.mark.parametrize("given_", [{"unheard of": 1.0}, {"mean radius": float("nan")}, {"mean radius": -1.0}])
def test_what_cannot_be_used_is_named(given_: dict[str, float]) -> None:
    with pytest.raises(InputError) as caught:
        measurements.risk(given_)
    assert caught.value.problems[0].field in given_


def test_nothing_measured_is_no_risk() -> None:
    with pytest.raises(InputError) as caught:
        measurements.risk({})
    assert caught.value.problems[0].code == "diagnosis-measurement-none"


@pytest.mark.parametrize("prevalence", [0.0, 1.0, float("nan")])
def test_a_prevalence_is_a_share(prevalence: float) -> None:
    with pytest.raises(InputError) as caught:
        measurements.risk({"mean radius": 10.0}, prevalence)
    assert caught.value.problems[0].field == "prevalence"
