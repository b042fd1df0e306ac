"""What validation days decide: how much the sequence model counts, and what a log-odds is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bigmodel_apps.fraud.ranking import average_precision

Floats = npt.NDArray[np.float64]

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of the log-odds that the sequence model may have."""

GAIN = 0.001
"""Average precision that a sequence model has to add to be worth its cost."""


def mixed(trees: Floats, sequence: Floats, weight: float) -> Floats:
    """A weighted mean of log-odds."""
    return (1 - weight) * trees + weight * sequence


def choose(parts: list[tuple[Floats, Floats, npt.NDArray[Any]]]) -> tuple[float, dict[float, float]]:
    """The weight with the highest mean average precision over validation sets.

    Args:
        parts: For each set the log-odds of the trees, those of the sequence model, and the labels.

    Returns:
        The weight, 0 where none adds `GAIN`, and the average precision of each.
    """
    found = {
        weight: float(np.mean([average_precision(fraud, mixed(one, other, weight)) for one, other, fraud in parts]))
        for weight in WEIGHTS
    }
    best = max(found, key=lambda weight: found[weight])
    return (best if found[best] >= found[0.0] + GAIN else 0.0), found


def calibrate(log_odds: Floats, fraud: npt.NDArray[Any]) -> tuple[float, float]:
    """Slope and intercept that make log-odds probable on rows whose labels are known (Platt, 1999).

    Maximum likelihood, with a weak pull towards slope 1 and intercept 0 that matters where frauds are few.
    """
    truth = np.asarray(fraud, dtype=np.float64)

    def loss(x: Floats) -> tuple[float, Floats]:
        odds = x[0] * log_odds + x[1]
        wrong = 0.5 * (1 + np.tanh(odds / 2)) - truth
        value = float((np.logaddexp(0, odds) - truth * odds).sum()) + (x[0] - 1) ** 2 + 0.1 * x[1] ** 2
        return value, np.array([wrong @ log_odds + 2 * (x[0] - 1), wrong.sum() + 0.2 * x[1]])

    slope, intercept = minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 20), (-20, 20)]
    ).x
    return float(slope), float(intercept)
