"""What every reader of sentiment promises; the verdict, the ribbon, the explanation and the aspects rest on it alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
"""Log-probabilities, shape (texts, 3), of `CLASSES`; calibrated: their exponentials are meant as shares."""

CLASSES = ("negative", "neutral", "positive")
"""``neutral``: no opinion."""

Span = tuple[int, int]


class Scorer(Protocol):
    """Reads texts of one or both languages. Called on the worker thread of its device alone."""

    @property
    def engine(self) -> str:
        """Names it, for ``Output.engine``; its words are the message ``engine-<engine>``."""

    @property
    def nbytes(self) -> int:
        """Memory of the weights, without that of shared models."""

    @property
    def max_characters(self) -> int:
        """About how much of a text it reads; longer ones are scored in parts, see `verdict`."""

    def scores(self, texts: Sequence[str]) -> Scores:
        """One row a text, in the same order."""

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """What each text thinks of what its span names: one row a pair, in the same order."""
