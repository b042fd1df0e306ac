"""From corrections to a challenger of the model that they were given for, which keeps what that one knows.

Corrections are few, and mostly of images that the model got wrong: learned from freely, they would undo more than they mend
(measured on validation images under shifts, `tests/diagnosis/test_own_data.py`). So the networks stay as they are, only heads
move, each correction weighs as one image beside 400 drawn ones whose verdict is to stay what it is, and a strong penalty
holds the heads where they were. Every correction is judged by heads that have not seen it. The gate stays, because the features
do; the reference keeps its images and gains the corrections.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from bigmodel_apps import measures, runtime
from bigmodel_apps.diagnosis import augmentation, gallery, gate, heads, labelled, own_fitting, scoring, shelf, verdict
from bigmodel_apps.diagnosis.datasets import XRAY_CLASSES, Images
from bigmodel_apps.diagnosis.labelled import LEARN, Corrected, Labelled, Stop
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.network import Floats, Pixels
from bigmodel_apps.diagnosis.own_fitting import ENGINE, SEED, Fitted, Mistake, Report, Rival, Stages
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.diagnosis.training import Labels
from bigmodel_apps.diagnosis.verdict import Reference
from bigmodel_apps.evidence import Metric
from bigmodel_apps.measures import Comparison
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.runtime import Priority

LEAST = 8
"""Corrections of the model's classes."""

_PENALTY = 30.0
_REHEARSED, CHECKED = 400, 200  # drawn images: to hold on to, and to measure on
_FIRST_REHEARSED, _FIRST_CHECKED = 1_000_000, 2_000_000  # seeds that the page does not come to
_FOLDS = 5
_DRAWN = ("drawn",)

Heads = list[tuple[Floats, Floats]]


def usable(corrected: Sequence[Corrected], classes: Sequence[str]) -> list[Corrected]:
    """The corrections whose label is one of the classes."""
    return [one for one in corrected if one.label in classes]


def images(base: Reader, corrected: Sequence[Corrected]) -> Labelled:
    """The corrections of a reader's classes, in its size.

    Raises:
        InputError: ``diagnosis-own-few-corrections``.
    """
    classes, colour = base.classifier.classes, base.classifier.channels == 3
    kept: dict[str, tuple[npt.NDArray[np.uint8], int]] = {}
    for one in usable(corrected, classes):
        pixels = labelled.small(one.picture, base.classifier.side, colour=colour)
        kept.setdefault(labelled.digest_of(pixels), (pixels, classes.index(one.label)))
    count = len(kept)
    if count < LEAST:
        raise InputError(Problem("diagnosis-own-few-corrections", details={"found": count, "least": LEAST}))
    found = Images(
        np.stack([pixels for pixels, _ in kept.values()]),
        np.array([label for _, label in kept.values()], dtype=np.int64),
        np.array(list(kept)),
    )
    learned, all_of_them = np.full(count, LEARN, dtype=np.int64), np.ones(count, dtype=bool)
    return Labelled(base.engine, found, classes, ("",) * count, learned, all_of_them)


def fit(
    base: Reader,
    given: Labelled,
    champion: Rival | None = None,
    *,
    seed: int = SEED,
    stage: Stages = lambda _: None,
    cancelled: Stop | None = None,
) -> Fitted:
    """Move the heads of a reader that ships, and measure.

    Args:
        given: From `images`.
        champion: The version in use, where it is another one.

    Raises:
        Cancelled
    """
    started = time.perf_counter()
    images, classes = given.images, base.classifier.classes
    rehearsed = _drawn(base, _FIRST_REHEARSED, _REHEARSED)
    learner = _Learner(base, images, rehearsed)
    count = len(images)
    folds = np.random.default_rng(seed).permutation(count) % min(_FOLDS, count)
    logits = np.empty((count, len(classes)))
    under_shifts = np.empty((len(augmentation.COMBINED), count, len(classes)))
    report = stage(1)
    for fold in range(folds.max() + 1):
        if cancelled is not None and cancelled():
            raise Cancelled
        found = learner.heads(folds != fold)
        rows = folds == fold
        logits[rows] = learner.logits(found, images.scaled()[rows])
        for place, shift in enumerate(augmentation.COMBINED.values()):
            under_shifts[place, rows] = learner.logits(found, gate.shifted(images.scaled()[rows], shift))
        if report is not None:
            report(fold + 1, int(folds.max()) + 1)
    last = learner.heads(np.ones(count, dtype=bool))
    members = tuple(heads.with_head(one, head) for one, head in zip(base.classifier.members, last, strict=True))
    known, truth = under_shifts.reshape(-1, len(classes)), np.tile(images.labels, len(under_shifts))
    temperature = max(base.classifier.temperature, verdict.temperature(known, truth))
    facts = {
        **base.classifier.facts,
        "engine": ENGINE,
        "base": base.engine,
        "method": "heads",
        "losses": {},
        "recipe": {"penalty": _PENALTY, "rehearsed": 0 if rehearsed is None else len(rehearsed[0])},
        "seed": seed,
        "images": count,
        "of_classes": np.bincount(images.labels, minlength=len(classes)).tolist(),
        "held_out": count,
        "held_out_accuracy": round(float((logits.argmax(axis=1) == images.labels).mean()), 4),
        "held_out_accuracy_shifted": round(float((known.argmax(axis=1) == truth).mean()), 4),
    }
    classifier = dataclasses.replace(base.classifier, members=members, temperature=temperature, facts=facts)
    reference = Reference(
        np.concatenate([base.reference.logits, known / temperature]),
        np.concatenate([base.reference.labels, truth]),
    )
    reader = Reader(ENGINE, own_fitting.rounded(classifier), base.gate, reference)
    return Fitted(reader, given, _measured(reader, base, images, softmax(logits, axis=1), champion, started))


