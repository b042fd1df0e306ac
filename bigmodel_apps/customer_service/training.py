"""Fits the confidence model: retrieval features of questions with and without an answer → logistic regression.

With an answer: the tuning questions. Without: the same questions asked of the knowledge base from which their entry
has been taken out (the hardest kind of near miss, and one that any knowledge base can make of itself), and questions
to the other tenants. The ``near`` and ``far`` questions of `questions.out_of_scope` are never used here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
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

Parts = dict[str, dict[tuple[str, str], Examples]]
"""Examples by regime and by (tenant whose knowledge was asked, tenant whose questions they were)."""

_FOLDS = 4
_SEED = 11
_SMALL_SIZES = (2, 5, 15)
_SMALL_ENTRIES = 30


def train(out: Path, *, report: Callable[[int, int], None] | None = None) -> dict[str, object]:
    """Fit and write ``model.safetensors``, ``card.md`` and ``card.zh.md`` to `out`.

    Args:
        out: Folder, made if need be.
        report: Called with (tenant-language pairs done, pairs in total).

    Returns:
        The metrics on the card: area under the ROC curve on the tenant left out, by regime.
    """
    encoder = QueuedEncoder("minilm-l6")
    examples = collect(encoder, {}, report)
    metrics = {regime: _leave_one_out(parts) for regime, parts in examples.items()}
    weights = {regime: fit(parts.values()) for regime, parts in examples.items()}
    out.mkdir(parents=True, exist_ok=True)
    # One key: safetensors writes several in any order, and the same fit must give the same file.
    about = json.dumps({"features": FEATURES, "encoder": encoder.identity})
    save_file(weights, out / WEIGHTS_FILE, metadata={"about": about})
    counts = {regime: sum(len(y) for _, y in parts.values()) for regime, parts in examples.items()}
    (out / "card.md").write_text(_card(_CARD_EN, metrics, counts), encoding="utf-8")
    (out / "card.zh.md").write_text(_card(_CARD_ZH, metrics, counts), encoding="utf-8")
    return {"auroc_tenant_left_out": metrics, "examples": counts}


def collect(encoder: QueuedEncoder, store: Store, report: Callable[[int, int], None] | None = None) -> Parts:
    """Examples by regime, and by the tenants whose knowledge and whose questions they hold."""
    examples: Parts = {}
    pairs = [(tenant, language) for tenant in TENANTS for language in LANGUAGES]
    for done, (tenant, language) in enumerate(pairs, 1):
        for kind, used in (("dense", encoder), ("lexical", None)):
            for asker, found in _examples(tenant, language, used, store).items():
                examples.setdefault(f"{language}-{kind}", {})[tenant, asker] = found
        if report:
            report(done, len(pairs))
    return examples


def left_out(encoder: QueuedEncoder, store: Store) -> dict[str, Confidence]:
    """For each tenant, the confidence model fitted without its knowledge and without its questions."""
    examples = collect(encoder, store)
    return {
        tenant: Confidence(
            {regime: fit(_without(parts, tenant)) for regime, parts in examples.items()}, encoder.identity
        )
        for tenant in TENANTS
    }


def _without(parts: Mapping[tuple[str, str], Examples], tenant: str) -> list[Examples]:
    return [examples for pair, examples in parts.items() if tenant not in pair]


def fit(examples: Iterable[Examples]) -> Array:
    """Coefficients with the bias last; the scaling of the features is folded into them."""
    features, labels = (np.concatenate(part) for part in zip(*examples, strict=True))
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(scaler.transform(features), labels)
    coefficients = model.coef_[0] / scaler.scale_
    bias = model.intercept_[0] - float(coefficients @ scaler.mean_)
    return np.append(coefficients, bias).astype(np.float32)


def _examples(tenant: str, language: Language, encoder: QueuedEncoder | None, store: Store) -> dict[str, Examples]:
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
    examples = {tenant: _table(found)}
    for other in TENANTS:
        if other != tenant:
            strangers = [question.text for question in paraphrases(other, language, "tuning")[::4]]
            examples[other] = _table([(hit, False) for hit in search(knowledge, strangers)])
    return examples


def _table(found: Sequence[tuple[Hit, bool]]) -> Examples:
    return np.stack([hit.features for hit, _ in found]), np.array([right for _, right in found], dtype=np.float32)


def _part(knowledge: Knowledge, entries: Sequence[Entry]) -> Knowledge:
    return Knowledge(knowledge.name, tuple(entries), knowledge.report)


def _leave_one_out(parts: Mapping[tuple[str, str], Examples]) -> dict[str, float]:
    """Area under the ROC curve on each tenant's knowledge with a model that saw nothing of it."""
    scores = {}
    for tenant in TENANTS:
        weights = fit(_without(parts, tenant))
        asked = [examples for (knowledge, _), examples in parts.items() if knowledge == tenant]
        features, labels = (np.concatenate(part) for part in zip(*asked, strict=True))
        scores[tenant] = round(float(roc_auc_score(labels, features @ weights[:-1] + weights[-1])), 4)
    return scores


_CARD_EN = """# Confidence of customer-service retrieval

Logistic regression from retrieval features to the probability that the best entry answers the question. One model for
each language of the entries, with vectors and without.

- Features: {features}.
- Data: the tuning questions of the three sample tenants (shop, bank, help desk), written for this project; negatives are
  the same questions after their entry was taken out, and questions to the other tenants; all of it also on random parts
  of 2, 5 and 15 entries, so that small knowledge bases are judged alike.
- Licence: Apache-2.0, like the project.
- Seed: {seed}, for the choice of small knowledge bases.
- Command: `python -m bigmodel_apps train customer_service --out DIR`.
- Written: {date}, code {code}.

Area under the ROC curve on the tenant that the fit saw neither as knowledge nor as questions:

| model | examples | {tenants} |
{rows}
"""

_CARD_ZH = """# 客服检索的置信度模型

由检索特征到“最佳条目能回答该问题”之概率的逻辑回归。按条目语言、有无向量各训练一个模型。

- 特征：{features}。
- 数据：三个示例租户（网店、银行、服务台）的调参问题，为本项目自行编写；负例为抽去对应条目之后的同一批问题，以及问其他租户的问题；
  并在 2、5、15 条的随机子集上重复，使小型知识库得到同样的判断。
- 许可：Apache-2.0，与项目相同。
- 随机种子：{seed}，用于抽取小型知识库。
- 命令：`python -m bigmodel_apps train customer_service --out DIR`。
- 写于：{date}，代码版本 {code}。

在拟合时知识和问题均未见过的租户上的 ROC 曲线下面积：

| 模型 | 样本数 | {tenants} |
{rows}
"""


def _card(template: str, metrics: Mapping[str, Mapping[str, float]], counts: Mapping[str, int]) -> str:
    rows = [
        f"| {regime} | {counts[regime]} | " + " | ".join(f"{of_tenant[tenant]:.3f}" for tenant in TENANTS) + " |"
        for regime, of_tenant in metrics.items()
    ]
    return template.format(
        features=", ".join(f"`{name}`" for name in FEATURES),
        seed=_SEED,
        date=evidence.today(),
        code=evidence.code_version(),
        tenants=" | ".join(TENANTS),
        rows="\n".join(["|---|---|" + "---|" * len(TENANTS), *rows]),
    )
