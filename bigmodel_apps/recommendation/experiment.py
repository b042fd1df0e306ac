"""A/B tests, simulated: what was held out is replayed under two ways to make lists, and everybody sees one of them.

A user *converts* if the list holds something that the user chose later. This is a simulation: nobody saw these lists, and
a choice that a list might have caused is not in the data. It shows what a test of this size can tell. The replay knows
both outcomes of every user, so the true difference stands beside what the test sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bigmodel_apps import measures
from bigmodel_apps.measures import SIGNIFICANCE, Estimate
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.recommendation import lists
from bigmodel_apps.recommendation.interactions import Flags, Floats, Ints, Singles
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.splits import Split

Report = Callable[[int, int], None]
Stop = Callable[[], bool]
Hashes = npt.NDArray[np.uint64]

POWER = 0.8
RUNS, LOOKS = 1_000, 10
MOST_USERS = 1_000_000_000

_NORMAL = 1.959964
_AT_ONCE = 200
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What the replay knows.

    Attributes:
        ids: Of the users, shape (users,).
        first, second: Whether each user converts with one and with the other way to make lists, shape (users,).
    """

    ids: Sequence[str]
    first: Flags
    second: Flags


@dataclass(frozen=True, slots=True)
class Arm:
    """Users who see one of the two."""

    users: int
    conversions: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class Result:
    """What the test sees.

    Attributes:
        difference: Share of the second less share of the first, with Newcombe's interval.
        lift: The same relative to the first, with the interval of Katz et al.; None where the first one has no conversion.
        p: Of the test of two proportions with a pooled variance, two-sided.
        true_difference: Over all users under both, which only a replay knows.
        needed: Users in each arm with which a lift as large as seen is found with a probability of `POWER`; None
            without a lift.
    """

    first: Arm
    second: Arm
    difference: Estimate
    lift: Estimate | None
    p: float
    true_difference: float
    needed: int | None

    @property
    def clear(self) -> bool:
        """Whether chance is an unlikely reason for the difference."""
        return self.p < SIGNIFICANCE


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """Many tests of one way against itself: whatever they find is chance.

    Attributes:
        p: Of each, shape (runs,), ascending.
        found: Share of them that find a difference; should be `SIGNIFICANCE`.
        uniform: P value of the test that p values are spread evenly (Kolmogorov and Smirnov).
        peeking: Share that find one at some look when looking `looks` times and stopping at the first.
        corrected: The same when each look may be wrong in only `SIGNIFICANCE` / `looks` of the cases (Bonferroni).
    """

    p: Floats
    found: Estimate
    uniform: float
    looks: int
    peeking: Estimate
    corrected: Estimate


