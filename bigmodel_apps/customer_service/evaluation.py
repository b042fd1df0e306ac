"""Named protocols that measure retrieval and refusal, and write evidence.

- ``tenants``: the three sample tenants. Recall of the held-out paraphrases, beside word TF-IDF and BM25; wrong answers
  and refusals at the threshold that answers 80 %; calibration. Nothing but the scale of the confidence, two numbers a
  language, was fitted on tenants, and each tenant is reported on with the scale that the other two want.
- ``answerability``: 25 documents; questions that they answer and near misses written from their titles alone.
- ``xquad``: XQuAD's 240 paragraphs a language, each question against all of them (Artetxe et al., ACL 2020); and near
  misses written from its articles' titles alone.
- ``banking77``, ``clinc150``, ``banking77-oos``: bases with several phrasings an entry, see `intent_protocols`.

All of them ask the model that the application runs, through its queue.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from bigmodel_apps import evidence, measures, runtime
from bigmodel_apps.customer_service import corpus, intent_protocols, scaling
from bigmodel_apps.customer_service.index import dense_text
from bigmodel_apps.customer_service.knowledge import LANGUAGES, SAMPLES, TENANTS, Entry, Knowledge, sample
from bigmodel_apps.customer_service.questions import Question, out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import Engine, Input, Options, Output
from bigmodel_apps.customer_service.shelf import DOMAIN, encoder_of, shelf
from bigmodel_apps.customer_service.vectors import QueuedEncoder
from bigmodel_apps.evidence import Dataset, Evidence, Metric
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.text.bm25 import BM25
from bigmodel_apps.text.language import Language
from bigmodel_apps.text.segmentation import normalize, word_hashes, words
from bigmodel_apps.text.sentences import sentences

Report = Callable[[int, int], None]
Ranks = npt.NDArray[np.int64]
Clusters = npt.NDArray[Any]

_AUROC_DRAWS = 300
_SEED = measures.SEED
_SHIPPED = Path(__file__).parent / "weights"
_MODEL = "customer-service-hybrid"
_TOP = 20
_ANSWERED = 0.8

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "tenants": {
        "en": "Three sample tenants, 60 entries each, asked in each language. Encoder adapter, reader and confidence come "
        "from the help centres of the training corpus; only the confidence's scale, two numbers a language, is fitted on "
        "tenants, and each tenant is reported on with the scale that the other two want. Held-out paraphrases (four "
        "an entry) were written from the answers alone; the colloquial ones, written to avoid the help centre's words, "
        "chose the fusion weights. Refusal at the default threshold, and at the one that answers 80 % of the held-out "
        "paraphrases. Calibration over held-out, near and far questions together, ten bins of equal mass. Intervals: "
        "95 % bootstrap over entries.",
        "zh": "三个示例租户，各 60 条，中英文分别提问。编码器适配器、阅读器与置信度来自训练语料中的帮助中心；只有置信度的刻度"
        "（每种语言两个数）在租户上拟合，且每个租户都按另外两个租户拟合的刻度报告。"
        "留出的改写问句（每条 4 个）只依据答案写成；口语化问句刻意避开帮助中心的用词，用于选择融合权重。"
        "拒答分别在默认阈值和能回答 80 % 留出问句的阈值下统计。校准误差在留出、近似与无关问题上合并计算，等量分为十组。"
        "区间为按条目做自助法得到的 95 % 区间。",
    },
    "answerability": {
        "en": "25 documents of four paragraphs as one knowledge base, none of them in the training corpus. All questions "
        "were written by somebody who had seen only the documents' titles, and labelled afterwards: those that a paragraph "
        "answers clearly, and 200 in each language that none answers; what is answered in part was left out. Area under "
        "the ROC curve of the confidence, beside the best score of words (BM25, its share of a full match, TF-IDF) and "
        "cosines of the packaged encoder (paragraph, sentence). Intervals: 95 % bootstrap over questions.",
        "zh": "25 篇四段文档组成一个知识库，均不在训练语料中。所有问题都由只看过文档标题的人写成，事后再标注："
        "有段落明确回答的，以及每种语言 200 个没有任何段落回答的；部分回答的不计入。指标为置信度的 ROC 曲线下面积，"
        "并与词面得分（BM25、其占完全匹配的比例、TF-IDF）及内置编码器余弦（段落、句子）中的最好者对照。"
        "区间为对问句做自助法得到的 95 % 区间。",
    },
    "xquad": {
        "en": "Each question of XQuAD against all 240 paragraphs of its language; recall of the paragraph that it was "
        "written for. The fusion weights come from the sample tenants and were checked on every other article; the "
        "articles between them are reported as unseen. Near misses: questions written from the articles' titles alone, "
        "beside as many of XQuAD's own. Intervals: 95 % bootstrap over paragraphs.",
        "zh": "XQuAD 的每个问题在同语言的全部 240 个段落中检索，统计其所属段落的召回率。融合权重取自示例租户，并在隔篇的文章上核对过，"
        "其余文章单列为“未见文章”。近似问题只依据文章标题写成，与同样多的 XQuAD 原有问题对照。区间为按段落做自助法得到的 95 % 区间。",
    },
}


def run(protocol: str, data: Path | None = None, report: Report | None = None) -> Evidence:
    """Run one protocol.

    Args:
        protocol: ``tenants``, ``answerability``, ``xquad``, ``banking77``, ``clinc150`` or ``banking77-oos``.
        data: Folder with ``xquad.en.json`` and ``xquad.zh.json``, for ``xquad``; with ``banking77/`` and ``clinc150/``,
            for the last three.
        report: Called with (parts done, parts in total).

    Raises:
        InputError: No such protocol, or its data is missing.
    """
    protocols: dict[str, Callable[[], tuple[list[Metric], list[Dataset]]]] = {
        "tenants": lambda: _tenants(report),
        "answerability": lambda: _answerability(report),
        "xquad": lambda: _xquad(data, report),
        **{name: partial(intent_protocols.run, name, data, report) for name in intent_protocols.DESCRIPTIONS},
    }
    if protocol not in protocols:
        raise InputError(
            Problem("protocol-unknown", field="protocol", details={"name": protocol, "known": ", ".join(protocols)})
        )
    return evidence.measured(
        "customer_service",
        protocol,
        protocols[protocol],
        {**DESCRIPTIONS, **intent_protocols.DESCRIPTIONS}[protocol],
        precision=choose().dtype,
        data=protocol in ("xquad", *intent_protocols.DESCRIPTIONS),
        weights=_weights(),
        seed=_SEED,
    )


def _weights() -> dict[str, str]:
    """Hashes of the weights behind the figures."""
    return {
        "minilm-l6": QueuedEncoder("minilm-l6").identity,
        **{name: evidence.hash_files((_SHIPPED / name).glob("*.safetensors")) for name in ("adapter", "reader")},
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the model made of questions: the first `_TOP` candidates' ids, and the confidence in the first."""

    candidates: list[list[str]]
    confidences: npt.NDArray[np.float64]

    def ranks(self, asked: Sequence[Question]) -> Ranks:
        """Rank of the expected entry, from 0; `_TOP` where it is not among the candidates."""
        return np.array(
            [
                found.index(question.expected) if question.expected in found else _TOP
                for found, question in zip(self.candidates, asked, strict=True)
            ]
        )

    def right(self, asked: Sequence[Question]) -> npt.NDArray[np.bool_]:
        """Whether the first candidate is the expected entry."""
        return self.ranks(asked) == 0


