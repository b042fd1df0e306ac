"""A risk from measurements: logistic regression, whose log-odds are a sum that says what each measurement adds.

The data are those that ship with scikit-learn (Wisconsin Diagnostic Breast Cancer; Street, Wolberg and Mangasarian, 1993):
569 biopsies, ten properties of their cell nuclei, each as mean, standard error and worst value. It is fitted when first
asked for, which takes a moment, so nothing is shipped.

Whoever has some of the measurements only gets a model of those: it is fitted to the same biopsies within milliseconds,
so nothing that was not measured is made up, and its probability is as calibrated as what was measured allows.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split

from bigmodel_apps.measures import auroc
from bigmodel_apps.problems import InputError, Problem

Floats = npt.NDArray[np.float64]

SEED = 7
TESTED = 0.3
"""Share that the model never sees."""

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

PROPERTIES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
"""Of cell nuclei."""

KINDS = ("mean", "error", "worst")
"""What is said of each property over the nuclei of a biopsy: mean, its standard error, mean of the three largest."""

_FOLDS = 10
_REACH = 4.0
_NORMAL = 1.96  # standard normal quantile of the middle 95 %
_ALIKE = 30
_ODDS_OF_SAMPLES = (-5.0, -1.0, 0.0, 1.5, 8.0)


def name_of(kind: str, property: str) -> str:
    """A measurement as the data set names it."""
    return f"{property} error" if kind == "error" else f"{kind} {property}"


NAMES = tuple(name_of(kind, property) for kind in KINDS for property in PROPERTIES)
"""All thirty, in the order of the data set."""

MEANS = NAMES[: len(PROPERTIES)]
"""The ten that are asked for first."""


@dataclass(frozen=True, slots=True)
class Table:
    """Biopsies.

    Attributes:
        names: Of the measurements, (d,).
        values: Shape (n, d).
        malignant: Shape (n,).
    """

    names: tuple[str, ...]
    values: Floats
    malignant: npt.NDArray[np.bool_]

    @property
    def digest(self) -> str:
        """Hash of values and labels."""
        return sha256(self.values.tobytes() + self.malignant.tobytes()).hexdigest()

    def columns(self, names: Sequence[str]) -> Floats:
        """Values of some measurements, shape (n, len(names))."""
        return self.values[:, [self.names.index(name) for name in names]]


@dataclass(frozen=True, slots=True)
class Risk:
    """Of one biopsy. `base` + Σ `shares` are the log-odds of `probability`.

    Attributes:
        low, high: Bounds of the probability: the middle 95 % of models that fit the biopsies.
        base: Log-odds of a biopsy whose measurements are all average, at the prevalence asked for.
        shares: What each measurement adds to the log-odds, compared with its average, heaviest first.
        beyond: Measurements that lie outside what the model has seen.
        prevalence: Share of malignant ones among those asked about.
    """

    probability: float
    low: float
    high: float
    base: float
    shares: dict[str, float]
    beyond: tuple[str, ...]
    prevalence: float

    @property
    def log_odds(self) -> float:
        """The sum."""
        return self.base + sum(self.shares.values())


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Log-odds of malignancy: `intercept` + Σ `weights` · (log(1 + value) - `middle`) / `spread`.

    Attributes:
        covariance: Of intercept and weights, shape (d + 1, d + 1): the penalty is a Gaussian prior, and this is Laplace's
            approximation of the posterior (Bishop, 2006, 4.5).
        lowest, highest: Of each measurement in training, shape (d,).
        strength: Inverse of the penalty.
        prevalence: Share of malignant ones in training.
    """

    names: tuple[str, ...]
    weights: Floats
    intercept: float
    covariance: Floats
    middle: Floats
    spread: Floats
    lowest: Floats
    highest: Floats
    strength: float
    prevalence: float

    def log_odds(self, values: Floats) -> Floats:
        """Shape (n,), of values of shape (n, d)."""
        return np.asarray(self._scaled(values) @ self.weights + self.intercept)

    def shares(self, values: Floats) -> Floats:
        """What each value adds to the log-odds, compared with its average, shape (n, d)."""
        return self._scaled(values) * self.weights

    def shift(self, prevalence: float) -> float:
        """What another prevalence than that of training adds to the log-odds, by Bayes' rule."""
        return _odds(prevalence) - _odds(self.prevalence)

    def reach(self, values: Floats) -> Floats:
        """How far the log-odds of the middle 95 % of models that fit lie either way, shape (n,)."""
        design = _with_ones(self._scaled(values))
        return np.asarray(_NORMAL * np.sqrt(np.einsum("nd,de,ne->n", design, self.covariance, design)))

    def outside(self, values: Floats) -> npt.NDArray[np.bool_]:
        """Which values lie outside what training held, shape (n, d)."""
        return np.asarray((values < self.lowest) | (values > self.highest))

    def risk(self, values: Floats, prevalence: float | None = None) -> Risk:
        """Of one biopsy, values of shape (d,); at the prevalence of training when None."""
        asked = self.prevalence if prevalence is None else prevalence
        base, shares = self.intercept + self.shift(asked), self.shares(values[None])[0]
        total, reach = base + float(shares.sum()), float(self.reach(values[None])[0])
        order = np.argsort(-np.abs(shares), kind="stable")
        return Risk(
            probability=float(expit(total)),
            low=float(expit(total - reach)),
            high=float(expit(total + reach)),
            base=float(base),
            shares={self.names[place]: float(shares[place]) for place in order},
            beyond=tuple(np.array(self.names)[self.outside(values)].tolist()),
            prevalence=asked,
        )

    def _scaled(self, values: Floats) -> Floats:
        # One far measurement may not decide alone: nobody has seen what lies out there.
        return np.asarray(np.clip((np.log1p(values) - self.middle) / self.spread, -_REACH, _REACH))


