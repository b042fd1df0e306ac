"""The lexical floor: a linear model over hashed n-grams for each language, which is there when nothing else is.

English: words and pairs of words; Chinese: one to three characters. The hashing trick (Weinberger et al., ICML 2009)
spares a vocabulary; a text's features are weighed alike and scaled to length one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from bigmodel_apps.sentiment.scoring import Scores, Span
from bigmodel_apps.text.language import Language, detect
from bigmodel_apps.text.segmentation import character_hashes, normalize

WEIGHTS_FILE = "lexical.safetensors"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
BUCKETS = 1 << 18

_WORD = re.compile(r"[^\W_]+|[!?]")
_NOT = re.compile(r"\s?n['’]t\b|\bcannot\b")
_CLAUSE_END = re.compile(
    r"[.;!?。；！？…\n]+|[,，]|\b(?:but|although|though|however|while|whereas|yet)\b|但是|不过|可是|然而|只是|就是|但"
)
_PAIR = 0x9E3779B1


class LexicalScorer:
    """Reads both languages; each text by the model of its own.

    Args:
        path: Folder with ``lexical.safetensors``.
    """

    engine = "lexical"
    max_characters = 20_000

    def __init__(self, path: Path, _device: Any = None) -> None:
        tensors = load_file(path / WEIGHTS_FILE)
        self._weights = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}

    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        return sum(tensor.nbytes for tensor in self._weights.values())

    def scores(self, texts: Sequence[str]) -> Scores:
        """See `scoring.Scorer`."""
        logits = np.empty((len(texts), 3), dtype=np.float32)
        for place, text in enumerate(texts):
            language = detect(text)
            found = features(text, language)
            summed = self._weights[f"{language}.weights"][found].sum(axis=0) / np.sqrt(max(len(found), 1))
            logits[place] = summed + self._weights[f"{language}.bias"]
        return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """Those of the clause that holds the span."""
        return self.scores([clause(text, span) for text, span in zip(texts, spans, strict=True)])


def features(text: str, language: Language) -> npt.NDArray[np.intp]:
    """The text's n-grams as places in the weights, each once."""
    if language == "zh":
        hashes = character_hashes(text, "zh", (1, 2, 3))
        return np.asarray(np.unique(hashes % np.uint64(BUCKETS)), dtype=np.intp)
    words = [_number(word) for word in _WORD.findall(_NOT.sub(" not", normalize(text)))]
    pairs = [(first * _PAIR + second) & 0xFFFFFFFF for first, second in pairwise(words)]
    return np.unique(np.array([*words, *pairs], dtype=np.uint64) % np.uint64(BUCKETS)).astype(np.intp)


def clause(text: str, span: Span) -> str:
    """The part of the text between two commas, full stops or words such as "but" that holds the span."""
    ends = [(match.start(), match.end()) for match in _CLAUSE_END.finditer(text)]
    start = max((end for _, end in ends if end <= span[0]), default=0)
    end = min((start for start, _ in ends if start >= span[1]), default=len(text))
    return text[start:end].strip()


@lru_cache(maxsize=100_000)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