def _ask(knowledge: Knowledge, questions: Sequence[Question], engine: Engine = "hybrid") -> _Asked:
    """The application's own answers."""
    key = f"file-{uuid.uuid4().hex}"
    shelf.put(key, knowledge)
    try:
        shelf.build_vectors(key, encoder_of(_MODEL))
        outputs: list[Output] = runtime.predict(
            DOMAIN,
            [Input(question=question.text) for question in questions],
            options=Options(knowledge=key, top=_TOP, engine=engine),
            model=_MODEL,
            priority=runtime.Priority.BULK,
        )
    finally:
        shelf.drop(key)
    return _Asked(
        [[candidate.id for candidate in output.candidates] for output in outputs],
        np.array([output.confidence for output in outputs]),
    )


# Tenants


def _tenants(report: Report | None) -> tuple[list[Metric], list[Dataset]]:
    metrics: list[Metric] = []
    pooled: dict[tuple[Language, str, str], list[Ranks]] = {}
    judged: dict[Language, list[_Judged]] = {}
    pairs = [(tenant, language) for language in LANGUAGES for tenant in TENANTS]
    for done, (tenant, language) in enumerate(pairs):
        knowledge = sample(tenant, language)
        outside = out_of_scope(tenant, language)
        for split in ("heldout", "tuning"):
            asked = paraphrases(tenant, language, split)
            ours = _ask(knowledge, asked)
            ranks = {
                "ours": ours.ranks(asked),
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
            if split == "heldout":
                judged.setdefault(language, []).append(
                    _Judged(
                        tenant,
                        ours.confidences,
                        ours.right(asked),
                        _ask(knowledge, outside["near"]).confidences,
                        _ask(knowledge, outside["far"]).confidences,
                    )
                )
                if language == "zh":
                    pooled.setdefault(("zh", "heldout", "overlap"), []).append(overlap)  # type: ignore[arg-type]
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
    for language, of_language in judged.items():
        metrics += _refusal(_scaled_by_the_others(of_language), language)
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


@dataclass(frozen=True, slots=True)
class _Judged:
    """Confidences in the answers to one tenant's held-out paraphrases, and whether they are right; and in those to
    near- and far-scope questions, none of which is."""

    tenant: str
    inside: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    near: npt.NDArray[np.float64]
    far: npt.NDArray[np.float64]

    def calibration(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """All confidences, whether right, and clusters: the paraphrases of one entry belong together."""
        confidences = np.concatenate([self.inside, self.near, self.far])
        right = np.zeros(len(confidences), dtype=bool)
        right[: len(self.right)] = self.right
        clusters = np.arange(len(confidences))
        clusters[: len(self.right)] //= 4
        clusters[len(self.right) :] += len(self.right)
        return confidences, right, clusters


def _scaled_by_the_others(of_tenants: Sequence[_Judged]) -> list[_Judged]:
    """Each tenant's confidences on the scale that the other tenants want. What is shipped is scaled by all of them."""
    found = []
    for left_out in of_tenants:
        parts = [of.calibration() for of in of_tenants if of is not left_out]
        by = scaling.fit(
            scaling.odds(np.concatenate([confidences for confidences, _, _ in parts])),
            np.concatenate([right for _, right, _ in parts]),
        )
        found.append(replace(left_out, inside=by(left_out.inside), near=by(left_out.near), far=by(left_out.far)))
    return found


def _refusal(of_tenants: Sequence[_Judged], language: Language) -> list[Metric]:
    inside, right = (np.concatenate([getattr(of, name) for of in of_tenants]) for name in ("inside", "right"))
    outside = {kind: np.concatenate([getattr(of, kind) for of in of_tenants]) for kind in ("near", "far")}
    metrics = []
    for at, threshold in (("default", Options().threshold), ("80", float(np.quantile(inside, 1 - _ANSWERED)))):
        answered = inside >= threshold
        goal = 0.03 if at == "80" else None
        group: tuple[str, ...] = (language, f"threshold-{at}")
        metrics += [
            Metric(name="threshold", value=round(threshold, 4), group=group, n=len(inside)),
            _share("answered", answered, (*group, "heldout")),
            _share("wrong-when-answered", ~right[answered], (*group, "heldout"), higher_is_better=False, goal=goal),
        ]
        for kind, goal in (("near", 0.75), ("far", 0.97)):
            metrics.append(
                _share("refused", outside[kind] < threshold, (*group, kind), goal=goal if at == "80" else None)
            )
    for kind, scores in outside.items():
        truth = np.concatenate([np.ones(len(inside)), np.zeros(len(scores))])
        metrics.append(_auroc((language, kind), truth, np.concatenate([inside, scores])))
    for of in of_tenants:
        estimate = measures.calibration(*of.calibration())
        metrics.append(
            measures.metric(estimate, "ece", group=(language, of.tenant), system="ours", higher_is_better=False)
        )
    parts = [of.calibration() for of in of_tenants]
    clusters = np.concatenate([clusters + 10_000 * number for number, (_, _, clusters) in enumerate(parts)])
    estimate = measures.calibration(
        np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]), clusters
    )
    metrics.append(
        measures.metric(estimate, "ece", group=(language,), system="ours", higher_is_better=False, goal=0.05)
    )
    return metrics


