"""Terms of a recommendation: ways to score every item for a history. `recommender.Recommender` adds them up.

A history is the places of the different items that somebody chose, the oldest first. Nobody has to be known: a history
that is typed in is a history like any other, so new users and new choices need no fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions

Arrays = dict[str, npt.NDArray[np.generic]]
Report = Callable[[int, int], None]
Stop = Callable[[], bool]

_HOME = "bigmodel_apps.recommendation"
KINDS: Mapping[str, tuple[str, str]] = {
    "ease": (f"{_HOME}.ease", "Ease"),
    "als": (f"{_HOME}.als", "Als"),
    "neighbours": (f"{_HOME}.neighbours", "Neighbours"),
    "next": (f"{_HOME}.markov", "Following"),
    "popularity": (f"{_HOME}.popularity", "Popularity"),
    "text": (f"{_HOME}.titles", "Titles"),
    "sequence": (f"{_HOME}.sequence", "Sequence"),
}
"""Module and class by name, in the order in which terms are shown. Modules are imported when asked: one brings torch."""


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
        """What `from_arrays` of its class needs to make it again; numbers as arrays without a dimension."""


class Kind(Protocol):
    """A class of terms."""

    def fit(
        self,
        interactions: Interactions,
        *,
        report: Report | None = None,
        cancelled: Stop | None = None,
        **parameters: Any,
    ) -> Term:
        """Learn from interactions.

        Args:
            report: Called with (parts done, parts in total).
            cancelled: Polled between parts.

        Raises:
            Cancelled: By `cancelled`.
        """

    def from_arrays(self, arrays: Arrays) -> Term:
        """Make a term again from what its `arrays` gave."""


def kind(name: str) -> Kind:
    """The class of that name.

    Raises:
        KeyError: There is none.
    """
    module, attribute = KINDS[name]
    found: Kind = getattr(import_module(module), attribute)
    return found


def step(done: int, total: int, report: Report | None, cancelled: Stop | None) -> None:
    """Say how far a fit is, and stop it where it was cancelled.

    Raises:
        Cancelled: By `cancelled`.
    """
    if cancelled is not None and cancelled():
        raise Cancelled
    if report is not None:
        report(done, total)
