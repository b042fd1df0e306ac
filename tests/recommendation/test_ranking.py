"""Measures of lists, on lists small enough to count by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from bigmodel_apps.recommendation import ranking
from bigmodel_apps.recommendation.interactions import Codes, Interactions
from bigmodel_apps.recommendation.ranking import Figures


def codes(*items: int) -> Codes:
    return np.array(items, dtype=np.int32)


def test_by_hand() -> None:
    found = ranking.measure([codes(4, 1, 7), codes(2), codes()], [codes(1, 7, 9, 8), codes(2), codes(5)], k=3)
    assert found.precision.tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found.recall.tolist() == pytest.approx([1 / 2, 1, 0])
    assert found.average_precision.tolist() == pytest.approx([(1 / 2 + 2 / 3) / 4, 1, 0])
    best = 1 + 1 / math.log2(3) + 1 / 2
    assert found.ndcg.tolist() == pytest.approx([(1 / math.log2(3) + 1 / 2) / best, 1, 0])


def test_what_stands_after_the_kth_counts_nothing() -> None:
    assert ranking.measure([codes(3, 1, 2)], [codes(2)], k=2).ndcg.tolist() == [0]


def test_ndcg_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        order = random.permutation(40).astype(np.int32)
        held = random.choice(40, 6, replace=False).astype(np.int32)
        truth, scores = np.zeros(40), np.zeros(40)
        truth[held] = 1
        scores[order] = np.arange(40, 0, -1)
        assert ranking.measure([order], [held]).ndcg[0] == pytest.approx(ndcg_score([truth], [scores], k=10))


def test_no_lists_have_no_figures() -> None:
    found = ranking.measure([], [])
    assert isinstance(found, Figures)
    assert len(found.ndcg) == 0


def test_how_much_of_the_catalogue_is_shown_and_how_equally() -> None:
    assert ranking.coverage([codes(0, 1), codes(1)], 4) == 0.5
    assert ranking.gini([codes(0, 1), codes(2, 3)], 4) == 0
    assert ranking.gini([codes(0), codes(0)], 4) == pytest.approx(0.75)
    assert ranking.gini([], 4) == ranking.coverage([], 4) == 0


def test_novelty_is_in_bits() -> None:
    counts = codes(8, 4, 0)
    found = ranking.novelty([codes(0, 1), codes(2), codes()], counts, 8)
    assert found[:2].tolist() == [0.5, 3]
    assert np.isnan(found[2])


def test_diversity_is_of_pairs(interactions: Interactions) -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = ranking.diversity([codes(0, 1), codes(0, 2), codes(0, 1, 2), codes(1)], vectors)
    assert found[:3].tolist() == pytest.approx([0, 1, 2 / 3])
    assert np.isnan(found[3])
    choosers = ranking.choosers(interactions)
    assert np.sqrt(choosers.multiply(choosers).sum(axis=1)) == pytest.approx(1, abs=1e-5)
    same_kind, mixed = ranking.diversity([codes(0, 1, 2), codes(0, 10, 20)], choosers)
    assert same_kind < mixed
