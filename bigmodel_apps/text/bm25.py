"""Okapi BM25 over hashed features (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bigmodel_apps.text.segmentation import Hashes

Scores = npt.NDArray[np.float32]


class BM25:
    """An index of documents given as arrays of hashed terms.

    Args:
        documents: One array of term hashes a document (repeated terms repeated).
        k1: Saturation of the term frequency.
        b: Strength of the length normalisation.
    """

    def __init__(self, documents: Sequence[Hashes], *, k1: float = 1.2, b: float = 0.75) -> None:
        lengths = np.array([len(document) for document in documents], dtype=np.float64)
        terms = np.concatenate(documents) if documents else np.zeros(0, dtype=np.uint64)
        owners = np.repeat(np.arange(len(documents)), lengths.astype(np.int64))
        self.terms, columns = np.unique(terms, return_inverse=True)
        counts = sp.coo_matrix(
            (np.ones(len(terms), dtype=np.float32), (columns, owners)), shape=(len(self.terms), len(documents))
        ).tocsr()
        frequencies = np.diff(counts.indptr)
        self.idf: Scores = np.log1p((len(documents) - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9)) if len(documents) else lengths
        counts.data = (
            np.repeat(self.idf, frequencies) * counts.data * (k1 + 1) / (counts.data + norm[counts.indices])
        ).astype(np.float32)
        self._weights = counts

    def __len__(self) -> int:
        return int(self._weights.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of the postings."""
        matrix = self._weights
        return int(matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes + self.terms.nbytes)

    def score(self, queries: Sequence[Hashes]) -> Scores:
        """BM25 of every document for every query, shape (len(queries), len(self))."""
        return np.asarray((self._lookup(queries) @ self._weights).toarray(), dtype=np.float32)

    def unknown_share(self, query: Hashes) -> float:
        """Share in [0, 1] of the query's distinct terms that stand in no document."""
        distinct = np.unique(query)
        return 1.0 - len(self._known(distinct)) / len(distinct) if len(distinct) else 1.0

    def full_match(self, query: Hashes) -> float:
        """What a document of average length scores that holds every distinct term of the query once: the sum of idf.

        Terms that stand in no document count with the idf of a term in none, so a question about something else
        has a full match that nothing comes near.
        """
        distinct = np.unique(query)
        known = self._known(distinct)
        unknown_idf = float(np.log1p((len(self) + 0.5) / 0.5))
        return float(self.idf[known].sum() + unknown_idf * (len(distinct) - len(known)))

    def _known(self, distinct: Hashes) -> npt.NDArray[np.intp]:
        places = np.minimum(np.searchsorted(self.terms, distinct), max(len(self.terms) - 1, 0))
        return places[self.terms[places] == distinct] if len(self.terms) else places[:0]

    def _lookup(self, queries: Sequence[Hashes]) -> sp.csr_matrix:
        found = [self._known(np.unique(query)) for query in queries]
        indptr = np.concatenate([[0], np.cumsum([len(columns) for columns in found])])
        columns = np.concatenate(found) if found else np.zeros(0, dtype=np.intp)
        return sp.csr_matrix(
            (np.ones(len(columns), dtype=np.float32), columns, indptr), shape=(len(queries), len(self.terms))
        )
