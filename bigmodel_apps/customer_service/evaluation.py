"""Named protocols that measure retrieval and refusal, and write evidence.

- ``tenants``: the three sample tenants. Recall of the held-out paraphrases, beside word TF-IDF and BM25; refusal of
  near- and far-scope questions with a confidence model that never saw the tenant.
- ``xquad``: XQuAD's 240 paragraphs a language, each question against all of them (Artetxe et al., ACL 2020).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from bigmodel_apps import evidence, measures
from bigmodel_apps.customer_service import training
from bigmodel_apps.customer_service.confidence import Confidence
from bigmodel_apps.customer_service.index import Hit, Index
from bigmodel_apps.customer_service.knowledge import LANGUAGES, SAMPLES, TENANTS, Entry, Knowledge, sample
from bigmodel_apps.customer_service.questions import Question, out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.customer_service.vectors import QueuedEncoder, Store, fill
from bigmodel_apps.evidence import Dataset, Evidence, Metric
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.text.bm25 import BM25
from bigmodel_apps.text.language import Language
from bigmodel_apps.text.segmentation import normalize, word_hashes, words

Report = Callable[[int, int], None]
Ranks = npt.NDArray[np.int64]
Clusters = npt.NDArray[Any]

_AUROC_DRAWS = 300
_SEED = measures.SEED
_SHIPPED = Path(__file__).parent / "weights" / "confidence"

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "tenants": {
        "en": "Three sample tenants, 60 entries each, separately for each language. Held-out paraphrases (four an "
        "entry) were written from the answers alone; the colloquial ones, written to avoid the help centre's words, "
        "chose the fusion weights. Refusal uses a confidence model fitted without the tenant it is measured on. "
        "Intervals: 95 % bootstrap over questions.",
        "zh": "三个示例租户，各 60 条，中英文分别评测。留出的改写问句（每条 4 个）只依据答案写成；口语化问句刻意避开帮助中心的用词，"
        "用于选择融合权重。拒答所用的置信度模型在训练时没有见过被评测的租户。区间为对问句做自助法得到的 95 % 区间。",
    },
    "xquad": {
        "en": "Each question of XQuAD against all 240 paragraphs of its language; recall of the paragraph that it was "
        "written for. The fusion weights come from the sample tenants and were checked on every other article; the "
        "articles between them are reported as unseen. Intervals: 95 % bootstrap over questions.",
        "zh": "XQuAD 的每个问题在同语言的全部 240 个段落中检索，统计其所属段落的召回率。融合权重取自示例租户，并在隔篇的文章上核对过，"
        "其余文章单列为“未见文章”。区间为对问句做自助法得到的 95 % 区间。",
    },
}


def run(protocol: str, data: Path | None = None, report: Report | None = None) -> Evidence:
    """Run one protocol.

    Args:
        protocol: ``tenants`` or ``xquad``.
        data: Folder with ``xquad.en.json`` and ``xquad.zh.json``, for ``xquad``.
        report: Called with (parts done, parts in total).

    Raises:
        InputError: No such protocol, or its data is missing.
    """
    protocols: dict[str, Callable[[], tuple[list[Metric], list[Dataset]]]] = {
        "tenants": lambda: _tenants(report),
        "xquad": lambda: _xquad(data, report),
    }
    if protocol not in protocols:
        raise InputError(
            Problem("protocol-unknown", field="protocol", details={"name": protocol, "known": ", ".join(protocols)})
        )
    started = time.perf_counter()
    metrics, datasets = protocols[protocol]()
    command = f"python -m bigmodel_apps evaluate customer_service --protocol {protocol}"
    from bigmodel_apps import runtime

    resident = {model.name: model for model in runtime.resident()}
    return Evidence(
        domain="customer_service",
        protocol=protocol,
        description=dict(DESCRIPTIONS[protocol]),
        metrics=tuple(metrics),
        datasets=tuple(datasets),
        command=command + (" --data FOLDER" if protocol == "xquad" else ""),
        date=evidence.today(),
        seconds=round(time.perf_counter() - started, 1),
        hardware=evidence.hardware(resident["minilm-l6"].dtype),
        code_version=evidence.code_version(),
        code_sha256=evidence.hash_code("customer_service"),
        weights=_weights(protocol),
        seed=_SEED,
    )


def _weights(protocol: str) -> dict[str, str]:
    """Hashes of the weights behind the figures. ``tenants`` refits the confidence by the recipe of the shipped one."""
    found = {"minilm-l6": QueuedEncoder("minilm-l6").identity}
    if protocol == "tenants":
        found["confidence"] = evidence.hash_files(_SHIPPED.glob("*.safetensors"))
    return found


# Tenants


def _tenants(report: Report | None) -> tuple[list[Metric], list[Dataset]]:
    encoder = QueuedEncoder("minilm-l6")
    store: Store = {}
    metrics: list[Metric] = []
    pooled: dict[tuple[Language, str, str], list[Ranks]] = {}
    refusals: dict[Language, list[dict[str, npt.NDArray[np.float32]]]] = {}
    pairs = [(tenant, language) for language in LANGUAGES for tenant in TENANTS]
    left_out = training.left_out(encoder, store)
    for done, (tenant, language) in enumerate(pairs):
        knowledge = sample(tenant, language)
        index = Index(knowledge)
        fill(index, encoder, store)
        for split in ("heldout", "tuning"):
            asked = paraphrases(tenant, language, split)
            ranks = {
                "ours": _ranks(index.search([q.text for q in asked], encoder, top=len(index)), asked),
                "bm25": _ranks_of(_bm25(knowledge, [q.text for q in asked]), knowledge, asked),
                "tfidf": _ranks_of(_tfidf(knowledge, [q.text for q in asked]), knowledge, asked),
            }
            for system, of_system in ranks.items():
                pooled.setdefault((language, split, system), []).append(of_system)
                metrics += _recalls(of_system, (language, split, tenant), system, _entries(asked))
            overlap = overlaps(knowledge, asked, language)
            metrics.append(
                Metric(name="overlap", value=float(overlap.mean()), group=(language, split, tenant), n=len(asked))
            )
            if (language, split) == ("zh", "heldout"):
                pooled.setdefault(("zh", "heldout", "overlap"), []).append(overlap)  # type: ignore[arg-type]
        refusals.setdefault(language, []).append(_refusal_scores(index, encoder, left_out[tenant], tenant, language))
        if report:
            report(done + 1, len(pairs))
    for (language, split, system), of_tenants in pooled.items():
        if system != "overlap":
            goals = (
                {("en", 1): 0.85, ("en", 3): 0.95, ("zh", 3): 0.88} if (split, system) == ("heldout", "ours") else {}
            )
            clusters = np.repeat(np.arange(len(TENANTS) * 60), 4)  # four paraphrases an entry, in order
            metrics += _recalls(np.concatenate(of_tenants), (language, split), system, clusters, goals)
    metrics += _terciles(
        np.concatenate(pooled["zh", "heldout", "ours"]), np.concatenate(pooled["zh", "heldout", "overlap"])
    )
    for language, scores in refusals.items():
        metrics += _refusal(scores, language)
    rows = sum(len(paraphrases(*pair, split)) for pair in pairs for split in ("heldout", "tuning")) + 120 * len(pairs)
    files = [file for tenant in TENANTS for file in (SAMPLES / tenant).glob("*.csv")]
    dataset = Dataset(
        name="Sample tenants (shop, bank, help desk)",
        rows=rows,
        sha256=evidence.hash_files(files),
        licence="Apache-2.0",
        source="bigmodel_apps/customer_service/samples",
    )
    return metrics, [dataset]


def overlaps(knowledge: Knowledge, asked: Sequence[Question], language: Language) -> npt.NDArray[np.float64]:
    """Jaccard overlap of each question with its nearest stored phrasing: content words (en), bigrams (zh)."""
    stored = {entry.id: entry.questions for entry in knowledge.entries}
    return np.array(
        [
            max(_jaccard(question.text, phrasing, language) for phrasing in stored[question.expected or ""])
            for question in asked
        ]
    )


def _jaccard(one: str, other: str, language: Language) -> float:
    first, second = _units(one, language), _units(other, language)
    return len(first & second) / max(len(first | second), 1)


def _units(text: str, language: Language) -> set[str]:
    if language == "en":
        return {word.term for word in words(text)}
    letters = "".join(character for character in normalize(text) if character.isalnum())
    return {letters[place : place + 2] for place in range(len(letters) - 1)}


def _terciles(ranks: Ranks, overlap: npt.NDArray[np.float64]) -> list[Metric]:
    """Chinese recall by how much a question shares with the stored one: lexical luck shows."""
    order = np.argsort(overlap, kind="stable")
    metrics = []
    for name, places in zip(("low", "middle", "high"), np.array_split(order, 3), strict=True):
        metrics += _recalls(ranks[places], ("zh", "heldout", f"overlap-{name}"), "ours", places // 4)
    return metrics


def _refusal_scores(
    index: Index, encoder: QueuedEncoder, confidence: Confidence, tenant: str, language: Language
) -> dict[str, npt.NDArray[np.float32]]:
    asked = paraphrases(tenant, language, "heldout")
    hits = index.search([question.text for question in asked], encoder, top=2)
    right = np.array([hit.entries[0].id == q.expected for hit, q in zip(hits, asked, strict=True)], dtype=np.float32)
    scores = {"in": confidence(hits), "right": right}
    for kind, questions in out_of_scope(tenant, language).items():
        scores[kind] = confidence(index.search([question.text for question in questions], encoder, top=2))
    return scores


def _refusal(of_tenants: Sequence[Mapping[str, npt.NDArray[np.float32]]], language: Language) -> list[Metric]:
    inside, right = (np.concatenate([scores[key] for scores in of_tenants]) for key in ("in", "right"))
    threshold = Options().threshold
    answered = inside >= threshold
    metrics = [
        _share("answered", answered, (language, "heldout")),
        _share("wrong-when-answered", (1 - right)[answered], (language, "heldout"), higher_is_better=False),
    ]
    for kind in ("near", "far"):
        outside = np.concatenate([scores[kind] for scores in of_tenants])
        metrics.append(_share("refused", outside < threshold, (language, kind)))
        truth = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
        metrics.append(_auroc((language, kind), truth, np.concatenate([inside, outside])))
    return metrics


# XQuAD


def _xquad(data: Path | None, report: Report | None) -> tuple[list[Metric], list[Dataset]]:
    encoder = QueuedEncoder("minilm-l6")
    metrics: list[Metric] = []
    datasets: list[Dataset] = []
    for done, language in enumerate(LANGUAGES):
        path = (data or Path()) / f"xquad.{language}.json"
        if data is None or not path.is_file():
            raise InputError(
                Problem(
                    "protocol-data-missing",
                    field="data",
                    details={"file": path.name, "source": "github.com/google-deepmind/xquad"},
                )
            )
        paragraphs, asked, unseen = _read_xquad(path)
        knowledge = Knowledge(path.name, tuple(paragraphs))
        index = Index(knowledge)
        fill(index, encoder, {})
        texts = [question.text for question in asked]
        goals = {("en", 1): 0.955, ("zh", 1): 0.93}
        clusters = _entries(asked)
        ranks = _ranks(index.search(texts, encoder, len(index)), asked)
        metrics += _recalls(ranks, (language,), "ours", clusters, goals)
        metrics += _recalls(ranks[unseen], (language, "unseen"), "ours", clusters[unseen])
        metrics += _recalls(_ranks(index.search(texts, None, len(index)), asked), (language,), "lexical", clusters)
        metrics += _recalls(_ranks_of(_bm25(knowledge, texts), knowledge, asked), (language,), "bm25", clusters)
        metrics += _recalls(_ranks_of(_tfidf(knowledge, texts), knowledge, asked), (language,), "tfidf", clusters)
        datasets.append(
            Dataset(
                name=f"XQuAD {language}",
                rows=len(asked),
                sha256=sha256(path.read_bytes()).hexdigest(),
                licence="CC-BY-SA-4.0",
                source="github.com/google-deepmind/xquad",
            )
        )
        if report:
            report(done + 1, len(LANGUAGES))
    return metrics, datasets


def _read_xquad(path: Path) -> tuple[list[Entry], list[Question], npt.NDArray[np.bool_]]:
    """Paragraphs, questions, and which questions belong to every second article."""
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    language: Language = "zh" if path.name.split(".")[1] == "zh" else "en"
    entries: list[Entry] = []
    asked: list[Question] = []
    unseen: list[bool] = []
    for number, article in enumerate(body["data"]):
        for paragraph in article["paragraphs"]:
            identifier = f"paragraph-{len(entries) + 1}"
            entries.append(Entry(identifier, (), paragraph["context"], path.name, language, passage=True))
            asked += [Question(qa["question"], identifier) for qa in paragraph["qas"]]
            unseen += [number % 2 == 1] * len(paragraph["qas"])
    return entries, asked, np.array(unseen)


# Floors and figures


def _entries(asked: Sequence[Question]) -> Clusters:
    return np.array([question.expected for question in asked])


def _bm25(knowledge: Knowledge, questions: Sequence[str]) -> npt.NDArray[Any]:
    """Words alone, Okapi's parameters: what a search box does."""
    index = BM25([word_hashes(entry.text) for entry in knowledge.entries])
    return index.score([word_hashes(question) for question in questions])


