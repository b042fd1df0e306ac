"""Item-based neighbours: items that the same people chose.

Sarwar et al., "Item-based collaborative filtering recommendation algorithms" (WWW 2001); the most similar items alone
count (Deshpande and Karypis, TOIS 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy import sparse

from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions, histories_matrix
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step

Similarity = Literal["cosine", "jaccard", "lift"]

_ROWS = 1_024


class Neighbours:
    """Scores are sums of similarities to the items of the history.

    Args:
        weights: Similarity of item i to item j, where j is among the nearest of i; shape (items, items).
    """

    name = "neighbours"

    def __init__(self, weights: sparse.csr_matrix) -> None:
        self.weights = weights

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        similarity: Similarity = "cosine",
        nearest: int = 100,
        shrinkage: float = 10.0,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Neighbours:
        """See `terms.Kind`.

        Args:
            nearest: How many neighbours of an item count.
            shrinkage: Added below the line, so that a few common users prove little.
        """
        matrix = interactions.matrix()
        counts = np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()
        items = len(counts)
        turned = matrix.T.tocsr()
        parts = []
        for start in range(0, items, _ROWS):
            step(start, items, report, cancelled)
            together = (turned[start : start + _ROWS] @ matrix).toarray()
            rows = np.arange(len(together))
            together[rows, start + rows] = 0
            own = counts[start : start + _ROWS][:, None]
            if similarity == "cosine":
                below = np.sqrt(own * counts)
            elif similarity == "jaccard":
                below = own + counts - together
            else:
                below = own * counts / max(matrix.shape[0], 1)
            parts.append(strongest(together / np.maximum(below + shrinkage, 1e-9), nearest))
        step(items, items, report, cancelled)
        return cls(sparse.vstack(parts, format="csr"))

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        return (histories_matrix(histories, self.weights.shape[0]) @ self.weights).toarray()

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`; nothing is left for the last row."""
        found = np.zeros((len(history) + 1, self.weights.shape[1]))
        found[:-1] = self.weights[history].toarray()
        return found

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        return packed(self.weights)

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Neighbours:
        """See `terms.Kind`."""
        return cls(unpacked(arrays))


def strongest(weights: np.ndarray, most: int) -> sparse.csr_matrix:
    """The highest positive weights of every row, at most so many."""
    if weights.shape[1] > most:
        edge = np.partition(weights, -most, axis=1)[:, -most][:, None]
        weights = np.where(weights >= edge, weights, 0)
    return sparse.csr_matrix(np.maximum(weights, 0).astype(np.float64))


def packed(weights: sparse.csr_matrix) -> Arrays:
    """A sparse matrix as arrays."""
    return {
        "data": weights.data,
        "indices": weights.indices,
        "indptr": weights.indptr,
        "shape": np.array(weights.shape),
    }


def unpacked(arrays: Arrays) -> sparse.csr_matrix:
    """What `packed` made."""
    rows, columns = arrays["shape"].tolist()
    return sparse.csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=(rows, columns))
