"""Implicit alternating least squares: users and items as vectors whose products say who chooses what.

Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets" (ICDM 2008), with the regularisation by
frequency of Rendle et al., "Revisiting the performance of iALS on item recommendation benchmarks" (RecSys 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions, Ints, Singles, histories_matrix
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step
from bigmodel_apps.runtime.device import cores

Vectors = npt.NDArray[Any]

_AT_ONCE = 1_000_000  # numbers of the largest array of a batch: a few megabytes, which caches hold


class Als:
    """A user's vector x solves (w Y'Y + Σ y_j y_j' + r I) x = (1 + w) Σ y_j over the items j of the history, with
    r = penalty · (length + w · items)^scaling. Any history has one, without a fit, and the score y_i' x of an item is a
    sum over the history.

    Args:
        factors: Y, shape (items, k), float32.
        unobserved: w, the weight of what was not chosen (1/α of the paper).
    """

    name = "als"

    def __init__(self, factors: Singles, unobserved: float, penalty: float, scaling: float) -> None:
        self.factors, self.unobserved, self.penalty, self.scaling = factors, unobserved, penalty, scaling
        self._precise = factors.astype(np.float64)  # so that shares sum to the score
        self._side = _Side(self._precise, unobserved, penalty, scaling)

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        size: int = 64,
        unobserved: float = 0.1,
        penalty: float = 0.01,
        scaling: float = 1.0,
        rounds: int = 12,
        seed: int = 7,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Als:
        """See `terms.Kind`.

        Args:
            size: Numbers in a vector.
            rounds: How often users and items are solved in turn.
        """
        matrix = interactions.matrix()
        matrix = matrix[np.diff(matrix.indptr) > 0]
        turned = matrix.T.tocsr()
        generator = np.random.default_rng(seed)
        factors = generator.normal(0, 0.1 / np.sqrt(size), (matrix.shape[1], size)).astype(np.float32)
        for done in range(rounds):
            step(done, rounds, report, cancelled)
            users = _Side(factors, unobserved, penalty, scaling).solve(matrix)
            factors = _Side(users, unobserved, penalty, scaling).solve(turned)
        step(rounds, rounds, report, cancelled)
        return cls(factors, unobserved, penalty, scaling)

    def fold(self, histories: Sequence[Codes]) -> Floats:
        """Vectors of users with these histories, shape (histories, k)."""
        return self._side.solve(histories_matrix(histories, len(self.factors)))

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        return self.fold(histories) @ self._precise.T

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`: (1 + w) y_i' A⁻¹ y_j; nothing is left for the last row."""
        found = np.zeros((len(history) + 1, len(self.factors)))
        if len(history):
            chosen = self._precise[history]
            parts = np.linalg.solve(self._side.system(chosen[None])[0], chosen.T)
            found[:-1] = (1 + self.unobserved) * (self._precise @ parts).T
        return found

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        return {"factors": self.factors, "settings": np.array([self.unobserved, self.penalty, self.scaling])}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Als:
        """See `terms.Kind`."""
        unobserved, penalty, scaling = np.asarray(arrays["settings"], dtype=np.float64).tolist()
        return cls(np.asarray(arrays["factors"], dtype=np.float32), unobserved, penalty, scaling)


class _Side:
    """Solves for the vectors of one side, given those of the other, shape (n, k), in their precision."""

    def __init__(self, given: Vectors, unobserved: float, penalty: float, scaling: float) -> None:
        self._given = np.vstack([given, np.zeros((1, given.shape[1]), dtype=given.dtype)])  # the last pads short rows
        self._everything = unobserved * (given.T @ given)
        self._unobserved, self._penalty, self._scaling = unobserved, penalty, scaling

    def solve(self, chosen: sparse.csr_matrix) -> Vectors:
        """Shape (rows of `chosen`, k); rows of similar length are solved together."""
        lengths = np.diff(chosen.indptr)
        size = self._given.shape[1]
        found = np.zeros((len(lengths), size), dtype=self._given.dtype)
        order = np.argsort(lengths, kind="stable")
        order = order[np.searchsorted(lengths[order], 1) :]  # who chose nothing has no vector
        batches = []
        while len(order):
            longest = lengths[order[:_AT_ONCE]]
            cost = np.maximum(longest, size) * size * np.arange(1, len(longest) + 1)
            rows = max(1, int(np.searchsorted(cost, _AT_ONCE)))
            batches.append(order[:rows])
            order = order[rows:]

        def solved(rows: Ints) -> None:
            width = np.arange(lengths[rows[-1]])
            inside = width < lengths[rows][:, None]
            places = np.full(inside.shape, len(self._given) - 1)
            places[inside] = chosen.indices[(chosen.indptr[rows][:, None] + width)[inside]]
            vectors = self._given[places]
            wanted = (1 + self._unobserved) * vectors.sum(axis=1)
            found[rows] = np.linalg.solve(self.system(vectors, lengths[rows]), wanted[:, :, None])[:, :, 0]

        if len(batches) > 1:
            with ThreadPoolExecutor(cores()) as pool:
                list(pool.map(solved, batches))
        elif batches:
            solved(batches[0])
        return found

    def system(self, vectors: Vectors, lengths: Ints | None = None) -> Vectors:
        """A of the equation, shape (rows, k, k), for vectors of shape (rows, longest, k), zero beyond each one's length."""
        counts = np.full(len(vectors), vectors.shape[1]) if lengths is None else lengths
        found = vectors.transpose(0, 2, 1) @ vectors + self._everything
        weight = self._penalty * (counts + self._unobserved * (len(self._given) - 1)) ** self._scaling
        found[:, np.arange(found.shape[1]), np.arange(found.shape[1])] += weight[:, None].astype(found.dtype)
        return found