def _tfidf(knowledge: Knowledge, questions: Sequence[str]) -> npt.NDArray[Any]:
    """scikit-learn's TF-IDF cosine over words (en) or character 1–3-grams (zh)."""
    chinese = knowledge.languages() == ("zh",)
    vectorizer = (
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
        if chinese
        else TfidfVectorizer(sublinear_tf=True, stop_words="english")
    )
    documents = vectorizer.fit_transform([entry.text for entry in knowledge.entries])
    return np.asarray((vectorizer.transform(questions) @ documents.T).toarray())


def _ranks(hits: Sequence[Hit], asked: Sequence[Question]) -> Ranks:
    """Rank of the expected entry, from 0."""
    return np.array(
        [[entry.id for entry in hit.entries].index(q.expected or "") for hit, q in zip(hits, asked, strict=True)]
    )


def _ranks_of(scores: npt.NDArray[Any], knowledge: Knowledge, asked: Sequence[Question]) -> Ranks:
    places = {entry.id: place for place, entry in enumerate(knowledge.entries)}
    order = np.argsort(-scores, axis=1, kind="stable")
    gold = np.array([places[question.expected or ""] for question in asked])
    return np.asarray((order == gold[:, None]).argmax(axis=1))


def _recalls(
    ranks: Ranks,
    group: tuple[str, ...],
    system: str,
    clusters: Clusters,
    goals: Mapping[tuple[str, int], float] | None = None,
) -> list[Metric]:
    return [
        _share(f"recall-at-{depth}", ranks < depth, group, clusters, system, goal=(goals or {}).get((group[0], depth)))
        for depth in (1, 3)
    ]


def _share(
    name: str,
    hits: npt.NDArray[Any],
    group: tuple[str, ...],
    clusters: Clusters | None = None,
    system: str = "ours",
    *,
    goal: float | None = None,
    higher_is_better: bool = True,
) -> Metric:
    """A share and its bootstrap interval; questions about the same entry are drawn together."""
    found = measures.share(hits, clusters)
    return measures.metric(found, name, group=group, system=system, goal=goal, higher_is_better=higher_is_better)


def _auroc(group: tuple[str, ...], truth: npt.NDArray[Any], scores: npt.NDArray[Any]) -> Metric:
    found = measures.bootstrap(
        lambda weights: measures.auroc(truth, scores, weights), np.arange(len(truth)), draws=_AUROC_DRAWS
    )
    return measures.metric(found, "auroc", group=group, unit="score")
