import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from bigmodel_apps.diagnosis import verdict
from bigmodel_apps.diagnosis.verdict import Reference, Wanted
from bigmodel_apps.problems import InputError

GENERATOR = np.random.default_rng(3)
LABELS = np.repeat([0, 1], 500)
ODDS = np.where(LABELS == 1, 1.5, -1.5) + GENERATOR.normal(0, 1.2, 1_000)
REFERENCE = Reference(np.column_stack([-ODDS / 2, ODDS / 2]), LABELS)


def _logits(odds: list[float], members: int = 3) -> np.ndarray:
    some = np.column_stack([-np.array(odds) / 2, np.array(odds) / 2])
    return np.repeat(some[None], members, axis=0)


def _judge(odds: list[float], wanted: Wanted, distances: list[float] | None = None) -> verdict.Verdicts:
    return verdict.judge(_logits(odds), np.array(distances or [0.5] * len(odds)), REFERENCE, wanted)


def test_three_states() -> None:
    found = _judge([4.0, 0.01, 4.0, 4.0], Wanted(coverage=0.8), [0.5, 0.5, 1.01, float("nan")])
    assert found.states == ("answer", "unsure", "unknown_kind", "unknown_kind")


@given(st.floats(0.01, 0.99), st.floats(-6, 6))
def test_prevalence_enters_by_bayes_rule(prevalence: float, odds: float) -> None:
    found = _judge([odds], Wanted(prevalence=prevalence))
    likelihood = expit(odds) / (1 - expit(odds))
    wanted = likelihood * prevalence / (likelihood * prevalence + 1 - prevalence)
    assert found.probabilities[0, 1] == pytest.approx(wanted, abs=1e-6)


@given(st.floats(0.05, 1.0))
def test_coverage_is_the_share_of_reference_images_answered(coverage: float) -> None:
    found = _judge(ODDS.tolist(), Wanted(coverage=coverage))
    answered = np.mean([state == "answer" for state in found.states])
    assert answered == pytest.approx(coverage, abs=0.003)


@given(st.floats(0.05, 0.95))
def test_sensitivity_is_the_share_of_the_class_that_is_found(sensitivity: float) -> None:
    found = _judge(ODDS.tolist(), Wanted(sensitivity=sensitivity))
    assert found.labels[LABELS == 1].mean() == pytest.approx(sensitivity, abs=0.003)
    assert found.threshold is not None
    assert ((found.probabilities[:, 1] >= found.threshold) == (found.labels == 1)).mean() > 0.998


def test_a_wanted_sensitivity_holds_at_any_prevalence() -> None:
    some, other = (_judge(ODDS.tolist(), Wanted(sensitivity=0.9, prevalence=share)) for share in (0.1, 0.7))
    assert (some.labels == other.labels).all()


@pytest.mark.parametrize("prevalence", [None, 0.1])
def test_what_a_sensitivity_costs_is_read_off_the_reference(prevalence: float | None) -> None:
    wanted = Wanted(sensitivity=0.95, prevalence=prevalence)
    sensitivity, specificity = verdict.found_and_passed(REFERENCE, wanted)
    labels = _judge(ODDS.tolist(), wanted).labels
    assert sensitivity == pytest.approx(0.95, abs=0.003)
    assert specificity == pytest.approx((labels[LABELS == 0] == 0).mean())


@settings(deadline=None)
@given(
    st.lists(st.lists(st.floats(-8, 8), min_size=3, max_size=3), min_size=2, max_size=5),
)
def test_bounds_hold_the_probability_and_rows_sum_to_one(members: list[list[float]]) -> None:
    logits = np.array(members)[:, None, :]
    reference = Reference(GENERATOR.normal(0, 1, (60, 3)), np.arange(60) % 3)
    found = verdict.judge(logits, np.array([0.1]), reference, Wanted())
    assert found.probabilities.sum() == pytest.approx(1)
    assert (found.low <= found.probabilities + 1e-9).all()
    assert (found.high >= found.probabilities - 1e-9).all()
    assert ((found.low >= 0) & (found.high <= 1)).all()


@pytest.mark.parametrize("wanted", [Wanted(prevalence=0.2), Wanted(sensitivity=0.9)])
def test_two_classes_only(wanted: Wanted) -> None:
    with pytest.raises(InputError) as caught:
        verdict.judge(np.zeros((1, 1, 3)), np.zeros(1), Reference(np.zeros((3, 3)), np.arange(3)), wanted)
    assert caught.value.problems[0].code == "diagnosis-two-classes-only"


def test_temperature_finds_the_scale_of_overconfident_logits() -> None:
    labels = (GENERATOR.random(4_000) < expit(np.linspace(-3, 3, 4_000))).astype(np.int64)
    odds = 3 * np.linspace(-3, 3, 4_000)
    assert verdict.temperature(np.column_stack([-odds / 2, odds / 2]), labels) == pytest.approx(3, rel=0.15)
