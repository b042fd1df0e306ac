"""What follows what: a Markov model of the next choice, in which the newest choices say most.

Rendle et al., "Factorizing personalized Markov chains" (WWW 2010), without the factors; several steps back, as in Ludewig
and Jannach, "Evaluation of session-based recommendation algorithms" (UMUAI 2018).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions, histories_matrix
from bigmodel_apps.recommendation.neighbours import packed, strongest, unpacked
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step

_ROWS = 1_024


class Following:
    """Scores are sums over the history of how often an item follows each of its items; earlier ones count less.

    Args:
        weights: How often j follows i, shape (items, items).
        decay: What an item of the history counts, of what the next newer one does.
    """

    name = "next"

    def __init__(self, weights: sparse.csr_matrix, decay: float) -> None:
        self.weights, self.decay = weights, decay

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        steps: int = 5,
        backward: float = 0.3,
        decay: float = 0.8,
        damping: float = 0.5,
        shrinkage: float = 5.0,
        nearest: int = 300,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Following:
        """See `terms.Kind`.

        Args:
            steps: How far apart two choices may lie; one n steps later counts 1/n.
            backward: What a step back in time counts.
            damping: Power of the followed-to item's frequency that divides: 0 favours what is popular.
            shrinkage: Added below the line, so that few cases prove little.
            nearest: How many followers of an item count.
        """
        items = len(interactions.catalogue)
        order = np.argsort(interactions.users, kind="stable")
        users, chosen = interactions.users[order], interactions.items[order]
        total = sparse.csr_matrix((items, items), dtype=np.float32)
        for apart in range(1, steps + 1):
            step(apart - 1, steps, report, cancelled)
            same = users[apart:] == users[:-apart]
            first, second = chosen[:-apart][same], chosen[apart:][same]
            other = first != second
            values = np.full(int(other.sum()), 1 / apart, dtype=np.float32)
            total = total + sparse.csr_matrix((values, (first[other], second[other])), shape=(items, items))
        if backward:
            total = (total + backward * total.T).tocsr()
        counts = np.bincount(chosen, minlength=items)
        above = np.power(np.maximum(counts, 1.0), damping)
        parts = []
        for start in range(0, items, _ROWS):
            block = total[start : start + _ROWS].toarray()
            block /= (counts[start : start + _ROWS][:, None] + shrinkage + 1e-9) * above
            parts.append(strongest(block, nearest))
        step(steps, steps, report, cancelled)
        return cls(sparse.vstack(parts, format="csr"), decay)

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        chosen = histories_matrix(histories, self.weights.shape[0], self.decay)
        return (chosen @ self.weights).toarray()

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`; nothing is left for the last row."""
        found = np.zeros((len(history) + 1, self.weights.shape[1]))
        counted = np.power(self.decay, np.arange(len(history))[::-1], dtype=np.float64)
        found[:-1] = self.weights[history].toarray() * counted[:, None]
        return found

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        return {**packed(self.weights), "decay": np.array(self.decay)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Following:
        """See `terms.Kind`."""
        return cls(unpacked(arrays), float(arrays["decay"].item()))
