"""How good a reader is on images whose classes are known: curves, a movable threshold, reliability, worst errors.

Only images that were given probabilities count. Those of an unknown kind are counted beside them: a reader that refuses
what it does not know is neither right nor wrong there. One class is asked about (`Scored.positive`); with two classes
that is the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate, RiskCoverage
from bigmodel_apps.problems import InputError, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DRAWS = 500
POINTS = 51
LEAST = 10
"""Fewest images of each kind, of the class and of others, for which figures are given."""

_EPS = 1e-6


@dataclass(frozen=True, eq=False)
class Scored:
    """Images with known classes and probabilities.

    Attributes:
        places: Rows of the batch, shape (n,).
        truth: Place of the known class, shape (n,).
        probabilities: At equal prevalences, shape (n, classes).
        classes: Names.
        positive: Place of the class that is asked about.
    """

    places: Ints
    truth: Ints
    probabilities: Floats
    classes: tuple[str, ...]
    positive: int

    @property
    def sick(self) -> npt.NDArray[np.bool_]:
        """Which are of the class that is asked about."""
        return self.truth == self.positive

    def chances(self, prevalence: float | None = None) -> Floats:
        """Probability of that class, shape (n,), if `prevalence` of all had it (Bayes' rule); equal shares when None."""
        return at_prevalence(self.probabilities[:, self.positive], len(self.classes), prevalence)


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve with the bounds of its points, each of shape (m,); x ascends."""

    x: Floats
    y: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What a threshold does. Shares of nothing are None.

    Attributes:
        hits, misses: Of the class: called so, and not.
        false_alarms, passed: Of the others.
    """

    threshold: float
    hits: int
    misses: int
    false_alarms: int
    passed: int
    sensitivity: Estimate | None
    specificity: Estimate | None
    precision: Estimate | None
    negative_precision: Estimate | None
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Images of about the same probability: its mean, and how many are of the class."""

    predicted: float
    observed: Estimate


@dataclass(frozen=True, eq=False)
class Figures:
    """What does not depend on a threshold.

    Attributes:
        n, sick: Images counted, and those of the class.
        auc, average_precision: Areas, with bootstrap intervals.
        roc: Sensitivity over the share of false alarms.
        pr: Precision over sensitivity.
        reliability: Equally many images a bin.
        ece: Gap between probability and share, over these bins.
        risk_coverage: Share of wrong classes among the surest.
        confusion: Most probable class by known class, shape (classes, classes); rows are known classes.
        accuracy: Of the most probable class.
    """

    n: int
    sick: int
    auc: Estimate
    average_precision: Estimate
    roc: Curve
    pr: Curve
    reliability: tuple[ReliabilityBin, ...]
    ece: Estimate
    risk_coverage: RiskCoverage
    confusion: Ints
    accuracy: Estimate


def at_prevalence(own: Floats, classes: int, prevalence: float | None) -> Floats:
    """Probabilities of one of `classes` equally frequent classes, if `prevalence` of all had it (Bayes' rule)."""
    inside = np.clip(own, _EPS, 1 - _EPS)
    return inside if prevalence is None else expit(logit(inside) - logit(1 / classes) + logit(prevalence))


def matching(labels: Sequence[str], classes: Sequence[str], *also: Sequence[str]) -> dict[str, str]:
    """Which class each label means, where that can be told: by name, by a name in `also`, or by its number.

    Args:
        also: Further names of the classes, such as those of the interface, each as long as `classes`.
    """
    known = {name.casefold(): own for names in (classes, *also) for name, own in zip(names, classes, strict=True)}
    found = {label: known[label.strip().casefold()] for label in labels if label.strip().casefold() in known}
    if not found and all(label.strip().isdecimal() and int(label) < len(classes) for label in labels):
        return {label: classes[int(label)] for label in labels}
    return found


def measure(scored: Scored, prevalence: float | None = None) -> Figures:
    """All that does not depend on a threshold.

    Args:
        prevalence: Share of the class that probabilities are to be read for; equal shares when None.

    Raises:
        InputError: ``diagnosis-too-few-known``: fewer than `LEAST` images of the class or of others.
    """
    sick, n = scored.sick, len(scored.truth)
    if min(int(sick.sum()), n - int(sick.sum())) < LEAST:
        details = {"least": LEAST, "sick": int(sick.sum()), "others": n - int(sick.sum())}
        raise InputError(Problem("diagnosis-too-few-known", details=details))
    chances, rows = scored.chances(prevalence), np.arange(n)
    called = scored.probabilities.argmax(axis=1)
    if len(scored.classes) == 2:
        called = np.where(chances >= 0.5, scored.positive, 1 - scored.positive)
        sure = np.maximum(chances, 1 - chances)
    else:
        sure = scored.probabilities.max(axis=1)
    wrong = called != scored.truth
    confusion = np.zeros((len(scored.classes),) * 2, dtype=np.int64)
    np.add.at(confusion, (scored.truth, called), 1)
    grid = np.linspace(0, 1, POINTS)
    steps = _Steps(sick, chances)
    return Figures(
        n=n,
        sick=int(sick.sum()),
        auc=measures.bootstrap(lambda weights: measures.auroc(sick, chances, weights), rows, draws=DRAWS),
        average_precision=measures.bootstrap(steps.average_precision, rows, draws=DRAWS),
        roc=Curve(grid, *measures.band(lambda weights: steps.roc(weights, grid), rows, draws=DRAWS)),
        pr=Curve(grid[1:], *measures.band(lambda weights: steps.precision(weights, grid[1:]), rows, draws=DRAWS)),
        reliability=_reliability(chances, sick),
        ece=measures.calibration(chances, sick, rows, draws=DRAWS),
        risk_coverage=measures.risk_coverage(sure, wrong),
        confusion=confusion,
        accuracy=measures.share(~wrong),
    )


def at(scored: Scored, threshold: float, prevalence: float | None = None) -> AtThreshold:
    """What comes of calling every image the class whose probability of it is at least `threshold`."""
    sick, called = scored.sick, scored.chances(prevalence) >= threshold
    hits, misses = int((sick & called).sum()), int((sick & ~called).sum())
    false, passed = int((~sick & called).sum()), int((~sick & ~called).sum())

    def share(part: int, rest: int) -> Estimate | None:
        return measures.wilson(part, part + rest) if part + rest else None

    return AtThreshold(
        threshold, hits, misses, false, passed, share(hits, misses), share(passed, false), share(hits, false),
        share(passed, misses), measures.wilson(hits + passed, len(sick)),
    )  # fmt: skip


def reaching(scored: Scored, sensitivity: float, prevalence: float | None = None) -> float:
    """The highest threshold from which on at least that share of the class is found; 0 where there is none of it."""
    chances = np.sort(scored.chances(prevalence)[scored.sick])
    return float(chances[int((1 - sensitivity) * len(chances) + _EPS)]) if len(chances) else 0.0


def worst(scored: Scored, most: int = 12, prevalence: float | None = None) -> list[int]:
    """Places in `scored` of what is wrong, the surest first."""
    if len(scored.classes) == 2:
        chances = scored.chances(prevalence)
        given = np.where(scored.sick, chances, 1 - chances)
    else:
        given = scored.probabilities[np.arange(len(scored.truth)), scored.truth]
        best = scored.probabilities.argmax(axis=1)
        given = np.where(best == scored.truth, 1.0, given)
    wrong = np.flatnonzero(given < 0.5) if len(scored.classes) == 2 else np.flatnonzero(given < 1)
    return [int(place) for place in wrong[np.argsort(given[wrong], kind="stable")][:most]]


class _Steps:
    """Rows by falling score, equal scores together: what curves of weighted rows are made of."""

    def __init__(self, truth: npt.NDArray[np.bool_], scores: Floats) -> None:
        places = np.unique(-scores, return_inverse=True)[1]
        self._places, self._truth = places, truth

    def _counts(self, weights: Floats) -> tuple[Floats, Floats]:
        true = np.bincount(self._places, weights=weights * self._truth).cumsum()
        false = np.bincount(self._places, weights=weights * ~self._truth).cumsum()
        return true, false

    def roc(self, weights: Floats, grid: Floats) -> Floats:
        """Sensitivity at shares of false alarms, straight between the steps (Fawcett, 2006)."""
        true, false = self._counts(weights)
        return np.interp(grid, np.append(0, false / false[-1]), np.append(0, true / true[-1]))

    def precision(self, weights: Floats, grid: Floats) -> Floats:
        """Precision at the first step that reaches each sensitivity."""
        true, false = self._counts(weights)
        at = np.searchsorted(true / true[-1], grid - 1e-12).clip(max=len(true) - 1)
        return np.asarray(true[at] / (true[at] + false[at]))

    def average_precision(self, weights: Floats) -> float:
        """Σ (gain in sensitivity) · precision; NaN without rows of the class."""
        true, false = self._counts(weights)
        if not true[-1]:
            return float("nan")
        reached = true + false > 0
        gains = np.diff(true, prepend=0)[reached] / true[-1]
        return float((gains * true[reached] / (true + false)[reached]).sum())


def _reliability(chances: Floats, sick: npt.NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    found = []
    for part in np.array_split(np.argsort(chances, kind="stable"), measures.BINS):
        if len(part):
            hits = int(sick[part].sum())
            found.append(ReliabilityBin(float(chances[part].mean()), measures.wilson(hits, len(part))))
    return tuple(found)
