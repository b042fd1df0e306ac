"""A classifier of the user's own classes, on top of what the models that ship make of a text.

Up to three judges are asked, and each gives log-probabilities of the classes:

1. *words*: multinomial logistic regression over the n-grams of the lexical floor, rare ones weighing more (idf);
2. *states*: multinomial logistic regression over the shared encoder's views of the text (of its glosses where the text
   is Chinese) and the verdict of the model that ships;
3. *shipped*: that verdict itself, where the classes are polarities.

Their log-probabilities are added with weights (a logarithmic opinion pool: Genest and Zidek, Statistical Science 1986).
Penalties and weights are chosen by cross-fitting, that is on texts that the judges have not seen: what is chosen under
the log-loss is calibrated as well (stacking: Wolpert, Neural Networks 1992).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import save_file
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.sentiment.labels import folds, polarities
from bigmodel_apps.sentiment.lexical import BUCKETS, features
from bigmodel_apps.sentiment.own_shelf import WEIGHTS_FILE
from bigmodel_apps.sentiment.schema import Polarity
from bigmodel_apps.sentiment.scoring import CLASSES, Scores
from bigmodel_apps.sentiment.verdict import Bin, bins
from bigmodel_apps.text.language import detect

Array = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]
Judge = Literal["words", "states", "shipped"]
JUDGES: tuple[Judge, ...] = get_args(Judge)

FOLDS = 3
PENALTIES: Mapping[Judge, tuple[float, ...]] = {"words": (3.0, 30.0), "states": (3.0, 30.0)}
"""Values of scikit-learn's C among which cross-fitting chooses, the smallest first."""

_VERSION = 1
_ARRAYS = (
    *("vocabulary", "idf", "words_weights", "words_bias", "states_weights", "states_bias"),
    *("pool", "bias", "seen"),
)
_FEATURES = 30_000
_ITERATIONS, _TOLERANCE = 150, 1e-3
_FLOOR = -8.0  # a log-probability below it says no more
_SHRINKAGE = 1e-2  # keeps weights and biases of the pool near 1 and 0 where there are few texts


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of some texts before anything is learned.

    Attributes:
        views: Of the shared encoder, shape (texts, width).
        shipped: Log-probabilities of `scoring.CLASSES` by the model that ships, shape (texts, 3).
    """

    texts: tuple[str, ...]
    views: Array
    shipped: Scores

    def take(self, places: npt.NDArray[np.intp]) -> Reading:
        """Some of the texts."""
        return Reading(tuple(self.texts[place] for place in places), self.views[places], self.shipped[places])


@dataclass(frozen=True, slots=True)
class Head:
    """The fitted judges and their pool.

    Attributes:
        classes: Names, in the order of all columns below.
        encoder: Spec of the encoder whose views it reads; `identity` names its weights.
        vocabulary: Places among the n-grams that it uses, rising, shape (features,); `idf` weighs them.
        words_weights, words_bias: Shapes (features, classes) and (classes,).
        states_weights, states_bias: Shapes (width + 3, classes) and (classes,).
        pool: Weight of each of `JUDGES`, shape (3,); `bias`, shape (classes,), is added.
        penalties: Chosen for each judge that is fitted.
        calibration: Of texts that the judges had not seen, by language.
        seen: Hashes of the texts that it learned from.
    """

    classes: tuple[str, ...]
    encoder: str
    identity: str
    vocabulary: npt.NDArray[np.int32]
    idf: Array
    words_weights: Array
    words_bias: Array
    states_weights: Array
    states_bias: Array
    pool: Array
    bias: Array
    penalties: Mapping[str, float]
    calibration: Mapping[str, Sequence[Bin]]
    seen: npt.NDArray[np.uint64]

    @property
    def polarities(self) -> tuple[Polarity, ...] | None:
        """What the classes say in the terms of the models that ship; None where they are others."""
        return polarities(self.classes)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in _tensors(self).values())

    def scores(self, reading: Reading) -> Array:
        """Log-probabilities of the classes, shape (texts, classes)."""
        return _normalised(_pooled(self._judged(reading), self.pool, self.bias))

    def words_alone(self, reading: Reading) -> Array:
        """Those of the first judge: what n-grams alone can do."""
        return _normalised(self._judged(reading)[0])

    def has_seen(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which texts it learned from."""
        return np.isin(hashes(texts), self.seen)

    def _judged(self, reading: Reading) -> npt.NDArray[np.float64]:
        words = np.asarray(_matrix(reading.texts, self.vocabulary, self.idf) @ self.words_weights) + self.words_bias
        states = _states(reading) @ self.states_weights + self.states_bias
        return np.stack([_normalised(words), _normalised(states), _shipped(reading.shipped, self.classes)])


Step = Callable[[], None]
"""Called after every fit; raises to stop."""

FITS = FOLDS * sum(map(len, PENALTIES.values())) + len(PENALTIES)
"""How many steps `learn` takes."""


