"""One or two configurations on the same labelled questions, by the same way that customers' questions take.

A question is handled correctly when the right entry answers it, or when nothing answers it and nothing should.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmodel_apps import evidence, measures, runtime
from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.labelled import Labelled
from bigmodel_apps.customer_service.schema import Input, Options, Outcome, Output
from bigmodel_apps.evidence import Hardware, Metric
from bigmodel_apps.measures import Comparison, RiskCoverage
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.runtime import Priority, device

SYSTEMS = ("a", "b")
DEPTH = 20
"""How far down the list of candidates the right entry is looked for."""

_CHUNK = 5_000

Report = Callable[[int, int], None]
Stop = Callable[[], bool]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What answers: a model and all that a caller may set. The trial sets ``knowledge`` and ``top`` itself."""

    model: str
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Side:
    """What one configuration made of the questions, in their order.

    Attributes:
        outcomes, ids: Outcome and best entry of each question.
        confidences: Shape (questions,).
        ranks: Place of the expected entry, from 0; `DEPTH` where it is not among the candidates or none is expected.
        correct: Whether the question was handled correctly.
        seconds: How long it took.
    """

    configuration: Configuration
    outcomes: tuple[Outcome, ...]
    ids: tuple[str | None, ...]
    confidences: npt.NDArray[np.float64]
    ranks: npt.NDArray[np.int64]
    correct: Flags
    seconds: float

    @property
    def answered(self) -> Flags:
        """Which questions got an answer."""
        return np.array([outcome == "answer" for outcome in self.outcomes])


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of a trial.

    Attributes:
        asked: The questions.
        sides: One or two.
        metrics: Figures of every side; its system is one of `SYSTEMS`.
        comparison: Of the questions that each side handles correctly, where there are two.
        curves: Risk over coverage of every side.
        hardware, date, code_version: With what, when and by which code.
    """

    asked: Labelled
    sides: tuple[Side, ...]
    metrics: tuple[Metric, ...]
    comparison: Comparison | None
    curves: tuple[RiskCoverage, ...]
    hardware: Hardware
    date: str
    code_version: str

    def find(self, name: str, system: str) -> Metric | None:
        """A figure of one side."""
        return next((metric for metric in self.metrics if (metric.name, metric.system) == (name, system)), None)

    def differences(self) -> list[int]:
        """Places of the questions that only one of the two handles correctly, the surest mistakes first."""
        if len(self.sides) < 2:
            return []
        first, second = self.sides
        mistaken = np.where(first.correct, second.confidences, first.confidences)
        return _by_confidence(first.correct != second.correct, mistaken)

    def worst(self, side: Side) -> list[int]:
        """Places of the questions that a side answers wrongly, the surest first."""
        return _by_confidence(side.answered & ~side.correct, side.confidences)

    def frame(self) -> pd.DataFrame:
        """One row a question: what was asked, what was expected, and what each side made of it."""
        table = self.asked.frame()
        table.insert(0, "row", self.asked.rows)
        for system, side in zip(SYSTEMS, self.sides, strict=False):
            table[f"{system}_outcome"] = side.outcomes
            table[f"{system}_id"] = [identifier or "" for identifier in side.ids]
            found = [rank + 1 if rank < DEPTH else None for rank in side.ranks.tolist()]
            table[f"{system}_rank"] = pd.array(found, dtype="Int64")
            table[f"{system}_confidence"] = side.confidences.round(4)
            table[f"{system}_correct"] = side.correct.astype(int)
        return table


def run(
    asked: Labelled,
    configurations: Sequence[Configuration],
    knowledge: str,
    owner: str = "",
    progress: Report | None = None,
    cancelled: Stop | None = None,
) -> Trial:
    """Ask every question of every configuration, as bulk work that interactive questions overtake, and measure.

    Args:
        configurations: One or two.
        knowledge: A sample tenant, the id of a knowledge base in the workspace, or the key of an open file.
        owner: Who asks.
        progress: Called with (questions done, in total, over all configurations); before that, where the knowledge
            base lacks vectors that a configuration needs, with (texts encoded, in total).
        cancelled: Polled.

    Raises:
        InputError: The configurations are the same, or nobody may ask that knowledge base.
        Busy, Cancelled, Unavailable
    """
    if len(set(configurations)) < len(configurations):
        raise InputError(Problem("trial-same"))
    sides: list[Side] = []
    total = len(asked.questions) * len(configurations)
    for configuration in configurations:
        before = len(sides) * len(asked.questions)
        key = _opened(knowledge, configuration, owner, progress, cancelled)
        sides.append(_ask(asked, configuration, key, partial(_report, progress, total, before), cancelled))
    clusters = _clusters(asked)
    metrics, curves = [], []
    for system, side in zip(SYSTEMS, sides, strict=False):
        if cancelled is not None and cancelled():
            raise Cancelled
        metrics += _metrics(asked, side, clusters, system)
        curves.append(measures.risk_coverage(side.confidences, side.ranks != 0, clusters))
    return Trial(
        asked,
        tuple(sides),
        tuple(metrics),
        measures.compare(sides[0].correct, sides[1].correct, clusters) if len(sides) == 2 else None,
        tuple(curves),
        evidence.hardware(device.choose().dtype),
        evidence.today(),
        evidence.code_version(),
    )


def _encoder(configuration: Configuration) -> str:
    return shelves.encoder_of(configuration.model)


def _opened(
    knowledge: str, configuration: Configuration, owner: str, progress: Report | None, cancelled: Stop | None
) -> str:
    """The key of the knowledge base, open, and dense where the configuration wants vectors.

    An answer on the page may come from words alone while vectors are being built; a figure must not.
    """
    key = knowledge if knowledge in shelves.shelf else shelves.open_for(knowledge, configuration.model, owner)
    if configuration.options.engine == "hybrid":
        shelves.shelf.build_vectors(key, _encoder(configuration), progress, cancelled)
    return key


def _ask(
    asked: Labelled, configuration: Configuration, key: str, progress: Callable[[int], None], cancelled: Stop | None
) -> Side:
    options = configuration.options.model_copy(update={"knowledge": key, "top": DEPTH})
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    ids: list[str | None] = []
    confidences: list[float] = []
    ranks: list[int] = []
    for start in range(0, len(asked.questions), _CHUNK):
        questions = asked.questions[start : start + _CHUNK]
        outputs: list[Output] = runtime.predict(
            "customer_service",
            [Input(question=question.text) for question in questions],
            options=options,
            model=configuration.model,
            priority=Priority.BULK,
            progress=partial(_started, progress, start),
            cancelled=cancelled,
        )
        for question, output in zip(questions, outputs, strict=True):
            found = [candidate.id for candidate in output.candidates]
            outcomes.append(output.outcome)
            ids.append(output.id)
            confidences.append(output.confidence)
            ranks.append(found.index(question.expected) if question.expected in found else DEPTH)
    progress(len(asked.questions))
    answered = np.array([outcome == "answer" for outcome in outcomes])
    right = np.array(ranks) == 0
    correct = np.where(_covered(asked), answered & right, ~answered)
    return Side(
        configuration,
        tuple(outcomes),
        tuple(ids),
        np.array(confidences),
        np.array(ranks),
        correct,
        time.perf_counter() - started,
    )


def _report(progress: Report | None, total: int, before: int, done: int) -> None:
    if progress:
        progress(before + done, total)


def _started(progress: Callable[[int], None], before: int, done: int, _: int) -> None:
    progress(before + done)


def _covered(asked: Labelled) -> Flags:
    return np.array([question.expected is not None for question in asked.questions])


def _clusters(asked: Labelled) -> npt.NDArray[Any]:
    """Questions about one entry belong together; one that nothing answers stands alone."""
    names: dict[str | int, int] = {}
    return np.array(
        [
            names.setdefault(place if question.expected is None else question.expected, len(names))
            for place, question in enumerate(asked.questions)
        ]
    )


def _metrics(asked: Labelled, side: Side, clusters: npt.NDArray[Any], system: str) -> list[Metric]:
    """The figures of one side; one that the questions do not define, such as refusals among none, is left out."""
    covered, answered, right = _covered(asked), side.answered, side.ranks == 0
    shares = {
        "correct-outcome": (side.correct, np.ones_like(covered), True),
        "recall-at-1": (right, covered, True),
        "recall-at-3": (side.ranks < 3, covered, True),
        "answered-covered": (answered, covered, True),
        "wrong-when-answered": (~right, answered, False),
        "refused": (~answered, ~covered, True),
    }
    found = [
        measures.metric(measures.share(hits, clusters, where=where), name, system=system, higher_is_better=higher)
        for name, (hits, where, higher) in shares.items()
        if where.any()
    ]
    if covered.any():
        reciprocal = np.where(side.ranks < DEPTH, 1 / (side.ranks + 1), 0)
        ranks = measures.mean(reciprocal, clusters, where=covered)
        found.append(measures.metric(ranks, "mrr", system=system, unit="score"))
    if covered.any() and not covered.all():
        area = measures.bootstrap(lambda weights: measures.auroc(covered, side.confidences, weights), clusters)
        found.append(measures.metric(area, "auroc", system=system, unit="score"))
    error = measures.calibration(side.confidences, right, clusters)
    return [*found, measures.metric(error, "ece", system=system, higher_is_better=False)]


def _by_confidence(chosen: Flags, confidences: npt.NDArray[np.float64]) -> list[int]:
    places = np.flatnonzero(chosen)
    return [int(place) for place in places[np.argsort(-confidences[places], kind="stable")]]
