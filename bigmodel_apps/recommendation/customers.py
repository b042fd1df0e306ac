"""Who chooses: segments by recency, frequency and value; who comes back; what is chosen when.

Recency, frequency and value are scored in fifths (Hughes, Strategic Database Marketing, 1994); a user's segment follows
from the first two. Shares come with 95 % intervals. Choices of one user are not independent, so shares of choices or of
money are ratios over users (Cochran, Sampling Techniques, 1977, section 6.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.stats import rankdata

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation.interactions import DAY, Codes, Flags, Floats, Interactions, Ints

Period = Literal["week", "month", "quarter", "year"]

SEGMENTS = ("champions", "loyal", "newcomers", "occasional", "at-risk", "lost")
"""The words for them are the messages ``recommendation-segment-<name>`` and ``recommendation-segment-<name>-what``."""

NO_CATEGORY = ""
MOST_CATEGORIES = 100
"""Categories that are told apart, the most chosen."""

_FIFTHS = 5
_MOST_PERIODS = 24
_WEEKS_UP_TO = 70
_NORMAL = 1.959964


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Each user's past, shape (users,); not a number for users without choices.

    Attributes:
        recency: Days from the last choice to the last of all.
        frequency: Orders: different baskets where they are known, else different days.
        value: Money (or whatever the amounts are); the number of choices where there are none.
        scores: 1 to 5 for each of the three, 5 the best, shape (users, 3); 0 for users without choices.
    """

    recency: Floats
    frequency: Floats
    value: Floats
    scores: Codes


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; figures are medians of its users, 0 where it has none.

    Attributes:
        name: See `SEGMENTS`.
        share: Of the users.
        value_share: Of the value of all.
    """

    name: str
    users: int
    share: Estimate
    value_share: Estimate
    recency_days: float
    frequency: float
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """All users, told apart.

    Attributes:
        of: For each user the place of the segment, -1 without choices, shape (users,).
        segments: In the order of `SEGMENTS`.
        amounts: Whether value is what the amounts say, and not a number of choices.
        last: The day from which recency is counted.
    """

    profile: Profile
    of: Codes
    segments: tuple[Segment, ...]
    amounts: bool
    last: date


@dataclass(frozen=True, slots=True, eq=False)
class Retention:
    """Of the users who first chose in one period, who chose again in each later one.

    The first cohort also holds those who were there before the data begins. The last period may be incomplete.

    Attributes:
        starts: First day of each period, shape (periods,).
        sizes: Users of each cohort, shape (periods,).
        counts: Of these, active so many periods later, shape (periods, periods); -1 where that is still to come.
        shares, low, high: `counts` over `sizes` with Wilson's interval; not a number where still to come or of nobody.
        complete: Whether the data reaches the last period's last day.
    """

    period: Period
    starts: tuple[date, ...]
    sizes: Ints
    counts: Ints
    shares: Floats
    low: Floats
    high: Floats
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """What happened in each period, columns of shape (periods,).

    Attributes:
        users: With a choice in it.
        new: Of these, with their first one.
        choices: All of them.
        value: Sum of the amounts; None where there are none.
    """

    period: Period
    starts: tuple[date, ...]
    users: Ints
    new: Ints
    choices: Ints
    value: Floats | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Category:
    """How much of what is chosen belongs to a category.

    Attributes:
        name: As shown; `NO_CATEGORY` for items without one.
        share: Of the choices.
        usual: The share among the choices of all users.
    """

    name: str
    choices: int
    share: Estimate
    usual: float


def profile(interactions: Interactions) -> Profile:
    """Raises:
    InputError: ``recommendation-no-times``.
    """
    seconds = _times(interactions)
    users, total = interactions.users, len(interactions.user_ids)
    choices = np.bincount(users, minlength=total).astype(np.float64)
    absent = choices == 0
    last = np.full(total, -np.inf)
    np.maximum.at(last, users, seconds.astype(np.float64))
    orders = interactions.baskets if interactions.baskets is not None else seconds // DAY
    _, orders = np.unique(orders, return_inverse=True)
    different = np.unique(users.astype(np.int64) * len(orders) + orders)  # fewer numbers of orders than choices
    frequency = np.bincount(different // len(orders), minlength=total).astype(np.float64)
    value = choices
    if interactions.amounts is not None:
        value = _sums(users, interactions.amounts, total)
    recency = (float(seconds[-1]) - last) / DAY
    scores = np.column_stack([_fifths(column, ~absent) for column in (-recency, frequency, value)])
    recency, frequency, value = (np.where(absent, np.nan, column) for column in (recency, frequency, value))
    return Profile(recency, frequency, value, scores)


def segments(interactions: Interactions) -> Segmentation:
    """Tell all users apart.

    Raises:
        InputError: ``recommendation-no-times``.
    """
    found = profile(interactions)
    recent, often = found.scores[:, 0], found.scores[:, 1]
    known = recent > 0
    rules = {
        "champions": (recent >= 4) & (often >= 4),
        "newcomers": (recent >= 4) & (often <= 2),
        "loyal": (recent >= 3) & (often >= 3),
        "occasional": (recent == 3) & (often <= 2),
        "at-risk": (recent <= 2) & (often >= 3),
        "lost": (recent <= 2) & (often <= 2),
    }
    of = np.full(len(recent), -1, dtype=np.int32)
    for name, rule in rules.items():  # a champion is not also loyal
        of[known & rule & (of < 0)] = SEGMENTS.index(name)
    worth = np.maximum(np.nan_to_num(found.value), 0)
    made = []
    for place, name in enumerate(SEGMENTS):
        own = of == place
        medians = [
            float(np.median(column[own])) if own.any() else 0.0
            for column in (found.recency, found.frequency, found.value)
        ]
        made.append(
            Segment(
                name,
                int(own.sum()),
                measures.wilson(int(own.sum()), int(known.sum())),
                _ratio(np.where(own, worth, 0)[known], worth[known]),
                *medians,
            )
        )
    last = date.fromordinal(date(1970, 1, 1).toordinal() + int(_times(interactions)[-1] // DAY))
    return Segmentation(found, of, tuple(made), interactions.amounts is not None, last)


def retention(interactions: Interactions) -> Retention:
    """Raises:
    InputError: ``recommendation-no-times``.
    """
    seconds = _times(interactions)
    period, starts, at, complete = _periods(seconds)
    count = len(starts)
    pairs = np.unique(interactions.users.astype(np.int64) * count + at)
    users, active = np.divmod(pairs, count)
    first = np.r_[True, users[1:] != users[:-1]]
    cohort = active[first][np.cumsum(first) - 1]
    counts = np.zeros((count, count), dtype=np.int64)
    np.add.at(counts, (cohort, active - cohort), 1)
    sizes = counts[:, 0].copy()
    ahead = np.add.outer(np.arange(count), np.arange(count)) >= count
    counts[ahead] = -1
    shares, low, high = (np.full((count, count), np.nan) for _ in range(3))
    for row, column in zip(*np.nonzero(~ahead & (sizes > 0)[:, None]), strict=True):
        told = measures.wilson(int(counts[row, column]), int(sizes[row]))
        shares[row, column], low[row, column], high[row, column] = told.value, told.low, told.high
    return Retention(period, starts, sizes, counts, shares, low, high, complete)


def activity(interactions: Interactions, users: Flags | None = None) -> Activity:
    """What happened when.

    Args:
        users: Whose choices are counted, shape (users,), at least one of whom has some; all by default.

    Raises:
        InputError: ``recommendation-no-times``.
    """
    if users is not None:
        interactions = interactions.take(users[interactions.users])
    seconds = _times(interactions)
    period, starts, at, complete = _periods(seconds)
    count = len(starts)
    pairs = np.unique(interactions.users.astype(np.int64) * count + at)
    whose, active = np.divmod(pairs, count)
    first = np.r_[True, whose[1:] != whose[:-1]]
    value = None
    if interactions.amounts is not None:
        value = _sums(at, interactions.amounts, count)
    return Activity(
        period,
        starts,
        users=np.bincount(active, minlength=count),
        new=np.bincount(active[first], minlength=count),
        choices=np.bincount(at, minlength=count),
        value=value,
        complete=complete,
    )


def categories(interactions: Interactions, language: str, users: Flags | None = None) -> list[Category]:
    """What is chosen, the most chosen category first, at most `MOST_CATEGORIES`; empty where no category is known.

    Args:
        users: Whose choices are counted, shape (users,); all by default.
    """
    known = interactions.catalogue.categories
    if not known or not len(interactions):
        return []
    column = known[language] if language in known else next(iter(known.values()))
    names, of = np.unique(column.astype(str), return_inverse=True)
    chosen = of[interactions.items]
    usual = np.bincount(chosen, minlength=len(names)) / len(chosen)
    keep = np.ones(len(chosen), dtype=bool) if users is None else users[interactions.users]
    if not keep.any():
        return []
    _, whose = np.unique(interactions.users[keep], return_inverse=True)
    whole = np.bincount(whose).astype(np.float64)
    # Choices of each user in each category: nearly all are 0.
    ones = np.ones(len(whose), dtype=np.float64)
    table = sparse.csc_matrix((ones, (whose, chosen[keep])), shape=(len(whole), len(names)))
    counts = np.bincount(chosen[keep], minlength=len(names))
    most = np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]  # of equals by name, as `names` is sorted
    return [
        Category(str(names[at]), int(counts[at]), _ratio(table[:, [at]].toarray().ravel(), whole), float(usual[at]))
        for at in most
    ]


def _times(interactions: Interactions) -> Ints:
    if interactions.seconds is None or not len(interactions):
        raise InputError(Problem("recommendation-no-times"))
    return interactions.seconds


def _sums(places: Codes | Ints, amounts: Floats, total: int) -> Floats:
    return np.bincount(places, weights=np.nan_to_num(amounts), minlength=total).astype(np.float64)


def _fifths(column: Floats, known: Flags) -> Codes:
    """1 to 5 by rank, equal values alike; 0 where not known."""
    found = np.zeros(len(column), dtype=np.int32)
    if known.any():
        ranks = (rankdata(column[known]) - 0.5) / known.sum()
        found[known] = np.minimum(1 + np.floor(_FIFTHS * ranks), _FIFTHS).astype(np.int32)
    return found


def _ratio(part: Floats, whole: Floats) -> Estimate:
    """Σ part / Σ whole over users, with an interval from the spread over users."""
    total = float(whole.sum())
    if total <= 0:
        return Estimate(0.0, 0.0, 1.0, len(whole), "ratio-95")
    value = float(part.sum()) / total
    users = len(whole)
    spread = float(((part - value * whole) ** 2).sum()) * users / max(users - 1, 1)
    reach = _NORMAL * math.sqrt(spread) / total
    return Estimate(value, max(0.0, value - reach), min(1.0, value + reach), users, "ratio-95")


def _periods(seconds: Ints) -> tuple[Period, tuple[date, ...], Ints, bool]:
    """The shortest periods of which not too many cover the time, their first days, the place of every choice, and whether
    the last one is over."""
    days = seconds // DAY
    day = days.astype("datetime64[D]")
    months = day.astype("datetime64[M]").astype(np.int64)
    numbers: dict[Period, Ints] = {
        "week": (days + 3) // 7,  # the epoch was a Thursday
        "month": months,
        "quarter": months // 3,
        "year": months // 12,
    }
    period: Period = "week"
    if np.ptp(days) > _WEEKS_UP_TO:
        longer: tuple[Period, ...] = ("month", "quarter", "year")
        period = next((name for name in longer if np.ptp(numbers[name]) < _MOST_PERIODS), "year")
    number = numbers[period]
    first = int(number.min())
    every = np.arange(first, int(number.max()) + 2)
    if period == "week":
        begins = (every * 7 - 3).astype("datetime64[D]")
    else:
        begins = (
            (every * {"month": 1, "quarter": 3, "year": 12}[period]).astype("datetime64[M]").astype("datetime64[D]")
        )
    complete = bool(day.max() + 1 >= begins[-1])
    return period, tuple(begins[:-1].astype(object)), number - first, complete
