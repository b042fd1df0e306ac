"""Puts a confidence on the scale of how often it is right: two numbers, a scale and an offset of its log-odds.

Platt, "Probabilistic outputs for support vector machines" (1999). Customers ask a help centre more plainly than the
writers of the training corpus do, so the reader's confidence, fitted there, comes out too low on one that is in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.floating]

_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Scaling:
    """Of log-odds: `scale` times them, plus `offset`."""

    scale: float
    offset: float

    def __call__(self, confidence: Floats) -> npt.NDArray[np.float64]:
        """Confidences on the new scale, shape as given."""
        return np.asarray(expit(self.scale * odds(confidence) + self.offset), dtype=np.float64)


def odds(confidence: Floats) -> npt.NDArray[np.float64]:
    """Log-odds of confidences."""
    return np.asarray(logit(np.clip(np.asarray(confidence, dtype=np.float64), _EDGE, 1 - _EDGE)), dtype=np.float64)


def fit(log_odds: Floats, right: Sequence[bool] | npt.NDArray[np.bool_]) -> Scaling:
    """The scaling under which what happened was most likely.

    It does not matter how `log_odds` were scaled before: any scaling of them leads to the same confidences.

    Args:
        log_odds: Of answers, shape (n,).
        right: Whether each was right, shape (n,); some were, some were not.
    """
    model = LogisticRegression(C=np.inf, max_iter=1_000).fit(np.asarray(log_odds)[:, None], np.asarray(right))
    return Scaling(float(model.coef_[0, 0]), float(model.intercept_[0]))
