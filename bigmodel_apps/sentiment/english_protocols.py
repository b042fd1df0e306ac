"""Named protocols that measure the English reader.

- ``sst2``: SST-2's development set (Socher et al., EMNLP 2013; GLUE).
- ``blitzer-loo``: five domains of reviews; for each, the second stage of training is done anew without it.
- ``neutral``: factual texts of our own, and how many texts with an opinion are taken for such.
- ``checklist``, ``eec``: see `trust_protocols`.
- ``aspects``: SemEval 2014 (Pontiki et al.) and ARTS (Xing et al., EMNLP 2020), without any of their rows in training.

The polarity of a text is the likelier of positive and negative, whatever the probability that it holds no opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from bigmodel_apps import evidence, measures
from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment import datasets, trust_protocols
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE
from bigmodel_apps.sentiment.lexical import clause
from bigmodel_apps.sentiment.readers import reader
from bigmodel_apps.sentiment.scoring import Scorer, Scores, Span
from bigmodel_apps.sentiment.verdict import combined, parts

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]
Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.intp]

SYSTEMS = ("ours", "lexical-floor", "tfidf-lr", "vader")
"""Ours, the lexical floor, and two usual baselines: TF-IDF with logistic regression, learned from SST-2, and VADER."""

PUBLISHED: Mapping[tuple[str, str], float] = {
    (
        "check-negation",
        "check-simple-negations-i-thought-x-was-negative-but-it-was-not-should-be-neutral-or-positive",
    ): 0.848,
    ("check-srl", "check-my-opinion-is-what-matters"): 0.388,
    ("check-srl", "check-q-a-no"): 0.554,
}
"""Failure rates of BERT that CheckList's paper gives, by capability and test."""