def outcomes(
    recommender: Recommender,
    split: Split,
    first: lists.Settings,
    second: lists.Settings,
    *,
    vectors: Singles | None = None,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Outcomes:
    """Make both lists for every user of a split.

    Args:
        recommender: Fitted on `split.train`.
        vectors: See `lists.make`.
        report: Called with (lists made, in total).

    Raises:
        InputError: ``recommendation-nothing-held-out``.
        Cancelled: `cancelled` said so.
    """
    users = len(split.users)
    if not users:
        raise InputError(Problem("recommendation-nothing-held-out"))
    hits = np.zeros((2, users), dtype=bool)
    for arm, settings in enumerate((first, second)):
        if arm and settings == first:
            hits[1] = hits[0]
            continue
        for start in range(0, users, _AT_ONCE):
            if cancelled is not None and cancelled():
                raise Cancelled
            rows = slice(start, start + _AT_ONCE)
            made = lists.make(recommender, split.histories[rows], settings, vectors=vectors)
            hits[arm, rows] = [
                bool(np.isin(one.items, held).any()) for one, held in zip(made, split.held[rows], strict=True)
            ]
            if report is not None:
                report(arm * users + min(start + _AT_ONCE, users), 2 * users)
    ids = [str(id) for id in split.train.user_ids[split.users]]
    return Outcomes(ids, hits[0], hits[1])


def run(found: Outcomes, *, share: float = 0.5, seed: int = 0) -> Result:
    """Show one of the two to each user and compare.

    Args:
        share: Of the users who see the second one.
        seed: Another one assigns users anew.

    Raises:
        InputError: An arm would be empty, or the share is none.
    """
    _within("share", share, 0, 1)
    second = assigned(_hashes(found.ids), seed, share)
    n = np.array([(~second).sum(), second.sum()])
    if not n.all():
        raise InputError(Problem("recommendation-arm-empty", details={"users": len(second)}))
    hits = np.array([(found.first & ~second).sum(), (found.second & second).sum()])
    first_arm, second_arm = (Arm(int(k), int(h), measures.wilson(int(h), int(k))) for h, k in zip(hits, n, strict=True))
    base, other = hits / n
    return Result(
        first=first_arm,
        second=second_arm,
        difference=measures.difference(int(hits[1]), int(n[1]), int(hits[0]), int(n[0])),
        lift=_lift(int(hits[0]), int(n[0]), int(hits[1]), int(n[1])),
        p=float(_p(hits[0], n[0], hits[1], n[1])),
        true_difference=float(found.second.mean() - found.first.mean()),
        needed=sample_size(base, other / base - 1) if 0 < base < 1 and 0 < other < 1 and base != other else None,
    )


def same(
    found: Outcomes,
    *,
    runs: int = RUNS,
    looks: int = LOOKS,
    seed: int = 0,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Same:
    """Test the first way against itself, with users assigned anew each time.

    Args:
        looks: After each of so many equal parts of the users somebody looks.
        report: Called with (tests made, in total).

    Raises:
        Cancelled: `cancelled` said so.
    """
    from scipy.stats import kstest  # half a second to import

    users = len(found.ids)
    hashes = _hashes(found.ids)
    arrive = np.argsort(hashes)  # in an order that has nothing to do with what they choose
    hashes, converts = hashes[arrive], found.first[arrive].astype(np.float64)
    ends = np.unique(np.ceil(users * np.arange(1, looks + 1) / looks).astype(np.int64)) - 1
    p = np.ones((runs, len(ends)))
    at_once = max(1, _CELLS // max(users, 1))
    total, hit_total = np.arange(1, users + 1)[ends], converts.cumsum()[ends]
    for start in range(0, runs, at_once):
        if cancelled is not None and cancelled():
            raise Cancelled
        numbers = np.arange(start, min(start + at_once, runs))
        second = np.stack([assigned(hashes, seed + 1 + number, 0.5) for number in numbers.tolist()])
        n = second.cumsum(axis=1)[:, ends]
        hits = (second * converts).cumsum(axis=1)[:, ends]
        p[numbers] = _p(hit_total - hits, total - n, hits, n)
        if report is not None:
            report(int(numbers[-1]) + 1, runs)
    last = np.sort(p[:, -1])
    wrong = [int((p[:, -1] < SIGNIFICANCE).sum())]
    wrong += [int((p < level).any(axis=1).sum()) for level in (SIGNIFICANCE, SIGNIFICANCE / len(ends))]
    shares = [measures.wilson(count, runs) for count in wrong]
    return Same(last, shares[0], float(kstest(last, "uniform").pvalue), len(ends), shares[1], shares[2])


def assigned(hashes: Hashes, seed: int, share: float) -> Flags:
    """Who sees the second one: the same user always, as long as the seed is the same."""
    with np.errstate(over="ignore"):
        # The finaliser of SplitMix64 (Steele et al., OOPSLA 2014).
        mixed = hashes + np.uint64(seed % 2**63) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) / 2.0**53 < share)


def sample_size(base: float, lift: float, *, power: float = POWER, alpha: float = SIGNIFICANCE) -> int:
    """Users that each of two equal arms needs (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 2003,
    4.14, without the correction for continuity).

    Args:
        base: Share that converts with the first one.
        lift: By how much more with the second one, relative to `base`; negative for less.
        power: Probability of finding it.
        alpha: Probability of finding one that is not there.

    Raises:
        InputError: A value out of range, such as a lift that takes the share beyond 1.
    """
    other = _other(base, lift)
    _within("power", power, 0, 1)
    _within("alpha", alpha, 0, 1)
    mean = (base + other) / 2
    by_chance = float(ndtri(1 - alpha / 2)) * math.sqrt(2 * mean * (1 - mean))
    by_power = float(ndtri(power)) * math.sqrt(base * (1 - base) + other * (1 - other))
    needed = (max(by_chance + by_power, 0.0) / (other - base)) ** 2
    return max(2, math.ceil(needed)) if needed < MOST_USERS else MOST_USERS


def power(base: float, lift: float, users: int, *, alpha: float = SIGNIFICANCE) -> float:
    """Probability of finding a lift with so many users in each arm; arguments as of `sample_size`.

    Raises:
        InputError: A value out of range.
    """
    other = _other(base, lift)
    _within("alpha", alpha, 0, 1)
    if users < 1:
        raise InputError(Problem("field-too-small", field="users", details={"ge": 1}))
    mean = (base + other) / 2
    spread = math.sqrt(base * (1 - base) + other * (1 - other))
    by_chance = float(ndtri(1 - alpha / 2)) * math.sqrt(2 * mean * (1 - mean))
    return float(ndtr((abs(other - base) * math.sqrt(users) - by_chance) / spread))


def detectable(base: float, users: int, *, chance: float = POWER, alpha: float = SIGNIFICANCE) -> float | None:
    """The smallest lift that is found with a probability of `chance`; None where even the largest possible is not.

    Raises:
        InputError: A value out of range.
    """
    _within("base", base, 0, 1)
    _within("power", chance, 0, 1)
    low, high = 1e-9, (1 - base) / base * (1 - 1e-9)
    if power(base, high, users, alpha=alpha) < chance:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if power(base, middle, users, alpha=alpha) < chance else (low, middle)
    return high


def _other(base: float, lift: float) -> float:
    _within("base", base, 0, 1)
    if not math.isfinite(lift) or lift == 0:
        raise InputError(Problem("recommendation-no-lift", field="lift"))
    other = base * (1 + lift)
    if not 0 < other < 1:
        raise InputError(Problem("recommendation-lift-too-large", field="lift", details={"share": round(other, 4)}))
    return other


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low < value < high:
        raise InputError(Problem("recommendation-not-between", field=name, details={"low": low, "high": high}))


def _p(hits: Floats | Ints, n: Floats | Ints, other_hits: Floats | Ints, other_n: Floats | Ints) -> Floats:
    """Of the test of two proportions, two-sided; 1 where nothing can be told."""
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (hits + other_hits) / (n + other_n)
        z = (other_hits / other_n - hits / n) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return np.where(np.isfinite(z), 2 * ndtr(-np.abs(z)), 1.0)


def _lift(hits: int, n: int, other_hits: int, other_n: int) -> Estimate | None:
    """Relative difference with the interval of the log of a ratio (Katz et al., Biometrics 1978)."""
    if not hits:
        return None
    ratio = other_hits / other_n / (hits / n)
    if not other_hits:
        return Estimate(-1.0, -1.0, math.inf, n + other_n, "katz-95")
    reach = _NORMAL * math.sqrt(1 / hits - 1 / n + 1 / other_hits - 1 / other_n)
    return Estimate(ratio - 1, ratio * math.exp(-reach) - 1, ratio * math.exp(reach) - 1, n + other_n, "katz-95")


def _hashes(ids: Sequence[str]) -> Hashes:
    digests = (blake2b(id.encode(), digest_size=8, person=b"experiment").digest() for id in ids)
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)