def learn(
    reading: Reading,
    labels: Labels,
    clusters: Labels,
    classes: Sequence[str],
    encoder: tuple[str, str],
    seed: int,
    step: Step,
) -> Head:
    """Fit the judges on all texts, with penalties and pool from cross-fitting.

    Args:
        labels: Place of each text's class, each class in two texts or more.
        clusters: Texts of one cluster are never on two sides of a fold.
        encoder: Spec and identity of what made the views.
        step: See `Step`; called `FITS` times.
    """
    fold = folds(labels, clusters, FOLDS, seed)
    vocabulary, idf = _vocabulary(reading.texts)
    inputs: dict[Judge, Any] = {"words": _matrix(reading.texts, vocabulary, idf), "states": _states(reading)}
    apart: list[Array] = []
    penalties: dict[str, float] = {}
    for judge, tried in PENALTIES.items():
        found = {penalty: _cross_fitted(inputs[judge], labels, fold, len(classes), penalty, step) for penalty in tried}
        best = min(tried, key=lambda penalty: _loss(found[penalty], labels))
        apart.append(found[best])
        penalties[judge] = best
    judged = np.stack([*apart, _shipped(reading.shipped, classes)]).astype(np.float64)
    pool, bias = _stack(judged, labels, polarities(classes) is not None)
    fitted = []
    for judge in PENALTIES:
        fitted.append(_fit(inputs[judge], labels, len(classes), penalties[judge]))
        step()
    unseen = _normalised(_pooled(judged, pool, bias))
    return Head(
        classes=tuple(classes),
        encoder=encoder[0],
        identity=encoder[1],
        vocabulary=vocabulary,
        idf=idf,
        words_weights=fitted[0][0],
        words_bias=fitted[0][1],
        states_weights=fitted[1][0],
        states_bias=fitted[1][1],
        pool=pool,
        bias=bias,
        penalties=penalties,
        calibration=_calibration(reading.texts, unseen, labels),
        seen=np.unique(hashes(reading.texts)),
    )


def save(folder: Path, head: Head) -> None:
    """Write ``own.safetensors``; weights in half precision, which `load` restores."""
    about = {
        "version": _VERSION,
        "classes": head.classes,
        "encoder": head.encoder,
        "identity": head.identity,
        "penalties": head.penalties,
    }
    calibration = {language: [found._asdict() for found in rows] for language, rows in head.calibration.items()}
    tensors = {
        name: np.ascontiguousarray(array.astype(np.float16) if name.endswith("_weights") else array)
        for name, array in _tensors(head).items()
    }
    metadata = {"about": json.dumps(about, ensure_ascii=False), "calibration": json.dumps(calibration)}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / WEIGHTS_FILE, metadata=metadata)


def load(folder: Path) -> Head:
    """Inverse of `save`.

    Raises:
        Unavailable: ``own-weights-unreadable``: the file is none of ours, or of a newer version.
    """
    try:
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        about = json.loads(metadata["about"])
        if about["version"] > _VERSION:
            raise ValueError(about["version"])
        calibration = json.loads(metadata["calibration"])
        arrays = {name: a.astype(np.float32) if a.dtype == np.float16 else a for name, a in tensors.items()}
        return Head(
            classes=tuple(about["classes"]),
            encoder=about["encoder"],
            identity=about["identity"],
            penalties=about["penalties"],
            calibration={language: [Bin(**row) for row in rows] for language, rows in calibration.items()},
            **arrays,
        )
    except Exception as error:  # safetensors raises its own type for a damaged file
        raise Unavailable(Problem("own-weights-unreadable", details={"file": WEIGHTS_FILE})) from error


def rounded(head: Head) -> Head:
    """As it is after `save` and `load`: what is measured is what is used."""
    words, states = (
        weights.astype(np.float16).astype(np.float32) for weights in (head.words_weights, head.states_weights)
    )
    return replace(head, words_weights=words, states_weights=states)


def hashes(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    """64 bits a text."""
    digests = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


# --- Inputs ---------------------------------------------------------------------------------------------------------


def _tensors(head: Head) -> dict[str, npt.NDArray[Any]]:
    return {name: getattr(head, name) for name in _ARRAYS}


def _grams(text: str) -> npt.NDArray[np.intp]:
    """The text's n-grams; those of the two languages never share a place."""
    language = detect(text)
    return features(text, language) + (BUCKETS if language == "zh" else 0)


def _vocabulary(texts: Sequence[str]) -> tuple[npt.NDArray[np.int32], Array]:
    """The n-grams that at least two texts hold, the commonest first in choice, and their idf."""
    counts = np.bincount(np.concatenate([_grams(text) for text in texts]), minlength=2 * BUCKETS)
    places = np.flatnonzero(counts > 1)
    if len(places) > _FEATURES:
        places = np.sort(places[np.argsort(-counts[places], kind="stable")[:_FEATURES]])
    idf = np.log((1 + len(texts)) / (1 + counts[places])) + 1
    return places.astype(np.int32), idf.astype(np.float32)


def _matrix(texts: Sequence[str], vocabulary: npt.NDArray[np.int32], idf: Array) -> csr_matrix:
    """One row a text, of length 1; empty where it holds nothing known."""
    columns, ends = [], [0]
    for text in texts:
        grams = _grams(text)
        at = np.searchsorted(vocabulary, grams)
        known = at < len(vocabulary)
        known[known] = vocabulary[at[known]] == grams[known]
        columns.append(at[known])
        ends.append(ends[-1] + int(known.sum()))
    places = np.concatenate(columns) if columns else np.zeros(0, dtype=np.intp)
    values = idf[places] if len(places) else np.zeros(0, dtype=np.float32)
    matrix = csr_matrix((values, places, ends), shape=(len(texts), len(vocabulary)), dtype=np.float32)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))
    return matrix


