"""Curves, thresholds and reliability against scikit-learn and against simple cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn import metrics

from bigmodel_apps.diagnosis import measuring
from bigmodel_apps.diagnosis.measuring import Scored
from bigmodel_apps.problems import InputError


def scored(n: int = 400, seed: int = 0, sick: float = 0.4, ties: bool = False) -> Scored:
    """Calibrated at equal prevalences, by construction."""
    generator = np.random.default_rng(seed)
    truth = (generator.random(n) < sick).astype(np.int64)
    odds = generator.normal(np.where(truth, 2, -2), 2)  # normal scores with log-odds 2·2·x/4
    chances = expit(odds)
    chances = np.round(chances, 1) if ties else chances
    return Scored(np.arange(n), truth, np.stack([1 - chances, chances], axis=1), ("well", "sick"), 1)


@pytest.mark.parametrize("ties", [False, True])
def test_areas_and_curves_are_those_of_scikit_learn(ties: bool) -> None:
    given = scored(ties=ties)
    found, chances = measuring.measure(given), given.chances()
    assert found.auc.value == pytest.approx(metrics.roc_auc_score(given.truth, chances))
    assert found.average_precision.value == pytest.approx(metrics.average_precision_score(given.truth, chances))
    false, true, _ = metrics.roc_curve(given.truth, chances, drop_intermediate=False)
    np.testing.assert_allclose(found.roc.y[1:-1], np.interp(found.roc.x[1:-1], false, true), atol=0.02)
    assert found.auc.low < found.auc.value < found.auc.high
    assert (found.roc.low <= found.roc.y + 1e-9).all()
    assert (found.roc.y <= found.roc.high + 1e-9).all()
    precision, recall, _ = metrics.precision_recall_curve(given.truth, chances)
    for x, y in zip(found.pr.x, found.pr.y, strict=True):
        reaching = recall >= x - 1e-12
        first = recall == recall[reaching].min()
        assert y == pytest.approx(precision[first].max())


def test_confusion_at_a_threshold() -> None:
    given = scored()
    for threshold in (0.1, 0.5, 0.9):
        found = measuring.at(given, threshold)
        false, hits = ((given.chances() >= threshold) & (given.truth == kind) for kind in (0, 1))
        assert (found.hits, found.false_alarms) == (hits.sum(), false.sum())
        assert found.hits + found.misses + found.false_alarms + found.passed == 400
        assert found.sensitivity is not None
        assert found.sensitivity.value == pytest.approx(hits.sum() / given.truth.sum())
    assert measuring.at(given, 1.1).precision is None
    table = measuring.measure(given).confusion
    np.testing.assert_array_equal(table, metrics.confusion_matrix(given.truth, given.probabilities.argmax(axis=1)))


def test_probabilities_follow_the_prevalence() -> None:
    given = scored(n=4_000, sick=0.1)
    equal, own = measuring.measure(given), measuring.measure(given, prevalence=0.1)
    assert equal.auc.value == pytest.approx(own.auc.value)  # an order does not change
    assert equal.ece.value > 0.05
    assert own.ece.value < 0.02
    assert given.chances(0.5) == pytest.approx(given.chances())
    for each in own.reliability:
        assert each.observed.low - 0.03 < each.predicted < each.observed.high + 0.03


@pytest.mark.parametrize("sensitivity", [0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("prevalence", [None, 0.1])
def test_a_threshold_finds_the_share_that_was_asked_for(sensitivity: float, prevalence: float | None) -> None:
    given = scored()
    threshold = measuring.reaching(given, sensitivity, prevalence)
    found = measuring.at(given, threshold, prevalence)
    assert found.sensitivity is not None
    assert found.sensitivity.value >= sensitivity
    above = measuring.at(given, threshold + 1e-9, prevalence)
    assert above.sensitivity is not None
    assert above.sensitivity.value < sensitivity  # it is the highest
    none = Scored(given.places, np.zeros_like(given.truth), given.probabilities, given.classes, 1)
    assert measuring.reaching(none, sensitivity) == 0


def test_worst_errors_come_first() -> None:
    given = scored()
    places = measuring.worst(given, 20)
    given_to_truth = given.probabilities[np.arange(400), given.truth][places]
    assert (np.diff(given_to_truth) >= 0).all()
    assert (given_to_truth < 0.5).all()
    perfect = Scored(np.arange(4), np.array([0, 1, 0, 1]), np.eye(2)[[0, 1, 0, 1]], ("a", "b"), 1)
    assert measuring.worst(perfect) == []


def test_three_classes() -> None:
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 3, 300)
    logits = generator.normal(0, 1, (300, 3)) + 2 * np.eye(3)[truth]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    given = Scored(np.arange(300), truth, probabilities, ("a", "b", "c"), 0)
    found = measuring.measure(given)
    assert found.accuracy.value == pytest.approx(metrics.accuracy_score(truth, probabilities.argmax(axis=1)))
    assert found.auc.value == pytest.approx(metrics.roc_auc_score(truth == 0, probabilities[:, 0]))
    worst = measuring.worst(given, 5)
    assert all(probabilities[place].argmax() != truth[place] for place in worst)


def test_too_few_images_give_no_figures() -> None:
    with pytest.raises(InputError) as caught:
        measuring.measure(scored(n=12))
    assert caught.value.problems[0].code == "diagnosis-too-few-known"


def test_labels_are_matched_by_name_or_number() -> None:
    classes, shown = ("normal", "pneumonia"), ["正常", "肺炎"]
    assert measuring.matching(["NORMAL", " Pneumonia", "other"], classes) == {
        "NORMAL": "normal",
        " Pneumonia": "pneumonia",
    }
    assert measuring.matching(["肺炎", "正常"], classes, shown) == {"肺炎": "pneumonia", "正常": "normal"}
    assert measuring.matching(["0", "1"], classes) == {"0": "normal", "1": "pneumonia"}
    assert measuring.matching(["0", "7"], classes) == {}
