"""What is bought together: how often two items share a basket, and how much oftener than by chance.

Support, confidence and lift are those of association rules (Agrawal, Imielinski and Swami, SIGMOD 1993). A lift of few
baskets is mostly chance, so pairs need a least count and rank by the lower end of their lift's interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from bigmodel_apps import measures
from bigmodel_apps.recommendation.interactions import DAY, Flags, Floats, Interactions, Ints

LEAST = 5
"""Baskets that a pair is in, at the least, before anything is said of it."""

LARGEST = 200
"""Different items of a basket, at the most: a larger one is a reseller's order, in which everything goes with everything."""

MOST_ITEMS = 3_000
"""Items among which the pairs of the whole shop are looked for, those in the most baskets."""

Kind = Literal["basket", "day"]


@dataclass(frozen=True, slots=True, eq=False)
class Baskets:
    """What was bought at once.

    Attributes:
        matrix: 1 where a basket holds an item, shape (baskets, items), float32.
        counts: Baskets of each item, shape (items,).
        kind: ``basket`` where the source says what belongs together, ``day`` where a user's day stands for it.
        large: Baskets left out because they hold more than `LARGEST` different items.
    """

    matrix: sparse.csr_matrix
    counts: Ints
    kind: Kind
    large: int

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def nbytes(self) -> int:
        """About its memory."""
        return int(
            self.matrix.data.nbytes + self.matrix.indices.nbytes + self.matrix.indptr.nbytes + self.counts.nbytes
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that were bought together.

    Attributes:
        item: The one looked at, as its place in the catalogue.
        other: What is bought with it.
        together: Baskets with both.
        confidence: Share of the item's baskets that hold the other too, with its Wilson interval.
        lift: That share over the other's share of all baskets.
        low: The same of the interval's lower end; the other's share counts as known.
    """

    item: int
    other: int
    together: int
    confidence: measures.Estimate
    lift: float
    low: float


def baskets(interactions: Interactions) -> Baskets | None:
    """The baskets of a shop; a user's day stands for one where the source names none.

    Returns:
        None where neither baskets nor times are known.
    """
    if interactions.baskets is not None:
        names, kind = interactions.baskets, "basket"
    elif interactions.seconds is not None:
        days = interactions.seconds // DAY
        names, kind = interactions.users.astype(np.int64) * (int(days.max(initial=0)) + 1) + days, "day"
    else:
        return None
    numbers = pd.factorize(names)[0]
    shape = int(numbers.max(initial=-1)) + 1, len(interactions.catalogue)
    matrix = sparse.csr_matrix((np.ones(len(numbers), dtype=np.float32), (numbers, interactions.items)), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    small = np.diff(matrix.indptr) <= LARGEST
    kept = matrix[small]
    counts = np.asarray(kept.sum(axis=0)).ravel().astype(np.int64)
    return Baskets(kept, counts, "basket" if kind == "basket" else "day", int((~small).sum()))


def with_item(
    found: Baskets, item: int, k: int = 10, *, least: int = LEAST, allowed: Flags | None = None
) -> list[Pair]:
    """What is bought with an item more often than by chance, the surest first; at most k.

    Args:
        item: Its place in the catalogue.
        least: Baskets with both, at the least.
        allowed: Which others may be named, shape (items,).
    """
    columns = found.matrix.tocsc()
    holding = found.matrix[columns.indices[columns.indptr[item] : columns.indptr[item + 1]]]
    together = np.asarray(holding.sum(axis=0)).ravel().astype(np.int64)
    together[item] = 0
    if allowed is not None:
        together[~allowed] = 0
    others = np.flatnonzero(together >= max(1, least))
    return _surest([_pair(found, item, int(other), int(together[other])) for other in others], k)


def pairs(found: Baskets, k: int = 20, *, least: int = LEAST) -> list[Pair]:
    """The pairs of the whole shop that are surest to be bought together, each once, the surest first. In a large catalogue
    the pairs of the `MOST_ITEMS` most bought items."""
    bought = np.sort(np.argsort(-found.counts, kind="stable")[:MOST_ITEMS])
    matrix = found.matrix[:, bought]
    both = sparse.triu(matrix.T @ matrix, 1).tocoo()
    often = both.data >= max(1, least)
    first, second, together = bought[both.row[often]], bought[both.col[often]], both.data[often].astype(np.int64)
    # Confidence is read from the rarer item: of its baskets the larger share holds the other.
    swapped = found.counts[second] < found.counts[first]
    item, other = np.where(swapped, second, first), np.where(swapped, first, second)
    expected = found.counts[item] * found.counts[other] / max(1, len(found))
    # The interval of a count of few baskets is about as wide as its root: enough to choose whom to look at closely.
    promising = np.argsort(-(together - 2 * np.sqrt(together)) / expected, kind="stable")[: 20 * k]
    return _surest([_pair(found, int(item[at]), int(other[at]), int(together[at])) for at in promising], k)


def alike(matrix: sparse.csr_matrix, item: int, shrinkage: float = 10.0) -> Floats:
    """How alike every item is to one by who chose them: the cosine, shrunk, so that a few common users prove little.

    Args:
        matrix: 1 where a user chose an item, shape (users, items).

    Returns:
        Shape (items,), in [0, 1]; 0 for the item itself.
    """
    choosers = np.flatnonzero(matrix[:, [item]].toarray().ravel())
    common = np.asarray(matrix[choosers].sum(axis=0), dtype=np.float64).ravel()
    common[item] = 0
    counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.asarray(common / np.maximum(np.sqrt(len(choosers) * counts) + shrinkage, 1e-9))


def _pair(found: Baskets, item: int, other: int, together: int) -> Pair:
    confidence = measures.wilson(together, int(found.counts[item]))
    share = int(found.counts[other]) / len(found)
    return Pair(item, other, together, confidence, confidence.value / share, confidence.low / share)


def _surest(found: list[Pair], k: int) -> list[Pair]:
    sure = [pair for pair in found if pair.low > 1]
    return sorted(sure, key=lambda pair: (-pair.low, pair.item, pair.other))[:k]
