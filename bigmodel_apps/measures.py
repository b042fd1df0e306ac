"""How good, how sure of that, and better than what: shares and scores with intervals, calibration, paired tests.

Intervals are 95 % bootstrap intervals (Efron and Tibshirani, 1993). Rows that belong together, such as several
phrasings of one question, form a cluster and are drawn together: drawn one by one, they would make an interval too
narrow. A bootstrap sample is a vector of weights, how often each row was drawn, so a statistic is any function of such
weights; one that a sample does not define returns NaN, and that sample is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr

from bigmodel_apps.evidence import Metric

Values = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], float | Floats]
"""Weights of the rows, shape (n,), to a figure or to an array of figures."""

DRAWS = 2_000
SEED = 7
LEVEL = 0.95
SIGNIFICANCE = 0.05
BINS = 10

_NORMAL = 1.959964
_TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
_COUNTS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its 95 % interval, the number of rows behind it, and how the interval was found."""

    value: float
    low: float
    high: float
    n: int
    interval: str = "bootstrap-95"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the same rows.

    Attributes:
        first_only: Rows that only the first one has right.
        second_only: Rows that only the second one has right.
        difference: Share that the second one has right less that of the first one, in [-1, 1].
        p: Of McNemar's exact test.
    """

    first_only: int
    second_only: int
    difference: Estimate
    p: float

    @property
    def clear(self) -> bool:
        """Whether chance is an unlikely reason for the difference: by the test, and by the interval over clusters."""
        return self.p < SIGNIFICANCE and not self.difference.low <= 0 <= self.difference.high


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The share of wrong answers when only the most confident share of the rows is answered.

    Attributes:
        coverage: Shares answered, ascending, shape (m,).
        risk: Shares wrong among those, shape (m,).
        low, high: Bounds of each risk, shape (m,).
    """

    coverage: Floats
    risk: Floats
    low: Floats
    high: Floats


