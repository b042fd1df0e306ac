"""Fits the lexical floor: multinomial logistic regression over hashed n-grams, one for each language."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.sentiment import datasets
from bigmodel_apps.sentiment.datasets import Labelled
from bigmodel_apps.sentiment.lexical import BUCKETS, LANGUAGES, WEIGHTS_FILE, features
from bigmodel_apps.sentiment.neutral import factual
from bigmodel_apps.sentiment.verdict import bins
from bigmodel_apps.text.language import Language

SEED = 17
_PENALTY = {"en": 30.0, "zh": 30.0}  # scikit-learn's C, chosen on the rows held out
_ITERATIONS = 150
_HELD_OUT = 0.03


def train(
    out: Path,
    data: Path,
    *,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, object]:
    """Fit both languages and write ``lexical.safetensors`` to `out`.

    Args:
        out: Folder, made if need be.
        data: Folder of the public sets.
        report: Called with (languages done, languages in total).
        cancelled: Polled between the languages.

    Returns:
        By language: rows, and the share of the held-out rows judged rightly.

    Raises:
        Cancelled: Nothing was written.
        InputError: A file is missing.
    """
    tensors: dict[str, npt.NDArray[np.float16]] = {}
    facts: dict[str, object] = {}
    calibration: dict[str, list[dict[str, float]]] = {}
    for done, language in enumerate(LANGUAGES):
        if cancelled is not None and cancelled():
            raise Cancelled
        rows, held = material(data, language)
        weights, bias = fit([row.text for row in rows], [row.label for row in rows], language)
        logits = np.asarray(_matrix([row.text for row in held], language) @ weights) + bias
        labels = np.array([row.label for row in held])
        heat = temperature(logits, labels)
        tensors[f"{language}.weights"] = (weights / heat).astype(np.float16)
        tensors[f"{language}.bias"] = (bias / heat).astype(np.float16)
        right = logits.argmax(axis=1) == labels
        sure = np.exp(logits / heat - np.logaddexp.reduce(logits / heat, axis=1, keepdims=True)).max(axis=1)
        calibration[language] = [found._asdict() for found in bins(sure, right)]
        facts[language] = {"rows": len(rows), "held_out": len(held), "accuracy": round(float(right.mean()), 4)}
        if report:
            report(done + 1, len(LANGUAGES))
    out.mkdir(parents=True, exist_ok=True)
    # One key: safetensors writes several in any order, and the same fit must give the same file.
    save_file(tensors, out / WEIGHTS_FILE, metadata={"calibration": json.dumps(calibration)})
    return facts


def material(data: Path, language: Language) -> tuple[list[Labelled], list[Labelled]]:
    """Rows to fit on, and rows held out."""
    chance = np.random.default_rng(SEED)
    if language == "en":
        split = datasets.sst2_split(data)
        train, held = split.train, split.held_out
        polar = [row for domain in datasets.DOMAINS for row in datasets.blitzer(data, domain)]
    else:
        train, held, polar = [], [], datasets.chinese_reviews(data)
    others = [*polar, *factual(data, language), *datasets.own(f"opinions.{language}")]
    out = chance.random(len(others)) < _HELD_OUT
    return (
        [*train, *(row for row, away in zip(others, out, strict=True) if not away)],
        [*held, *(row for row, away in zip(others, out, strict=True) if away)],
    )


def fit(
    texts: Sequence[str], labels: Sequence[int], language: Language
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights, shape (buckets, 3), and bias, shape (3,)."""
    model = LogisticRegression(C=_PENALTY[language], max_iter=_ITERATIONS, tol=1e-3)
    model.fit(_matrix(texts, language), labels)
    return np.ascontiguousarray(model.coef_.T), np.asarray(model.intercept_)


def temperature(logits: npt.NDArray[np.float64], labels: npt.NDArray[np.intp]) -> float:
    """The divisor of the logits under which the labels are likeliest (Guo et al., ICML 2017)."""

    def loss(log: float) -> float:
        scaled = logits / np.exp(log)
        return float((np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(labels)), labels]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 3.0), method="bounded").x))


def _matrix(texts: Sequence[str], language: Language) -> csr_matrix:
    found = [features(text, language) for text in texts]
    sizes = np.array([len(places) for places in found])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    return csr_matrix(
        (values, np.concatenate(found), np.concatenate([[0], sizes.cumsum()])), shape=(len(texts), BUCKETS)
    )
