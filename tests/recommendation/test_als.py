"""Users are folded in by the equation of the paper, and every round brings the loss down."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.recommendation import als
from bigmodel_apps.recommendation.als import Als
from bigmodel_apps.recommendation.interactions import Floats, Interactions

UNOBSERVED, PENALTY = 0.2, 0.05


def loss(model: Als, interactions: Interactions) -> float:
    """Σ over choices of (1 - s)² and w Σ over all others of s², with the penalty on both sides' vectors."""
    chosen = interactions.matrix().toarray()
    users = model.fold(interactions.histories())
    scores = users @ model.factors.T
    fit = ((1 + UNOBSERVED) * (chosen - scores) ** 2)[chosen > 0].sum() + UNOBSERVED * (scores[chosen == 0] ** 2).sum()
    weights = [PENALTY * (chosen.sum(axis=axis) + UNOBSERVED * chosen.shape[axis]) for axis in (1, 0)]
    return float(fit + weights[0] @ (users**2).sum(axis=1) + weights[1] @ (model.factors**2).sum(axis=1))


def fitted(interactions: Interactions, rounds: int) -> Als:
    return Als.fit(interactions, size=6, unobserved=UNOBSERVED, penalty=PENALTY, rounds=rounds)


def test_every_round_brings_the_loss_down(interactions: Interactions) -> None:
    losses = [loss(fitted(interactions, rounds), interactions) for rounds in (1, 2, 4, 8)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.95 * losses[0]


def test_a_history_is_folded_in_by_the_papers_equation(interactions: Interactions) -> None:
    model = fitted(interactions, 3)
    factors: Floats = model.factors.astype(np.float64)
    history = interactions.histories()[0]
    confidence = np.full(60, UNOBSERVED)
    confidence[history] += 1
    wanted = np.zeros(60)
    wanted[history] = 1
    weight = PENALTY * (len(history) + UNOBSERVED * 60)
    system = factors.T @ (confidence[:, None] * factors) + weight * np.eye(6)
    expected = np.linalg.solve(system, factors.T @ (confidence * wanted))
    np.testing.assert_allclose(model.fold([history])[0], expected, atol=1e-10)


def test_users_of_all_lengths_are_solved_in_small_batches_alike(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fitted(interactions, 2).factors
    monkeypatch.setattr(als, "_AT_ONCE", 200)
    np.testing.assert_allclose(fitted(interactions, 2).factors, whole, atol=1e-4)


def test_the_same_seed_gives_the_same_vectors(interactions: Interactions) -> None:
    np.testing.assert_array_equal(fitted(interactions, 2).factors, fitted(interactions, 2).factors)
