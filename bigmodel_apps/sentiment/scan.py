"""Where, in time, the mean of some values departs from what it is the rest of the time: a scan statistic.

Every interval of time, of every group and of all groups together, is compared with the rest of the same rows by a
two-sample z (of zeros and ones: the two-proportion z); over all groups it is stratified by group (Mantel, Journal of
the American Statistical Association 1963), so that a group that grows is no shift. The greatest of these is compared
with the greatest that chance gives, by permuting the values among the rows of each group (Kulldorff, Communications in
Statistics 1997), so that every interval that was looked at is paid for: on a table in which nothing changes, the chance
that anything at all is found is the level of the test, however many intervals and groups there are. What is found is
taken out and the rest scanned again, until nothing more is found (Zhang, Assunção and Kulldorff, Journal of Probability
and Statistics 2010).

The test takes rows of a group for independent of each other.
"""

from __future__ import annotations

import itertools
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
        group: Its number; None where it is about all groups together.
        start, stop: Its periods, ``stop`` not included.
        rows: Rows inside.
        change: Mean inside less that of the other rows of the same group or groups, stratified by group.
        p: Chance that a table without any shift yields an interval like this.
    """

    group: int | None
    start: int
    stop: int
    rows: int
    change: float
    p: float


def scan(
    values: npt.ArrayLike,
    groups: npt.ArrayLike,
    periods: npt.ArrayLike,
    *,
    least_rows: int,
    least_change: float,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 7,
    most: int = MOST,
) -> list[Found]:
    """The intervals in which the mean departs, the clearest first.

    Args:
        values, groups, periods: Of each row its value, and the numbers of its group and its period from 0.
        least_rows: An interval, and what it is compared with, has at least so many.
        least_change: An interval's mean differs from the other by at least so much; smaller shifts are not found.
        level: Chance of finding anything where nothing changes, at most.
        draws: Permutations; p is a multiple of 1 / (draws + 1).
        most: See `MOST`.
    """
    generator = np.random.default_rng(seed)
    order = np.lexsort((np.asarray(periods), np.asarray(groups)))
    numbers = np.asarray(values, dtype=np.float64)[order]
    of_group, of_period = (np.asarray(codes, dtype=np.int64)[order] for codes in (groups, periods))
    if not len(numbers):
        return []
    shape = (int(of_group.max()) + 1, int(of_period.max()) + 1)
    windows = _windows(shape[1])
    found: list[Found] = []
    while len(found) < most and len(numbers):
        table = _Rows(numbers, of_group, of_period, shape)
        sums = table.sums(numbers[None])
        best, window, zone = _greatest(sums, table, windows, least_rows, least_change)
        if not best[0] > 0:
            break
        reached = 0
        for drawn in table.drawn(draws, generator, max(len(windows), len(numbers))):
            reached += int((_greatest(drawn, table, windows, least_rows, least_change)[0] >= best[0] - 1e-9).sum())
            if 1 + reached > level * (draws + 1):
                break  # no further draw can make it significant
        p = (1 + reached) / (draws + 1)
        if p > level:
            break
        start, stop = (int(bound) for bound in windows[window[0]])
        group = int(zone[0]) if zone[0] < shape[0] else None
        inside = (of_period >= start) & (of_period < stop)
        if group is not None:
            inside &= of_group == group
        chosen = slice(None) if group is None else slice(group, group + 1)
        excess, spread = (part[chosen, window[0]].sum() for part in table.excess(sums[0], windows))
        found.append(Found(group, start, stop, int(inside.sum()), float(excess / spread), p))
        numbers, of_group, of_period = numbers[~inside], of_group[~inside], of_period[~inside]
    return found


class _Rows:
    """Rows sorted by group and period.

    Attributes:
        rows: Counts, shape (groups, periods).
        mean, variance: Of each group's values, shape (groups, 1); the variance that of a permutation.
    """

    def __init__(self, values: Floats, groups: Counts, periods: Counts, shape: tuple[int, int]) -> None:
        self._values = values
        self.rows = np.bincount(groups * shape[1] + periods, minlength=shape[0] * shape[1]).reshape(shape)
        self._ends = self.rows.ravel().cumsum()
        n = np.maximum(self.rows.sum(axis=1), 1)
        self.mean = (np.bincount(groups, values, shape[0]) / n)[:, None]
        squares = np.bincount(groups, (values - self.mean[groups, 0]) ** 2, shape[0])
        self.variance = (squares / np.maximum(n - 1, 1))[:, None]

    def sums(self, values: Floats) -> Floats:
        """Sums by group and period of each draw: shape (draws, rows) to (draws, groups, periods)."""
        before = np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)[:, [0, *self._ends]]
        return np.diff(before, axis=1).reshape(len(values), *self.rows.shape)

    def drawn(self, draws: int, generator: np.random.Generator, size: int) -> Iterator[Floats]:
        """Sums of values permuted within each group, some draws at a time."""
        at_once = max(1, _AT_ONCE // size)
        bounds = [0, *self.rows.sum(axis=1).cumsum()]
        for start in range(0, draws, at_once):
            drawn = np.repeat(self._values[None], min(at_once, draws - start), axis=0)
            for first, last in itertools.pairwise(bounds):
                drawn[:, first:last] = generator.permuted(drawn[:, first:last], axis=1)
            yield self.sums(drawn)

    def excess(self, sums: Floats, windows: Counts) -> tuple[Floats, Floats]:
        """By how much each window's sum exceeds what its group's mean gives, and the rows it is spread over."""
        inside = _within(self.rows, windows)
        total = np.maximum(self.rows.sum(axis=1, keepdims=True), 1)
        return _within(sums, windows) - inside * self.mean, inside * (total - inside) / total


def _windows(periods: int) -> Counts:
    """All intervals of at most half the periods: shape (windows, 2)."""
    longest = max(1, periods // 2)
    return np.array(
        [(start, stop) for start in range(periods) for stop in range(start + 1, min(start + longest, periods) + 1)]
    )


def _greatest(
    sums: Floats, table: _Rows, windows: Counts, least_rows: int, least_change: float
) -> tuple[Floats, Counts, Counts]:
    """The greatest |z| of each draw, and its window and zone; the zone after the groups is all of them.

    Args:
        sums: Shape (draws, groups, periods).
    """
    groups = len(table.rows)
    best = np.zeros(len(sums))
    window, zone = np.zeros(len(sums), dtype=np.int64), np.full(len(sums), groups, dtype=np.int64)
    inside, totals = _within(table.rows, windows), table.rows.sum(axis=1)
    expected = inside * table.mean
    spread = table.excess(sums[0], windows)[1]
    variance = spread * table.variance
    for place in (*range(groups if groups > 1 else 0), groups):
        chosen = slice(None) if place == groups else slice(place, place + 1)
        n, total = inside[chosen].sum(axis=0), totals[chosen].sum()
        v = variance[chosen].sum(axis=0)
        kept = np.flatnonzero((n >= least_rows) & (total - n >= least_rows) & (v > 1e-12))
        if not len(kept):
            continue
        of_zone = _within(sums[:, chosen].sum(axis=1), windows[kept])
        excess = np.abs(of_zone - expected[chosen].sum(axis=0)[kept])
        z = excess / np.sqrt(v[kept])
        z[excess < least_change * spread[chosen].sum(axis=0)[kept]] = 0
        highest = z.argmax(axis=1)
        value = np.take_along_axis(z, highest[:, None], axis=1)[:, 0]
        better = value > best
        best[better], window[better], zone[better] = value[better], kept[highest[better]], place
    return best, window, zone


def _within(counts: npt.NDArray[np.number], windows: Counts) -> Floats:
    """Sums over each window: shape (…, windows)."""
    before = np.concatenate([np.zeros((*counts.shape[:-1], 1)), counts.cumsum(axis=-1)], axis=-1)
    sums: Floats = before[..., windows[:, 1]] - before[..., windows[:, 0]]
    return sums
