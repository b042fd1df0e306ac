import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.text.bm25 import BM25

documents = st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=8)


def hashes(terms: list[int]) -> np.ndarray:
    return np.array(terms, dtype=np.uint64)


def reference(documents: list[list[int]], query: list[int], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Okapi BM25 as the textbook writes it."""
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in set(query):
            frequency = document.count(term)
            holding = sum(term in other for other in documents)
            idf = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            if frequency:
                score += idf * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * len(document) / average))
        scores.append(score)
    return scores


@given(documents, st.lists(st.integers(0, 12), max_size=6))
def test_scores_equal_the_textbook(documents: list[list[int]], query: list[int]) -> None:
    index = BM25([hashes(document) for document in documents])
    found = index.score([hashes(query)])[0]
    assert found == pytest.approx(reference(documents, query), rel=1e-5, abs=1e-6)


@given(st.sets(st.integers(0, 9), min_size=1, max_size=5))
def test_full_match_is_what_such_a_document_scores(terms: set[int]) -> None:
    index = BM25([hashes(sorted(terms)), hashes([20] * len(terms))])
    assert index.score([hashes(sorted(terms))])[0, 0] == pytest.approx(
        index.full_match(hashes(sorted(terms))), rel=1e-5
    )
    assert index.full_match(hashes([*terms, 99])) > index.full_match(hashes(sorted(terms)))


def test_unknown_share() -> None:
    index = BM25([hashes([1, 2]), hashes([3])])
    assert index.unknown_share(hashes([1, 9, 9])) == pytest.approx(0.5)
    assert index.unknown_share(hashes([])) == 1.0


def test_empty_queries_and_documents() -> None:
    index = BM25([hashes([]), hashes([1])])
    assert index.score([hashes([]), hashes([1])]).shape == (2, 2)
    assert BM25([]).score([hashes([1])]).shape == (1, 0)
