"""EASE: a linear model of which items go together, fitted in closed form.

Steck, "Embarrassingly shallow autoencoders for sparse data" (WWW 2019).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import linalg, sparse

from bigmodel_apps.recommendation.interactions import Codes, Floats, Singles, histories_matrix
from bigmodel_apps.recommendation.terms import Arrays


class Ease:
    """Scores are sums over the history, so each of its items has an exact share.

    Args:
        weights: What item i adds to the score of item j, shape (items, items), float32, zero on the diagonal.
    """

    name = "ease"

    def __init__(self, weights: Singles) -> None:
        self.weights = weights

    @classmethod
    def fit(cls, matrix: sparse.csr_matrix, penalty: float) -> Ease:
        """Args:
        matrix: 1 where a user chose an item, shape (users, items).
        penalty: λ of the paper.
        """
        gram = np.asarray((matrix.T @ matrix).toarray(), dtype=np.float64)
        gram[np.diag_indices_from(gram)] += penalty
        inverse = linalg.cho_solve(linalg.cho_factor(gram, overwrite_a=True), np.eye(len(gram)))
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0)
        return cls(weights.astype(np.float32))

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        return np.asarray(histories_matrix(histories, len(self.weights)) @ self.weights, dtype=np.float64)

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`; nothing is left for the last row."""
        return np.vstack([self.weights[history], np.zeros((1, len(self.weights)))]).astype(np.float64)

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        return {"weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Ease:
        """See `terms.Term`."""
        return cls(np.asarray(arrays["weights"], dtype=np.float32))
