"""From labelled images to a classifier of their classes, started from the networks that ship, and how good it is.

Two ways are tried, and the one that is surer of the right classes on images under shifts is kept: *heads* leaves the
networks that ship as they are and fits new heads to what they see; *tuned* goes on training two of them. Weights are
learned on one part, confidence, gate and the choice of the way rest on a second, and figures are taken on a third.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from scipy.special import log_softmax

from bigmodel_apps import measures
from bigmodel_apps.diagnosis import augmentation, gate, heads, labelled, scoring, shelf, training, verdict
from bigmodel_apps.diagnosis.datasets import Images
from bigmodel_apps.diagnosis.labelled import HELD_OUT, LEARN, SET, Labelled, Progress, Stop
from bigmodel_apps.diagnosis.network import Classifier, Floats, Network, Pixels
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.diagnosis.training import Labels, Recipe
from bigmodel_apps.diagnosis.verdict import Verdicts, Wanted
from bigmodel_apps.evidence import CLASS, Metric
from bigmodel_apps.measures import Comparison
from bigmodel_apps.problems import Cancelled

ENGINE = "diagnosis-own"
Method = Literal["heads", "tuned"]
Stages = Callable[[int], Progress | None]
"""Number of a stage, from 0, to its progress within the whole."""

SEED = 7
COVERAGE = 0.9

_PENALTIES = (0.01, 0.1, 1.0, 10.0)
_COPIES = 4  # varied copies of each image that heads learn from, beside itself
_CHOSEN_BY = 160  # images, at most
_STRENGTH = 0.7
_MEMBERS = 2
_PASSES = 20_000  # images that each tuned network sees, about: a minute on one core
_MOST_EPOCHS, _LEAST_EPOCHS = 20, 6
_TUNED = Recipe(strength=_STRENGTH, rate=2e-3, averaging=0.98, batch=32)
NAMED_MISTAKES = 24
_ENOUGH = 20  # held-out images that the champion has not seen, before it is compared on them
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """A held-out image that is taken for another class. `row` is its place among the version's images."""

    row: int
    name: str
    expected: str
    predicted: str
    probability: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a training.

    Attributes:
        classes: In the order of the confusion matrix.
        method: See above.
        base: Which model of ours it was started from.
        made_of: ``folder`` of labelled images, or ``corrections`` alone.
        learned, settled, held_out: Images of the three parts.
        corrections: How many of all images are corrections.
        left_out: Files that do not count.
        metrics: ``image-accuracy``, ``image-calibration-error``, ``image-answered``, ``image-right-answered``,
            ``image-refused`` and, of two classes, ``auc`` of ``image-own``; ``image-accuracy`` of every other system;
            ``image-recall`` of ``image-own`` with the class as group; ``image-kind-auc`` with a drawn kind as group.
        comparisons: What was trained (second) against each other system (first), on the same images: ``most-frequent``,
            ``image-shipped`` (where it has the same classes) and ``image-champion`` (on images that it has not seen, where
            it has the same classes).
        against: The system that the verdict is about: the champion, else the model that ships, else the floor.
        verdict: ``better`` or ``worse`` where chance is an unlikely reason, else ``same``.
        confusion: Rows what it is, columns what it was taken for; of held-out images.
        mistakes: The surest.
        seconds: That the training took.
    """

    classes: tuple[str, ...]
    method: Method
    base: str
    made_of: Literal["folder", "corrections"]
    learned: int
    settled: int
    held_out: int
    corrections: int
    left_out: int
    metrics: tuple[Metric, ...]
    comparisons: Mapping[str, Comparison]
    against: str
    verdict: Literal["better", "worse", "same"]
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]
    seconds: float

    def find(self, name: str, system: str = "image-own") -> Metric | None:
        """A figure over all held-out images."""
        return next((m for m in self.metrics if (m.name, m.group, m.system) == (name, (), system)), None)


@dataclass(frozen=True, eq=False)
class Fitted:
    """What was trained, before it is kept anywhere."""

    reader: Reader
    given: Labelled
    report: Report


@dataclass(frozen=True, slots=True)
class Rival:
    """What is in use, to be compared with: on images whose digests it has not seen."""

    reader: Reader
    seen: frozenset[str]


def fit(
    given: Labelled,
    champion: Rival | None = None,
    *,
    seed: int = SEED,
    stage: Stages = lambda _: None,
    cancelled: Stop | None = None,
) -> Fitted:
    """Learn and measure, without a workspace."""
    started = time.perf_counter()
    given = dataclasses.replace(given, parts=labelled.split(given, seed))
    learn, settle, held = (given.images.take(given.parts == part) for part in (LEARN, SET, HELD_OUT))
    base = scoring.shipped(shelf.XRAY if given.images.pixels.ndim == 3 else shelf.CELLS)
    tried: dict[Method, tuple[tuple[Network, ...], Recipe]] = {
        "heads": (_heads(base.classifier, learn, settle, given.classes, seed, stage(1), cancelled), Recipe(epochs=0)),
        "tuned": _tuned(base.classifier, learn, given.classes, seed, stage(2), cancelled),
    }
    losses = {name: _loss(members, settle, given.classes) for name, (members, _) in tried.items()}
    method = min(losses, key=lambda name: losses[name])
    members, recipe = tried[method]
    facts = {"base": base.engine, "method": method, "losses": {name: round(one, 4) for name, one in losses.items()}}
    reader = training.assembled(ENGINE, members, learn, settle, given.classes, recipe, seed=seed, facts=facts)
    reader = dataclasses.replace(reader, classifier=rounded(reader.classifier))
    report = measured(given, reader, held, method, base, champion, started)
    done = stage(3)
    if done is not None:
        done(1, 1)
    return Fitted(reader, given, report)


def _heads(
    base: Classifier,
    learn: Images,
    settle: Images,
    classes: Sequence[str],
    seed: int,
    report: Progress | None,
    cancelled: Stop | None,
) -> tuple[Network, ...]:
    """The networks that ship with new heads; the penalty is the one that does best on the second part."""
    images = _varied(learn, seed)
    seen = []
    for start in range(0, len(images), 256):
        if cancelled is not None and cancelled():
            raise Cancelled
        seen.append(base.read(images[start : start + 256]).features)
        if report is not None:
            report(min(start + 256, len(images)), len(images))
    features = heads.of_members(np.concatenate(seen), base.members)
    labels = np.tile(learn.labels, _COPIES + 1)
    targets = np.eye(len(classes))[labels]
    weights = 1 / np.bincount(labels, minlength=len(classes))[labels]
    weights *= len(learn) / weights.sum()
    asked, truth = _shifted(settle)
    seen_shifted = heads.of_members(base.read(asked).features, base.members)
    found: dict[float, list[tuple[Floats, Floats]]] = {}
    for penalty in _PENALTIES:
        if cancelled is not None and cancelled():
            raise Cancelled
        found[penalty] = [heads.fit(some, targets, weights, penalty) for some in features]

    def loss(penalty: float) -> float:
        logits = [some @ head[0].T + head[1] for some, head in zip(seen_shifted, found[penalty], strict=True)]
        return surprise(np.mean(logits, axis=0), truth)

    best = found[min(_PENALTIES, key=loss)]
    return tuple(heads.with_head(member, head) for member, head in zip(base.members, best, strict=True))


def _tuned(
    base: Classifier, learn: Images, classes: Sequence[str], seed: int, report: Progress | None, cancelled: Stop | None
) -> tuple[tuple[Network, ...], Recipe]:
    """Two of the networks that ship, trained on."""
    epochs = int(np.clip(_PASSES // len(learn), _LEAST_EPOCHS, _MOST_EPOCHS))
    widths = base.members[0].widths
    recipe = dataclasses.replace(_TUNED, epochs=epochs, widths=(widths[0], widths[1], widths[2]))
    made = []
    for number in range(_MEMBERS):
        done = number * epochs
        made.append(
            training.fit(
                learn.pixels,
                learn.labels,
                len(classes),
                recipe,
                seed=1_000 * seed + number,
                start=base.members[number % len(base.members)],
                report=None if report is None else partial(_epochs, report, done, _MEMBERS * epochs),
                cancelled=cancelled,
            )
        )
    return tuple(made), recipe


def _epochs(report: Progress, before: int, total: int, done: int, _: int) -> None:
    report(before + done, total)


def _varied(images: Images, seed: int) -> Pixels:
    """Images as they are and some varied copies of them, shape (copies · n, …)."""
    shaped = training.shaped(images.pixels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        found = torch.cat([shaped, *(augmentation.varied(shaped, _STRENGTH) for _ in range(_COPIES))])
    return (found[:, 0] if images.pixels.ndim == 3 else found.permute(0, 2, 3, 1)).numpy()


def _loss(members: Sequence[Network], settle: Images, classes: Sequence[str]) -> float:
    """`surprise` of networks on the second part under shifts."""
    found = Classifier(tuple(members), (0,) * len(members), tuple(classes), settle.pixels.shape[1])
    asked, truth = _shifted(settle)
    return surprise(found.read(asked).logits.mean(axis=0), truth)


def surprise(logits: Floats, truth: Labels) -> float:
    """Mean surprise at the right class, classes weighing alike, at the temperature that suits best."""
    chances = log_softmax(logits / verdict.temperature(logits, truth), axis=1)[np.arange(len(truth)), truth]
    weights = 1 / np.bincount(truth, minlength=logits.shape[1]).clip(min=1)[truth]
    return -float((weights * chances).sum() / weights.sum())


def _shifted(settle: Images) -> tuple[Pixels, Labels]:
    """Some of the second part under every one of `augmentation.COMBINED`: what is chosen by."""
    places = np.unique(np.linspace(0, len(settle) - 1, _CHOSEN_BY).astype(int))
    some, labels = settle.scaled()[places], settle.labels[places]
    moved = [gate.shifted(some, shift) for shift in augmentation.COMBINED.values()]
    return np.concatenate(moved), np.tile(labels, len(moved))


def rounded(found: Classifier) -> Classifier:
    """With the weights that will be read back: they are kept in half precision."""
    for member in found.members:
        for weight in (*member.parameters(), *member.buffers()):
            if weight.is_floating_point():
                weight.copy_(weight.half().float())
    return found


# --- Measuring -------------------------------------------------------------------------------------------------------


def judged(reader: Reader, images: Pixels, coverage: float = COVERAGE) -> tuple[Verdicts, Floats]:
    """What a reader says of images of its own size, and their distances."""
    answers = reader.classifier.read(images)
    distances = gate.fit_distances(reader.gate, reader.classifier, images, answers)
    logits = answers.logits / reader.classifier.temperature
    return verdict.judge(logits, distances, reader.reference, Wanted(coverage)), distances


def measured(
    given: Labelled, reader: Reader, held: Images, method: Method, base: Reader, champion: Rival | None, started: float
) -> Report:
    """Figures on the held-out part; see `Report`."""
    images, truth = held.scaled(), held.labels
    verdicts, distances = judged(reader, images)
    chosen, sure = verdicts.labels, verdicts.probabilities.max(axis=1)
    right = chosen == truth
    metrics = [
        measures.metric(measures.share(right), "image-accuracy", system="image-own"),
        *_three_states(verdicts, right),
        *_by_class(right, truth, given.classes),
        *_kinds(reader, images, distances),
    ]
    clusters = np.arange(len(truth))
    error = measures.calibration(sure, right, clusters, draws=_DRAWS)
    metrics.append(measures.metric(error, "image-calibration-error", system="image-own", higher_is_better=False))
    if len(given.classes) == 2:
        scores = verdicts.probabilities[:, 1]
        area = measures.bootstrap(lambda weights: measures.auroc(truth, scores, weights), clusters, draws=_DRAWS)
        metrics.append(measures.metric(area, "auc", system="image-own", unit="score"))
    comparisons = _compared(given, held, right, base, champion)
    metrics += [
        measures.metric(measures.share(hits), "image-accuracy", system=system)
        for system, (hits, _) in comparisons.items()
    ]
    told = {system: comparison for system, (_, comparison) in comparisons.items()}
    against = next(name for name in ("image-champion", "image-shipped", "most-frequent") if name in told)
    confusion = np.zeros((len(given.classes), len(given.classes)), dtype=np.int64)
    np.add.at(confusion, (truth, chosen), 1)
    rows = np.flatnonzero(given.parts == HELD_OUT)
    wrong = np.flatnonzero(~right)
    surest = wrong[np.argsort(-sure[wrong], kind="stable")][:NAMED_MISTAKES]
    return Report(
        classes=given.classes,
        method=method,
        base=base.engine,
        made_of="folder",
        learned=int((given.parts == LEARN).sum()),
        settled=int((given.parts == SET).sum()),
        held_out=len(held),
        corrections=given.corrections,
        left_out=len(given.left_out),
        metrics=tuple(metrics),
        comparisons=told,
        against=against,
        verdict=decided(told[against]),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        mistakes=tuple(
            Mistake(
                int(rows[at]),
                given.names[rows[at]],
                given.classes[truth[at]],
                given.classes[chosen[at]],
                round(float(sure[at]), 4),
            )
            for at in surest.tolist()
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def decided(found: Comparison) -> Literal["better", "worse", "same"]:
    """Whether the second of two is better, where chance is an unlikely reason."""
    if not found.clear:
        return "same"
    return "better" if found.difference.value > 0 else "worse"


def _three_states(verdicts: Verdicts, right: Any) -> Iterator[Metric]:
    states = np.array(verdicts.states)
    answered = states == "answer"
    yield measures.metric(measures.share(answered), "image-answered", system="image-own")
    refused = measures.share(states == "unknown_kind")
    yield measures.metric(refused, "image-refused", system="image-own", higher_is_better=False)
    if answered.any():
        found = measures.wilson(int(right[answered].sum()), int(answered.sum()))
        yield measures.metric(found, "image-right-answered", system="image-own")


def _by_class(right: Any, truth: Labels, classes: Sequence[str]) -> Iterator[Metric]:
    for place, name in enumerate(classes):
        of = truth == place
        if of.any():
            share = measures.wilson(int(right[of].sum()), int(of.sum()))
            yield measures.metric(share, "image-recall", system="image-own", group=(CLASS + name,))


def _kinds(reader: Reader, images: Pixels, known: Floats) -> Iterator[Metric]:
    """How well the distance tells the held-out images from noise and from themselves inverted."""
    noise = np.random.default_rng(SEED).random(images.shape, dtype=np.float32)
    for name, others in (("noise", noise), ("inverted", 1 - images)):
        far = gate.fit_distances(reader.gate, reader.classifier, others)
        truth = np.repeat([0, 1], [len(known), len(far)])
        area = measures.bootstrap(
            partial(measures.auroc, truth, np.concatenate([known, far])), np.arange(len(truth)), draws=_DRAWS
        )
        yield measures.metric(area, "image-kind-auc", system="image-own", group=(f"kind-{name}",), unit="score")


def _compared(
    given: Labelled, held: Images, right: Any, base: Reader, champion: Rival | None
) -> dict[str, tuple[Any, Comparison]]:
    """By system, which images it has right, and the comparison with it."""
    most = int(np.bincount(given.images.labels[given.parts == LEARN]).argmax())
    found: dict[str, tuple[Any, Comparison]] = {}
    floor = held.labels == most
    found["most-frequent"] = floor, measures.compare(floor, right)
    hits_of_base = hits(base, given.classes, held)
    if hits_of_base is not None:
        found["image-shipped"] = hits_of_base, measures.compare(hits_of_base, right)
    if champion is not None:
        unseen = ~np.isin(held.sources, list(champion.seen))
        hits_of_champion = hits(champion.reader, given.classes, held.take(unseen)) if unseen.sum() >= _ENOUGH else None
        if hits_of_champion is not None:
            found["image-champion"] = hits_of_champion, measures.compare(hits_of_champion, right[unseen])
    return found


def hits(reader: Reader, classes: Sequence[str], images: Images) -> Any:
    """Which images a reader of the same classes has right; None where it has others, or reads another size."""
    known = {name.casefold(): place for place, name in enumerate(reader.classifier.classes)}
    if set(known) != {name.casefold() for name in classes}:
        return None
    if images.pixels.shape[1:] != _shape(reader.classifier):
        return None
    places = np.array([known[name.casefold()] for name in classes])
    logits = reader.classifier.read(images.scaled()).logits.mean(axis=0)
    return logits.argmax(axis=1) == places[images.labels]


def _shape(classifier: Classifier) -> tuple[int, ...]:
    side = classifier.side
    return (side, side) if classifier.channels == 1 else (side, side, 3)