def _states(reading: Reading) -> Array:
    """The views beside the verdict of the model that ships, brought to their scale."""
    verdict = np.maximum(reading.shipped, _FLOOR) / -_FLOOR + 0.5
    return np.concatenate([reading.views, verdict.astype(np.float32)], axis=1)


def _shipped(shipped: Scores, classes: Sequence[str]) -> Array:
    """The verdict of the model that ships over these classes; no verdict where they are no polarities."""
    told = polarities(classes)
    if told is None:
        return np.full((len(shipped), len(classes)), -np.log(len(classes)), dtype=np.float32)
    return _normalised(np.maximum(shipped[:, [CLASSES.index(polarity) for polarity in told]], _FLOOR))


# --- Fitting --------------------------------------------------------------------------------------------------------


def _fit(inputs: Any, labels: Labels, classes: int, penalty: float) -> tuple[Array, Array]:
    """Weights, shape (features, classes), and bias, shape (classes,)."""
    model = LogisticRegression(C=penalty, max_iter=_ITERATIONS, tol=_TOLERANCE).fit(inputs, labels)
    coefficients, intercept = model.coef_, model.intercept_
    if classes == 2:  # scikit-learn keeps one row for two classes: the odds of the second
        coefficients = np.concatenate([-coefficients / 2, coefficients / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    return np.ascontiguousarray(coefficients.T, dtype=np.float32), intercept.astype(np.float32)


def _cross_fitted(
    inputs: Any, labels: Labels, fold: npt.NDArray[np.intp], classes: int, penalty: float, step: Step
) -> Array:
    """Log-probabilities of every text by a judge that has not seen its fold."""
    found = np.empty((len(labels), classes), dtype=np.float32)
    for number in range(FOLDS):
        out = fold == number
        weights, bias = _fit(inputs[~out], labels[~out], classes, penalty)
        found[out] = _normalised(np.asarray(inputs[out] @ weights) + bias)
        step()
    return found


def _stack(judged: npt.NDArray[np.float64], labels: Labels, polar: bool) -> tuple[Array, Array]:
    """Weights of the judges, none negative, and the biases, under which the labels are likeliest."""
    judges, rows, classes = judged.shape
    start = np.zeros(judges + classes)
    start[:judges] = (1 / 3, 1 / 3, 1 / 3) if polar else (1 / 2, 1 / 2, 0)

    def loss(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = np.tensordot(values[:judges], judged, axes=1) + values[judges:]
        logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        gaps = np.exp(logs)
        gaps[np.arange(rows), labels] -= 1
        pull = values - start
        slopes = np.concatenate([(judged * gaps).sum(axis=(1, 2)), gaps.sum(axis=0)]) / rows
        value = -logs[np.arange(rows), labels].mean() + _SHRINKAGE * float(pull @ pull)
        return float(value), slopes + 2 * _SHRINKAGE * pull

    limits = [(0.0, None), (0.0, None), (0.0, None if polar else 0.0), *[(None, None)] * classes]
    found = minimize(loss, start, jac=True, bounds=limits, method="L-BFGS-B").x
    return found[:judges].astype(np.float32), found[judges:].astype(np.float32)


def _pooled(judged: npt.NDArray[Any], pool: Array, bias: Array) -> npt.NDArray[np.float64]:
    return np.asarray(np.tensordot(pool.astype(np.float64), judged, axes=1) + bias)


def _normalised(logits: npt.NDArray[Any]) -> Array:
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True), dtype=np.float32)


def _loss(logs: Array, labels: Labels) -> float:
    return -float(logs[np.arange(len(labels)), labels].mean())


def _calibration(texts: Sequence[str], logs: Array, labels: Labels) -> dict[str, list[Bin]]:
    """Of texts with a confidence like this, how many were right: by language, where there are enough of them."""
    spoken = np.array([detect(text) for text in texts])
    right, sure = logs.argmax(axis=1) == labels, np.exp(logs.max(axis=1))
    found = {}
    for language in ("en", "zh"):
        own = spoken == language
        if own.sum() >= 10:
            found[language] = bins(sure[own], right[own], min(10, int(own.sum()) // 10))
    return found