# Answerability


def _answerability(report: Report | None) -> tuple[list[Metric], list[Dataset]]:
    metrics: list[Metric] = []
    rows = 0
    for done, language in enumerate(LANGUAGES, 1):
        asked = corpus.documents(language, "answerability")
        metrics += _told_apart(asked.knowledge, asked.questions, (language,), goal=0.75)
        rows += len(asked.questions)
        if report:
            report(done, len(LANGUAGES))
    dataset = Dataset(
        name="Answerability documents",
        rows=rows,
        sha256=evidence.hash_files((corpus.CORPUS / "answerability").glob("*.*")),
        licence="Apache-2.0",
        source="bigmodel_apps/customer_service/corpus/answerability",
    )
    return metrics, [dataset]


def _told_apart(
    knowledge: Knowledge, asked: Sequence[Question], group: tuple[str, ...], goal: float | None = None
) -> list[Metric]:
    """How well the confidence, and each plain score, tells answered questions from near misses."""
    texts = [question.text for question in asked]
    truth = np.array([question.expected is not None for question in asked], dtype=np.float64)
    language: Language = knowledge.languages()[0]
    words_of = [word_hashes(text) for text in texts]
    lexical = BM25([word_hashes(entry.text) for entry in knowledge.entries])
    best = lexical.score(words_of).max(axis=1)
    full = np.array([max(lexical.full_match(words), 1e-6) for words in words_of])
    encoder = QueuedEncoder("minilm-l6")

    def read(text: str) -> str:
        return dense_text(text, language, encoder)

    queries = encoder.encode([read(text) for text in texts], query=True)
    paragraphs = encoder.encode([read(entry.answer) for entry in knowledge.entries])
    parts = [entry.answer[start:end] for entry in knowledge.entries for start, end in sentences(entry.answer)]
    scores = {
        "ours": _ask(knowledge, asked).confidences,
        "bm25": best,
        "bm25-share": best / full,
        "tfidf": _tfidf(knowledge, texts).max(axis=1),
        "cosine": (queries @ paragraphs.T).max(axis=1),
        "cosine-sentence": (queries @ encoder.encode([read(part) for part in parts]).T).max(axis=1),
    }
    metrics = [
        _auroc((*group, "answerable"), truth, of, system, goal if system == "ours" else None)
        for system, of in scores.items()
    ]
    values = {metric.system: metric.value for metric in metrics}
    lead = values["ours"] - max(value for system, value in values.items() if system != "ours")
    return [*metrics, Metric(name="auroc-lead", value=round(lead, 4), group=group, n=len(asked), goal=0.10)]


