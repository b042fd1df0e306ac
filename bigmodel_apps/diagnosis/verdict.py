"""From log-odds to one of three states: an answer, "not sure", "not the kind of image I know".

Networks are trained as if classes were equally frequent. How frequent a class is among those who are asked about is the
user's to say, and enters by Bayes' rule (Saerens et al., Neural Computation 2002). What "sure enough" means is read off
held-out images under shifts (`augmentation.COMBINED`): a coverage is a promise about images such as those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from bigmodel_apps.diagnosis.network import Floats
from bigmodel_apps.problems import InputError, Problem, Unavailable

State = Literal["answer", "unsure", "unknown_kind"]

FILE = "reference.safetensors"
INTERVAL = 0.9
_NORMAL = 1.6449  # standard normal quantile of the middle 90 %
_KEPT = 2_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user sets.

    Attributes:
        coverage: Share of images like the held-out ones that gets an answer, in (0, 1].
        prevalence: Share of the last class among those who are asked about, in (0, 1); None for equal shares.
        sensitivity: Share of the last class that has to be found; None to decide by the larger probability.
    """

    coverage: float = 0.9
    prevalence: float | None = None
    sensitivity: float | None = None


@dataclass(frozen=True, eq=False)
class Reference:
    """Held-out images under shifts: what a coverage and a sensitivity are read off.

    Attributes:
        logits: Calibrated, of equal priors, shape (n, classes).
        labels: Shape (n,).
    """

    logits: Floats
    labels: npt.NDArray[np.int64]

    def save(self, folder: Path) -> None:
        """Write as safetensors."""
        tensors = {"logits": self.logits.astype(np.float32), "labels": self.labels.astype(np.int64)}
        save_file({name: np.ascontiguousarray(values) for name, values in tensors.items()}, folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Reference:
        """Read what `save` wrote.

        Raises:
            Unavailable: It is damaged.
        """
        try:
            found = load_file(folder / FILE)
            return cls(found["logits"].astype(np.float64), found["labels"])
        except (OSError, ValueError, KeyError, SafetensorError):
            raise Unavailable(Problem("diagnosis-model-damaged", field=FILE)) from None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What is said of n images.

    Attributes:
        states: Of each.
        labels: Most probable class, or the one that the sensitivity asks for, shape (n,).
        probabilities: Shape (n, classes), at the wanted prevalence.
        low, high: Bounds of each, shape (n, classes): the middle 90 % of where other networks of the same kind would be.
        margins: Log-odds by which the label stands out from the line where it changes, shape (n,).
        least: The margin that the coverage asks for.
        threshold: Probability of the last class from which on it is the label; None where no sensitivity is set.
    """

    states: tuple[State, ...]
    labels: npt.NDArray[np.int64]
    probabilities: Floats
    low: Floats
    high: Floats
    margins: Floats
    least: float
    threshold: float | None


def judge(logits: Floats, distances: Floats, reference: Reference, wanted: Wanted) -> Verdicts:
    """Decide.

    Args:
        logits: Calibrated, of each member, shape (members, n, classes).
        distances: Of the gate, shape (n,); above 1 the kind is unknown.

    Raises:
        InputError: ``diagnosis-two-classes-only``: a prevalence or sensitivity is set, and there are more classes.
    """
    classes = logits.shape[2]
    if classes != 2 and (wanted.prevalence is not None or wanted.sensitivity is not None):
        name = "prevalence" if wanted.prevalence is not None else "sensitivity"
        raise InputError(Problem("diagnosis-two-classes-only", field=name, details={"classes": classes}))
    prior = priors(classes, wanted.prevalence)
    found = logits + np.log(prior)
    mean = found.mean(axis=0)
    low, high = _interval(found)
    shift = _shift(reference, wanted, prior)
    margins, labels = _margins(mean, shift)
    known, _ = _margins(reference.logits + np.log(prior), shift)
    weights = (prior / np.bincount(reference.labels, minlength=classes).clip(min=1))[reference.labels]
    least = _quantile(known, weights, 1 - wanted.coverage) if wanted.coverage < 1 else 0.0
    states: tuple[State, ...] = tuple(
        "unknown_kind" if distance > 1 or not np.isfinite(distance) else "answer" if margin >= least else "unsure"
        for distance, margin in zip(distances, margins, strict=True)
    )
    threshold = None if wanted.sensitivity is None else float(1 / (1 + np.exp(-shift)))
    return Verdicts(states, labels, softmax(mean, axis=1), low, high, margins, float(least), threshold)


def found_and_passed(reference: Reference, wanted: Wanted) -> tuple[float, float]:
    """Sensitivity and specificity of the last of two classes on the reference, every image answered."""
    prior = priors(2, wanted.prevalence)
    _, labels = _margins(reference.logits + np.log(prior), _shift(reference, wanted, prior))
    sick = reference.labels == 1
    return float(labels[sick].mean()), float(1 - labels[~sick].mean())


def temperature(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    """What logits are divided by to be as sure as they are right (Guo et al., ICML 2017), classes weighing alike.

    Args:
        logits: Shape (n, classes), of held-out images.
    """
    weights = 1 / np.bincount(labels, minlength=logits.shape[1]).clip(min=1)[labels]

    def loss(log_temperature: float) -> float:
        found = log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(labels)), labels]
        return float(-(weights * found).sum() / weights.sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def reference(logits: Floats, labels: npt.NDArray[np.int64], seed: int = 7) -> Reference:
    """Some of the calibrated logits, shape (n, classes), to be kept."""
    kept = np.sort(np.random.default_rng(seed).permutation(len(labels))[:_KEPT])
    return Reference(logits[kept], labels[kept])


def priors(classes: int, prevalence: float | None) -> Floats:
    """Share of each class among those asked about: of the last one of two, or equal ones; shape (classes,)."""
    return np.full(classes, 1 / classes) if prevalence is None else np.array([1 - prevalence, prevalence])


def _interval(logits: Floats) -> tuple[Floats, Floats]:
    """Bounds of the probabilities: the members' log-odds of each class against the rest, as if spread normally."""
    chances = log_softmax(logits, axis=2)
    odds = chances - np.log(-np.expm1(np.minimum(chances, -1e-12)))
    mean, spread = odds.mean(axis=0), odds.std(axis=0, ddof=min(1, len(odds) - 1))
    bounds = [0.5 * (1 + np.tanh((mean + sign * _NORMAL * spread) / 2)) for sign in (-1, 1)]
    middle = softmax(logits.mean(axis=0), axis=1)
    return np.minimum(bounds[0], middle), np.maximum(bounds[1], middle)


def _shift(reference: Reference, wanted: Wanted, prior: Floats) -> float:
    """Log-odds of the last class from which on it is the label."""
    if wanted.sensitivity is None:
        return 0.0
    odds = reference.logits[:, 1] - reference.logits[:, 0] + np.log(prior[1] / prior[0])
    found = np.sort(odds[reference.labels == 1])
    # Just below the last one that has to be found: equal log-odds may differ by rounding.
    return float(found[int((1 - wanted.sensitivity) * len(found))]) - _ROUNDING if len(found) else 0.0


def _margins(logits: Floats, shift: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    """By how much each row's label stands out, and the labels."""
    if logits.shape[1] == 2:
        apart = logits[:, 1] - logits[:, 0] - shift
        return np.abs(apart), (apart >= 0).astype(np.int64)
    ordered = np.sort(logits, axis=1)
    return ordered[:, -1] - ordered[:, -2], logits.argmax(axis=1)


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """The smallest value below which at least `share` of the weight lies."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - weights[order]
    return float(values[order][min(int(np.searchsorted(below, share * weights.sum())), len(values) - 1)])


def names(probabilities: Floats, classes: Sequence[str]) -> dict[str, float]:
    """One row of probabilities by class."""
    return {name: float(value) for name, value in zip(classes, probabilities, strict=True)}
