"""Where, in time, a share departs from what it is the rest of the time: a scan statistic.

Every interval of time, of every group and of all groups together, is compared with the rest of the same rows by a
two-proportion z, continuity corrected; over all groups it is stratified by group (Mantel and Haenszel, Journal of the
National Cancer Institute 1959), so that a group that grows is no shift. The greatest of these is compared with the
greatest that chance gives, by drawing the hits anew among the rows of each group (a permutation, group by group, drawn
as counts; Kulldorff, Communications in Statistics 1997), so that every interval that was looked at is paid for: on a
table in which nothing changes, the chance that anything at all is found is the level of the test, however many
intervals and groups there are. What is found is taken out and the rest scanned again, until nothing more is found
(Zhang, Assunção and Kulldorff, Journal of Probability and Statistics 2010).

The test takes rows of a group for independent of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEVEL = 0.05
DRAWS = 999
MOST = 5
"""More shifts than this are not looked for."""

_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """An interval.

    Attributes:
        group: Its row in the counts; None where it is about all groups together.
        start, stop: Its periods, ``stop`` not included.
        hits, rows: Inside.
        other_hits, other_rows: Of the same group or groups, outside of this and of every interval found before.
        p: Chance that a table without any shift yields an interval like this.
    """

    group: int | None
    start: int
    stop: int
    hits: int
    rows: int
    other_hits: int
    other_rows: int
    p: float


def scan(
    hits: Counts,
    rows: Counts,
    *,
    least_rows: int,
    least_change: float,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 7,
    most: int = MOST,
) -> list[Found]:
    """The intervals in which the share of hits departs, the clearest first.

    Args:
        hits, rows: Counts, shape (groups, periods).
        least_rows: An interval, and what it is compared with, has at least so many.
        least_change: An interval's share differs from the other by at least so much; smaller shifts are not found.
        level: Chance of finding anything where nothing changes, at most.
        draws: Permutations; p is a multiple of 1 / (draws + 1).
        most: See `MOST`.
    """
    generator = np.random.default_rng(seed)
    left_hits, left_rows = hits.copy(), rows.copy()
    found: list[Found] = []
    while len(found) < most:
        windows = _windows(hits.shape[1])
        best, window, zone = _greatest(left_hits[None], left_rows, windows, least_rows, least_change)
        if not best[0] > 0:
            break
        reached = 0
        for drawn in _drawn(left_hits, left_rows, draws, generator, len(windows)):
            reached += int((_greatest(drawn, left_rows, windows, least_rows, least_change)[0] >= best[0] - 1e-9).sum())
        p = (1 + reached) / (draws + 1)
        if p > level:
            break
        start, stop = (int(bound) for bound in windows[window[0]])
        group = int(zone[0]) if zone[0] < len(hits) else None
        chosen = slice(None) if group is None else slice(group, group + 1)
        inside = (int(counts[chosen, start:stop].sum()) for counts in (left_hits, left_rows))
        whole = (int(counts[chosen].sum()) for counts in (left_hits, left_rows))
        (in_hits, in_rows), (all_hits, all_rows) = inside, whole
        found.append(Found(group, start, stop, in_hits, in_rows, all_hits - in_hits, all_rows - in_rows, p))
        left_hits[chosen, start:stop] = left_rows[chosen, start:stop] = 0
    return found


def _windows(periods: int) -> Counts:
    """All intervals of at most half the periods: shape (windows, 2)."""
    longest = max(1, periods // 2)
    return np.array(
        [(start, stop) for start in range(periods) for stop in range(start + 1, min(start + longest, periods) + 1)]
    )


def _drawn(hits: Counts, rows: Counts, draws: int, generator: np.random.Generator, windows: int) -> Iterator[Counts]:
    """Hits spread anew over the rows of each group, in parts of shape (some draws, groups, periods)."""
    at_once = max(1, _AT_ONCE // windows)
    for start in range(0, draws, at_once):
        size = min(at_once, draws - start)
        parts = [
            generator.multivariate_hypergeometric(of_group, int(total), size=size, method="marginals")
            for of_group, total in zip(rows, hits.sum(axis=1), strict=True)
        ]
        yield np.stack(parts, axis=1)


def _greatest(
    hits: Counts, rows: Counts, windows: Counts, least_rows: int, least_change: float
) -> tuple[Floats, Counts, Counts]:
    """The greatest |z| of each draw, and its window and zone; the zone after the groups is all of them.

    Args:
        hits: Shape (draws, groups, periods).
        rows: Shape (groups, periods).
    """
    groups = len(rows)
    best = np.zeros(len(hits))
    window, zone = np.zeros(len(hits), dtype=np.int64), np.zeros(len(hits), dtype=np.int64)
    inside = _within(rows, windows).astype(np.float64)  # (groups, windows)
    all_rows = rows.sum(axis=1, keepdims=True).astype(np.float64)
    share = hits[0].sum(axis=1, keepdims=True) / np.maximum(all_rows, 1)  # the draws leave it as it is
    expected = inside * share
    # Of hits drawn without replacement; and the rows that a difference of shares is spread over.
    spread = inside * (all_rows - inside) / np.maximum(all_rows, 1)
    variance = spread * share * (1 - share) * all_rows / np.maximum(all_rows - 1, 1)
    for place in range(groups) if groups == 1 else range(groups + 1):
        chosen = slice(None) if place == groups else slice(place, place + 1)
        n, total = inside[chosen].sum(axis=0), float(all_rows[chosen].sum())
        v = variance[chosen].sum(axis=0)
        kept = np.flatnonzero((n >= least_rows) & (total - n >= least_rows) & (v > 0))
        if not len(kept):
            continue
        excess = np.abs(_within(hits[:, chosen].sum(axis=1), windows[kept]) - expected[chosen].sum(axis=0)[kept])
        z = np.maximum(excess - 0.5, 0) / np.sqrt(v[kept])
        z[excess < least_change * spread[chosen].sum(axis=0)[kept]] = 0
        highest = z.argmax(axis=1)
        value = np.take_along_axis(z, highest[:, None], axis=1)[:, 0]
        better = value > best
        best[better], window[better], zone[better] = value[better], kept[highest[better]], place
    if groups == 1:
        zone[:] = 1  # the only group is all there is
    return best, window, zone


def _within(counts: Counts, windows: Counts) -> Counts:
    """Sums over each window: shape (…, windows)."""
    before = np.concatenate([np.zeros((*counts.shape[:-1], 1), dtype=np.int64), counts.cumsum(axis=-1)], axis=-1)
    sums: Counts = before[..., windows[:, 1]] - before[..., windows[:, 0]]
    return sums
