"""How sure are we that the best entry answers the question? A logistic model over retrieval features.

A raw cosine is not a confidence: it moves with the knowledge base, the language and the length of the question. The
model sees margins, agreement of the retrievers and how much of the question the entry covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from bigmodel_apps.customer_service.index import FEATURES, Array, Hit

WEIGHTS_FILE = "model.safetensors"


def regime(hit: Hit) -> str:
    """Which of the fitted models applies: language of the entries, and whether vectors took part."""
    return f"{hit.language}-{'dense' if hit.dense else 'lexical'}"


class Confidence:
    """One logistic regression a regime. ``weights`` maps the regime to (coefficients with the bias last)."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read the shipped or an adapted model."""
        return cls(load_file(folder / WEIGHTS_FILE))

    @property
    def nbytes(self) -> int:
        """Bytes of the coefficients."""
        return sum(coefficients.nbytes for coefficients in self._weights.values())

    def __call__(self, hits: Sequence[Hit]) -> Array:
        """Probability that the first entry answers the question, shape (len(hits),)."""
        if not hits:
            return np.zeros(0, dtype=np.float32)
        coefficients = np.stack([self._weights[regime(hit)] for hit in hits])
        features = np.stack([np.append(hit.features, 1.0) for hit in hits])
        return np.asarray(1 / (1 + np.exp(-(coefficients * features).sum(axis=1))), dtype=np.float32)

    def contributions(self, hit: Hit) -> dict[str, float]:
        """What each feature adds to the log-odds; with ``bias`` they sum to it."""
        coefficients = self._weights[regime(hit)]
        parts = {name: float(c * f) for name, c, f in zip(FEATURES, coefficients, hit.features, strict=False)}
        return parts | {"bias": float(coefficients[-1])}
