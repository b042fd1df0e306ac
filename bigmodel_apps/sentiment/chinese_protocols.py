"""Named protocols that measure the Chinese reader.

- ``chnsenticorp``: ChnSentiCorp's validation set (Tan and Zhang, 2008), without any copy of it in training.
- ``shopping-loo``: ten categories of shopping reviews; for each, the reader is learned anew from the other nine alone.
- ``colloquial``: short everyday praise and complaint of our own.
- ``neutral-zh``: factual texts of our own, and how many texts with an opinion are taken for such.
- ``aspects-zh``: aspects of phones (Peng et al., Knowledge-Based Systems 2018), without having seen any of the rows.

The polarity of a text is the likelier of positive and negative, whatever the probability that it holds no opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from bigmodel_apps import evidence, measures
from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.sentiment import chinese_training as training
from bigmodel_apps.sentiment import datasets
from bigmodel_apps.sentiment.chinese import Judged, log_probabilities
from bigmodel_apps.sentiment.chinese_network import Unit
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE, Labelled
from bigmodel_apps.sentiment.lexical import features
from bigmodel_apps.sentiment.model import SentimentModel
from bigmodel_apps.sentiment.readers import reader
from bigmodel_apps.sentiment.schema import Input, Options, Output
from bigmodel_apps.sentiment.scoring import Scores

Report = Callable[[int, int], None]
Found = tuple[list[Metric], list[Dataset]]
Protocol = Callable[[Path | None, Report | None], Found]
Flags = npt.NDArray[np.bool_]

SYSTEMS: Mapping[str, str] = {"ours": "sentiment-chinese", "char-lr": "sentiment-words"}
"""Ours, and the lexical floor: logistic regression over characters, learned from the same rows."""

CATEGORIES: Mapping[str, str] = {
    "书籍": "shop-books",
    "平板": "shop-tablets",
    "手机": "shop-phones",
    "水果": "shop-fruit",
    "洗发水": "shop-shampoo",
    "热水器": "shop-heaters",
    "蒙牛": "shop-milk",
    "衣服": "shop-clothes",
    "计算机": "shop-computers",
    "酒店": "shop-hotels",
}
"""Of the shopping reviews; the message ``group-<name>``."""

_AT_ONCE = 512
_CONFIDENT = 0.8
_DRAWS = 500
_PENALTY, _CERTAIN = 30.0, 20.0
_LOO_MEMBERS: tuple[Unit, ...] = ("words",)
_LOO_EPOCHS = 2
_REVIEWS = "chinese_reviews/online10_minus_chn_eval.csv.gz"
_VALIDATION = "chinese_reviews/chnsenticorp_validation.tsv"

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "chnsenticorp": {
        "en": "ChnSentiCorp's 1,200 validation reviews of hotels, books and notebooks. No copy of them is in training: "
        "the published training set and the shopping reviews hold many, which were taken out by their letters and "
        "digits. Nothing was chosen on this set. Baselines: always the commoner class, and logistic regression over "
        "characters (1-3) on the same clean rows. Intervals: 95 % bootstrap over reviews.",
        "zh": "ChnSentiCorp 的 1,200 条验证评论，涉及酒店、书籍与笔记本电脑。训练数据中没有它们的副本：已公开的训练集和购物评论中"
        "含有许多，均已按字母与数字比对剔除。没有任何设置是在该数据集上选择的。基线：始终选择较多的一类，以及在同样的干净数据上"
        "训练的字符（1–3 元）逻辑回归。区间为对评论做自助法得到的 95 % 区间。",
    },
    "shopping-loo": {
        "en": "Ten categories of shopping and hotel reviews. Each is judged by a reader that was learned anew from the "
        "other nine categories, without ChnSentiCorp and without texts of our own: one network and two "
        "passes instead of the shipped three and three. Baseline: logistic regression over characters (1-3) on the same "
        "rows. Intervals: 95 % bootstrap over reviews.",
        "zh": "十类购物与酒店评论。每一类都由只在其余九类上重新训练的模型判断，不使用 ChnSentiCorp，也不使用自有文本；"
        "网络为一个，训练两轮，而随附模型为三个、三轮。基线为在同样数据上训练的字符（1–3 元）逻辑回归。区间为对评论做自助法得到的 95 % 区间。",
    },
    "colloquial": {
        "en": "Short everyday praise and complaint, written for this purpose and kept out of training: slang, "
        "understatement, irony, negation. Intervals: 95 % bootstrap over texts.",
        "zh": "专门编写、未用于训练的日常短句：网络用语、委婉、反讽与否定。区间为对文本做自助法得到的 95 % 区间。",
    },
    "neutral-zh": {
        "en": "200 factual texts of our own, none of them in training: the share that is called neutral. Beside it the "
        "shares of texts with an opinion that are called neutral by mistake: our own, and ChnSentiCorp's validation "
        "reviews. Intervals: 95 % bootstrap over texts.",
        "zh": "200 条自写的事实性文本，均未用于训练：被判为中性的比例。并列给出带有观点的文本被误判为中性的比例：自写文本与 "
        "ChnSentiCorp 验证评论。区间为对文本做自助法得到的 95 % 区间。",
    },
    "aspects-zh": {
        "en": "Aspects of phones in Chinese reviews, each praised or criticised; both published parts, none of whose rows "
        "was used in training. What a text thinks of an aspect is learned from texts of our own. Baselines: always the "
        "commoner class, and logistic regression over characters applied to the clause of the aspect. Intervals: 95 % "
        "bootstrap over rows.",
        "zh": "中文手机评论中的评价维度，每个或褒或贬；使用已公布的两个部分，其中没有任何一条用于训练。对维度的看法学自自写文本。"
        "基线：始终选择较多的一类，以及对维度所在分句应用字符逻辑回归。区间为对样本做自助法得到的 95 % 区间。",
    },
}


def chnsenticorp(data: Path | None, report: Report | None = None) -> Found:
    """Accuracy, calibration, and the most confident 80 %."""
    rows = datasets.chnsenticorp(data)
    labels = np.array([row.label for row in rows])
    metrics = [_majority(labels)]
    for done, system in enumerate(SYSTEMS):
        scores = _scores([row.text for row in rows], system)
        metrics += _polarity(scores, labels, (), system, 0.895 if system == "ours" else None)
        if report:
            report(done + 1, len(SYSTEMS))
    return metrics, [datasets.described(data, [_VALIDATION], "ChnSentiCorp, validation", len(rows))]


def shopping_loo(data: Path | None, report: Report | None = None) -> Found:
    """Accuracy on each category, the mean and the worst."""
    rows = [row for row in datasets.chinese_reviews(data) if row.group != "chnsenticorp"]
    assert data is not None  # or nothing had been read
    found: dict[str, list[float]] = {"ours": [], "char-lr": [], "majority": []}
    metrics = []
    for done, category in enumerate(CATEGORIES):
        inside = [row for row in rows if row.group != category]
        outside = [row for row in rows if row.group == category]
        labels = np.array([row.label for row in outside])
        metrics.append(_majority(labels, (CATEGORIES[category],)))
        found["majority"].append(metrics[-1].value)
        for system, scores in (("ours", _anew(inside, outside, data)), ("char-lr", _regression(inside, outside))):
            metrics += _polarity(scores, labels, (CATEGORIES[category],), system, None)[:1]
            found[system].append(metrics[-1].value)
        if report:
            report(done + 1, len(CATEGORIES))
    for system, values in found.items():
        goal = 0.83 if system == "ours" else None
        about: dict[str, Any] = {"system": system, "n": len(values)}
        metrics += [
            Metric(name="accuracy", value=round(float(np.mean(values)), 4), group=("mean",), **about),
            Metric(name="accuracy", value=round(min(values), 4), group=("worst",), goal=goal, **about),
        ]
    return metrics, [datasets.described(data, [_REVIEWS], "online_shopping_10_cats, cleaned", len(rows))]


def colloquial(data: Path | None, report: Report | None = None) -> Found:  # noqa: ARG001
    """Accuracy of the polarity, and of the label of three."""
    rows = datasets.own("colloquial.zh", "held_out")
    labels = np.array([row.label for row in rows])
    metrics = [_majority(labels)]
    for system in SYSTEMS:
        scores = _scores([row.text for row in rows], system)
        told = labels != NEUTRAL
        metrics += _polarity(scores[told], labels[told], (), system, 0.8 if system == "ours" else None)[:2]
        metrics.append(_share("label-accuracy", scores.argmax(axis=1) == labels, (), system))
    return metrics, [_own("colloquial.zh", len(rows))]


def neutral(data: Path | None, report: Report | None = None) -> Found:  # noqa: ARG001
    """How many factual texts are called neutral, and how many with an opinion."""
    factual, opinions = (datasets.own(f"{name}.zh", "held_out") for name in ("factual", "opinions"))
    reviews = datasets.chnsenticorp(data)
    metrics = []
    for system in SYSTEMS:
        called = {
            name: _scores([row.text for row in rows], system).argmax(axis=1) == NEUTRAL
            for name, rows in (("factual", factual), ("opinions", opinions), ("chnsenticorp", reviews))
        }
        ours = system == "ours"
        metrics.append(_share("neutral-recall", called.pop("factual"), (), system, 0.7 if ours else None))
        for name, flags in called.items():
            metrics.append(
                _share("polar-called-neutral", flags, (name,), system, 0.1 if ours else None, higher_is_better=False)
            )
    return metrics, [
        _own("factual.zh", len(factual)),
        _own("opinions.zh", len(opinions)),
        datasets.described(data, [_VALIDATION], "ChnSentiCorp, validation", len(reviews)),
    ]


def aspects(data: Path | None, report: Report | None = None) -> Found:
    """Accuracy of the polarity on the test part, on the training part, and on both."""
    parts = {name: datasets.aspects(data, name) for name in ("phone", "phone-train")}
    rows = [row for of_part in parts.values() for row in of_part]
    labels = np.array([row.label for row in rows])
    test = np.arange(len(rows)) < len(parts["phone"])
    groups: Mapping[str, Flags] = {"test": test, "train": ~test, "both": np.ones(len(rows), dtype=bool)}
    metrics = [_majority(labels[some], (group,)) for group, some in groups.items()]
    for done, system in enumerate(SYSTEMS):
        scores = reader(SYSTEMS[system]).aspect_scores([row.text for row in rows], [row.span for row in rows])
        for group, some in groups.items():
            goal = 0.88 if (system, group) == ("ours", "test") else None
            metrics += _polarity(scores[some], labels[some], (group,), system, goal)[:2]
        if report:
            report(done + 1, len(SYSTEMS))
    files = [f"aspects_chinese_phone/phone.{part}.txt" for part in ("test", "train")]
    return metrics, [datasets.described(data, files, "Chinese phone aspects", len(rows))]


PROTOCOLS: Mapping[str, Protocol] = {
    "chnsenticorp": chnsenticorp,
    "shopping-loo": shopping_loo,
    "colloquial": colloquial,
    "neutral-zh": neutral,
    "aspects-zh": aspects,
}
"""By name: called with the folder of the public sets and with a report of (parts done, parts in total)."""


# Systems


def _scores(texts: Sequence[str], system: str) -> Scores:
    """As the application judges texts, whatever language it takes them for."""
    judging = reader(SYSTEMS[system])
    model = SentimentModel(None, choose(), english=judging, chinese=judging)
    found: list[Output] = []
    for start in range(0, len(texts), _AT_ONCE):
        inputs = [Input(text=text) for text in texts[start : start + _AT_ONCE]]
        found += model.predict(inputs, Options(unsure_below=0, language="zh"))
    opinion, positive = (np.array([getattr(output, name) for output in found]) for name in ("opinion", "positive"))
    shares = np.stack([opinion * (1 - positive), 1 - opinion, opinion * positive], axis=1)
    return np.log(np.maximum(shares, 1e-12)).astype(np.float32)


def _anew(inside: Sequence[Labelled], outside: Sequence[Labelled], data: Path) -> Scores:
    """A reader learned from other categories."""
    rows, held = training.split(training.unique(inside))
    words = training.vocabulary(training.read(row.text for row in rows))
    meant = training.meanings(words, training.gloss_encoder(), data)
    english = reader("sentiment-english")
    learned = training.learn(rows, held, meant, english, members=_LOO_MEMBERS, epochs=_LOO_EPOCHS)
    return log_probabilities(training.judge(learned, training.read(row.text for row in outside), english))


def _regression(inside: Sequence[Labelled], outside: Sequence[Labelled]) -> Scores:
    """Logistic regression over characters, rare ones weighing more (idf); of two classes."""
    texts = [training.Read(row.text, features(row.text, "zh"), []) for row in (*inside, *outside)]
    matrix = TfidfTransformer().fit_transform(training.counted(texts).astype(bool).astype(np.float64))
    model = LogisticRegression(C=_PENALTY, max_iter=150, tol=1e-3)
    model.fit(matrix[: len(inside)], [row.label == POSITIVE for row in inside])
    odds = model.decision_function(matrix[len(inside) :]).astype(np.float32)
    return log_probabilities(Judged(odds, np.full(len(odds), _CERTAIN, dtype=np.float32)))


# Figures


def _polarity(
    scores: Scores, labels: npt.NDArray[np.intp], group: tuple[str, ...], system: str, goal: float | None
) -> list[Metric]:
    """Accuracy of the polarity, its calibration error, and its accuracy where it is surest."""
    odds = scores[:, POSITIVE].astype(np.float64) - scores[:, NEGATIVE]
    right = (odds > 0) == (labels == POSITIVE)
    sure = 1 / (1 + np.exp(-np.abs(odds)))
    most = sure >= np.quantile(sure, 1 - _CONFIDENT)
    error = measures.calibration(sure, right, np.arange(len(sure)), draws=_DRAWS)
    return [
        _share("accuracy", right, group, system, goal),
        measures.metric(error, "calibration-error", group=group, system=system, unit="score", higher_is_better=False),
        _share("accuracy-confident", right[most], group, system),
    ]


def _majority(labels: npt.NDArray[np.intp], group: tuple[str, ...] = ()) -> Metric:
    told = labels[labels != NEUTRAL]
    common = POSITIVE if 2 * (told == POSITIVE).sum() >= len(told) else NEGATIVE
    return _share("accuracy", told == common, group, "majority")


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


def _own(name: str, rows: int) -> Dataset:
    return Dataset(
        name=f"{name} (held out)",
        rows=rows,
        sha256=evidence.hash_files([datasets.CORPUS / "held_out" / f"{name}.csv"]),
        licence="Apache-2.0",
        source="bigmodel_apps/sentiment/corpus/held_out",
    )
