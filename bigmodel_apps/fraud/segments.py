"""Whom a threshold serves and whom it bothers: recall and false-positive rate by segment, with intervals.

Each segment is set against all other rows. Of many segments one differs by chance, so the p values (Fisher's exact test)
are adjusted over all of them (Holm, Scandinavian Journal of Statistics 1979). Intervals are Wilson's and take
transactions as independent; those of one card are not quite, so the true ones are somewhat wider.
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
    names: Sequence[str] | npt.NDArray[np.object_], fraud: npt.NDArray[Any], alerts: npt.NDArray[np.bool_]
) -> list[Segment]:
    """Every segment, those with the most rows first.

    Args:
        names: Of the segment that each row belongs to, shape (n,).
        fraud: `FRAUD`, `LEGITIMATE` or `UNKNOWN`, shape (n,); rows whose label is unknown are left out.
        alerts: Rows at or above the threshold, shape (n,).
    """
    known = np.isin(fraud, (FRAUD, LEGITIMATE))
    labels = np.asarray(names, dtype=object)[known]
    truth, flagged = np.asarray(fraud)[known] == FRAUD, np.asarray(alerts)[known]
    different, numbers = np.unique(labels.astype(str), return_inverse=True)

    def count(rows: npt.NDArray[np.bool_]) -> list[int]:
        found: list[int] = np.bincount(numbers[rows], minlength=len(different)).tolist()
        return found

    frauds, caught = count(truth), count(truth & flagged)
    legitimate, bothered = count(~truth), count(~truth & flagged)
    recalls, rates = _rates(caught, frauds), _rates(bothered, legitimate)
    found = [
        Segment(
            str(name), frauds[place] + legitimate[place], caught[place] + bothered[place], recalls[place], rates[place]
        )
        for place, name in enumerate(different)
    ]
    return sorted(found, key=lambda segment: (-segment.rows, segment.name))


def _rates(hits: Sequence[int], sizes: Sequence[int]) -> list[Rate | None]:
    found: list[Rate | None] = []
    for own, n in zip(hits, sizes, strict=True):
        rest, others = sum(hits) - own, sum(sizes) - n
        if not n:
            found.append(None)
        elif not others:
            found.append(Rate(measures.wilson(own, n), None, None, 1.0))
        else:
            found.append(
                Rate(
                    measures.wilson(own, n),
                    measures.wilson(rest, others),
                    measures.difference(own, n, rest, others),
                    _fisher(own, n, rest, others),
                )
            )
    return _adjusted(found)


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