@dataclass(frozen=True, slots=True)
class Sample:
    """A biopsy of the test part.

    Attributes:
        malignant: What it was.
    """

    values: dict[str, float]
    malignant: bool


@dataclass(frozen=True, slots=True)
class Gain:
    """What one more measurement is worth, by cross-validation on the biopsies that the model learns from.

    Attributes:
        before, after: Log loss a biopsy.
        wrong_before, wrong_after: Share on the wrong side of one half.
    """

    name: str
    before: float
    after: float
    wrong_before: float
    wrong_after: float


# --- What is asked ---------------------------------------------------------------------------------------------------


def checked(given: Mapping[str, float], prevalence: float | None = None) -> tuple[str, ...]:
    """Names of what was measured, in the order of the data set.

    Raises:
        InputError: ``diagnosis-measurement-none``, ``diagnosis-measurement-unknown``,
            ``diagnosis-measurement-not-usable``, ``diagnosis-measurement-prevalence``.
    """
    problems = [
        Problem("diagnosis-measurement-unknown", field=name, details={"known": ", ".join(NAMES)})
        for name in given
        if name not in NAMES
    ]
    problems += [
        Problem("diagnosis-measurement-not-usable", field=name, details={"value": str(value)})
        for name, value in given.items()
        if not np.isfinite(value) or value < 0
    ]
    if prevalence is not None and not 0 < prevalence < 1:
        problems.append(
            Problem("diagnosis-measurement-prevalence", field="prevalence", details={"value": str(prevalence)})
        )
    if not given:
        problems.append(Problem("diagnosis-measurement-none"))
    if problems:
        raise InputError(*problems)
    return _ordered(given)


def risk(given: Mapping[str, float], prevalence: float | None = None) -> Risk:
    """Of one biopsy, by a model of what was measured and of nothing else.

    Args:
        prevalence: Share of malignant ones among those asked about; that of the data set when None.

    Raises:
        InputError: See `checked`.
    """
    names = checked(given, prevalence)
    return adapted(names).risk(np.array([given[name] for name in names]), prevalence)


def alike(given: Mapping[str, float]) -> tuple[int, int]:
    """Of the biopsies of the test part whose risk is nearest: how many were malignant, and how many those are.

    It reads them with the same measurements. None of them took part in training.
    """
    names = checked(given)
    model, known = adapted(names), table()
    _, tested = split(known.malignant)
    odds = model.log_odds(known.columns(names)[tested])
    own = model.log_odds(np.array([[given[name] for name in names]]))[0]
    nearest = np.argsort(np.abs(odds - own), kind="stable")[:_ALIKE]
    return int(known.malignant[tested][nearest].sum()), len(nearest)


@functools.lru_cache(maxsize=64)
def informative(names: tuple[str, ...]) -> tuple[Gain, ...]:
    """What each measurement that is missing would add to these, the most useful first."""
    before, wrong = _left_out(names)
    gains = []
    for name in NAMES:
        if name not in names:
            after, wrong_after = _left_out(_ordered([*names, name]))
            gains.append(Gain(name, before, after, wrong, wrong_after))
    return tuple(sorted(gains, key=lambda gain: gain.after))


# --- The models ------------------------------------------------------------------------------------------------------


@functools.cache
def table() -> Table:
    """All 569 biopsies, 212 of them malignant."""
    found = load_breast_cancer()
    names = tuple(str(name) for name in found.feature_names)
    assert names == NAMES
    return Table(names, np.asarray(found.data, dtype=np.float64), np.asarray(found.target == 0))


