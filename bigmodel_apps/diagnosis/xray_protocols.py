"""Named protocols that measure the chest X-ray classifier that ships.

- ``pneumonia``: the test part of PneumoniaMNIST, which nothing was chosen on.
- ``kinds``: whether the gate tells other kinds of images, none of which it was fitted with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.datasets import load_digits, load_sample_images

from bigmodel_apps import measures
from bigmodel_apps.diagnosis import datasets, heatmap, scoring, shelf, verdict
from bigmodel_apps.diagnosis.datasets import Images
from bigmodel_apps.diagnosis.network import Classifier, Floats, Pixels
from bigmodel_apps.diagnosis.scoring import POSITIVE, Reader
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.vision.pictures import Picture, resized

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "pneumonia": {
        "en": "The classifier that ships, on the test part of PneumoniaMNIST (624 images). Recipe, confidence and thresholds were "
        "set on training and validation images and committed before the test part was read. Runs: three trainings of "
        "two networks each, mean and one standard deviation either way; the whole: all six, with bootstrap intervals. "
        "Probabilities assume that both classes are equally frequent, and the likelier one is the answer. Calibration error: "
        "ten bins of equal mass over the probability of pneumonia; once more with the prevalence set to the part's own. Accuracy at a coverage: of the images with the largest "
        "margin. Validation figures stand beside, since they do not predict the test part of this set. Published systems: the "
        "table of MedMNIST v2, 28 x 28 unless said otherwise; they answer at another threshold.",
        "zh": "随附分类器在 PneumoniaMNIST 测试集（624 张）上的结果。训练设置、置信度与阈值均在训练与验证图像上确定，并在读取测试集之前提交。"
        "“单次”：三次训练、每次两个网络，给出均值与正负一个标准差；“整体”：全部六个网络，附自助法区间。概率按两类同样常见计算，以较可能者为结论。"
        "校准误差：按肺炎概率分为十个等量区间；另给出将患病率设为该部分实际比例时的结果。某覆盖率下的准确率：取间隔最大的图像。并列给出验证集结果，因为它不能预示本数据集的测试结果。"
        "公开系统取自 MedMNIST v2 的表格，除注明外均为 28 x 28；它们使用的判定阈值不同。",
    },
    "kinds": {
        "en": "How well the distance of the gate tells the test images of PneumoniaMNIST from other kinds: area under the ROC "
        "curve, and the share refused at the shipped setting. The gate was fitted on training images and set on validation images "
        "alone; none of these kinds took part. Digits: scikit-learn's, enlarged to 28 x 28; photographs: 400 crops of "
        "scikit-learn's two, also as grey; cells: the test part of BCCD.",
        "zh": "入口检查的距离能否把 PneumoniaMNIST 测试图像与其他类型区分开：ROC 曲线下面积，以及在随附设置下被拒绝的比例。"
        "入口检查仅用训练图像拟合、用验证图像定阈，以下类型均未参与。数字：scikit-learn 自带，放大到 28 x 28；照片：scikit-learn 两张照片的 400 个裁块，"
        "另计其灰度版本；细胞：BCCD 测试集。",
    },
}

COVERAGES = {0.9: 0.94, 0.8: 0.965, 0.7: 0.975}
"""Shares answered, and the accuracy that is the goal there."""

PUBLISHED: Mapping[str, tuple[float, float]] = {
    "published-resnet-18": (0.944, 0.854),
    "published-resnet-18-224": (0.956, 0.864),
    "published-resnet-50-224": (0.962, 0.884),
    "published-auto-sklearn": (0.942, 0.855),
    "published-autokeras": (0.947, 0.878),
    "published-google-automl": (0.991, 0.946),
}
"""AUC and accuracy in table 3 of Yang et al., Scientific Data 2023."""

_SEED = 7
_OTHERS = 400


def pneumonia(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """The test part, and validation beside it."""
    reader = shelf.xray()
    test, held = datasets.xrays(data, "test"), datasets.xrays(data, "val")
    metrics: list[Metric] = []
    for group, part in (("test", test), ("validation", held)):
        read = scoring.read(reader, as_pictures(part.pixels), Wanted())
        logits = read.answers.logits / reader.classifier.temperature
        metrics += _runs(reader.classifier, logits, part.labels, group)
        metrics += _whole(logits, part.labels, group)
        if group == "test":
            metrics += _answered(read, part.labels)
            metrics += _maps(reader, read.images, report)
    metrics += [
        Metric(name=name, value=value, n=len(test), group=("test",), system=system)
        for system, values in PUBLISHED.items()
        for name, value in zip(("auc", "image-accuracy"), values, strict=True)
    ]
    learned = {one.tobytes() for one in datasets.xrays(data, "train").pixels}
    metrics += [
        Metric(
            name="exact-copies",
            value=sum(one.tobytes() in learned for one in part.pixels),
            unit="count",
            n=len(part),
            group=(group,),
            higher_is_better=False,
        )
        for group, part in (("test", test), ("validation", held))
    ]
    notes = "Rebuilt from two public copies; the order of the training images is not the official one."
    return metrics, [datasets.described(data, datasets.XRAYS, len(test), notes)]


def as_pictures(pixels: npt.NDArray[np.uint8]) -> list[Picture]:
    """Images of a set as pictures."""
    size = (pixels.shape[2], pixels.shape[1])
    return [Picture(one, "png", 0, 1, size) for one in datasets.scaled(pixels)]


def odds(logits: Floats) -> Floats:
    """Log-odds of the second class, mean of the members, shape (n,)."""
    mean = logits.mean(axis=0)
    return np.asarray(mean[:, POSITIVE] - mean[:, 1 - POSITIVE])


def _figures(found: Floats, truth: npt.NDArray[np.bool_]) -> dict[str, float]:
    right = (found >= 0) == truth
    order = np.argsort(-np.abs(found), kind="stable")
    return {
        "auc": measures.auroc(truth, found),
        "image-accuracy": float(right.mean()),
        "image-calibration-error": measures.calibration_error(expit(found), truth),
        **{_at(share): float(right[order[: round(share * len(order))]].mean()) for share in COVERAGES},
    }


def _runs(classifier: Classifier, logits: Floats, labels: npt.NDArray[np.int64], group: str) -> list[Metric]:
    """Each run by itself: mean and one deviation either way."""
    runs = [
        _figures(odds(logits[np.array(classifier.groups) == run]), labels == POSITIVE)
        for run in sorted(set(classifier.groups))
    ]
    goals = {"auc": 0.97, "image-accuracy": 0.91} if group == "test" else {}
    made = []
    for name in runs[0]:
        values = [run[name] for run in runs]
        mean, spread = float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        made.append(
            Metric(
                name=name,
                value=round(mean, 4),
                low=round(mean - spread, 4),
                high=round(mean + spread, 4),
                interval="one-deviation",
                n=len(labels),
                group=(group, "each-run"),
                goal=goals.get(name),
                higher_is_better=name != "image-calibration-error",
            )
        )
    return made


def _whole(logits: Floats, labels: npt.NDArray[np.int64], group: str) -> list[Metric]:
    """All networks together, with bootstrap intervals."""
    truth, found, rows = labels == POSITIVE, odds(logits), np.arange(len(labels))
    right = (found >= 0) == truth
    tested = group == "test"
    made = [
        measures.metric(
            measures.bootstrap(lambda weights: measures.auroc(truth, found, weights), rows),
            "auc",
            group=(group,),
            goal=0.97 if tested else None,
        ),
        measures.metric(measures.share(right), "image-accuracy", group=(group,), goal=0.91 if tested else None),
        measures.metric(
            measures.calibration(expit(found), truth, rows),
            "image-calibration-error",
            group=(group,),
            goal=0.05 if tested else None,
            higher_is_better=False,
        ),
        # What a user sees who sets the prevalence to that of those who are asked about.
        measures.metric(
            measures.calibration(expit(found + logit(truth.mean())), truth, rows),
            "image-calibration-error",
            group=(group, "own-prevalence"),
            goal=0.05 if tested else None,
            higher_is_better=False,
        ),
        measures.metric(measures.share(right, where=truth), "sensitivity", group=(group,)),
        measures.metric(measures.share(right, where=~truth), "specificity", group=(group,)),
    ]
    order = np.argsort(-np.abs(found), kind="stable")
    for share, goal in COVERAGES.items():
        answered = order[: round(share * len(order))]
        estimate = measures.share(right[answered])
        made.append(measures.metric(estimate, _at(share), group=(group,), goal=goal if tested else None))
    return made


def _answered(read: scoring.Read, labels: npt.NDArray[np.int64]) -> list[Metric]:
    """What a user sees at the shipped setting."""
    states = np.array(read.verdicts.states)
    answered, right = states == "answer", read.verdicts.labels == labels
    return [
        measures.metric(measures.share(answered), "image-answered", group=("test", "as-shipped")),
        measures.metric(measures.share(right, where=answered), "image-accuracy", group=("test", "as-shipped")),
        measures.metric(
            measures.share(states == "unknown_kind"),
            "image-refused",
            group=("test",),
            goal=0.05,
            higher_is_better=False,
        ),
    ]


def _maps(reader: Reader, images: Pixels, report: Report | None) -> list[Metric]:
    """Whether heat maps know better than chance, and whether they come from what was learned; on every twelfth image."""
    chosen = range(0, len(images), 12)
    answers = reader.classifier.read(images, maps=True)
    assert answers.maps is not None
    passed, correlations = [], []
    for done, row in enumerate(chosen):
        place = int(answers.logits[:, row].mean(axis=0).argmax())
        heat = heatmap.of(answers.maps[row], place, reader.classifier.temperature)
        if heat.empty:
            continue
        passed.append(heatmap.deletion(reader.classifier, images[row], heat).passed)
        correlations.append(heatmap.randomised(reader.classifier, images[row], heat))
        if report is not None:
            report(done + 1, len(chosen))
    return [
        measures.metric(measures.share(np.array(passed)), "map-deletion-passed", group=("test",)),
        measures.metric(
            measures.mean(np.abs(np.nan_to_num(np.array(correlations)))),
            "map-randomised-correlation",
            unit="score",
            group=("test",),
            higher_is_better=False,
        ),
    ]


def _at(share: float) -> str:
    return f"accuracy-at-{100 * share:.0f}"


# --- kinds ----------------------------------------------------------------------------------------------------------


def kinds(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """The gate against other kinds of images."""
    reader = shelf.xray()
    test = datasets.xrays(data, "test")
    own = _distances(reader, as_pictures(test.pixels))
    metrics = [
        measures.metric(
            measures.share(own > 1), "image-refused", group=("kind-own",), goal=0.05, higher_is_better=False
        )
    ]
    others = other_kinds(data, test)
    for done, (name, pictures) in enumerate(others.items()):
        found = _distances(reader, pictures)
        truth = np.repeat([False, True], [len(own), len(found)])
        scores = np.concatenate([own, found])
        estimate = measures.bootstrap(
            lambda weights, truth=truth, scores=scores: measures.auroc(truth, scores, weights),  # type: ignore[misc]
            np.arange(len(truth)),
            draws=500,
        )
        metrics.append(measures.metric(estimate, "kind-auc", group=(f"kind-{name}",), goal=0.95))
        metrics.append(measures.metric(measures.share(found > 1), "image-refused", group=(f"kind-{name}",)))
        if report is not None:
            report(done + 1, len(others))
    return metrics, [
        datasets.described(data, datasets.XRAYS, len(test)),
        datasets.described(data, datasets.CELLS, len(others["cells-colour"])),
    ]


def other_kinds(data: Path | None, test: Images) -> dict[str, list[Picture]]:
    """What is no upright chest X-ray, by kind."""
    generator = np.random.default_rng(_SEED)
    shape = (_OTHERS, 28, 28)
    noise = np.concatenate(
        [
            generator.random((_OTHERS // 2, 28, 28)),
            np.clip(generator.normal(0.5, 0.2, (_OTHERS // 2, *shape[1:])), 0, 1),
        ]
    )
    cells = as_pictures(datasets.cells(data, "test").pixels)
    digits = [resized((one / 16).astype(np.float32), 28, 28) for one in load_digits().images[:_OTHERS]]
    photographs = _crops(load_sample_images().images, generator)
    return {
        "noise": [_of(one.astype(np.float32)) for one in noise],
        "inverted": as_pictures(255 - test.pixels),
        "turned": as_pictures(np.rot90(test.pixels, axes=(1, 2))),
        "cells-grey": [replace(one, pixels=one.grey) for one in cells],
        "cells-colour": cells,
        "digits": [_of(one) for one in digits],
        "photographs": [_of(one) for one in photographs],
        "photographs-grey": [_of(_of(one).grey) for one in photographs],
    }


def _crops(images: list[npt.NDArray[np.uint8]], generator: np.random.Generator) -> list[Pixels]:
    found = []
    for number in range(_OTHERS):
        image = datasets.scaled(images[number % len(images)])
        side = int(generator.integers(48, min(image.shape[:2])))
        top, left = (int(generator.integers(0, most - side + 1)) for most in image.shape[:2])
        found.append(image[top : top + side, left : left + side])
    return found


def _of(pixels: Pixels) -> Picture:
    return Picture(pixels, "png", 0, 1, (pixels.shape[1], pixels.shape[0]))


def _distances(reader: Reader, pictures: list[Picture]) -> Floats:
    return scoring.read(reader, pictures, verdict.Wanted()).distance


PROTOCOLS: Mapping[str, Protocol] = {"pneumonia": pneumonia, "kinds": kinds}
"""By name: called with the folder of the public sets and with a report of (parts done, parts in total)."""
