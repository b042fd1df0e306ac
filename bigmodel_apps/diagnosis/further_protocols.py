"""Named protocols that measure what stands beside the chest X-ray classifier.

- ``gallery``: whether drawn images look like their class, and whether they are copies.
- ``cells``: the blood-cell classifier on cells of pictures that it has not seen.
- ``measurements``: the risk from measurements on biopsies that it has not seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from bigmodel_apps import measures
from bigmodel_apps.diagnosis import datasets, measurements, scoring, shelf
from bigmodel_apps.diagnosis.gate import flattened
from bigmodel_apps.diagnosis.generator import Generator
from bigmodel_apps.diagnosis.network import Floats
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.diagnosis.xray_protocols import as_pictures
from bigmodel_apps.evidence import Dataset, Metric

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "gallery": {
        "en": "400 drawn images, half of each class, seeds 0 to 199. Agreement: the classifier, trained on real images alone, names "
        "the class that was drawn. Nearest: root mean square distance of standardised pixels to the nearest of the 4,708 "
        "training images; farther than real: drawn images that are farther from it than the median test image is. Fréchet distance: "
        "between Gaussians fitted to the features of the classifier's first network (Heusel et al., NeurIPS 2017, with our "
        "features), to the test images; that of training images to the same is the yardstick. New patient: seconds for one image.",
        "zh": "绘制 400 张图像，两类各半，种子 0 至 199。一致率：仅用真实图像训练的分类器认出所绘类别的比例。最近距离：标准化像素与 4,708 张训练图像中"
        "最近一张的均方根距离；比真实更远：距离大于测试图像中位距离的绘制图像比例。弗雷歇距离：对分类器第一个网络的特征拟合高斯分布（Heusel 等，"
        "NeurIPS 2017，使用我们的特征），与测试图像比较；训练图像与测试图像的同一距离作为参照。新患者：绘制一张图像的秒数。",
    },
    "cells": {
        "en": "The blood-cell classifier that ships, on the 945 cells of BCCD's test pictures; none of these pictures took part in "
        "training. Intervals resample whole pictures. Baseline: always the most frequent class.",
        "zh": "随附血细胞分类器在 BCCD 测试图片的 945 个细胞上的结果；这些图片未参与训练。区间按整张图片重抽样。基线：始终选最常见类别。",
    },
    "measurements": {
        "en": "Logistic regression over the 30 measurements of scikit-learn's breast-cancer table. It learns from seven tenths of "
        "the biopsies and is measured on the rest; the penalty is chosen by cross-validation within the seven tenths. Five further "
        "splits show how much that depends on the split: mean and one standard deviation either way. Ten means alone: the model that "
        "the page fits where nothing else was measured.",
        "zh": "在 scikit-learn 乳腺癌数据的 30 项测量上做逻辑回归。用七成活检学习，在其余上评测；惩罚强度在这七成内交叉验证选定。另用五种划分说明结果"
        "对划分的依赖：均值与正负一个标准差。仅十项均值：未测量其他项目时页面所拟合的模型。",
    },
}

_DRAWN = 200


def gallery(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Drawn images against real ones."""
    train, test = datasets.xrays(data, "train"), datasets.xrays(data, "test")
    reader, generator = shelf.xray(), Generator.load(shelf.GENERATOR)
    started = time.perf_counter()
    generator.draw([1], [0])
    seconds = time.perf_counter() - started
    labels = np.repeat([0, 1], _DRAWN)
    drawn = []
    for start in range(0, len(labels), 40):
        rows = range(start, start + 40)
        drawn.append(generator.draw([int(labels[row]) for row in rows], [row % _DRAWN for row in rows]))
        if report is not None:
            report(start + 40, len(labels))
    images = np.round(np.concatenate(drawn) * 255).astype(np.uint8)
    read = scoring.read(reader, as_pictures(images), Wanted())
    agreed = read.verdicts.labels == labels
    known = read.distance <= 1
    real, learned = _scaled(test.pixels), _scaled(train.pixels)
    own, others = _nearest(_scaled(images), learned), _nearest(real, learned)
    truth = np.repeat([True, False], [len(own), len(others)])
    scores = np.concatenate([own, others])
    metrics = [
        measures.metric(measures.share(agreed), "gallery-agreement"),
        *(
            measures.metric(
                measures.share(agreed, where=labels == place), "gallery-agreement", group=(f"class-{name}",)
            )
            for place, name in enumerate(datasets.XRAY_CLASSES)
        ),
        measures.metric(measures.share(known), "gallery-known"),
        measures.metric(measures.share(own > np.median(others)), "gallery-farther"),
        measures.metric(
            measures.bootstrap(lambda weights: measures.auroc(truth, scores, weights), np.arange(len(truth))),
            "gallery-farther-pairs",
            goal=0.5,
        ),
        *(
            Metric(
                name="nearest-training",
                value=round(float(value), 4),
                unit="score",
                n=len(values),
                group=(which,),
                system=system,
            )
            for system, values in (("drawn", own), ("real-test", others))
            for which, value in (("median", np.median(values)), ("least", values.min()))
        ),
        Metric(
            name="exact-copies",
            value=int((own == 0).sum()),
            unit="count",
            n=len(own),
            group=("drawn",),
            higher_is_better=False,
        ),
        Metric(name="new-patient", value=round(seconds, 2), unit="s", n=1, goal=3.0, higher_is_better=False),
    ]
    features = {
        "drawn": _features(images),
        "real-train": _features(train.pixels),
        "real-test": _features(test.pixels),
        "blurred-mean": _features(
            np.repeat(test.pixels.mean(axis=0, keepdims=True), len(test), axis=0).astype(np.uint8)
        ),
    }
    metrics += [
        Metric(
            name="frechet",
            value=round(frechet(found, features["real-test"]), 4),
            unit="score",
            n=len(found),
            system=system,
            higher_is_better=False,
        )
        for system, found in features.items()
        if system != "real-test"
    ]
    return metrics, [datasets.described(data, datasets.XRAYS, len(train) + len(test))]