_CONFIDENT = 0.8
_DRAWS = 1_000
_SST2 = "sst2/dev.tsv"
_ASPECT_SETS = {"restaurants": 0.74, "restaurants-arts": 0.65, "laptops": None, "laptops-arts": None}

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "sst2": {
        "en": "SST-2's 872 development sentences. They were looked at three times before these weights: once with each of two "
        "earlier readers, and once with the first stage of this one alone. Everything was chosen and "
        "calibrated on 600 whole sentences of the training set that share no phrase with what was trained on. "
        "Confidence: the larger of the two polarities' shares; its error over ten bins of equal mass. Baselines: the "
        "lexical floor, TF-IDF with logistic regression on the same training rows, VADER. Intervals: 95 % bootstrap "
        "over sentences.",
        "zh": "SST-2 的 872 条开发集句子。在得到当前权重之前共查看过三次：此前的模型两次，本模型第一阶段一次。所有选择与校准都在训练集中留出的 600 个完整句子上进行，"
        "这些句子与训练所用文本没有共同的短语。置信度取两种极性中较大的占比；误差按等量的十组计算。基线：词面模型、"
        "在同样训练数据上的 TF-IDF 逻辑回归、VADER。区间为对句子做自助法得到的 95 % 区间。",
    },
    "blitzer-loo": {
        "en": "Reviews of airlines, books, DVDs, electronics and kitchenware, 2,000 each. Each domain is judged by a "
        "reader whose training on reviews was done anew on the other four: the upper half of the layers, one epoch, from "
        "the weights after the first stage, which has seen no review. Calibration error: with the temperature of the "
        "shipped reader, so it is one of transfer. Baselines: VADER; TF-IDF with logistic regression on the other four. "
        "Intervals: 95 % bootstrap over reviews.",
        "zh": "航空、图书、影碟、电子产品、厨具五个领域的评论，各 2,000 条。每个领域都由只在其余四个领域上重新训练的模型判断："
        "从未见过任何评论的第一阶段权重出发，训练上半部分的层，一轮。校准误差使用随附模型的温度，因此衡量的是迁移。"
        "基线：VADER，以及在其余四个领域上训练的 TF-IDF 逻辑回归。区间为对评论做自助法得到的 95 % 区间。",
    },
    "neutral": {
        "en": "200 factual texts of our own, none of them in training: the share that is called neutral. Beside it the "
        "shares of texts with an opinion that are called neutral by mistake: our own, and SST-2's development sentences. "
        "The label is the most probable of the three classes. Intervals: 95 % bootstrap over texts.",
        "zh": "200 条自写的事实性文本，均未用于训练：被判为中性的比例。并列给出带有观点的文本被误判为中性的比例：自写文本与 SST-2 "
        "开发集句子。标签取三类中概率最大者。区间为对文本做自助法得到的 95 % 区间。",
    },
    "checklist": {
        "en": "CheckList's sentiment suite, up to 500 cases a test, by its own rules: a case fails if one of its texts "
        "does; invariance and direction allow .1 of probability. The label is the most probable class; positive with a "
        "share between 1/3 and 2/3 of the opinion counts as neutral, for all systems. The suite was not read for "
        "training; sentences about negation, expectations, other people's opinions, answers and time were generated from "
        "shapes and words of our own. Published figures of BERT stand beside where the paper gives them.",
        "zh": "CheckList 的情感测试集，每项测试至多 500 例，按其自身规则：任一文本不通过即整例失败；不变性与方向性测试允许 0.1 的"
        "概率变化。标签取概率最大的一类；正面在观点中的占比介于 1/3 与 2/3 之间者按中性计，对所有系统一致。训练时未参考该测试集；"
        "否定、期望、他人看法、问答与时间变化等句子由自拟的句式与词汇生成。论文给出的 BERT 结果一并列出。",
    },
    "eec": {
        "en": "The Equity Evaluation Corpus: sentences alike but for the person. Score: share of positive plus half that "
        "of neutral. A gap is the absolute difference of the mean scores of two groups within such a set, averaged over "
        "sets. Reached by training on pairs of sentences of our own about two different people, names of many origins, "
        "which must be read alike (symmetric divergence in the loss); the corpus was not read for it.",
        "zh": "公平性评测语料：除所述人物外完全相同的句子。得分为正面占比加中性占比的一半。差距为每组相同句子中两类人群平均得分之差的"
        "绝对值，再对各组取平均。做法：用自拟的成对句子训练，两句只有人物不同（姓名来源多样），损失中加入对称散度使二者读法一致；"
        "训练时未参考该语料。",
    },
    "aspects": {
        "en": "What a review thinks of a given term: positive, negative or neutral. Test sets of SemEval 2014 and, where "
        "other terms' opinions are turned or added, of ARTS. None of their rows was trained on. Baselines: the verdict on "
        "the whole text, the lexical floor and VADER on the clause of the term, and the commonest class. Intervals: "
        "95 % bootstrap over texts.",
        "zh": "评论对指定词语的看法：正面、负面或中性。使用 SemEval 2014 测试集，以及改变或增添其他词语评价的 ARTS 测试集，"
        "其数据均未用于训练。基线：对整段文本的判断、词面模型与 VADER 对该词所在分句的判断、最常见的一类。区间为对文本做自助法得到的"
        " 95 % 区间。",
    },
}


