"""Measures against values worked out by hand, against scikit-learn and SciPy, and against what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from bigmodel_apps import measures


def test_a_mean_and_its_interval() -> None:
    found = measures.mean(np.array([1, 0, 1, 1]))
    assert (found.value, found.n) == (0.75, 4)
    assert 0 <= found.low < 0.75 < found.high <= 1


def test_the_interval_of_a_share_is_that_of_the_normal_approximation() -> None:
    hits = np.random.default_rng(1).random(2_000) < 0.3
    found = measures.mean(hits)
    half = 1.96 * np.sqrt(found.value * (1 - found.value) / len(hits))
    assert found.low == pytest.approx(found.value - half, abs=0.003)
    assert found.high == pytest.approx(found.value + half, abs=0.003)


def test_rows_of_one_cluster_are_drawn_together() -> None:
    hits = np.repeat([1.0, 0.0] * 20, 4)
    apart, together = measures.mean(hits), measures.mean(hits, np.repeat(np.arange(40), 4))
    assert apart.value == together.value == 0.5
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_a_mean_over_some_rows() -> None:
    wrong, answered = np.array([1, 0, 0, 1, 1]), np.array([1, 1, 1, 1, 0])
    found = measures.mean(wrong, where=answered)
    assert (found.value, found.n) == (0.5, 4)
    with pytest.raises(ValueError, match="no rows"):
        measures.mean(wrong, where=np.zeros(5))


def test_where_all_rows_agree_the_interval_is_the_exact_one() -> None:
    interval = binomtest(12, 12).proportion_ci(method="exact")
    found = measures.share(np.ones(48), np.repeat(np.arange(12), 4))
    assert (found.value, found.low, found.high) == pytest.approx((1, interval.low, interval.high))
    none = measures.share(np.zeros(20), where=np.arange(20) < 12)
    assert (none.value, none.low, none.high, none.n) == pytest.approx((0, 0, 1 - interval.low, 12))
    assert measures.metric(none, "refused").interval == "exact-95"
    hits = np.arange(20) % 2
    assert measures.share(hits) == measures.mean(hits)


def test_drawing_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).random(90)
    whole = measures.mean(values)
    monkeypatch.setattr(measures, "_COUNTS_AT_ONCE", 1_000)
    assert measures.mean(values) == whole


@pytest.mark.parametrize(("first", "second"), [(0, 0), (5, 5), (1, 9), (12, 3), (400, 460)])
def test_mcnemar_is_the_exact_binomial_test(first: int, second: int) -> None:
    expected = binomtest(first, first + second, 0.5).pvalue if first + second else 1.0
    assert measures.mcnemar(first, second) == pytest.approx(expected)
    assert measures.mcnemar(first, second) == measures.mcnemar(second, first)


def test_mcnemar_by_hand() -> None:
    # One of ten: 2 * (1 + 10) / 2**10.
    assert measures.mcnemar(1, 9) == pytest.approx(22 / 1024)


def test_a_comparison() -> None:
    first = np.array([1, 1, 0, 0, 0] * 40)
    second = np.array([1, 0, 1, 1, 0] * 40)
    found = measures.compare(first, second)
    assert (found.first_only, found.second_only) == (40, 80)
    assert found.difference.value == pytest.approx(0.2)
    assert found.clear
    same = measures.compare(first, first)
    assert (same.difference.value, same.p, same.clear) == (0, 1, False)


def test_a_difference_that_hangs_on_few_clusters_is_not_clear() -> None:
    first, second = np.zeros(40), np.repeat([1.0, 0.0], [10, 30])
    assert measures.compare(first, second).clear
    assert not measures.compare(first, second, np.repeat(np.arange(4), 10)).clear


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_auroc_is_that_of_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    truth, scores = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = measures.auroc(truth, scores)
    if truth.all() or not truth.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(truth, scores))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=30))
def test_weights_are_repeated_rows(rows: list[tuple[bool, int, int]]) -> None:
    truth, level, times = (np.array(column) for column in zip(*rows, strict=True))
    if not times.any():
        return
    scores, weights = level / 10, times.astype(np.float64)
    repeated = np.repeat(np.arange(len(rows)), times)
    for measure in (measures.auroc, measures.calibration_error):
        assert measure(truth, scores, weights) == pytest.approx(measure(truth[repeated], scores[repeated]), nan_ok=True)


def test_calibration_error_by_hand() -> None:
    # Two bins of two: |(0 - .1) + (0 - .3)| and |(1 - .6) + (0 - .8)|, over four rows.
    found = measures.calibration_error(np.array([0.1, 0.3, 0.6, 0.8]), np.array([0, 0, 1, 0]), bins=2)
    assert found == pytest.approx((0.4 + 0.4) / 4)


@given(st.permutations(list(range(30))))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    generator = np.random.default_rng(3)
    confidences, right = generator.integers(0, 8, 30) / 8, generator.random(30) < 0.5
    for measure in (measures.calibration_error, lambda c, r: float(measures.risk_coverage(c, ~r, draws=2).risk.sum())):
        assert measure(confidences[order], right[order]) == pytest.approx(measure(confidences, right))


def test_the_calibration_interval_holds_the_truth() -> None:
    # Right with probability c² where c is stated: the true error is E[c - c²] = 1/6 for c uniform.
    generator, held = np.random.default_rng(4), 0
    for _ in range(40):
        confidences = generator.random(300)
        right = generator.random(300) < confidences**2
        found = measures.calibration(confidences, right, np.arange(300), draws=200)
        assert 0 <= found.low <= found.value <= found.high
        held += found.low <= 1 / 6 <= found.high
    assert held >= 34


def test_risk_coverage_by_hand() -> None:
    found = measures.risk_coverage(np.array([0.9, 0.8, 0.7, 0.6]), np.array([0, 1, 0, 1]), points=4)
    assert found.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert found.risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert (found.low <= found.risk).all()
    assert (found.high >= found.risk).all()


def test_equal_confidences_are_answered_together() -> None:
    found = measures.risk_coverage(np.array([0.9, 0.5, 0.5, 0.5]), np.array([0, 1, 0, 0]), points=4)
    assert found.risk == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4])


def test_a_sample_without_one_kind_of_row_is_left_out() -> None:
    truth, scores = np.array([1, 0, 0, 0]), np.array([0.9, 0.1, 0.2, 0.3])
    found = measures.bootstrap(lambda weights: measures.auroc(truth, scores, weights), np.arange(4))
    assert (found.low, found.value, found.high) == (1, 1, 1)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Wilson's interval as statsmodels' proportion_confint(method="wilson") gives it.
    [(0, 10, 0.0, 0.2775328), (5, 10, 0.2365931, 0.7634069), (10, 10, 0.7224672, 1.0), (81, 263, 0.2552893, 0.3662147)],
)
def test_wilson(hits: int, n: int, low: float, high: float) -> None:
    found = measures.wilson(hits, n)
    assert (found.value, found.n) == (hits / n, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        measures.wilson(0, 0)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # Newcombe (1998), table II, method 10.
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 20), 0.6791, 1.0)],
)
def test_the_difference_of_two_shares(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = measures.difference(*counts)
    assert found.value == counts[0] / counts[1] - counts[2] / counts[3]
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