def frechet(one: Floats, other: Floats) -> float:
    """Squared Fréchet distance of two Gaussians fitted to rows of features (Dowson and Landau, 1982)."""
    means = ((one.mean(axis=0) - other.mean(axis=0)) ** 2).sum()
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    values, vectors = np.linalg.eigh(first)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    mixed = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    return float(means + np.trace(first + second) - 2 * mixed)


def _features(pixels: npt.NDArray[np.uint8]) -> Floats:
    """Of the first network: few enough for a covariance of some hundreds of images."""
    classifier = shelf.xray().classifier
    width = classifier.members[0].widths[-1]
    return classifier.read(datasets.scaled(pixels)).features[:, :width]


def _scaled(pixels: npt.NDArray[np.uint8]) -> Floats:
    return flattened(datasets.scaled(pixels))


def _nearest(rows: Floats, known: Floats) -> Floats:
    """Root mean square distance of each row to the nearest known one; 0 for an exact copy."""
    squares = (known**2).sum(axis=1)
    found = np.empty(len(rows))
    for start in range(0, len(rows), 100):
        some = rows[start : start + 100]
        apart = (some**2).sum(axis=1)[:, None] + squares - 2 * some @ known.T
        nearest = known[apart.argmin(axis=1)]
        found[start : start + 100] = np.sqrt(((some - nearest) ** 2).mean(axis=1))
    return found


