"""A risk from measurements: logistic regression, whose log-odds are a sum that says what each measurement adds.

The data are those that ship with scikit-learn (Wisconsin Diagnostic Breast Cancer; Street, Wolberg and Mangasarian, 1993):
569 biopsies, ten properties of their cell nuclei, each as mean, standard error and worst value. It is fitted when first
asked for, which takes a moment, so nothing is shipped.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split

from bigmodel_apps.measures import auroc
from bigmodel_apps.problems import InputError, Problem

Floats = npt.NDArray[np.float64]

SEED = 7
TESTED = 0.3
"""Share that the model never sees."""

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)
_FOLDS = 10
_REACH = 4.0


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


@dataclass(frozen=True, slots=True)
class Risk:
    """Of one biopsy. `base` + Σ `shares` are the log-odds of `probability`.

    Attributes:
        shares: What each measurement adds to the log-odds, compared with its average, heaviest first.
        beyond: Measurements that lie outside what the model has seen.
    """

    probability: float
    base: float
    shares: dict[str, float]
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Log-odds of malignancy: `intercept` + Σ `weights` · (log(1 + value) - `middle`) / `spread`.

    Attributes:
        lowest, highest: Of each measurement in training, shape (d,).
        strength: Inverse of the penalty, chosen by cross-validation.
    """

    names: tuple[str, ...]
    weights: Floats
    intercept: float
    middle: Floats
    spread: Floats
    lowest: Floats
    highest: Floats
    strength: float

    def log_odds(self, values: Floats) -> Floats:
        """Shape (n,), of values of shape (n, d)."""
        return np.asarray(self._scaled(values) @ self.weights + self.intercept)

    def risk(self, given: Mapping[str, float]) -> Risk:
        """Of one biopsy; a measurement that is missing counts as average.

        Raises:
            InputError: ``diagnosis-measurement-unknown``, ``diagnosis-measurement-not-usable``.
        """
        problems = [
            Problem("diagnosis-measurement-unknown", field=name, details={"known": ", ".join(self.names)})
            for name in given
            if name not in self.names
        ]
        problems += [
            Problem("diagnosis-measurement-not-usable", field=name, details={"value": str(value)})
            for name, value in given.items()
            if not np.isfinite(value) or value < 0
        ]
        if problems:
            raise InputError(*problems)
        values = np.array([given.get(name, np.nan) for name in self.names])
        shares = np.nan_to_num(self._scaled(values[None])[0], nan=0.0) * self.weights
        order = np.argsort(-np.abs(shares), kind="stable")
        outside = (values < self.lowest) | (values > self.highest)
        total = float(self.intercept + shares.sum())
        return Risk(
            probability=float(0.5 * (1 + np.tanh(total / 2))),
            base=float(self.intercept),
            shares={self.names[place]: float(shares[place]) for place in order},
            beyond=tuple(name for name, out in zip(self.names, outside, strict=True) if out),
        )

    def _scaled(self, values: Floats) -> Floats:
        # One far measurement may not decide alone: nobody has seen what lies out there.
        return np.asarray(np.clip((np.log1p(values) - self.middle) / self.spread, -_REACH, _REACH))


def table() -> Table:
    """All 569 biopsies, 212 of them malignant."""
    found = load_breast_cancer()
    return Table(
        tuple(str(name) for name in found.feature_names),
        np.asarray(found.data, dtype=np.float64),
        np.asarray(found.target == 0),
    )


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
            odds = _fit(names, values[learned], malignant[learned], strength).log_odds(values[held])
            losses[strength] += float(np.logaddexp(0, np.where(malignant[held], -odds, odds)).sum())
    return _fit(names, values, malignant, min(losses, key=lambda strength: losses[strength]))


@functools.cache
def shipped() -> RiskModel:
    """The model, fitted on seven tenths of the biopsies."""
    known = table()
    learned, _ = split(known.malignant)
    return fit(known.names, known.values[learned], known.malignant[learned])


def ranked(model: RiskModel, values: Floats, malignant: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve."""
    return auroc(malignant, model.log_odds(values))


def _fit(names: tuple[str, ...], values: Floats, malignant: npt.NDArray[np.bool_], strength: float) -> RiskModel:
    logs = np.log1p(values)
    middle, spread = logs.mean(axis=0), logs.std(axis=0) + 1e-9
    scaled = np.clip((logs - middle) / spread, -_REACH, _REACH)
    found = LogisticRegression(C=strength, max_iter=2_000).fit(scaled, malignant)
    return RiskModel(
        names=names,
        weights=found.coef_[0],
        intercept=float(found.intercept_[0]),
        middle=middle,
        spread=spread,
        lowest=values.min(axis=0),
        highest=values.max(axis=0),
        strength=strength,
    )