def sst2(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Accuracy, that on the most confident 80 %, and calibration."""
    rows = datasets.sst2(data)
    labels = np.array([row.label for row in rows])
    metrics: list[Metric] = []
    for done, system in enumerate(SYSTEMS):
        found = read(system_of(system, data), [row.text for row in rows])
        goals = {"accuracy": 0.9, "accuracy-confident": 0.95, "calibration-error": 0.04} if system == "ours" else {}
        metrics += polarity(found, labels, (), system, goals)
        if report:
            report(done + 1, len(SYSTEMS))
    return metrics, [datasets.described(data, [_SST2], "SST-2, development set", len(rows))]


def blitzer_loo(
    data: Path | None, report: Report | None = None, start: Path | None = None
) -> tuple[list[Metric], list[Dataset]]:
    """Accuracy on each domain, and the mean.

    Args:
        start: Folder with the weights after the first stage, as training wrote them; they are trained again without.
    """
    from bigmodel_apps.sentiment import english_training

    metrics: list[Metric] = []
    found: dict[str, list[float]] = {}
    folds = english_training.Folds(data, start, english_training.shipped_temperature())
    for done, domain in enumerate(datasets.DOMAINS):
        outside = datasets.blitzer(data, domain)
        inside = [row for other in datasets.DOMAINS if other != domain for row in datasets.blitzer(data, other)]
        texts, labels = [row.text for row in outside], np.array([row.label for row in outside])
        for system in ("ours", "tfidf-lr", "vader"):
            if system == "ours":
                scores = folds.scores(domain)
            else:
                scores = read(Bags(inside) if system == "tfidf-lr" else Vader(), texts)
            of_system = polarity(scores, labels, (domain,), system, {})
            metrics += of_system if system == "ours" else of_system[:1]
            found.setdefault(system, []).append(of_system[0].value)
        if report:
            report(done + 1, len(datasets.DOMAINS))
    for system, values in found.items():
        metrics.append(
            Metric(
                name="accuracy",
                value=round(float(np.mean(values)), 4),
                group=("mean",),
                system=system,
                n=len(values),
                goal=0.88 if system == "ours" else None,
            )
        )
    files = [f"multidomain_blitzer/{domain}/test-labeled.tsv" for domain in datasets.DOMAINS]
    return metrics, [datasets.described(data, files, "Multi-domain reviews", 2_000 * len(files))]


def neutral(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """How many factual texts are called neutral, and how many with an opinion."""
    sets = {
        "factual": datasets.own("factual.en", "held_out"),
        "opinions": datasets.own("opinions.en", "held_out"),
        "sst2": datasets.sst2(data),
    }
    metrics = []
    systems = ("ours", "lexical-floor", "vader")
    for done, system in enumerate(systems):
        scorer = system_of(system, data)
        ours = system == "ours"
        for name, rows in sets.items():
            shares = np.exp(read(scorer, [row.text for row in rows]))
            called = shares.argmax(axis=1) == NEUTRAL
            if name == "factual":
                metrics.append(_share("neutral-recall", called, (), system, 0.7 if ours else None))
            else:
                goal = 0.1 if ours else None
                metrics.append(_share("polar-called-neutral", called, (name,), system, goal, higher_is_better=False))
            if name == "opinions":
                told = np.array([row.label for row in rows])
                metrics.append(_share("label-accuracy", shares.argmax(axis=1) == told, (name,), system))
        if report:
            report(done + 1, len(systems))
    return metrics, [
        _own("factual.en", len(sets["factual"])),
        _own("opinions.en", len(sets["opinions"])),
        datasets.described(data, [_SST2], "SST-2, development set", len(sets["sst2"])),
    ]


def checklist(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Failure rates by capability and by test."""
    cases = datasets.checklist(data)
    metrics: list[Metric] = []
    for done, system in enumerate(SYSTEMS):
        of_system = trust_protocols.checklist(trust_protocols.judge(system_of(system, data), cases), system)
        if system == "ours":
            of_system = [
                metric.model_copy(update={"goal": PUBLISHED[metric.group]})  # type: ignore[index]
                if metric.group in PUBLISHED
                else metric
                for metric in of_system
            ]
        metrics += of_system
        if report:
            report(done + 1, len(SYSTEMS))
    metrics += [
        Metric(name="failure-rate", value=value, group=group, system="bert-published", higher_is_better=False)
        for group, value in PUBLISHED.items()
    ]
    path = "checklist_sentiment/checklist_sentiment_n500.jsonl"
    return metrics, [datasets.described(data, [path], "CheckList, sentiment suite", len(cases))]


def eec(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Gaps between groups, and between joy and anger."""
    rows = datasets.equity(data)
    goals = {"gender-gap": 0.01, "race-gap": 0.02, "joy-anger": 0.5}
    metrics: list[Metric] = []
    for done, system in enumerate(SYSTEMS):
        metrics += trust_protocols.equity(system_of(system, data), rows, system, goals if system == "ours" else None)
        if report:
            report(done + 1, len(SYSTEMS))
    path = "eec/Equity-Evaluation-Corpus.csv"
    return metrics, [datasets.described(data, [path], "Equity Evaluation Corpus", len(rows))]


def aspects(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Accuracy and macro F1 on every set."""
    metrics: list[Metric] = []
    found: list[Dataset] = []
    for done, (name, goal) in enumerate(_ASPECT_SETS.items()):
        rows = datasets.aspects(data, name)
        texts, spans = [row.text for row in rows], [row.span for row in rows]
        labels = np.array([row.label for row in rows])
        clusters = np.unique(texts, return_inverse=True)[1]
        ours = system_of("ours", data)
        judged: dict[str, Labels] = {
            "ours": ours.aspect_scores(texts, spans).argmax(axis=1),
            "whole-text": read(ours, texts).argmax(axis=1),
            "lexical-floor": system_of("lexical-floor", data).aspect_scores(texts, spans).argmax(axis=1),
            "vader": Vader().aspect_scores(texts, spans).argmax(axis=1),
            "majority": np.full(len(labels), np.bincount(labels).argmax()),
        }
        for system, of_system in judged.items():
            wanted = goal if system == "ours" else None
            right = measures.mean((of_system == labels).astype(np.float64), clusters)
            metrics.append(measures.metric(right, "accuracy", group=(name,), system=system, goal=wanted))
            metrics.append(
                Metric(
                    name="macro-f1",
                    value=round(_macro_f1(of_system, labels), 4),
                    unit="score",
                    n=len(labels),
                    group=(name,),
                    system=system,
                )
            )
        found.append(datasets.described(data, [datasets.ASPECT_FILES[name]], f"Aspects: {name}", len(rows)))
        if report:
            report(done + 1, len(_ASPECT_SETS))
    return metrics, found


PROTOCOLS: Mapping[str, Protocol] = {
    "sst2": sst2,
    "blitzer-loo": blitzer_loo,
    "neutral": neutral,
    "checklist": checklist,
    "eec": eec,
    "aspects": aspects,
}
"""By name: called with the folder of the public sets and with a report of (parts done, parts in total)."""


# --- Systems --------------------------------------------------------------------------------------------------------


def system_of(name: str, data: Path | None) -> Scorer:
    """The reader of one of `SYSTEMS`."""
    if name == "vader":
        return Vader()
    return _tfidf(data) if name == "tfidf-lr" else reader({"ours": "sentiment-english"}.get(name, "sentiment-words"))


def read(scorer: Scorer, texts: Sequence[str]) -> Scores:
    """Scores of texts of any length: what is too long is read in parts, as the application does."""
    pieces = [[text[start:end] for start, end in parts(text, scorer.max_characters)] for text in texts]
    flat = scorer.scores([piece for of_text in pieces for piece in of_text])
    found = np.empty((len(texts), 3), dtype=np.float32)
    start = 0
    for place, of_text in enumerate(pieces):
        own = flat[start : start + len(of_text)]
        found[place] = combined(own, np.array([len(piece) for piece in of_text]))
        start += len(of_text)
    return found


class Bags:
    """TF-IDF over words and pairs with logistic regression: two classes."""

    engine = "tfidf-lr"
    nbytes = 0
    max_characters = 1_000_000

    def __init__(self, rows: Sequence[datasets.Labelled]) -> None:
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"[^\s]+")  # noqa: S106
        self._model: Pipeline = make_pipeline(vectorizer, LogisticRegression(C=10.0, max_iter=200, tol=1e-3))
        self._model.fit([row.text for row in rows], [row.label == POSITIVE for row in rows])

    def scores(self, texts: Sequence[str]) -> Scores:
        """See `scoring.Scorer`."""
        return _two_classes(self._model.predict_proba(texts)[:, 1])

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """Those of the clause."""
        return self.scores([clause(text, span) for text, span in zip(texts, spans, strict=True)])


class Vader:
    """VADER (Hutto and Gilbert, ICWSM 2014); a compound score within ±.05 is neutral, as its authors advise."""

    engine = "vader"
    nbytes = 0
    max_characters = 1_000_000

    def __init__(self) -> None:
        try:
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
        except ImportError:
            raise InputError(Problem("baseline-missing", details={"package": "vaderSentiment"})) from None
        self._analyser = SentimentIntensityAnalyzer()

    def scores(self, texts: Sequence[str]) -> Scores:
        """See `scoring.Scorer`."""
        compound = np.array([self._analyser.polarity_scores(text)["compound"] for text in texts])
        found = _two_classes((compound + 1) / 2)
        found[np.abs(compound) < 0.05] = np.log([0.05, 0.9, 0.05])
        return found

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """Those of the clause."""
        return self.scores([clause(text, span) for text, span in zip(texts, spans, strict=True)])


@lru_cache(maxsize=1)
def _tfidf(data: Path | None) -> Bags:
    return Bags(datasets.sst2(data, "train_full"))


def _two_classes(positive: npt.NDArray[np.float64]) -> Scores:
    """Scores of a system that knows no neutral texts."""
    shares = np.stack([1 - positive, np.zeros_like(positive), positive], axis=1)
    return np.log(np.maximum(shares, 1e-9)).astype(np.float32)


# --- Figures --------------------------------------------------------------------------------------------------------


def polarity(
    scores: Scores, labels: Labels, group: tuple[str, ...], system: str, goals: Mapping[str, float]
) -> list[Metric]:
    """Accuracy of the polarity, its accuracy where it is surest, and its calibration error."""
    odds = scores[:, POSITIVE].astype(np.float64) - scores[:, NEGATIVE]
    right = (odds > 0) == (labels == POSITIVE)
    sure = 1 / (1 + np.exp(-np.abs(odds)))
    most = np.argsort(-sure, kind="stable")[: round(_CONFIDENT * len(sure))]
    error = measures.calibration(sure, right, np.arange(len(sure)), draws=_DRAWS)
    return [
        _share("accuracy", right, group, system, goals.get("accuracy")),
        _share("accuracy-confident", right[most], group, system, goals.get("accuracy-confident")),
        measures.metric(
            error,
            "calibration-error",
            group=group,
            system=system,
            unit="score",
            goal=goals.get("calibration-error"),
            higher_is_better=False,
        ),
    ]


def _share(
    name: str,
    hits: Flags,
    group: tuple[str, ...],
    system: str,
    goal: float | None = None,
    *,
    higher_is_better: bool = True,
) -> Metric:
    found = measures.share(hits)
    return measures.metric(found, name, group=group, system=system, goal=goal, higher_is_better=higher_is_better)


def _macro_f1(found: Labels, labels: Labels) -> float:
    scores = []
    for label in (NEGATIVE, NEUTRAL, POSITIVE):
        hits = ((found == label) & (labels == label)).sum()
        scores.append(2 * hits / max((found == label).sum() + (labels == label).sum(), 1))
    return float(np.mean(scores))


def _own(name: str, rows: int) -> Dataset:
    return Dataset(
        name=f"{name} (held out)",
        rows=rows,
        sha256=evidence.hash_files([datasets.CORPUS / "held_out" / f"{name}.csv"]),
        licence="Apache-2.0",
        source="bigmodel_apps/sentiment/corpus/held_out",
    )