def cells(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """The test pictures' cells."""
    test, reader = datasets.cells(data, "test"), scoring.shipped(shelf.CELLS)
    read = scoring.read(reader, as_pictures(test.pixels), Wanted())
    if report is not None:
        report(1, 1)
    right = read.verdicts.labels == test.labels
    chances = read.verdicts.probabilities
    answered = np.array(read.verdicts.states) == "answer"
    counts = np.bincount(test.labels)
    metrics = [
        measures.metric(measures.share(right, test.sources), "image-accuracy", group=("test",)),
        *(
            measures.metric(
                measures.share(right, test.sources, where=test.labels == place),
                "image-recall",
                group=("test", f"class-{name}"),
            )
            for place, name in enumerate(datasets.CELL_CLASSES)
        ),
        measures.metric(
            measures.calibration(chances.max(axis=1), right, test.sources),
            "image-calibration-error",
            group=("test",),
            higher_is_better=False,
        ),
        measures.metric(measures.share(answered, test.sources), "image-answered", group=("test", "as-shipped")),
        measures.metric(
            measures.share(right, test.sources, where=answered), "image-accuracy", group=("test", "as-shipped")
        ),
        measures.metric(
            measures.share(read.distance > 1, test.sources), "image-refused", group=("test",), higher_is_better=False
        ),
        Metric(
            name="image-accuracy",
            value=round(float(counts.max() / counts.sum()), 4),
            n=len(test),
            group=("test",),
            system="most-frequent",
        ),
    ]
    return metrics, [datasets.described(data, datasets.CELLS, len(test))]


def risk(_data: Path | None = None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Held-out biopsies."""
    table = measurements.table()
    _, tested = measurements.split(table.malignant)
    found = measurements.shipped().log_odds(table.values[tested])
    truth, rows = table.malignant[tested], np.arange(len(tested))
    right = (found >= 0) == truth
    metrics = [
        measures.metric(
            measures.bootstrap(lambda weights: measures.auroc(truth, found, weights), rows), "auc", group=("test",)
        ),
        measures.metric(measures.share(right), "image-accuracy", group=("test",)),
        measures.metric(measures.share(right, where=truth), "sensitivity", group=("test",)),
        measures.metric(measures.share(right, where=~truth), "specificity", group=("test",)),
        measures.metric(
            measures.calibration(expit(found), truth, rows),
            "image-calibration-error",
            group=("test",),
            higher_is_better=False,
        ),
        Metric(
            name="image-accuracy",
            value=round(float(max(truth.mean(), 1 - truth.mean())), 4),
            n=len(truth),
            group=("test",),
            system="most-frequent",
        ),
    ]
    means = measurements.adapted(measurements.MEANS)
    fewer = means.log_odds(table.columns(measurements.MEANS)[tested])
    ten = ("test", "ten-means")
    metrics += [
        measures.metric(
            measures.bootstrap(lambda weights: measures.auroc(truth, fewer, weights), rows), "auc", group=ten
        ),
        measures.metric(measures.share((fewer >= 0) == truth), "image-accuracy", group=ten),
        measures.metric(
            measures.calibration(expit(fewer), truth, rows),
            "image-calibration-error",
            group=ten,
            higher_is_better=False,
        ),
    ]
    splits: dict[str, list[float]] = {"auc": [], "image-accuracy": []}
    for seed in range(5):
        learned, others = measurements.split(table.malignant, seed)
        model = measurements.fit(table.names, table.values[learned], table.malignant[learned], seed)
        again, known = model.log_odds(table.values[others]), table.malignant[others]
        splits["auc"].append(measures.auroc(known, again))
        splits["image-accuracy"].append(float(((again >= 0) == known).mean()))
        if report is not None:
            report(seed + 1, 5)
    for name, values in splits.items():
        mean, spread = float(np.mean(values)), float(np.std(values, ddof=1))
        metrics.append(
            Metric(
                name=name,
                value=round(mean, 4),
                low=round(mean - spread, 4),
                high=round(mean + spread, 4),
                interval="one-deviation",
                n=len(values),
                group=("test", "further-splits"),
            )
        )
    described = Dataset(
        name="Wisconsin Diagnostic Breast Cancer",
        rows=len(table.malignant),
        sha256=table.digest,
        licence="CC-BY-4.0",
        source="sklearn.datasets.load_breast_cancer()",
    )
    return metrics, [described]


PROTOCOLS: Mapping[str, Protocol] = {"gallery": gallery, "cells": cells, "measurements": risk}
"""By name: called with the folder of the public sets and with a report of (parts done, parts in total)."""
