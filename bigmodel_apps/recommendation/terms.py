"""Terms of a recommendation: ways to score every item for a history. `recommender.Recommender` adds them up.

A history is the places of the different items that somebody chose, the oldest first. Nobody has to be known: a history
that is typed in is a history like any other, so new users and new choices need no fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bigmodel_apps.recommendation.interactions import Codes, Floats

Arrays = dict[str, npt.NDArray[np.generic]]


class Term(Protocol):
    """One way to score items.

    Attributes:
        name: Its messages are ``recommendation-term-<name>``.
    """

    name: str

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """Of every item, shape (histories, items); higher is better, on a scale of the term's own."""

    def shares(self, history: Codes) -> Floats:
        """What each item of the history adds to the score of every item, shape (len(history) + 1, items).

        The last row is what does not come from a single item of it. Columns sum to ``scores([history])[0]``.
        """

    def arrays(self) -> Arrays:
        """What `from_arrays` of its class needs to make it again."""
