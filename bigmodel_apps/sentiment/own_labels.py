"""Train on the user's own labels, measure on texts held out, and keep what came of it in the workspace.

A page, in this order: `labels.read`, `labels.columns`, `labels.label` (and `labels.combine` with corrections); show
``problems``, ``notes`` and ``obstacles``; run `train` as a job; draw `report_of` of the version; `deploy`, `roll_back`,
`own_shelf.delete`. Predictions follow through `own_shelf.serve`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from bigmodel_apps import evidence, measures, runtime, workspace
from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.evidence import CLASS, Metric
from bigmodel_apps.measures import Comparison, Estimate
from bigmodel_apps.problems import Cancelled, Problem
from bigmodel_apps.runtime import Priority, jobs, sources
from bigmodel_apps.sentiment import head as heads
from bigmodel_apps.sentiment import labels as labelling
from bigmodel_apps.sentiment.head import FITS, Head, Labels, Reading
from bigmodel_apps.sentiment.labels import Labelled, Split
from bigmodel_apps.sentiment.own_model import dense_text, shipped_scores
from bigmodel_apps.sentiment.own_shelf import DOMAIN, MODEL, deployed, open_version
from bigmodel_apps.sentiment.schema import Input, Options, Output, Polarity
from bigmodel_apps.sentiment.scoring import CLASSES
from bigmodel_apps.sentiment.verdict import readable
from bigmodel_apps.workspace import Deployment, Recipe, Version
from bigmodel_apps.workspace.database import NAME_CHARS

SEED = 7
RUN_FILE = "run.json"

_NAMED_MISTAKES = 50
_ENOUGH = 20  # held-out texts that the champion has not seen, before it is compared on them

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A held-out text that the new model gets wrong. `row` is its number in the file; None for a correction."""

    row: int | None
    text: str
    expected: str
    predicted: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a training.

    Attributes:
        classes: In the order of the confusion matrix.
        polarities: What they say in the terms of the model that ships; None for other classes.
        learned, held_out: How many texts were learned from, and how many the figures are measured on.
        languages: Texts of each language.
        metrics: ``own-accuracy``, ``macro-f1`` and ``ece`` of ``own-labels``; ``own-accuracy`` and ``macro-f1`` of every
            other system; ``class-recall`` and ``class-precision`` of ``own-labels`` with the class as group. The
            intervals draw texts that differ in punctuation alone together.
        comparisons: What was trained (second) against each other system (first), on the same texts: ``words`` (logistic
            regression on n-grams alone), ``majority`` (always the most frequent class), ``shipped`` (the model that
            ships, without abstaining; where the classes are polarities) and ``champion`` (the version in use, on texts
            that it has not seen; where it has the same classes). Their metrics have the system ``own-<name>``.
        against: The system that the verdict is about: the champion, else the model that ships, else the better of
            ``words`` and ``majority``.
        verdict: ``better`` or ``worse`` where chance is an unlikely reason (McNemar's test and the interval), else
            ``same``.
        confusion: Rows expected, columns predicted.
        mistakes: The surest fifty.
        seconds: That the training took.
    """

    classes: tuple[str, ...]
    polarities: tuple[Polarity, ...] | None
    learned: int
    held_out: int
    languages: Mapping[str, int]
    metrics: tuple[Metric, ...]
    comparisons: Mapping[str, Comparison]
    against: str
    verdict: Literal["better", "worse", "same"]
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]
    seconds: float

    def find(self, name: str, system: str = "own-labels") -> Metric | None:
        """A figure over all held-out texts."""
        return next((m for m in self.metrics if (m.name, m.group, m.system) == (name, (), system)), None)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was trained, before it is kept anywhere."""

    head: Head
    recipe: Recipe
    report: Report


def train(
    labelled: Labelled,
    owner: str,
    name: str = "",
    *,
    seed: int = SEED,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Version:
    """Train, measure, and keep the result as a version of the owner's, as challenger. Nothing is put in use yet.

    Blocks; run it as a job: ``lambda progress, stop: train(labelled, owner(), name, progress=progress, cancelled=stop)``.

    Args:
        labelled: From `labels.label` or `labels.combine`.
        owner: Whose model it becomes.
        name: What to call it; the file's name by default.
        progress: Called with (texts done, in total), each text counting once for every stage.
        cancelled: Polled.

    Raises:
        InputError: The obstacles of `labelled`, ``workspace-full``, or what is wrong with the name.
        Cancelled: Nothing was kept.
        Busy, Unavailable
    """
    champion = deployed(owner)
    rival = None if champion is None else open_version(champion.id, owner)[1]
    fitted = fit(labelled, rival, seed=seed, progress=progress, cancelled=cancelled)
    if cancelled is not None and cancelled():
        raise Cancelled
    registry = workspace.default().registry
    title = (name.strip() or labelled.name)[:NAME_CHARS]
    version = registry.add(owner, DOMAIN, title, fitted.recipe, partial(heads.save, head=fitted.head))
    registry.deploy(owner, DOMAIN, version.id, "challenger")
    return version


def fit(
    labelled: Labelled,
    champion: Head | None = None,
    *,
    seed: int = SEED,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Fitted:
    """Train and measure, without a workspace. Arguments as of `train`.

    Args:
        champion: A head to compare with, on held-out texts that it has not seen.
    """
    labelled.check()
    started = time.perf_counter()
    total = 3 * len(labelled.texts)
    shipped, encoder = parts()
    reading, identity = _read(labelled.texts, shipped, encoder, _Part(progress, cancelled, total))
    sides = labelling.split(labelled, seed)
    learner = _Part(progress, cancelled, total, 2 * len(labelled.texts), len(labelled.texts), FITS)
    learned = heads.learn(
        reading.take(sides.learn),
        labelled.labels[sides.learn],
        labelled.clusters[sides.learn],
        labelled.classes,
        (encoder, identity),
        seed,
        learner.step,
    )
    head = heads.rounded(learned)
    comparable = champion is not None and (champion.classes, champion.identity) == (head.classes, head.identity)
    report = _measured(labelled, sides, reading, head, champion if comparable else None, started)
    if progress:
        progress(total, total)
    return Fitted(head, _recipe(labelled, head, report, shipped, seed), report)


def parts() -> tuple[str, str]:
    """Specs of the model that ships and of the shared encoder, on which every head stands."""
    used = dict(MODELS[MODEL].uses)
    return used["sentiment"], used["encoder"]


def report_of(version: Version) -> Report:
    """What came of the training of a version, also after a restart."""
    return _report(version.run.recipe)


def outdated(version: Version) -> Problem | None:
    """That the model that ships is not the one on which a version was trained and measured; None while it is."""
    known = version.run.recipe.parameters
    shipped, _ = parts()
    if (known["shipped"], known["shipped_weights"]) == (shipped, sources.weights_hash(shipped)):
        return None
    return Problem("own-shipped-changed", details={"name": version.name})


def deploy(owner: str, id: str | None) -> Deployment:
    """Put a version in use in this owner's workspace, or the model that ships (None); pages follow at the next rerun."""
    if id is not None:
        open_version(id, owner)  # damaged files are found now and not by a visitor
    return workspace.default().registry.deploy(owner, DOMAIN, id)


def roll_back(owner: str) -> Version | None:
    """Return to what was in use before; None for the model that ships. Raises `InputError` ``nothing-to-roll-back``."""
    return workspace.default().registry.roll_back(owner, DOMAIN)


def versions(owner: str) -> list[Version]:
    """The owner's versions, the newest first."""
    return workspace.default().registry.versions(owner, DOMAIN)


def write(folder: Path, fitted: Fitted) -> None:
    """Write a head and its run, for ``predict sentiment --model DIR``."""
    heads.save(folder, fitted.head)
    run = asdict(fitted.recipe) | {"date": evidence.today()}
    (folder / RUN_FILE).write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# --- Reading --------------------------------------------------------------------------------------------------------


class _Part:
    """One stage of the work: its own progress within that of the whole, and where it may be stopped."""

    def __init__(
        self,
        progress: Progress | None,
        cancelled: Stop | None,
        total: int,
        before: int = 0,
        size: int = 0,
        steps: int = 1,
    ) -> None:
        self.progress, self.cancelled, self.total = progress, cancelled, total
        self._before, self._size, self._steps, self._done = before, size, steps, 0

    def report(self, before: int, done: int, _: int) -> None:
        """`before` texts were done, and `done` of this stage."""
        if self.progress:
            self.progress(before + done, self.total)

    def step(self) -> None:
        """One of the steps is done."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled
        self._done += 1
        self.report(self._before, self._size * self._done // self._steps, 0)


def _read(texts: Sequence[str], shipped: str, encoder: str, part: _Part) -> tuple[Reading, str]:
    """What the model that ships and the encoder make of the texts, as bulk work; and the encoder's identity."""
    outputs: list[Output] = runtime.predict(
        DOMAIN,
        [Input(text=text) for text in texts],
        options=Options(),
        model=shipped,
        priority=Priority.BULK,
        progress=partial(part.report, 0),
        cancelled=part.cancelled,
    )
    clean = tuple(readable(text) for text in texts)
    facts = runtime.engine().call(encoder, lambda model: (model.identity, model.reads_chinese))
    identity, reads_chinese = jobs.result_of(facts, part.cancelled)
    views = runtime.engine().predict(
        encoder,
        [dense_text(text, reads_chinese) for text in clean],
        options="views",
        priority=Priority.BULK,
        progress=partial(part.report, len(texts)),
        cancelled=part.cancelled,
    )
    return Reading(clean, np.stack(views), shipped_scores(outputs)), identity


# --- Measuring ------------------------------------------------------------------------------------------------------


def _measured(
    labelled: Labelled, sides: Split, reading: Reading, head: Head, champion: Head | None, started: float
) -> Report:
    held = reading.take(sides.held_out)
    labels, clusters = labelled.labels[sides.held_out], labelled.clusters[sides.held_out]
    scores = head.scores(held)
    chosen, sure = scores.argmax(axis=1), np.exp(scores.max(axis=1).astype(np.float64))
    right = chosen == labels
    most = int(np.bincount(labelled.labels[sides.learn]).argmax())
    rivals: dict[str, Labels] = {
        "words": head.words_alone(held).argmax(axis=1),
        "majority": np.full(len(labels), most),
    }
    told = head.polarities
    if told is not None:
        columns = [CLASSES.index(polarity) for polarity in told]
        rivals["shipped"] = held.shipped[:, columns].argmax(axis=1)
    metrics = _figures(chosen, labels, clusters, head.classes, "own-labels")
    metrics.append(measures.metric(measures.calibration(sure, right, clusters), "ece", system="own-labels"))
    metrics += _by_class(chosen, labels, head.classes)
    comparisons: dict[str, Comparison] = {}
    for system, found in rivals.items():
        metrics += _figures(found, labels, clusters, head.classes, f"own-{system}")
        comparisons[system] = measures.compare(found == labels, right, clusters)
    if champion is not None:
        unseen = ~champion.has_seen(held.texts)
        if unseen.sum() >= _ENOUGH:
            found = champion.scores(held.take(np.flatnonzero(unseen))).argmax(axis=1)
            metrics += _figures(found, labels[unseen], clusters[unseen], head.classes, "own-champion")
            comparisons["champion"] = measures.compare(found == labels[unseen], right[unseen], clusters[unseen])
    weaker = min(("words", "majority"), key=lambda system: comparisons[system].difference.value)
    against = next((system for system in ("champion", "shipped") if system in comparisons), weaker)
    decisive = comparisons[against]
    better = decisive.difference.value > 0
    wrong = np.flatnonzero(~right)
    surest = wrong[np.argsort(-sure[wrong], kind="stable")][:_NAMED_MISTAKES]
    confusion = np.zeros((len(head.classes), len(head.classes)), dtype=np.int64)
    np.add.at(confusion, (labels, chosen), 1)
    return Report(
        classes=head.classes,
        polarities=told,
        learned=len(sides.learn),
        held_out=len(labels),
        languages=labelled.languages,
        metrics=tuple(metrics),
        comparisons=comparisons,
        against=against,
        verdict=("better" if better else "worse") if decisive.clear else "same",
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        mistakes=tuple(
            Mistake(
                labelled.rows[sides.held_out[place]],
                held.texts[place],
                head.classes[labels[place]],
                head.classes[chosen[place]],
                round(float(sure[place]), 4),
            )
            for place in surest.tolist()
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _figures(chosen: Labels, labels: Labels, clusters: Labels, classes: Sequence[str], system: str) -> list[Metric]:
    accuracy = measures.metric(measures.share(chosen == labels, clusters), "own-accuracy", system=system)
    score = measures.bootstrap(partial(_macro_f1, chosen, labels, len(classes)), clusters)
    return [accuracy, measures.metric(score, "macro-f1", system=system, unit="score")]


def _macro_f1(chosen: Labels, labels: Labels, classes: int, weights: npt.NDArray[np.float64]) -> float:
    """Mean over the classes that occur of the harmonic mean of recall and precision."""
    hits = np.bincount(labels, weights=weights * (chosen == labels), minlength=classes)
    present = np.bincount(labels, weights=weights, minlength=classes)
    called = np.bincount(chosen, weights=weights, minlength=classes)
    occurs = present > 0
    return float((2 * hits[occurs] / (present + called)[occurs]).mean()) if occurs.any() else float("nan")


def _by_class(chosen: Labels, labels: Labels, classes: Sequence[str]) -> list[Metric]:
    found = []
    for place, name in enumerate(classes):
        for metric, of in (("class-recall", labels == place), ("class-precision", chosen == place)):
            if of.any():
                share = measures.wilson(int((of & (chosen == labels)).sum()), int(of.sum()))
                found.append(measures.metric(share, metric, system="own-labels", group=(CLASS + name,)))
    return found


# --- The run, as the workspace keeps it -----------------------------------------------------------------------------


def _recipe(labelled: Labelled, head: Head, report: Report, shipped: str, seed: int) -> Recipe:
    about = asdict(report)
    for name in ("metrics", "seconds", "polarities"):
        del about[name]
    return Recipe(
        data={
            "name": labelled.name,
            "rows": len(labelled.texts),
            "left_out": labelled.left_out,
            "corrections": sum(row is None for row in labelled.rows),
            "counts": labelled.counts,
            "sha256": labelled.sha256,
        },
        code_version=evidence.code_version(),
        seed=seed,
        parameters={
            "held_out_share": labelling.HELD_OUT,
            "folds": heads.FOLDS,
            "penalties": dict(head.penalties),
            "pool": dict(zip(heads.JUDGES, (round(weight, 4) for weight in head.pool.tolist()), strict=True)),
            "features": len(head.vocabulary),
            "encoder": head.encoder,
            "identity": head.identity,
            "shipped": shipped,
            "shipped_weights": sources.weights_hash(shipped),
        },
        metrics=[metric.model_dump(mode="json", exclude_defaults=True) for metric in report.metrics],
        report=json.loads(json.dumps(about)),
        seconds=report.seconds,
    )


def _report(recipe: Recipe) -> Report:
    about: dict[str, Any] = dict(recipe.report)
    classes = tuple(about["classes"])
    comparisons = {
        system: Comparison(**(facts | {"difference": Estimate(**facts["difference"])}))
        for system, facts in about["comparisons"].items()
    }
    return Report(
        classes=classes,
        polarities=labelling.polarities(classes),
        learned=about["learned"],
        held_out=about["held_out"],
        languages=about["languages"],
        metrics=tuple(Metric(**facts) for facts in recipe.metrics),
        comparisons=comparisons,
        against=about["against"],
        verdict=about["verdict"],
        confusion=tuple(tuple(row) for row in about["confusion"]),
        mistakes=tuple(Mistake(**facts) for facts in about["mistakes"]),
        seconds=recipe.seconds,
    )
