"""Popularity: what most people choose, the same for everybody; recent choices may count more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bigmodel_apps.recommendation.interactions import DAY, Codes, Floats, Interactions, ages
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step


class Popularity:
    """The score is the logarithm of how many choices fell on an item.

    Args:
        values: Shape (items,).
    """

    name = "popularity"

    def __init__(self, values: Floats) -> None:
        self.values = values

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        half_life: float = 0.0,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Popularity:
        """See `terms.Kind`.

        Args:
            half_life: Days after which a choice counts half, see `interactions.ages`; 0: all count the same.
        """
        weights = np.ones(len(interactions))
        if half_life and interactions.seconds is not None and len(interactions):
            weights = np.exp2(-ages(interactions.seconds, half_life) / (DAY * half_life))
        counts = np.bincount(interactions.items, weights=weights, minlength=len(interactions.catalogue))
        step(1, 1, report, cancelled)
        return cls(np.log1p(counts))

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        return np.tile(self.values, (len(histories), 1))

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`: all of it is the last row."""
        found = np.zeros((len(history) + 1, len(self.values)))
        found[-1] = self.values
        return found

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Popularity:
        """See `terms.Kind`."""
        return cls(np.asarray(arrays["values"], dtype=np.float64))