# XQuAD


def _xquad(data: Path | None, report: Report | None) -> tuple[list[Metric], list[Dataset]]:
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
        texts = [question.text for question in asked]
        goals = {("en", 1): 0.955, ("zh", 1): 0.93}
        clusters = _entries(asked)
        ranks = _ask(knowledge, asked).ranks(asked)
        metrics += _recalls(ranks, (language,), "ours", clusters, goals)
        metrics += _recalls(ranks[unseen], (language, "unseen"), "ours", clusters[unseen])
        metrics += _recalls(_ask(knowledge, asked, "lexical").ranks(asked), (language,), "lexical", clusters)
        metrics += _recalls(_ranks_of(_bm25(knowledge, texts), knowledge, asked), (language,), "bm25", clusters)
        metrics += _recalls(_ranks_of(_tfidf(knowledge, texts), knowledge, asked), (language,), "tfidf", clusters)
        near = corpus.from_titles(language)
        own = np.random.default_rng(_SEED).permutation(len(asked))[: len(near)]
        metrics += _told_apart(knowledge, [*(asked[place] for place in own), *near], (language, "titles"))
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


def _auroc(
    group: tuple[str, ...],
    truth: npt.NDArray[Any],
    scores: npt.NDArray[Any],
    system: str = "ours",
    goal: float | None = None,
) -> Metric:
    found = measures.bootstrap(
        lambda weights: measures.auroc(truth, scores, weights), np.arange(len(truth)), draws=_AUROC_DRAWS
    )
    return measures.metric(found, "auroc", group=group, system=system, unit="score", goal=goal)