def mean(
    values: Values,
    clusters: Values | None = None,
    *,
    where: Values | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Estimate:
    """The mean of `values`, over the rows in `where` alone if that is given, and its interval.

    Args:
        values: Numbers or truth values, shape (n,).
        clusters: What each row belongs to, shape (n,); every row to itself by default.
        where: Truth values, shape (n,). Clusters are drawn from all rows, so that the number of rows that count
            varies as it would.

    Raises:
        ValueError: There is no row to take the mean of.
    """
    numbers = np.asarray(values, dtype=np.float64)
    counted = np.ones(len(numbers)) if where is None else np.asarray(where, dtype=np.float64)
    if not counted.any():
        raise ValueError("the mean of no rows")
    names, total = _numbered(clusters, len(numbers))
    sums = np.bincount(names, weights=numbers * counted, minlength=total)
    sizes = np.bincount(names, weights=counted, minlength=total)
    drawn = [(counts @ sums, counts @ sizes) for counts in _counts(total, draws, seed)]
    upper, lower = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    with np.errstate(invalid="ignore"):
        low, high = np.nanquantile(upper / lower, _TAILS)
    return Estimate(float(numbers[counted > 0].mean()), float(low), float(high), int(counted.sum()))


def share(hits: Values, clusters: Values | None = None, *, where: Values | None = None, draws: int = DRAWS) -> Estimate:
    """The share of rows that are true, over the rows in `where` alone if that is given, and its interval.

    Where all rows agree, no resampling of them shows that it might have been otherwise; the interval is then the exact
    one (Clopper and Pearson, Biometrika 1934) of as many rows as there are clusters. Arguments as of `mean`.
    """
    found = mean(hits, clusters, where=where, draws=draws)
    if found.low < found.high or found.value not in (0, 1):
        return found
    names, _ = _numbered(clusters, len(hits))
    counted = names if where is None else names[np.asarray(where, dtype=bool)]
    reach = 1 - _TAILS[0] ** (1 / len(np.unique(counted)))
    low, high = (0.0, reach) if found.value == 0 else (1 - reach, 1.0)
    return Estimate(found.value, low, high, found.n, "exact-95")


def wilson(hits: int, n: int) -> Estimate:
    """A share and its 95 % Wilson interval (Wilson, JASA 1927), which holds for few rows and near 0 and 1.

    Raises:
        ValueError: `n` is 0.
    """
    if not n:
        raise ValueError("a share of nothing")
    share, z = hits / n, _NORMAL
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Estimate(share, max(0.0, middle - reach), min(1.0, middle + reach), n, "wilson-95")


def difference(hits: int, n: int, other_hits: int, other_n: int) -> Estimate:
    """The first share less the second one, of different rows, in [-1, 1]; its `n` counts both.

    The interval joins two Wilson intervals (Newcombe, Statistics in Medicine 1998, method 10).

    Raises:
        ValueError: There are no rows on one side.
    """
    first, second = wilson(hits, n), wilson(other_hits, other_n)
    value = first.value - second.value
    low = value - math.hypot(first.value - first.low, second.high - second.value)
    high = value + math.hypot(first.high - first.value, second.value - second.low)
    return Estimate(value, low, high, n + other_n, "newcombe-95")


def bootstrap(statistic: Statistic, clusters: Values, *, draws: int = DRAWS, seed: int = SEED) -> Estimate:
    """A figure of weighted rows and its percentile interval.

    Args:
        statistic: See `Statistic`; called with ones for the figure itself.
        clusters: What each row belongs to, shape (n,).
    """
    low, high = np.nanquantile(_drawn(statistic, clusters, draws, seed), _TAILS)
    return Estimate(float(statistic(np.ones(len(clusters)))), float(low), float(high), len(clusters))


def band(
    statistic: Statistic, clusters: Values, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[Floats, Floats, Floats]:
    """A curve of weighted rows and the percentile interval of each of its points: value, low, high, each of shape (m,).

    Args:
        statistic: See `Statistic`; gives an array of shape (m,).
        clusters: What each row belongs to, shape (n,).
    """
    low, high = np.nanquantile(_drawn(statistic, clusters, draws, seed), _TAILS, axis=0)
    return np.asarray(statistic(np.ones(len(clusters)))), low, high


def calibration(confidences: Values, right: Values, clusters: Values, *, draws: int = DRAWS) -> Estimate:
    """The `calibration_error` and its interval.

    Resampling adds noise, and noise adds to this error, so the percentile interval lies too high (it missed the truth
    in most simulated samples). This is the basic interval, 2·figure - quantile (Davison and Hinkley, 1997, 5.2.1), cut
    at 0 and widened to the figure itself where that lies outside. A true error near 0 it still misses too often.
    """
    value = calibration_error(confidences, right)
    low, high = np.quantile(
        _drawn(lambda weights: calibration_error(confidences, right, weights), clusters, draws, SEED), _TAILS
    )
    return Estimate(value, max(0.0, min(value, 2 * value - high)), max(value, 2 * value - low), len(clusters))


def compare(first: Values, second: Values, clusters: Values | None = None) -> Comparison:
    """Compare two systems by which rows each has right.

    Args:
        first, second: Truth values, shape (n,); the same rows in the same order.
        clusters: See `mean`.
    """
    one, other = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    first_only, second_only = int((one & ~other).sum()), int((other & ~one).sum())
    return Comparison(
        first_only,
        second_only,
        mean(other.astype(np.float64) - one, clusters),
        mcnemar(first_only, second_only),
    )


def mcnemar(first_only: int, second_only: int) -> float:
    """P value of McNemar's exact test, two-sided: rows that only one of the two has right are as likely either one's.

    min(1, 2 · P(X ≤ min(b, c))) with X ~ Binomial(b + c, 1/2) (McNemar, Psychometrika 1947, in its exact form).
    """
    total = first_only + second_only
    return min(1.0, 2 * float(bdtr(min(first_only, second_only), total, 0.5))) if total else 1.0


def auroc(truth: Values, scores: Values, weights: Floats | None = None) -> float:
    """Area under the ROC curve: the probability that a true row scores above a false one, ties counting half.

    Mann-Whitney's U over the number of pairs (Hanley and McNeil, Radiology 1982). NaN without both kinds of rows.
    """
    weighed = np.ones(len(scores)) if weights is None else weights
    places = np.unique(scores, return_inverse=True)[1]
    true = np.bincount(places, weights=weighed * truth)
    false = np.bincount(places, weights=weighed * (1 - np.asarray(truth, dtype=np.float64)))
    pairs = true.sum() * false.sum()
    return float((true * (false.cumsum() - false / 2)).sum() / pairs) if pairs else float("nan")


def calibration_error(confidences: Values, right: Values, weights: Floats | None = None, bins: int = BINS) -> float:
    """Expected calibration error: Σ over bins of (share of the rows) · |mean of `right` - mean confidence|.

    Each bin holds the same share of the rows, as far as equal confidences allow, which stay together (Nguyen and
    O'Connor, EMNLP 2015; less biased than bins of equal width: Roelofs et al., AISTATS 2022).

    Args:
        confidences: Probabilities, shape (n,).
        right: Truth values, shape (n,).
    """
    weighed = np.ones(len(confidences)) if weights is None else weights
    places = np.unique(confidences, return_inverse=True)[1]
    mass = np.bincount(places, weights=weighed)
    gaps = np.bincount(places, weights=weighed * (np.asarray(right, dtype=np.float64) - confidences))
    middles = (mass.cumsum() - mass / 2) / mass.sum()
    binned = np.bincount(np.minimum((middles * bins).astype(np.intp), bins - 1), weights=gaps)
    return float(np.abs(binned).sum() / mass.sum())


def risk_coverage(
    confidences: Values,
    wrong: Values,
    clusters: Values | None = None,
    *,
    points: int = 20,
    draws: int = 500,
    seed: int = SEED,
) -> RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener, JMLR 2010) at evenly spaced coverages up to 1.

    Rows of equal confidence are answered together, so a point answers at least the share that it stands for.

    Args:
        confidences: Shape (n,).
        wrong: Whether the answer is wrong, shape (n,).
        clusters: See `mean`.
    """
    coverage = np.arange(1, points + 1) / points
    places = np.unique(-np.asarray(confidences, dtype=np.float64), return_inverse=True)[1]
    wrongs = np.asarray(wrong, dtype=np.float64)

    def risk(weights: Floats) -> Floats:
        answered = np.bincount(places, weights=weights).cumsum()
        mistaken = np.bincount(places, weights=weights * wrongs).cumsum()
        at = np.searchsorted(answered, coverage * answered[-1] - 1e-9)
        return np.asarray(mistaken[at] / answered[at])

    names, _ = _numbered(clusters, len(wrongs))
    low, high = np.quantile(_drawn(risk, names, draws, seed), _TAILS, axis=0)
    return RiskCoverage(coverage, risk(np.ones(len(wrongs))), low, high)


def metric(estimate: Estimate, name: str, **about: Any) -> Metric:
    """An estimate as evidence keeps it, to four places. `about`: further fields of the metric."""
    value, low, high = (round(bound, 4) for bound in (estimate.value, estimate.low, estimate.high))
    return Metric(name=name, value=value, low=low, high=high, interval=estimate.interval, n=estimate.n, **about)


def _numbered(clusters: Values | None, rows: int) -> tuple[npt.NDArray[np.intp], int]:
    """The clusters as numbers from 0, and how many there are."""
    if clusters is None:
        return np.arange(rows), rows
    names, numbers = np.unique(clusters, return_inverse=True)
    return numbers, len(names)


def _drawn(statistic: Statistic, clusters: Values, draws: int, seed: int) -> Floats:
    """The statistic of every bootstrap sample, shape (draws, …)."""
    numbers, total = _numbered(clusters, len(clusters))
    return np.array([statistic(counts[numbers]) for part in _counts(total, draws, seed) for counts in part])


def _counts(clusters: int, draws: int, seed: int) -> Iterator[Floats]:
    """How often each cluster was drawn, in parts of shape (some draws, clusters): all at once would be gigabytes."""
    generator = np.random.default_rng(seed)
    at_once = max(1, _COUNTS_AT_ONCE // clusters)
    for start in range(0, draws, at_once):
        rows = min(at_once, draws - start)
        drawn = generator.integers(0, clusters, (rows, clusters)) + clusters * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * clusters).reshape(rows, clusters).astype(np.float64)