class _Learner:
    """What heads are fitted to: corrections under shifts, and drawn images with what the base says of them."""

    def __init__(self, base: Reader, images: Images, rehearsed: tuple[Pixels, Labels] | None) -> None:
        self._base = base.classifier
        self._classes = len(self._base.classes)
        self._labels = images.labels
        shifts = augmentation.SHIFTS.values()
        self._views = len(shifts)
        views = np.concatenate([gate.shifted(images.scaled(), shift) for shift in shifts])
        self._features = heads.of_members(self._base.read(views).features, self._base.members)
        self._rehearsed: list[Floats] | None = None
        if rehearsed is not None:
            answers = self._base.read(rehearsed[0])
            self._rehearsed = heads.of_members(answers.features, self._base.members)
            self._said = softmax(answers.logits.mean(axis=0), axis=1)

    def heads(self, rows: npt.NDArray[np.bool_]) -> Heads:
        """Heads for some of the corrections."""
        chosen = np.tile(rows, self._views)
        targets = np.eye(self._classes)[np.tile(self._labels, self._views)[chosen]]
        weights = np.full(len(targets), 1 / self._views)
        if self._rehearsed is not None:
            targets = np.concatenate([targets, self._said])
            weights = np.concatenate([weights, np.ones(len(self._said))])
        found = []
        for place, member in enumerate(self._base.members):
            features = self._features[place][chosen]
            if self._rehearsed is not None:
                features = np.concatenate([features, self._rehearsed[place]])
            found.append(heads.fit(features, targets, weights, _PENALTY, heads.of(member)))
        return found

    def logits(self, found: Heads, images: Pixels) -> Floats:
        """Mean of the members' logits, shape (n, classes)."""
        features = heads.of_members(self._base.read(images).features, self._base.members)
        return np.mean([some @ head[0].T + head[1] for some, head in zip(features, found, strict=True)], axis=0)


def _drawn(base: Reader, first: int, count: int) -> tuple[Pixels, Labels] | None:
    """Images of nobody and their classes; None for a model that the generator does not draw for."""
    if base.classifier.classes != XRAY_CLASSES:
        return None
    wanted = [Draw(label=number % 2, seed=first + number) for number in range(count)]
    found = runtime.engine().predict(gallery.GENERATOR, wanted, priority=Priority.BULK)
    return np.stack(found), np.array([one.label for one in wanted], dtype=np.int64)


def _measured(
    reader: Reader, base: Reader, images: Images, chances: Floats, champion: Rival | None, started: float
) -> Report:
    chosen, sure = chances.argmax(axis=1), chances.max(axis=1)
    right = chosen == images.labels
    metrics = [measures.metric(measures.share(right), "image-accuracy", system="image-own")]
    comparisons: dict[str, Comparison] = {}
    rivals = {"image-shipped": (base, np.ones(len(right), dtype=bool))}
    if champion is not None and champion.reader.classifier.classes == base.classifier.classes:
        unseen = ~np.isin(images.sources, list(champion.seen))
        if unseen.sum() >= LEAST:
            rivals["image-champion"] = champion.reader, unseen
    for system, (rival, rows) in rivals.items():
        hits = own_fitting.hits(rival, base.classifier.classes, images.take(rows))
        metrics.append(measures.metric(measures.share(hits), "image-accuracy", system=system))
        comparisons[system] = measures.compare(hits, right[rows])
    drawn = _drawn(base, _FIRST_CHECKED, CHECKED)
    worse_elsewhere = False
    if drawn is not None:
        elsewhere = _on_drawn({"image-own": reader, "image-shipped": base}, *drawn)
        metrics += elsewhere[0]
        worse_elsewhere = own_fitting.decided(elsewhere[1]) == "worse"
    against = "image-champion" if "image-champion" in comparisons else "image-shipped"
    found = own_fitting.decided(comparisons[against])
    wrong = np.flatnonzero(~right)
    classes = base.classifier.classes
    confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(confusion, (images.labels, chosen), 1)
    return Report(
        classes=classes,
        method="heads",
        base=base.engine,
        made_of="corrections",
        learned=len(images),
        settled=0,
        held_out=len(images),
        corrections=len(images),
        left_out=0,
        metrics=tuple(metrics),
        comparisons=comparisons,
        against=against,
        verdict="worse" if worse_elsewhere else found,
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        mistakes=tuple(
            Mistake(int(at), "", classes[images.labels[at]], classes[chosen[at]], round(float(sure[at]), 4))
            for at in wrong[np.argsort(-sure[wrong], kind="stable")][: own_fitting.NAMED_MISTAKES]
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _on_drawn(readers: dict[str, Reader], images: Pixels, labels: Labels) -> tuple[list[Metric], Comparison]:
    """Which drawn images each names as drawn, and the first less the second."""
    pixels = np.round(images * 255).astype(np.uint8)
    drawn = Images(pixels, labels, np.arange(len(labels)).astype(np.str_))
    found = {system: own_fitting.hits(one, XRAY_CLASSES, drawn) for system, one in readers.items()}
    metrics = [
        measures.metric(measures.share(hits), "image-accuracy", system=system, group=_DRAWN)
        for system, hits in found.items()
    ]
    ours, theirs = found.values()
    return metrics, measures.compare(theirs, ours)


def base_of(name: str) -> Reader:
    """The reader that ships under a model's name; that of chest X-rays for models of the hub, which read them too."""
    return scoring.shipped(shelf.CELLS if name == "diagnosis-cells" else shelf.XRAY)
