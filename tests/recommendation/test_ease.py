"""EASE solves what the paper states."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.recommendation import ease
from bigmodel_apps.recommendation.ease import Ease
from bigmodel_apps.recommendation.interactions import Interactions


def test_each_column_is_a_ridge_regression_on_the_other_items(interactions: Interactions) -> None:
    chosen = interactions.matrix().toarray().astype(np.float64)
    weights = Ease.fit(interactions, penalty=25.0).weights
    for item in (0, 17, 59):
        others = np.delete(np.arange(chosen.shape[1]), item)
        gram = chosen[:, others].T @ chosen[:, others] + 25 * np.eye(len(others))
        expected = np.linalg.solve(gram, chosen[:, others].T @ chosen[:, item])
        np.testing.assert_allclose(weights[others, item], expected, atol=1e-6)
        assert weights[item, item] == 0


def test_choices_near_one_another_count_as_more_together(interactions: Interactions) -> None:
    reach = 4.0
    histories = interactions.histories()
    expected = np.zeros((60, 60))
    for history in histories:
        for first, one in enumerate(history):
            for second, other in enumerate(history):
                expected[one, other] += 1 / (1 + abs(first - second) / reach)
    found = ease.gram(interactions.matrix())
    ease._brought_near(found, histories, reach)
    far = 1 / (1 + ease._FAR / reach)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert far < 0.03  # no history is so long that its ends are as far as that
    assert np.linalg.eigvalsh(found).min() > -1e-9


def test_a_large_catalogue_in_single_precision_ranks_alike(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    precise = Ease.fit(interactions, penalty=30.0).weights
    monkeypatch.setattr(ease, "_PRECISE", 10)
    monkeypatch.setattr(ease, "_ROWS", 7)
    np.testing.assert_allclose(Ease.fit(interactions, penalty=30.0).weights, precise, atol=1e-5)


def test_a_penalty_of_nothing_is_refused(interactions: Interactions) -> None:
    with pytest.raises(ValueError, match="positive"):
        Ease.fit(interactions, penalty=0.0)
