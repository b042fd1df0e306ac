"""Whether the transactions of today are still those that a model learned from.

Inputs and scores need no labels. The population stability index of a column is Σ (p - q) · ln(p / q) over ten bins of
equal mass of the reference and one of missing values. Its usual limits, .1 and .25, know nothing of sample sizes:
without drift the index is about χ² with bins - 1 degrees of freedom times 1/n + 1/m (Yurdakul & Naranjo, Journal of Risk
Model Validation 2020), more where rows depend on each other. So a column's limit comes from its own reference period as
well, from every window of days there against all others: it is the largest of what χ² gives for independent rows, for the
windows' mean, and, scaled, for their mean and variance. The longer the reference, the fewer false alarms.

The rate of fraud is known only where labels have matured. Frauds come in clusters, at a terminal or on a card, so its
variance is taken over both (Cameron, Gelbach & Miller, Journal of Business & Economic Statistics 2011).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, kolmogorov

from bigmodel_apps import measures
from bigmodel_apps.fraud.transactions import DAY, FRAUD, UNKNOWN, Floats, Ints, Transactions
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError, Problem

Kind = Literal["amounts", "night", "terminals"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Drifts that can be injected: dearer, at night, at terminals that are new."""

STRENGTHS: dict[Kind, float] = {"amounts": 1.3, "night": 0.1, "terminals": 0.1}
"""Factor on the amounts; share of the transactions that move."""

BINS = 10
WINDOW = 7
"""Days looked at together."""

WATCHED = (
    *("amount", "customer_amount_ratio", "customer_count_1h", "customer_count_1d", "customer_gap_hours"),
    *("terminal_count_1h", "terminal_count_1d", "terminal_amount_ratio"),
)
"""Inputs that are about a transaction and the day around it. Those of longer windows and habits go on moving while the
history grows, and follow a drift slowly."""

TIME, SCORE = "time", "score"
"""Names of the hour of the day and of the score among the columns watched."""

DAYS_PER_FALSE_ALARM = 365
RATE_LIMIT = 3.0
"""Standard errors between two rates of fraud before it is called a change."""

_MIN_WINDOWS = 3
_NIGHT = 6 * 3_600
_NEW_TERMINALS = 0.02


@dataclass(frozen=True, slots=True)
class Shift:
    """How one column differs between two periods.

    Attributes:
        psi: Population stability index.
        ks: Largest distance of the two distribution functions, in [0, 1].
        p: Of the Kolmogorov-Smirnov test, asymptotic; tiny for any difference where there are many rows.
        before, after: Medians; NaN where all values are missing.
        missing_before, missing_after: Shares without a value.
    """

    name: str
    psi: float
    ks: float
    p: float
    before: float
    after: float
    missing_before: float
    missing_after: float


@dataclass(frozen=True, slots=True)
class Watch:
    """Columns watched day by day against a reference period.

    Attributes:
        names: Of the columns, (d,).
        days: Looked at, each the last of a window, shape (m,).
        psi: Of each window against the reference, shape (m, d).
        limits: Above which a column counts as changed, shape (d,).
    """

    names: tuple[str, ...]
    days: Ints
    psi: Floats
    limits: Floats

    @property
    def over(self) -> npt.NDArray[np.bool_]:
        """Which columns are over their limit, shape (m, d)."""
        return np.asarray(self.psi > self.limits)

    @property
    def alarms(self) -> Ints:
        """Days on which an alarm begins: a column goes over its limit and none was the day before."""
        alarmed: npt.NDArray[np.bool_] = np.asarray(self.over.any(axis=1))
        return self.days[alarmed & ~np.append(False, alarmed[:-1])]

    def seen(self, day: int) -> int | None:
        """Days from the start of a drift to the first alarmed day, itself counted; None if it is never seen."""
        later = self.days[self.over.any(axis=1) & (self.days >= day)]
        return int(later[0]) - day + 1 if len(later) else None


