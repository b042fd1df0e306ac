"""How good lists are: whether they hold what was held out, and how different, surprising and fair to the catalogue they are.

Measures of a list are one number a user, so that `bigmodel_apps.measures` can draw intervals and compare systems on the
same users.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions

K = 10
Vectors = Any
"""An array or a sparse matrix, one row an item."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """For each user, shape (users,).

    Attributes:
        precision: Items of the list that were held out, over k.
        recall: The same over the number held out.
        average_precision: Σ of the precision at the rank of each hit, over the number held out.
        ndcg: Σ 1 / log2(1 + rank) of the hits, over the best that k ranks allow (Järvelin and Kekäläinen, TOIS 2002).
    """

    precision: Floats
    recall: Floats
    average_precision: Floats
    ndcg: Floats


def measure(lists: Sequence[Codes], held: Sequence[Codes], k: int = K) -> Figures:
    """Compare lists with what was held out.

    Args:
        lists: For each user recommended items, the best first; those after the k-th are not looked at.
        held: For each user different items, at least one.
    """
    hits = np.zeros((len(lists), k))
    for row, found, wanted in zip(hits, lists, held, strict=True):
        row[: len(found)] = np.isin(found[:k], wanted)[:k]
    sizes = np.array([len(wanted) for wanted in held], dtype=np.float64)
    ranks = np.arange(1, k + 1)
    gains = 1 / np.log2(1 + ranks)
    best = np.concatenate([[0], np.cumsum(gains)])[np.minimum(sizes, k).astype(np.int64)]
    return Figures(
        precision=hits.sum(axis=1) / k,
        recall=hits.sum(axis=1) / sizes,
        average_precision=(hits * hits.cumsum(axis=1) / ranks).sum(axis=1) / sizes,
        ndcg=hits @ gains / best,
    )


def coverage(lists: Sequence[Codes], items: int) -> float:
    """The share of the catalogue that stands in at least one list."""
    return len(np.unique(_together(lists))) / items if items else 0.0


def gini(lists: Sequence[Codes], items: int) -> float:
    """How unequally lists show the items: 0 all as often, towards 1 a few alone (Gini, 1912)."""
    shown = np.sort(np.bincount(_together(lists), minlength=items))
    if not shown.sum():
        return 0.0
    ranks = np.arange(1, items + 1)
    return float(((2 * ranks - items - 1) * shown).sum() / (items * shown.sum()))


def novelty(lists: Sequence[Codes], counts: Codes, users: int) -> Floats:
    """Mean of -log2 of the share of users who chose an item, over each list, shape (lists,); in bits, NaN of an empty one.

    Vargas and Castells (RecSys 2011). An item that nobody chose counts as chosen by one.

    Args:
        counts: How many users chose each item, shape (items,).
        users: How many there are.
    """
    bits = -np.log2(np.maximum(counts, 1) / max(users, 1))
    return np.array([bits[one].mean() if len(one) else np.nan for one in lists])


def diversity(lists: Sequence[Codes], vectors: Vectors) -> Floats:
    """1 - mean cosine of the pairs of a list, shape (lists,); NaN of a list without a pair (Ziegler et al., WWW 2005).

    Args:
        vectors: Of length 1 or 0, one a row: `choosers` or vectors of titles.
    """
    found = np.full(len(lists), np.nan)
    for place, one in enumerate(lists):
        if len(one) > 1:
            chosen = vectors[one]
            cosines = chosen @ chosen.T
            cosines = cosines.toarray() if sparse.issparse(cosines) else np.asarray(cosines)
            pairs = len(one) * (len(one) - 1)
            found[place] = 1 - (cosines.sum() - np.trace(cosines)) / pairs
    return found


def choosers(interactions: Interactions) -> sparse.csr_matrix:
    """Who chose each item, as a vector of length 1, shape (items, users): items are alike that the same users chose."""
    matrix = interactions.matrix().T.tocsr()
    lengths = np.sqrt(np.diff(matrix.indptr))
    return sparse.diags_array(1 / np.maximum(lengths, 1)).astype(np.float32) @ matrix


def _together(lists: Sequence[Codes]) -> Codes:
    return np.concatenate([*lists, np.zeros(0, dtype=np.int32)])
