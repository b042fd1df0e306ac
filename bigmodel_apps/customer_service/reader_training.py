"""Fits the reader and its confidence on the project's own corpus.

The reader: of the candidates of each question, which one answers; a logistic regression over `reader.FEATURES`. The
confidence: whether the best of them does. Everything is cross-fitted by `corpus.FOLDS`: a help centre is read with an
adapter that was trained without it, and its scores come from a reader that was fitted without it, as those of a help
centre will that nobody has seen. With an adapter that has seen them, questions and answers are closer to each other than
they will ever be again. Questions without an answer are near misses, the same questions after their entry has been taken
out, and questions to other companies.

Last, the confidence in entries is put on the scale of help centres in use: `scaling`, two numbers a language, fitted on
the sample tenants, of which the reader has seen nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bigmodel_apps.customer_service import corpus, scaling
from bigmodel_apps.customer_service.corpus import FOLDS, MIX, Kind, Trial
from bigmodel_apps.customer_service.index import Array, Index
from bigmodel_apps.customer_service.knowledge import LANGUAGES, TENANTS, Entry, sample
from bigmodel_apps.customer_service.questions import Question, out_of_scope, paraphrases
from bigmodel_apps.customer_service.reader import LEADS, READ, WEIGHTS_FILE, Pairs, TokenReader, log_odds, rank, regime
from bigmodel_apps.customer_service.scaling import Scaling
from bigmodel_apps.customer_service.vectors import Half, fill
from bigmodel_apps.text.encoder import AdaptedEncoder
from bigmodel_apps.text.language import Language

# Inverse strength of the penalty, chosen by cross-fitting.
_OF_ENTRIES, _OF_PASSAGES = 0.03, 0.1
_OWN_SCORE = np.array([name == "score" for name in (*LEADS, "bias")], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside its candidates.

    Attributes:
        fold: Of the corpus.
        kind: One of `corpus.MIX`.
        right: Place of the entry that answers; -1 where none of the candidates does.
        size: Number of entries searched.
        entries: The candidates.
    """

    fold: int
    kind: Kind
    right: int
    size: int
    entries: tuple[Entry, ...]
    pairs: Pairs


def train(
    out: Path,
    encoder: AdaptedEncoder,
    unseeing: Sequence[AdaptedEncoder],
    report: Callable[[int, int], None] | None = None,
) -> dict[str, object]:
    """Fit and write ``reader.safetensors`` to `out`.

    Args:
        out: Folder, made if need be.
        encoder: The adapted encoder whose tokens the reader will compare.
        unseeing: For each fold of the corpus, one that was trained without it.
        report: Called with (languages done, languages in total).

    Returns:
        Number of examples by regime.
    """
    weights: dict[str, Array] = {}
    counts: dict[str, int] = {}
    for done, language in enumerate(LANGUAGES, 1):
        examples = []
        for fold, unseeing_encoder in enumerate(unseeing):
            examples += collect(corpus.trials(language, fold), unseeing_encoder, fold)
            examples += collect(corpus.titled_trials(language, fold), encoder, fold)
        weights |= fit(examples)
        regime_of = f"confidence-{language}-faq"
        weights[regime_of] = scaled(weights[regime_of], tenants_scaling(language, encoder, weights))
        for example in examples:
            counts[regime(example.entries[0])] = counts.get(regime(example.entries[0]), 0) + 1
        if report:
            report(done, len(LANGUAGES))
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / WEIGHTS_FILE, metadata={"about": json.dumps({"encoder": encoder.identity})})
    return {"examples": counts}


def collect(trials: Iterable[Trial], encoder: AdaptedEncoder, fold: int) -> list[Example]:
    """The examples of trials of one fold, read with an encoder whose adapter has not seen them."""
    tokens, store = TokenReader(encoder), dict[bytes, Half]()
    found: list[Example] = []
    for asked in trials:
        index = Index(asked.knowledge)
        fill(index, encoder, store)
        texts = [question.text for question in asked.questions]
        hits = index.search(texts, encoder, READ)
        for question, hit, pairs in zip(asked.questions, hits, tokens.read(texts, hits), strict=True):
            ids = [entry.id for entry in hit.entries]
            right = ids.index(question.expected) if question.expected in ids else -1
            found.append(Example(fold, asked.kind, right, len(index), hit.entries, pairs))
    return found