@dataclass(frozen=True, slots=True)
class DayRate:
    """The rate of fraud of one day; None where no label of it has matured."""

    day: int
    rate: Estimate | None


@dataclass(frozen=True, slots=True)
class RateWatch:
    """The rate of fraud of windows of matured days against a reference period.

    Attributes:
        days: Last day of each window, shape (m,).
        known: Day on which its labels have matured, shape (m,).
        rates: Shape (m,).
        reference: Rate of the reference period.
        z: Difference from the reference in standard errors, shape (m,).
    """

    days: Ints
    known: Ints
    rates: Floats
    reference: float
    z: Floats

    @property
    def alarms(self) -> Ints:
        """Days on which a change becomes known."""
        over = np.abs(self.z) > RATE_LIMIT
        return self.known[over & ~np.append(False, over[:-1])]


# --- Two periods ------------------------------------------------------------------------------------------------------


def shifts(names: Sequence[str], before: npt.NDArray[Any], after: npt.NDArray[Any]) -> list[Shift]:
    """Compare columns of two periods, the most changed first.

    Args:
        names: Of the columns, (d,).
        before, after: Shape (n, d) and (m, d); NaN is a missing value.
    """
    found = []
    for place, name in enumerate(names):
        old, new = np.asarray(before[:, place], dtype=np.float64), np.asarray(after[:, place], dtype=np.float64)
        edges = _edges(old)
        counts = [np.bincount(_binned(values, edges), minlength=len(edges) + 2) for values in (old, new)]
        told_old, told_new = np.sort(old[~np.isnan(old)]), np.sort(new[~np.isnan(new)])
        distance, p = _ks(told_old, told_new)
        found.append(
            Shift(
                name=name,
                psi=float(psi(counts[0], counts[1])),
                ks=distance,
                p=p,
                before=_middle(told_old),
                after=_middle(told_new),
                missing_before=1 - len(told_old) / max(1, len(old)),
                missing_after=1 - len(told_new) / max(1, len(new)),
            )
        )
    return sorted(found, key=lambda shift: -shift.psi)


def psi(expected: npt.NDArray[Any], found: npt.NDArray[Any]) -> Floats:
    """Population stability index of counts, shape (…, bins). Half a row is added to each bin, so that none is empty."""
    p, q = (counts + 0.5 for counts in (np.asarray(expected, dtype=np.float64), np.asarray(found, dtype=np.float64)))
    p, q = p / p.sum(axis=-1, keepdims=True), q / q.sum(axis=-1, keepdims=True)
    return np.asarray(((p - q) * np.log(p / q)).sum(axis=-1))


# --- Day by day -------------------------------------------------------------------------------------------------------


def columns(
    transactions: Transactions, names: Sequence[str], values: npt.NDArray[Any], scores: Floats | None = None
) -> tuple[tuple[str, ...], npt.NDArray[Any]]:
    """What is watched: the hour of the day, `WATCHED`, further numbers and the score, names and shape (n, d).

    Args:
        names, values: Inputs, (d',) and shape (n, d').
        scores: Shape (n,).
    """
    places = [place for place, name in enumerate(names) if name in WATCHED or name in transactions.numbers]
    found = [(TIME, transactions.seconds % DAY / 3_600), *((names[place], values[:, place]) for place in places)]
    if scores is not None:
        found.append((SCORE, scores))
    return tuple(name for name, _ in found), np.column_stack([column for _, column in found])


