"""Fits the confidence model: retrieval features of questions with and without an answer → logistic regression.

With an answer: the tuning questions. Without: the same questions asked of the knowledge base from which their entry
has been taken out (the hardest kind of near miss, and one that any knowledge base can make of itself), and questions
to the other tenants. The ``near`` and ``far`` questions of `questions.out_of_scope` are never used here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from bigmodel_apps import evidence
from bigmodel_apps.customer_service.confidence import WEIGHTS_FILE, Confidence
from bigmodel_apps.customer_service.index import FEATURES, Array, Hit, Index
from bigmodel_apps.customer_service.knowledge import LANGUAGES, TENANTS, Entry, Knowledge, sample
from bigmodel_apps.customer_service.questions import paraphrases
from bigmodel_apps.customer_service.vectors import QueuedEncoder, Store, fill
from bigmodel_apps.text.language import Language

Examples = tuple[Array, Array]
"""Features (examples × features) and whether the first entry was right."""

_FOLDS = 4
_SEED = 11
_SMALL_SIZES = (2, 5, 15)
_SMALL_ENTRIES = 30


def train(out: Path, *, report: Callable[[int, int], None] | None = None) -> dict[str, object]:
    """Fit and write ``model.safetensors`` and ``card.md`` to `out`.

    Args:
        out: Folder, made if need be.
        report: Called with (tenant-language pairs done, pairs in total).

    Returns:
        The metrics on the card: area under the ROC curve on the tenant left out, by regime.
    """
    examples = collect(QueuedEncoder("minilm-l6"), {}, report)
    metrics = {regime: _leave_one_out(of_tenant) for regime, of_tenant in examples.items()}
    weights = {regime: fit(of_tenant.values()) for regime, of_tenant in examples.items()}
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / WEIGHTS_FILE, metadata={"features": json.dumps(FEATURES)})
    counts = {regime: sum(len(y) for _, y in of_tenant.values()) for regime, of_tenant in examples.items()}
    (out / "card.md").write_text(_card(metrics, counts), encoding="utf-8")
    return {"auroc_tenant_left_out": metrics, "examples": counts}


def collect(
    encoder: QueuedEncoder, store: Store, report: Callable[[int, int], None] | None = None
) -> dict[str, dict[str, Examples]]:
    """Examples by regime and tenant."""
    examples: dict[str, dict[str, Examples]] = {}
    pairs = [(tenant, language) for tenant in TENANTS for language in LANGUAGES]
    for done, (tenant, language) in enumerate(pairs, 1):
        for kind, used in (("dense", encoder), ("lexical", None)):
            found = _examples(tenant, language, used, store)
            examples.setdefault(f"{language}-{kind}", {})[tenant] = found
        if report:
            report(done, len(pairs))
    return examples


def left_out(encoder: QueuedEncoder, store: Store) -> dict[str, Confidence]:
    """For each tenant, the confidence model fitted without it."""
    examples = collect(encoder, store)
    return {
        tenant: Confidence(
            {
                regime: fit(value for other, value in of_tenant.items() if other != tenant)
                for regime, of_tenant in examples.items()
            }
        )
        for tenant in TENANTS
    }


def fit(examples: Iterable[Examples]) -> Array:
    """Coefficients with the bias last; the scaling of the features is folded into them."""
    features, labels = (np.concatenate(part) for part in zip(*examples, strict=True))
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(scaler.transform(features), labels)
    coefficients = model.coef_[0] / scaler.scale_
    bias = model.intercept_[0] - float(coefficients @ scaler.mean_)
    return np.append(coefficients, bias).astype(np.float32)


def _examples(tenant: str, language: Language, encoder: QueuedEncoder | None, store: Store) -> Examples:
    knowledge = sample(tenant, language)
    known = paraphrases(tenant, language, "tuning")
    found: list[tuple[Hit, bool]] = []

    def search(knowledge: Knowledge, questions: Sequence[str]) -> list[Hit]:
        index = Index(knowledge)
        if encoder:
            fill(index, encoder, store)
        return index.search(questions, encoder, top=2)

    hits = search(knowledge, [question.text for question in known])
    found += [(hit, hit.entries[0].id == question.expected) for hit, question in zip(hits, known, strict=True)]
    for fold in range(_FOLDS):
        taken = {entry.id for place, entry in enumerate(knowledge.entries) if place % _FOLDS == fold}
        orphans = [question.text for question in known if question.expected in taken]
        rest = [entry for entry in knowledge.entries if entry.id not in taken]
        found += [(hit, False) for hit in search(_part(knowledge, rest), orphans)]
    generator = np.random.default_rng(_SEED)
    for size in _SMALL_SIZES:  # small knowledge bases, asked what they answer and as much that they do not
        for chosen in generator.permuted(np.arange(len(knowledge.entries)))[: size * (_SMALL_ENTRIES // size)].reshape(
            -1, size
        ):
            small = [knowledge.entries[place] for place in chosen]
            names = {entry.id for entry in small}
            asked = [question for question in known if question.expected in names]
            others = [question for question in known if question.expected not in names]
            asked += [others[place] for place in generator.choice(len(others), len(asked), replace=False)]
            hits = search(_part(knowledge, small), [question.text for question in asked])
            found += [(hit, hit.entries[0].id == q.expected) for hit, q in zip(hits, asked, strict=True)]
    for other in TENANTS:
        if other != tenant:
            strangers = [question.text for question in paraphrases(other, language, "tuning")[::4]]
            found += [(hit, False) for hit in search(knowledge, strangers)]
    return np.stack([hit.features for hit, _ in found]), np.array([right for _, right in found], dtype=np.float32)


def _part(knowledge: Knowledge, entries: Sequence[Entry]) -> Knowledge:
    return Knowledge(knowledge.name, tuple(entries), knowledge.report)


def _leave_one_out(examples: dict[str, Examples]) -> dict[str, float]:
    """Area under the ROC curve on each tenant with a model that never saw it."""
    scores = {}
    for tenant, (features, labels) in examples.items():
        weights = fit(value for other, value in examples.items() if other != tenant)
        scores[tenant] = round(float(roc_auc_score(labels, features @ weights[:-1] + weights[-1])), 4)
    return scores


def _card(metrics: dict[str, dict[str, float]], counts: dict[str, int]) -> str:
    rows = [
        f"| {regime} | {counts[regime]} | " + " | ".join(f"{of_tenant[tenant]:.3f}" for tenant in TENANTS) + " |"
        for regime, of_tenant in metrics.items()
    ]
    features = ", ".join(f"`{name}`" for name in FEATURES)
    return "\n".join(
        [
            "# Confidence of customer-service retrieval",
            "",
            "Logistic regression from retrieval features to the probability that the best entry answers the question.",
            "One model for each language of the entries, with vectors and without.",
            "",
            f"- Features: {features}.",
            "- Data: the tuning questions of the three sample tenants (shop, bank, help desk), written for this project;",
            "  negatives are the same questions after their entry was taken out, and questions to the other tenants;",
            "  all of it also on random parts of 2, 5 and 15 entries, so that small knowledge bases are judged alike.",
            "- Licence: Apache-2.0, like the project.",
            f"- Seed: {_SEED}, for the choice of small knowledge bases.",
            "- Command: `python -m bigmodel_apps train customer_service --out DIR`.",
            f"- Written: {evidence.today()}, code {evidence.code_version()}.",
            "",
            "Area under the ROC curve on the tenant that the fit did not see:",
            "",
            "| regime | examples | " + " | ".join(TENANTS) + " |",
            "|---|---|" + "---|" * len(TENANTS),
            *rows,
            "",
        ]
    )