def fit(examples: Sequence[Example]) -> dict[str, Array]:
    """Coefficients with the bias last: ``<regime>`` of the reader, ``confidence-<regime>``."""
    weights: dict[str, Array] = {}
    for name in sorted({regime(example.entries[0]) for example in examples}):
        own = _of(examples, name)
        weights[name] = _reader(own)
        weights[f"confidence-{name}"] = _OWN_SCORE if own[0].entries[0].passage else _confidence(own, name)
    return weights


def tenants_scaling(language: Language, encoder: AdaptedEncoder, weights: Mapping[str, Array]) -> Scaling:
    """The scaling of the confidence in entries, as the sample tenants' held-out questions want it."""
    examples: list[Example] = []
    for tenant in TENANTS:
        knowledge, outside = sample(tenant, language), out_of_scope(tenant, language)
        asked: dict[Kind, list[Question]] = {
            "ordinary": paraphrases(tenant, language, "heldout"),
            "near": outside["near"],
            "far": outside["far"],
        }
        trials = [Trial(tenant, knowledge, tuple(questions), kind) for kind, questions in asked.items()]
        examples += collect(trials, encoder, 0)
    found = [rank(example.entries, example.pairs, example.size, weights) for example in examples]
    right = [of.order[0] == example.right for of, example in zip(found, examples, strict=True)]
    return scaling.fit(np.array([log_odds(of.leads, weights[f"confidence-{language}-faq"]) for of in found]), right)


def scaled(coefficients: Array, by: Scaling) -> Array:
    """Coefficients with the bias last whose log-odds are scaled."""
    found = coefficients * by.scale
    found[-1] += by.offset
    return found.astype(np.float32)


def _of(examples: Iterable[Example], name: str) -> list[Example]:
    return [example for example in examples if regime(example.entries[0]) == name]


def _reader(examples: Sequence[Example]) -> Array:
    """Entries are ranked by their scores. Passages keep the order of retrieval: only the first one is scored, and its
    score is the confidence."""
    if examples[0].entries[0].passage:
        first = np.stack([example.pairs.features[0] for example in examples])
        right = np.array([example.right == 0 for example in examples])
        return logistic(first, right, mixed([example.kind for example in examples]), _OF_PASSAGES)
    rows = np.concatenate([example.pairs.features for example in examples])
    answers = np.concatenate([np.arange(len(e.pairs.features)) == e.right for e in examples])
    return logistic(rows, answers)


def _confidence(examples: Sequence[Example], name: str) -> Array:
    """From the best entry's score and lead, under readers that were fitted without the example's fold."""
    rows, right, kinds = [], [], []
    for fold in range(FOLDS):
        unseen = {name: _reader([example for example in examples if example.fold != fold])}
        for example in (example for example in examples if example.fold == fold):
            found = rank(example.entries, example.pairs, example.size, unseen)
            rows.append(found.leads)
            right.append(found.order[0] == example.right)
            kinds.append(example.kind)
    return logistic(np.stack(rows), np.array(right), mixed(kinds))


def mixed(kinds: Sequence[Kind]) -> npt.NDArray[np.float64]:
    """Weights that give each kind of question its share in `corpus.MIX`."""
    shares = {kind: kinds.count(kind) / len(kinds) for kind in set(kinds)}
    return np.array([MIX[kind] / shares[kind] for kind in kinds])


def logistic(
    rows: Array,
    answers: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64] | None = None,
    strength: float = _OF_ENTRIES,
) -> Array:
    """Coefficients with the bias last; the scaling of the features is folded into them."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=strength, max_iter=5_000).fit(scaler.transform(rows), answers, sample_weight=weights)
    coefficients = model.coef_[0] / scaler.scale_
    bias = model.intercept_[0] - float(coefficients @ scaler.mean_)
    return np.append(coefficients, bias).astype(np.float32)
