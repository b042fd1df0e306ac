"""EASE: a linear model of which items go together, fitted in closed form.

Steck, "Embarrassingly shallow autoencoders for sparse data" (WWW 2019). Ours may count choices that lie near one another
in a history as more together than those far apart; the paper's counts all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import linalg, sparse

from bigmodel_apps.recommendation.interactions import DAY, Codes, Floats, Interactions, Singles, ages
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step

MOST_ITEMS = 20_000
"""Weights are dense, so memory grows with the square of the items: 1.6 GB for so many, and hardly more while
fitting, which inverts in place."""

_PRECISE = 5_000  # items; above that, single precision, which halves time and memory
_ROWS = 1_024
_FAR = 200  # places apart in a history; further ones count as much as these


class Ease:
    """Scores are sums over the history, so each of its items has an exact share.

    In a catalogue of more than `MOST_ITEMS`, the most chosen are in the model and the others score 0.

    Args:
        weights: What item i adds to the score of item j, shape (modelled, modelled), float32, zero on the diagonal.
        modelled: Places in the catalogue, ascending.
        items: Size of the catalogue.
    """

    name = "ease"

    def __init__(self, weights: Singles, modelled: Codes, items: int) -> None:
        self.weights, self.modelled, self.items = weights, modelled, items
        self._places = np.full(items, -1, dtype=np.int32)
        self._places[modelled] = np.arange(len(modelled), dtype=np.int32)

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        penalty: float = 200.0,
        reach: float = 0.0,
        half_life: float = 0.0,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Ease:
        """See `terms.Kind`.

        Args:
            penalty: λ of the paper.
            reach: Two choices n places apart in a history count 1 / (1 + n / reach) as together; 0: all count 1. This is
                a convex function of n, so the matrix to be inverted stays positive definite (Pólya's criterion).
            half_life: Days after which a choice counts half, see `interactions.ages`; 0: all count the same.

        Raises:
            ValueError: The penalty is not positive, or both `reach` and `half_life` are given.
        """
        if penalty <= 0:
            raise ValueError("the penalty has to be positive")
        if reach and half_life:
            raise ValueError("reach and half_life exclude each other")
        matrix = _aged(interactions, half_life) if half_life else interactions.matrix()
        items = matrix.shape[1]
        modelled = np.arange(items, dtype=np.int32)
        if items > MOST_ITEMS:
            counts = np.asarray(matrix.sum(axis=0)).ravel()
            modelled = np.sort(np.argsort(-counts, kind="stable")[:MOST_ITEMS]).astype(np.int32)
            matrix = matrix[:, modelled]
        step(0, 3, report, cancelled)
        found = gram(matrix)
        if reach:
            places = np.full(items, -1, dtype=np.int32)
            places[modelled] = np.arange(len(modelled), dtype=np.int32)
            _brought_near(found, [places[history] for history in interactions.histories()], reach)
        found[np.diag_indices_from(found)] += penalty
        step(1, 3, report, cancelled)
        inverse = _inverted(found)
        step(2, 3, report, cancelled)
        inverse /= -np.diag(inverse).copy()
        np.fill_diagonal(inverse, 0)
        step(3, 3, report, cancelled)
        return cls(np.ascontiguousarray(inverse, dtype=np.float32), modelled, items)

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        found = np.zeros((len(histories), len(self.modelled)))
        for row, history in zip(found, histories, strict=True):
            places = self._places[history]
            for place in places[places >= 0]:  # in double precision, so that shares sum to the score
                row += self.weights[place]
        return self._spread(found)

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`; nothing is left for the last row."""
        found = np.zeros((len(history) + 1, self.items))
        places = self._places[history]
        inside = np.flatnonzero(places >= 0)
        found[inside] = self._spread(self.weights[places[inside]].astype(np.float64))
        return found

    def _spread(self, scores: Floats) -> Floats:
        if len(self.modelled) == self.items:
            return scores
        found = np.zeros((len(scores), self.items))
        found[:, self.modelled] = scores
        return found

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        return {"weights": self.weights, "modelled": self.modelled, "items": np.array(self.items)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Ease:
        """See `terms.Kind`."""
        return cls(
            np.asarray(arrays["weights"], dtype=np.float32),
            np.asarray(arrays["modelled"], dtype=np.int32),
            int(arrays["items"].item()),
        )


def gram(matrix: sparse.csr_matrix) -> np.ndarray:
    """How often two items were chosen by the same user, shape (items, items); a block of rows at a time."""
    items = matrix.shape[1]
    found = np.empty((items, items), dtype=np.float64 if items <= _PRECISE else np.float32)
    turned = matrix.T.tocsr()
    for start in range(0, items, _ROWS):
        found[start : start + _ROWS] = (turned[start : start + _ROWS] @ matrix).toarray()
    return found


def _aged(interactions: Interactions, half_life: float) -> sparse.csr_matrix:
    """As `Interactions.matrix`, with the square root of what the last time counts in the place of 1."""
    matrix = interactions.matrix()
    if interactions.seconds is None or not len(interactions):
        return matrix
    pairs = interactions.users.astype(np.int64) * matrix.shape[1] + interactions.items
    last = len(pairs) - 1 - np.unique(pairs[::-1], return_index=True)[1]  # in the order of the matrix
    days = ages(interactions.seconds, half_life)[last] / DAY
    matrix.data[:] = np.exp2(-days / (2 * half_life))
    return matrix


def _brought_near(found: np.ndarray, histories: Sequence[Codes], reach: float) -> None:
    """Weigh a `gram` by how near choices lie in the histories; a place of -1 is an item outside of it."""
    far = 1 / (1 + _FAR / reach)
    counts = np.diag(found).copy()
    found *= far
    users = np.repeat(np.arange(len(histories)), [len(history) for history in histories])
    chosen = np.concatenate([*histories, np.zeros(0, dtype=np.int32)])
    for apart in range(1, min(_FAR, max(map(len, histories), default=0))):
        first, second = chosen[:-apart], chosen[apart:]
        both = (users[apart:] == users[:-apart]) & (first >= 0) & (second >= 0)
        weight = found.dtype.type(1 / (1 + apart / reach) - far)
        np.add.at(found, (first[both], second[both]), weight)
        np.add.at(found, (second[both], first[both]), weight)
    np.fill_diagonal(found, counts)


def _inverted(symmetric: np.ndarray) -> np.ndarray:
    """Of a positive definite matrix, in its own memory."""
    factor, invert = linalg.lapack.get_lapack_funcs(("potrf", "potri"), (symmetric,))
    turned = symmetric.T  # LAPACK's order of memory, so that nothing is copied
    cholesky, failed = factor(turned, lower=True, overwrite_a=True, clean=False)
    if not failed:
        turned, failed = invert(cholesky, lower=True, overwrite_c=True)
    if failed:
        raise ValueError("the penalty is too small for these choices")
    found = turned.T  # its upper half is the inverse
    for start in range(0, len(found), _ROWS):
        stop = start + _ROWS
        block = found[start:stop, start:stop]
        block[...] = np.triu(block) + np.triu(block, 1).T
        found[stop:, start:stop] = found[start:stop, stop:].T
    return found
