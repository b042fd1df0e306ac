"""How sure are we that the best entry answers the question? A logistic model over retrieval features.

A raw cosine is not a confidence: it moves with the knowledge base, the language and the length of the question. The
model sees margins, agreement of the retrievers and how much of the question the entry covers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import safe_open

from bigmodel_apps.customer_service.index import Array, Hit

WEIGHTS_FILE = "model.safetensors"


class Confidence:
    """One logistic regression for each language, with vectors and without.

    Args:
        weights: Coefficients with the bias last, by ``<language>-dense`` and ``<language>-lexical``.
        encoder: Identity of the encoder that the dense ones were fitted with. Cosines of another encoder mean
            something else, so with another one the confidence rests on the lexical evidence alone.
    """

    def __init__(self, weights: dict[str, Array], encoder: str) -> None:
        self._weights = weights
        self._encoder = encoder

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read the shipped or an adapted model."""
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            about, names = json.loads(file.metadata()["about"]), list(file.keys())
            return cls({name: file.get_tensor(name) for name in names}, about["encoder"])

    @property
    def nbytes(self) -> int:
        """Bytes of the coefficients."""
        return sum(coefficients.nbytes for coefficients in self._weights.values())

    def __call__(self, hits: Sequence[Hit]) -> Array:
        """Probability that the first entry answers the question, shape (len(hits),)."""
        if not hits:
            return np.zeros(0, dtype=np.float32)
        coefficients = np.stack([self._weights[self._regime(hit)] for hit in hits])
        features = np.stack([np.append(hit.features, 1.0) for hit in hits])
        return np.asarray(1 / (1 + np.exp(-(coefficients * features).sum(axis=1))), dtype=np.float32)

    def _regime(self, hit: Hit) -> str:
        return f"{hit.language}-{'dense' if hit.encoder == self._encoder else 'lexical'}"
