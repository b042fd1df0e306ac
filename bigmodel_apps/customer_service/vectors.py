"""From texts to the vectors that make an index dense, each text encoded once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from bigmodel_apps import runtime
from bigmodel_apps.customer_service.index import Array, Encoder, Index, dense_text
from bigmodel_apps.runtime import Priority, jobs

Half = npt.NDArray[np.float16]
Progress = Callable[[int, int], None]
Store = dict[bytes, Half]
"""Vectors by the digest of their text, in half precision: a tenth of a percent off, and the same before and after a restart."""


class QueuedEncoder:
    """An encoder behind the engine's queue, for callers that are not on the device's worker. Bulk work: questions overtake.

    Args:
        spec: Name of the encoder's spec.
        progress: Called with (texts done, texts in total) during `encode` and `views`.
        cancelled: Polled during `encode` and `views`, and here while the encoder is being loaded.

    Raises:
        Cancelled, Unavailable
    """

    def __init__(
        self, spec: str, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self._spec, self._progress, self._cancelled = spec, progress, cancelled
        facts = runtime.engine().call(
            spec, lambda encoder: (encoder.identity, encoder.reads_chinese, encoder.symmetric)
        )
        self.identity, self.reads_chinese, self.symmetric = jobs.result_of(facts, cancelled)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Array:
        """Like `SentenceEncoder.encode`; raises Cancelled or Unavailable."""
        return self._predict(texts, "query" if query else "text")

    def views(self, texts: Sequence[str]) -> Array:
        """Like `SentenceEncoder.views`; raises Cancelled or Unavailable."""
        return self._predict(texts, "views")

    def _predict(self, texts: Sequence[str], options: str) -> Array:
        vectors = runtime.engine().predict(
            self._spec,
            texts,
            options=options,
            priority=Priority.BULK,
            progress=self._progress,
            cancelled=self._cancelled,
        )
        return np.stack(vectors)


def fill(index: Index, encoder: Encoder, store: Store) -> tuple[int, set[bytes]]:
    """Make `index` dense.

    Args:
        index: What to make dense.
        encoder: Whose vectors; asked only for texts that the store lacks.
        store: Known vectors; new ones are added.

    Returns:
        How many texts had to be encoded, and the keys in the store of all that the index needs.
    """
    readable = {
        language: {text: dense_text(text, language, encoder) for text in texts}
        for language, texts in index.texts().items()
    }
    distinct = dict.fromkeys(read for of_language in readable.values() for read in of_language.values())
    digests = {text: digest(text) for text in distinct}
    missing = [text for text, digest in digests.items() if digest not in store]
    if missing:
        for text, vector in zip(missing, encoder.encode(missing), strict=True):
            store[digests[text]] = vector.astype(np.float16)
    vectors = {text: store[digest].astype(np.float32) for text, digest in digests.items()}
    index.attach(
        encoder.identity,
        {
            language: {text: vectors[read] for text, read in of_language.items()}
            for language, of_language in readable.items()
        },
    )
    return len(missing), set(digests.values())


def digest(text: str) -> bytes:
    """Key of a text in the store, as the encoder is given it."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def load(file: Path) -> Store:
    """Stored vectors, or none."""
    if not file.is_file():
        return {}
    tensors = load_file(file)
    return {digest.tobytes(): vector for digest, vector in zip(tensors["digests"], tensors["vectors"], strict=True)}


def save(file: Path, store: Mapping[bytes, Half]) -> None:
    """Write, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    digests = np.stack([np.frombuffer(digest, dtype=np.uint8) for digest in store])
    save_file({"digests": digests, "vectors": np.stack(list(store.values()))}, temporary)
    temporary.replace(file)