def split(malignant: npt.NDArray[np.bool_], seed: int = SEED) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places to learn from and to test on, each with the same share of malignant ones."""
    learned, tested = train_test_split(
        np.arange(len(malignant)), test_size=TESTED, random_state=seed, stratify=malignant
    )
    return np.sort(learned), np.sort(tested)


def fit(names: tuple[str, ...], values: Floats, malignant: npt.NDArray[np.bool_], seed: int = SEED) -> RiskModel:
    """Fit; the penalty is what cross-validation finds calibrated best, by log loss."""
    losses = dict.fromkeys(STRENGTHS, 0.0)
    for learned, held in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(values, malignant):
        for strength in STRENGTHS:
            model = fit_with(names, values[learned], malignant[learned], strength)
            losses[strength] += float(_losses(model.log_odds(values[held]), malignant[held]).sum())
    return fit_with(names, values, malignant, min(losses, key=lambda strength: losses[strength]))


def fit_with(names: tuple[str, ...], values: Floats, malignant: npt.NDArray[np.bool_], strength: float) -> RiskModel:
    """Fit with a given inverse of the penalty."""
    logs = np.log1p(values)
    middle, spread = logs.mean(axis=0), logs.std(axis=0) + 1e-9
    scaled = np.clip((logs - middle) / spread, -_REACH, _REACH)
    found = LogisticRegression(C=strength, solver="newton-cholesky").fit(scaled, malignant)
    design, chances = _with_ones(scaled), found.predict_proba(scaled)[:, 1]
    penalty = np.diag([0.0, *np.full(len(names), 1 / strength)])
    curvature = (design * (chances * (1 - chances))[:, None]).T @ design + penalty
    return RiskModel(
        names=names,
        weights=found.coef_[0],
        intercept=float(found.intercept_[0]),
        covariance=np.linalg.inv(curvature),
        middle=middle,
        spread=spread,
        lowest=values.min(axis=0),
        highest=values.max(axis=0),
        strength=strength,
        prevalence=float(malignant.mean()),
    )


@functools.cache
def shipped() -> RiskModel:
    """The model of all thirty, fitted on seven tenths of the biopsies."""
    known = table()
    learned, _ = split(known.malignant)
    return fit(known.names, known.values[learned], known.malignant[learned])


@functools.lru_cache(maxsize=256)
def adapted(names: tuple[str, ...]) -> RiskModel:
    """The model of some measurements, on the same biopsies and with the penalty of the one of all thirty."""
    if names == NAMES:
        return shipped()
    known = table()
    learned, _ = split(known.malignant)
    return fit_with(names, known.columns(names)[learned], known.malignant[learned], shipped().strength)


@functools.cache
def samples() -> tuple[Sample, ...]:
    """Biopsies of the test part, from clearly benign over hard ones to clearly malignant."""
    known = table()
    _, tested = split(known.malignant)
    odds = adapted(MEANS).log_odds(known.columns(MEANS)[tested])
    places = [int(tested[np.abs(odds - wanted).argmin()]) for wanted in _ODDS_OF_SAMPLES]
    return tuple(
        Sample(dict(zip(known.names, known.values[place].tolist(), strict=True)), bool(known.malignant[place]))
        for place in dict.fromkeys(places)
    )


def ranked(model: RiskModel, values: Floats, malignant: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve."""
    return auroc(malignant, model.log_odds(values))


def _left_out(names: tuple[str, ...]) -> tuple[float, float]:
    """Log loss and share wrong on the folds left out; without any measurement, those of the prevalence."""
    known = table()
    learned, _ = split(known.malignant)
    values, malignant = known.columns(names)[learned], known.malignant[learned]
    odds = np.full(len(malignant), _odds(float(malignant.mean())))
    if names:
        for some, held in StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED).split(values, malignant):
            model = fit_with(names, values[some], malignant[some], shipped().strength)
            odds[held] = model.log_odds(values[held])
    return float(_losses(odds, malignant).mean()), float(((odds >= 0) != malignant).mean())


def _losses(odds: Floats, malignant: npt.NDArray[np.bool_]) -> Floats:
    return np.asarray(np.logaddexp(0, np.where(malignant, -odds, odds)))


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    some = set(names)
    return tuple(name for name in NAMES if name in some)


def _with_ones(scaled: Floats) -> Floats:
    return np.concatenate([np.ones((len(scaled), 1)), scaled], axis=1)


def _odds(share: float) -> float:
    return float(np.log(share / (1 - share)))
