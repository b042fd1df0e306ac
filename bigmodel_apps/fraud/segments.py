"""Whom a threshold serves and whom it bothers: recall and false-positive rate by segment, with intervals.

Each segment is set against all other rows. Transactions of one card or terminal are not independent: a compromised
terminal alone makes many frauds, found or missed together. So counts are divided by their design effect, how much the
variance over cards or terminals exceeds that of independent rows (Rao & Scott, Biometrics 1992), before Wilson's intervals
and Fisher's exact test are taken. Of many segments one differs by chance, so the p values are adjusted over all of them
(Holm, Scandinavian Journal of Statistics 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps import measures
from bigmodel_apps.fraud.transactions import DAY, FRAUD, LEGITIMATE, Transactions
from bigmodel_apps.measures import SIGNIFICANCE, Estimate

PARTS = ("night", "morning", "afternoon", "evening")
"""Of the day, from 0, 6, 12 and 18 h on; the message is ``fraud-part-<name>``."""

QUARTERS = ("q1", "q2", "q3", "q4")
"""Of the amounts, ascending; the message is ``fraud-amount-<name>``."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share within a segment against that of all other rows.

    Attributes:
        own: With a Wilson interval; `n` rows are behind it.
        rest: Of the other rows; None where there are none of the kind.
        difference: `own` less `rest`, with Newcombe's interval; None without `rest`.
        p: Of Fisher's exact test, adjusted for the number of segments.
    """

    own: Estimate
    rest: Estimate | None
    difference: Estimate | None
    p: float

    @property
    def clear(self) -> bool:
        """Whether chance is an unlikely reason for the difference."""
        return self.p < SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Segment:
    """What a threshold does to one segment.

    Attributes:
        name: The value of the segment's column.
        rows: Transactions whose label is known.
        alerts: Those at or above the threshold.
        recall: Share of the frauds that are alerts; None without frauds.
        false_positives: Share of the legitimate transactions that are alerts; None without any.
    """

    name: str
    rows: int
    alerts: int
    recall: Rate | None
    false_positives: Rate | None


def columns(transactions: Transactions) -> dict[str, npt.NDArray[np.object_]]:
    """What rows can be told apart by: the file's own segments, part of the day, and quarter of the amounts."""
    parts = np.array(PARTS, dtype=object)[transactions.seconds % DAY * len(PARTS) // DAY]
    bounds = np.quantile(transactions.amounts, (0.25, 0.5, 0.75)) if len(transactions) else np.zeros(3)
    quarters = np.array(QUARTERS, dtype=object)[np.searchsorted(bounds, transactions.amounts)]
    return {**transactions.segments, "part": parts, "amount": quarters}


def by_segment(
    names: Sequence[str] | npt.NDArray[np.object_],
    fraud: npt.NDArray[Any],
    alerts: npt.NDArray[np.bool_],
    clusters: Sequence[npt.NDArray[Any] | None] = (),
) -> list[Segment]:
    """Every segment, those with the most rows first.

    Args:
        names: Of the segment that each row belongs to, shape (n,).
        fraud: `FRAUD`, `LEGITIMATE` or `UNKNOWN`, shape (n,); rows whose label is unknown are left out.
        alerts: Rows at or above the threshold, shape (n,).
        clusters: What rows may depend on, such as their customers and their terminals, each shape (n,).
    """
    known = np.isin(fraud, (FRAUD, LEGITIMATE))
    labels = np.asarray(names, dtype=object)[known]
    truth, flagged = np.asarray(fraud)[known] == FRAUD, np.asarray(alerts)[known]
    different, numbers = np.unique(labels.astype(str), return_inverse=True)
    owners = [np.unique(of[known], return_inverse=True)[1] for of in clusters if of is not None]
    recalls, rates = (
        _rates(numbers[rows], len(different), flagged[rows], [of[rows] for of in owners]) for rows in (truth, ~truth)
    )
    sizes, found = (
        np.bincount(numbers, minlength=len(different)),
        np.bincount(numbers[flagged], minlength=len(different)),
    )
    segments = [
        Segment(str(name), int(sizes[place]), int(found[place]), recalls[place], rates[place])
        for place, name in enumerate(different)
    ]
    return sorted(segments, key=lambda segment: (-segment.rows, segment.name))


def _rates(
    numbers: npt.NDArray[Any], total: int, flagged: npt.NDArray[np.bool_], owners: Sequence[npt.NDArray[Any]]
) -> list[Rate | None]:
    found: list[Rate | None] = []
    for number in range(total):
        within = numbers == number
        one, other = (_Counted.of(flagged[rows], [of[rows] for of in owners]) for rows in (within, ~within))
        if one is None:
            found.append(None)
        elif other is None:
            found.append(Rate(one.estimate(), None, None, 1.0))
        else:
            own, rest = one.estimate(), other.estimate()
            difference = measures.difference(*one.independent, *other.independent)
            told = _around(difference, own.value - rest.value, own.n + rest.n)
            found.append(Rate(own, rest, told, _fisher(*one.independent, *other.independent)))
    return _adjusted(found)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A share of rows, and (hits, rows) of independent rows that would tell as much."""

    share: float
    rows: int
    independent: tuple[int, int]

    @classmethod
    def of(cls, flagged: npt.NDArray[np.bool_], owners: Sequence[npt.NDArray[Any]]) -> _Counted | None:
        """Of some rows and what they belong to; None without rows."""
        if not len(flagged):
            return None
        share = float(flagged.mean())
        left = flagged - share
        alone, effect = float((left**2).sum()), 1.0
        for of in owners if alone else ():
            effect = max(effect, float((np.bincount(of, weights=left) ** 2).sum()) / alone)
        rows = max(1, round(len(flagged) / effect))
        return cls(share, len(flagged), (round(share * rows), rows))

    def estimate(self) -> Estimate:
        """The share with its interval."""
        return _around(measures.wilson(*self.independent), self.share, self.rows)


def _around(found: Estimate, value: float, n: int) -> Estimate:
    """The interval of rounded counts, with the figure itself."""
    return replace(found, value=value, low=min(found.low, value), high=max(found.high, value), n=n)


def _adjusted(rates: Sequence[Rate | None]) -> list[Rate | None]:
    """Holm's step-down: the i-th smallest of m p values times m - i + 1, never below the one before."""
    told = [place for place, rate in enumerate(rates) if rate is not None and rate.rest is not None]
    p = {place: rate.p for place, rate in enumerate(rates) if rate is not None}
    found, least = list(rates), 0.0
    for step, place in enumerate(sorted(told, key=lambda place: p[place])):
        least = max(least, min(1.0, (len(told) - step) * p[place]))
        rate = rates[place]
        assert rate is not None
        found[place] = replace(rate, p=least)
    return found


def _fisher(hits: int, n: int, other_hits: int, other_n: int) -> float:
    from scipy.stats import fisher_exact  # half a second to import

    return float(fisher_exact([[hits, n - hits], [other_hits, other_n - other_hits]]).pvalue)