def watch(
    names: Sequence[str],
    values: npt.NDArray[Any],
    days: Ints,
    reference: range,
    *,
    window: int = WINDOW,
    days_per_false_alarm: float = DAYS_PER_FALSE_ALARM,
) -> Watch:
    """Watch columns after a reference period; the first window ends `window` days after it.

    Args:
        names: Of the columns, (d,).
        values: Shape (n, d).
        days: Of the rows, in order, shape (n,).
        reference: Days that the others are compared with.
        days_per_false_alarm: Limits are such that all columns together raise a false alarm that seldom, about.

    Raises:
        InputError: ``fraud-drift-days``: the reference has fewer days than three windows, or none follow.
    """
    last = int(days[-1]) if len(days) else reference.stop
    later = np.arange(reference.stop + window - 1, last + 1)
    if len(reference) < _MIN_WINDOWS * window or not len(later):
        details = {"needed": _MIN_WINDOWS * window, "window": window, "found": len(reference)}
        raise InputError(Problem("fraud-drift-days", details=details))
    first, total = reference.start, last + 1 - reference.start
    rows = slice(*np.searchsorted(days, (first, last + 1)).tolist())
    at = (days[rows] - first).astype(np.int64)
    within = at < len(reference)
    found, limits = np.empty((len(later), len(names))), np.empty(len(names))
    for place in range(len(names)):
        column = np.asarray(values[rows, place], dtype=np.float64)
        edges = _edges(column[within])
        bins = len(edges) + 2
        counts = np.bincount(at * bins + _binned(column, edges), minlength=total * bins).reshape(total, bins)
        sums = np.concatenate([np.zeros((1, bins)), counts.cumsum(axis=0)])
        windows = sums[window:] - sums[:-window]  # by the day on which each begins
        whole = sums[len(reference)]
        inside = windows[: len(reference) - window + 1]
        undisturbed = psi(whole - inside, inside)
        found[:, place] = psi(whole, windows[later - window + 1 - first])
        limits[place] = _limit(undisturbed, whole, windows[len(reference)].sum(), 1 / days_per_false_alarm / len(names))
    return Watch(tuple(names), later, found, limits)


def _limit(undisturbed: Floats, whole: Floats, rows: float, p: float) -> float:
    """The index that is exceeded with probability p without drift."""
    freedom = max(1, int((whole > 0).sum()) - 1)
    tail = float(chdtri(freedom, p))
    mean, variance = float(undisturbed.mean()), float(undisturbed.var(ddof=1))
    # Rows that are independent; the mean of the period with that shape; its mean and variance.
    limits = [(1 / max(1.0, whole.sum()) + 1 / max(1.0, rows)) * tail, mean / freedom * tail]
    if variance:
        limits.append(variance / (2 * mean) * float(chdtri(2 * mean**2 / variance, p)))
    return max(limits)


def rates(days: Ints, fraud: npt.NDArray[Any], today: int, delay_days: int) -> list[DayRate]:
    """The rate of fraud of every day that has rows, with Wilson intervals; None where labels have not matured.

    Args:
        days, fraud: Of the rows, shape (n,).
        today: Labels of days before `today` less `delay_days` are known.
    """
    first = int(days.min()) if len(days) else 0
    known = fraud != UNKNOWN
    sizes = np.bincount(days[known] - first)
    hits = np.bincount((days - first)[fraud == FRAUD], minlength=len(sizes))
    return [
        DayRate(
            int(day),
            measures.wilson(int(hits[day - first]), int(sizes[day - first]))
            if day < today - delay_days and day - first < len(sizes) and sizes[day - first]
            else None,
        )
        for day in np.unique(days)
    ]


