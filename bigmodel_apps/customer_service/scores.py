"""Scores of different retrievers on one scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

# Scores are standardised over this many best candidates, so that a weight means the same at 60 and at 60,000 entries.
_POOL = 64


def standardise(scores: Array) -> Array:
    """Zero mean and unit deviation over the best `_POOL` candidates of each row; a flat row becomes zero."""
    pool = scores if scores.shape[1] <= _POOL else -np.partition(-scores, _POOL - 1, axis=1)[:, :_POOL]
    deviation = pool.std(axis=1, keepdims=True)
    centred = (scores - pool.mean(axis=1, keepdims=True)) / np.maximum(deviation, 1e-6)
    return np.where(deviation > 1e-6, centred, 0.0).astype(np.float32)
