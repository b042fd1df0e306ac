"""How sure is a search by words alone? A logistic model over retrieval features, where no encoder may run.

A raw score is not a confidence: it moves with the knowledge base, the language and the length of the question. The
model sees margins, agreement of the retrievers and how much of the question the entry covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from bigmodel_apps.customer_service.index import Array, Hit

WEIGHTS_FILE = "model.safetensors"


class Confidence:
    """One logistic regression for each language.

    Args:
        weights: Coefficients with the bias last, by ``<language>-lexical``.
    """

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read the shipped model."""
        return cls(load_file(folder / WEIGHTS_FILE))

    @property
    def nbytes(self) -> int:
        """Bytes of the coefficients."""
        return sum(coefficients.nbytes for coefficients in self._weights.values())

    def __call__(self, hits: Sequence[Hit]) -> Array:
        """Probability that the first entry answers the question, shape (len(hits),)."""
        if not hits:
            return np.zeros(0, dtype=np.float32)
        coefficients = np.stack([self._weights[f"{hit.language}-lexical"] for hit in hits])
        features = np.stack([np.append(hit.features, 1.0) for hit in hits])
        return np.asarray(1 / (1 + np.exp(-(coefficients * features).sum(axis=1))), dtype=np.float32)
