"""Logistic regression over the same inputs: the floor that trees have to clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights of standardised inputs.

    Attributes:
        middle, spread: Mean and standard deviation of the rows it was fitted on, shape (d,).
        weights: Shape (d,).
    """

    middle: Floats
    spread: Floats
    weights: Floats
    intercept: float

    def log_odds(self, values: npt.NDArray[Any]) -> Floats:
        """Log-odds of fraud, shape (n,), of inputs of shape (n, d)."""
        return _standardised(values, self.middle, self.spread) @ self.weights + self.intercept


def fit(values: npt.NDArray[Any], fraud: npt.NDArray[Any]) -> Logistic:
    """Fit with an L2 penalty (C = 1). A missing input counts as an average one."""
    known = np.isfinite(values)
    counts = np.maximum(known.sum(axis=0), 1)
    middle = np.where(known, values, 0).sum(axis=0) / counts
    spread = np.sqrt((np.where(known, values - middle, 0) ** 2).sum(axis=0) / counts) + 1e-9
    found = LogisticRegression(max_iter=200).fit(_standardised(values, middle, spread), np.asarray(fraud, dtype=bool))
    return Logistic(middle, spread, found.coef_[0], float(found.intercept_[0]))


def _standardised(values: npt.NDArray[Any], middle: Floats, spread: Floats) -> Floats:
    return np.nan_to_num((np.asarray(values, dtype=np.float64) - middle) / spread)
