"""The English reader: the shared encoder with our adapter, and two linear heads on its hidden states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from bigmodel_apps.sentiment.scoring import Scores, Span
from bigmodel_apps.text.encoder import SentenceEncoder

HEAD_FILE = "head.safetensors"
_AROUND = 400


class EnglishScorer:
    """One pass of the encoder judges a text, and everything in it that is asked about.

    Args:
        path: Folder with ``head.safetensors``.
        encoder: With the adapter of the same folder.
    """

    engine = "english"
    max_characters = 900

    def __init__(self, path: Path, _device: Any, *, encoder: SentenceEncoder) -> None:
        self._heads = {name: tensor.astype(np.float32) for name, tensor in load_file(path / HEAD_FILE).items()}
        self._encoder = encoder

    @property
    def nbytes(self) -> int:
        """Bytes of the heads."""
        return sum(tensor.nbytes for tensor in self._heads.values())

    def scores(self, texts: Sequence[str]) -> Scores:
        """See `scoring.Scorer`."""
        return self._judged("whole", self._encoder.summaries(texts))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """See `scoring.Scorer`. Of a long text only what stands around the span is read."""
        near = [_near(text, span) for text, span in zip(texts, spans, strict=True)]
        return self._judged("part", self._encoder.summaries([text for text, _ in near], [span for _, span in near]))

    def _judged(self, head: str, summaries: Scores) -> Scores:
        logits = summaries @ self._heads[f"{head}.weight"].T + self._heads[f"{head}.bias"]
        return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True), dtype=np.float32)


def _near(text: str, span: Span) -> tuple[str, Span]:
    """The words within `_AROUND` characters of the span, and where the span stands in them."""
    start, end = max(span[0] - _AROUND, 0), min(span[1] + _AROUND, len(text))
    if start:
        start = max(text.find(" ", start, span[0]) + 1, start)
    if end < len(text):
        gap = text.rfind(" ", span[1], end)
        end = gap if gap > 0 else end
    return text[start:end], (span[0] - start, span[1] - start)