def watch_rate(transactions: Transactions, reference: range, *, window: int = WINDOW, delay_days: int = 7) -> RateWatch:
    """Watch the rate of fraud after a reference period, each day as soon as its labels have matured.

    Raises:
        InputError: ``fraud-drift-days``.
    """
    days, labels = transactions.days, transactions.fraud
    last = int(days[-1]) if len(days) else reference.stop
    later = np.arange(reference.stop + window - 1, last + 1)
    if not len(later) or not len(reference):
        details = {"needed": 1, "window": window, "found": len(reference)}
        raise InputError(Problem("fraud-drift-days", details=details))
    before, spread = _rate(transactions, labels, reference)
    found = [_rate(transactions, labels, range(int(day) - window + 1, int(day) + 1)) for day in later]
    values, errors = (np.array(column) for column in zip(*found, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (values - before) / np.sqrt(errors**2 + spread**2)
    return RateWatch(later, later + delay_days + 1, values, before, np.nan_to_num(z))


def _rate(transactions: Transactions, labels: npt.NDArray[Any], days: range) -> tuple[float, float]:
    """The rate of fraud of some days and its standard error, clustered by terminal and by customer."""
    span = transactions.between(days.start, len(days))
    known = np.flatnonzero(labels[span] != UNKNOWN) + span.start
    if not len(known):
        return math.nan, math.nan
    fraud = labels[known] == FRAUD
    rate = float(fraud.mean())
    left = fraud - rate
    alone = float((left**2).sum())
    variance = alone
    for owners in (transactions.customers, transactions.terminals):
        if owners is not None:
            variance += float((np.bincount(owners[known], weights=left) ** 2).sum()) - alone
    return rate, math.sqrt(max(alone, variance)) / len(known)


# --- Injected drift ---------------------------------------------------------------------------------------------------


def inject(
    transactions: Transactions, kind: Kind, day: int, strength: float | None = None, *, seed: int = 7
) -> Transactions:
    """Transactions that drift from a day on; what comes before and all labels stay as they are.

    Args:
        kind: ``amounts``: all are multiplied. ``night``: a share moves into the hours 0 to 6 of its day.
            ``terminals``: a share moves to terminals that nobody has seen, a fiftieth of their number.
        day: Days since 1970-01-01.
        strength: See `STRENGTHS`.

    Raises:
        InputError: ``fraud-drift-terminals``: the transactions name none.
    """
    strength = STRENGTHS[kind] if strength is None else strength
    begin = int(np.searchsorted(transactions.seconds, day * DAY))
    if kind == "amounts":
        amounts = transactions.amounts.copy()
        amounts[begin:] = (amounts[begin:] * strength).round(2)
        return replace(transactions, amounts=amounts)
    generator = np.random.default_rng(seed)
    moved = begin + np.flatnonzero(generator.random(len(transactions) - begin) < strength)
    if kind == "night":
        seconds = transactions.seconds.copy()
        seconds[moved] = seconds[moved] // DAY * DAY + generator.integers(0, _NIGHT, len(moved))
        return replace(transactions, seconds=seconds).take(np.argsort(seconds, kind="stable"))
    if transactions.terminals is None:
        raise InputError(Problem("fraud-drift-terminals"))
    known = len(transactions.terminal_names)
    new = max(1, round(_NEW_TERMINALS * known))
    terminals = transactions.terminals.copy()
    terminals[moved] = known + generator.integers(0, new, len(moved))
    names = np.concatenate([transactions.terminal_names, [f"new-{number}" for number in range(1, new + 1)]])
    return replace(transactions, terminals=terminals, terminal_names=names.astype(object))


# --- Columns ----------------------------------------------------------------------------------------------------------


def _edges(values: Floats) -> Floats:
    """Between bins of equal mass, as far as equal values allow; shape (at most `BINS` - 1,)."""
    told = values[~np.isnan(values)]
    return np.unique(np.quantile(told, np.arange(1, BINS) / BINS)) if len(told) else np.array([])


def _binned(values: Floats, edges: Floats) -> Ints:
    """Bin of each value; the last is that of missing ones. A value on an edge falls below it."""
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left")).astype(np.int64)


def _ks(one: Floats, other: Floats) -> tuple[float, float]:
    """Distance of two sorted samples and its p value (Smirnov, 1939; asymptotic)."""
    if not len(one) or not len(other):
        return (0.0, 1.0) if len(one) == len(other) else (1.0, 0.0)
    both = np.concatenate([one, other])
    below = [np.searchsorted(values, both, side="right") / len(values) for values in (one, other)]
    distance = float(np.abs(below[0] - below[1]).max())
    return distance, float(kolmogorov(distance * math.sqrt(len(one) * len(other) / (len(one) + len(other)))))


def _middle(ordered: Floats) -> float:
    return float(np.median(ordered)) if len(ordered) else math.nan
