"""Decisions about alerts become labels, a challenger learns from them, and is put in use or taken back.

Two detectors are trained in the same way. The *twin* learns without the last labelled days and is measured on them,
beside the twin of the champion (or the detector of the bank, which ended before them), so the comparison is of days that
neither has seen. The *challenger* itself learns from everything: all labels that have matured and all decisions, also those
about days whose other labels are still unknown. Both are kept, so that the next challenger can be compared in the same way.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmodel_apps import evidence, measures, workspace
from bigmodel_apps.evidence import Metric
from bigmodel_apps.fraud import queue, ranking, scoring, shelf, training
from bigmodel_apps.fraud.features import Settings
from bigmodel_apps.fraud.ranking import Fold
from bigmodel_apps.fraud.scoring import Detector, Inputs
from bigmodel_apps.fraud.shelf import SAMPLE, Bank
from bigmodel_apps.fraud.training import Window
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Floats, Ints, Transactions
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.workspace import Case, Deployment, Recipe, Version
from bigmodel_apps.workspace.database import NAME_CHARS

DOMAIN = "fraud"
TWIN = "twin"
"""Folder of the twin within a version's."""

TEST_DAYS, TRAIN_DAYS = 14, 60
SEED = 7

_DRAWS = 500
_LABELS = {"fraud": FRAUD, "legitimate": LEGITIMATE}

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]
Verdict = Literal["better", "worse", "same"]


@dataclass(frozen=True, slots=True)
class Applied:
    """What decisions did to the labels, in transactions.

    Attributes:
        frauds, legitimate: Decided so.
        new: Whose label was unknown.
        overruled: Whose label in the data says otherwise.
        missing: Decided on, but not in the data.
    """

    frauds: int
    legitimate: int
    new: int
    overruled: int
    missing: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How one detector ranks the test days; `card_precision` at `queue.CAPACITY`."""

    average_precision: Estimate
    auc: Estimate
    card_precision: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a training.

    Attributes:
        applied: The decisions that it learned from.
        rows, frauds: That the challenger learned from.
        first_test_day, test_days: Days of the comparison, which none of the two compared has learned from.
        test_rows, test_frauds: Of them, without the cards known to be compromised.
        ceiling: Card precision of a perfect ranking.
        challenger, champion: Of the twins.
        difference: Average precision of the challenger less that of the champion; intervals draw cards.
        verdict: Whether the interval of the difference leaves 0 out.
        rival: Name of the version in use at the time; None for the detector of the bank.
    """

    applied: Applied
    rows: int
    frauds: int
    first_test_day: int
    test_days: int
    test_rows: int
    test_frauds: int
    ceiling: float
    challenger: Figures
    champion: Figures
    difference: Estimate
    verdict: Verdict
    rival: str | None


def decided(transactions: Transactions, cases: Iterable[Case]) -> tuple[Transactions, Applied, Ints]:
    """Transactions with the labels that analysts gave; of several about one, the last counts.

    Returns:
        The transactions, what changed, and the places of those decided on.
    """
    labels: dict[str, int] = {}
    for case in sorted(cases, key=lambda case: case.changed_at):
        if case.decision in _LABELS:
            labels |= dict.fromkeys(case.transactions, _LABELS[case.decision])
        else:
            for id in case.transactions:  # put off again: what was said before no longer holds
                labels.pop(id, None)
    first = pd.Series(np.arange(len(transactions)), index=transactions.ids)
    first = first[~first.index.duplicated()]  # a reader names repeated ones
    places = first.reindex([*labels]).fillna(-1).to_numpy(dtype=np.int64)
    given = np.array([*labels.values()], dtype=np.int8)
    known = places >= 0
    at, given = places[known], given[known]
    before = transactions.fraud[at]
    fraud = transactions.fraud.copy()
    fraud[at] = given
    applied = Applied(
        frauds=int((given == FRAUD).sum()),
        legitimate=int((given == LEGITIMATE).sum()),
        new=int((before == UNKNOWN).sum()),
        overruled=int(((before != UNKNOWN) & (before != given)).sum()),
        missing=int((~known).sum()),
    )
    return replace(transactions, fraud=fraud), applied, np.sort(at)


def train(
    bank: Bank,
    owner: str,
    name: str = "",
    *,
    seed: int = SEED,
    report: Progress | None = None,
    cancelled: Stop | None = None,
) -> Version:
    """Train a challenger on a bank and what the owner decided about its alerts. Nothing is put in use yet.

    Blocks; run it as a job.

    Args:
        bank: The bank, scored by whatever detector.
        owner: Whose decisions they are, and whose version it becomes.
        name: What to call it; the day of the newest queue by default.
        report: Called with (thousandths done, 1,000).

    Raises:
        InputError: ``fraud-nothing-decided``, ``fraud-drift-days`` (too short a history), what `training.detector` says,
            ``workspace-full``, or what is wrong with the name.
        Cancelled: Nothing was kept.
    """
    started = time.perf_counter()
    cases = workspace.default().cases.list(owner, DOMAIN, bank.key)
    version = deployed(owner, bank.key)
    rival = bank.detector if version is None else open_version(version, owner, twin=True)
    challenger, twin, found = fit(
        bank, cases, rival, rival_name=version.name if version else None, seed=seed, report=report, cancelled=cancelled
    )
    if cancelled is not None and cancelled():
        raise Cancelled
    registry = workspace.default().registry
    title = (name.strip() or str(np.datetime64(bank.last_day, "D")))[:NAME_CHARS]
    recipe = _recipe(bank, cases, challenger, found, seed, time.perf_counter() - started)
    kept = registry.add(owner, _domain(bank.key), title, recipe, partial(_write, challenger=challenger, twin=twin))
    registry.deploy(owner, _domain(bank.key), kept.id, "challenger")
    return kept


def fit(
    bank: Bank,
    cases: Iterable[Case],
    champion: Detector,
    *,
    rival_name: str | None = None,
    seed: int = SEED,
    report: Progress | None = None,
    cancelled: Stop | None = None,
) -> tuple[Detector, Detector, Report]:
    """Train and measure, without a workspace.

    Args:
        champion: To be compared with; it has not learned from the test days.

    Returns:
        The challenger, its twin, and what came of it.
    """
    transactions, applied, at = decided(bank.transactions, cases)
    if not len(at):
        raise InputError(Problem("fraud-nothing-decided"))
    settings = Settings(delay_days=bank.detector.settings.delay_days)
    learn, test = windows(bank, settings.delay_days)
    inputs = scoring.inputs(transactions, settings, report=_part(report, 0.0, 0.1), cancelled=cancelled)
    days = transactions.days[at]
    twin = training.detector(
        transactions,
        learn,
        inputs=inputs,
        also=at[(days >= learn.end) & (days < test.start)],
        seed=seed,
        report=_part(report, 0.1, 0.5),
        cancelled=cancelled,
    )
    matured = test.stop
    first = max(int(transactions.days[0]), matured - TRAIN_DAYS)
    challenger = training.detector(
        transactions,
        Window(first, matured - first, settings.delay_days),
        inputs=inputs,
        also=at[days >= matured],
        seed=seed,
        report=_part(report, 0.5, 0.9),
        cancelled=cancelled,
    )
    found = _compared(bank, transactions, inputs, twin, champion, test)
    return (
        challenger,
        twin,
        Report(
            applied=applied,
            rows=int(challenger.facts["rows"]),
            frauds=int(challenger.facts["frauds"]),
            rival=rival_name,
            **found,
        ),
    )


def windows(bank: Bank, delay_days: int) -> tuple[Window, range]:
    """Days that a twin learns from, and the last days with labels, on which it is measured.

    Raises:
        InputError: ``fraud-drift-days``: too short a history.
    """
    first, matured = int(bank.transactions.days[0]), bank.last_day - delay_days + 1
    # Never days that the detector of the bank has learned from.
    test = range(max(matured - TEST_DAYS, bank.first_test_day), matured)
    end = test.start - delay_days
    begin = max(first, end - TRAIN_DAYS)
    if len(test) < 1 or end - begin < delay_days:
        details = {"needed": 2 * delay_days + 1, "window": delay_days, "found": max(0, end - begin)}
        raise InputError(Problem("fraud-drift-days", details=details))
    return Window(begin, end - begin, delay_days), test


def report_of(version: Version) -> Report:
    """What came of the training of a version, also after a restart."""
    about: dict[str, Any] = dict(version.run.recipe.report)
    for name in ("challenger", "champion"):
        figures = about[name]
        estimates = {key: Estimate(**figures[key]) for key in ("average_precision", "auc")}
        about[name] = Figures(**(figures | estimates))
    about |= {"applied": Applied(**about["applied"]), "difference": Estimate(**about["difference"])}
    return Report(**about)


# --- The life of a version --------------------------------------------------------------------------------------------


def versions(owner: str, bank: str = SAMPLE) -> list[Version]:
    """The owner's versions for a bank, the newest first."""
    return workspace.default().registry.versions(owner, _domain(bank))


def deployed(owner: str, bank: str = SAMPLE) -> Version | None:
    """The version that this owner uses for a bank; None for the detector that the bank came with."""
    return workspace.default().registry.deployed(owner, _domain(bank))


def deploy(owner: str, id: str | None, bank: str = SAMPLE) -> Deployment:
    """Put a version in use, or the detector that the bank came with (None); pages follow at their next rerun."""
    if id is not None:
        open_version(workspace.default().registry.get(id, owner), owner)  # damaged files are found now
    return workspace.default().registry.deploy(owner, _domain(bank), id)


def roll_back(owner: str, bank: str = SAMPLE) -> Version | None:
    """Return to what was in use before; None for the bank's own. Raises `InputError` ``nothing-to-roll-back``."""
    return workspace.default().registry.roll_back(owner, _domain(bank))


def delete(id: str, owner: str) -> None:
    """Delete a version. Raises `InputError` where it is not this owner's, or in use."""
    workspace.default().registry.delete(id, owner)
    shelf.detectors.close(shelf.key_of(id, owner))
    shelf.detectors.close(shelf.key_of(f"{id}-{TWIN}", owner))


def open_version(version: Version, owner: str, *, twin: bool = False) -> Detector:
    """A version's detector, under `shelf.key_of` for `Options.own`; or its twin.

    Raises:
        InputError: It is not this owner's.
        Unavailable: Its files are damaged.
    """
    registry = workspace.default().registry
    registry.get(version.id, owner)  # before the shelf: it may be deleted and still open
    key = shelf.key_of(f"{version.id}-{TWIN}" if twin else version.id, owner)

    def load() -> Detector:
        folder = registry.folder(version.id, owner)
        return scoring.load(folder / TWIN if twin else folder)

    return shelf.detectors.open(key, load)


def serve(owner: str, bank: str = SAMPLE) -> tuple[Bank, Version | None]:
    """A bank as the owner's champion scores it; call it at every rerun: a switch is followed. Scores once per version.

    Raises:
        InputError: ``fraud-bank-unknown``.
        Unavailable: The version's files are damaged.
    """
    plain = shelf.open_bank(bank)
    version = deployed(owner, bank)
    if version is None:
        return plain, None
    detector = open_version(version, owner)

    def load() -> Bank:
        whole = replace(plain.transactions, fraud=plain.truth)
        return shelf.score_bank(bank, whole, detector, first_test_day=plain.first_test_day)

    return shelf.banks.open(shelf.key_of(f"{bank}+{version.id}", owner), load), version


# --- Measuring --------------------------------------------------------------------------------------------------------


def _compared(
    bank: Bank, transactions: Transactions, inputs: Inputs, twin: Detector, champion: Detector, test: range
) -> dict[str, Any]:
    """The fields of a `Report` that come from the test days; their labels are those of the data, not decisions."""
    labels = bank.transactions
    at = _tested(labels, test, twin.settings.delay_days)
    at = at[labels.fraud[at] != UNKNOWN]
    fraud = labels.fraud[at] == FRAUD
    if not fraud.any() or fraud.all():
        details = {"frauds": int(fraud.sum()), "legitimate": int((~fraud).sum())}
        raise InputError(Problem("fraud-one-class", details=details))
    cards = at if labels.customers is None else labels.customers[at].astype(np.int64)
    days = labels.days[at]
    scores = {}
    for system, detector in (("challenger", twin), ("champion", champion)):
        # A champion may read other inputs, or with another delay.
        same = detector.settings == twin.settings and detector.names == inputs.names
        read = inputs if same else scoring.inputs(transactions, detector.settings, detector.names)
        scores[system] = scoring.score(detector, read.values, transactions, at)
    figures = {
        system: Figures(
            average_precision=measures.bootstrap(_average_precision(fraud, found), cards, draws=_DRAWS),
            auc=measures.bootstrap(partial(measures.auroc, fraud, found), cards, draws=_DRAWS),
            card_precision=queue.card_precision(days, cards, found, labels.fraud[at]).value,
        )
        for system, found in scores.items()
    }
    first, second = (_average_precision(fraud, scores[system]) for system in ("challenger", "champion"))
    difference = measures.bootstrap(lambda weights: first(weights) - second(weights), cards, draws=_DRAWS)
    clear = not difference.low <= 0 <= difference.high
    verdict: Verdict = ("better" if difference.value > 0 else "worse") if clear else "same"
    return {
        "first_test_day": test.start,
        "test_days": len(test),
        "test_rows": len(at),
        "test_frauds": int(fraud.sum()),
        "ceiling": queue.card_precision(days, cards, scores["challenger"], labels.fraud[at]).ceiling,
        **figures,
        "difference": difference,
        "verdict": verdict,
    }


def _average_precision(fraud: npt.NDArray[np.bool_], scores: Floats) -> Callable[[Floats], float]:
    """`ranking.average_precision` of weighted rows; sorts once."""
    order = np.argsort(-scores, kind="stable")
    truth, ranked = fraud[order].astype(np.float64), scores[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))

    def of(weights: Floats) -> float:
        weighed = weights[order]
        hits, rows = (weighed * truth).cumsum()[ends], weighed.cumsum()[ends]
        if not hits[-1]:
            return float("nan")
        precision = np.divide(hits, rows, out=np.zeros(len(rows)), where=rows > 0)
        return float((np.diff(hits, prepend=0.0) * precision).sum() / hits[-1])

    return of


def _tested(transactions: Transactions, test: range, delay_days: int) -> Ints:
    if transactions.customers is not None:
        return ranking.tested(transactions, Fold(test.start - delay_days - 7, 7, delay_days, len(test)))
    span = transactions.between(test.start, len(test))
    return np.arange(span.start, span.stop)


# --- The run, as the workspace keeps it -------------------------------------------------------------------------------


def _write(folder: Path, *, challenger: Detector, twin: Detector) -> None:
    scoring.save(challenger, folder)
    training.write_cards(folder, challenger)
    scoring.save(twin, folder / TWIN)


def _recipe(
    bank: Bank, cases: Iterable[Case], challenger: Detector, found: Report, seed: int, seconds: float
) -> Recipe:
    decisions = sorted((case.alert, case.decision, case.transactions) for case in cases)
    digest = sha256(bank.transactions.ids.astype("U").tobytes() + bank.transactions.seconds.tobytes())
    digest.update(json.dumps(decisions).encode())
    metrics = []
    for system, figures in (("challenger", found.challenger), ("champion", found.champion)):
        metrics.append(measures.metric(figures.average_precision, "average-precision", system=system))
        metrics.append(measures.metric(figures.auc, "auc", system=system))
        metrics.append(Metric(name="card-precision", value=round(figures.card_precision, 4), system=system))
    return Recipe(
        data={"name": bank.key, "rows": found.rows, "decisions": len(decisions), "sha256": digest.hexdigest()},
        code_version=evidence.code_version(),
        seed=seed,
        parameters=json.loads(json.dumps(_parameters(challenger))),
        metrics=[metric.model_dump(mode="json", exclude_defaults=True) for metric in metrics],
        report=json.loads(json.dumps(dataclasses.asdict(found))),
        seconds=round(seconds, 1),
    )


def _parameters(detector: Detector) -> Mapping[str, Any]:
    return {
        "engine": detector.engine,
        "inputs": len(detector.names),
        "bands": dict(detector.bands),
        "first_train_day": detector.facts["first_train_day"],
        "train_days": detector.facts["train_days"],
        "recipe": detector.facts["recipe"],
    }


def _domain(bank: str) -> str:
    """Versions of each bank have aliases of their own."""
    return DOMAIN if bank == SAMPLE else f"{DOMAIN}/{bank}"


def _part(report: Progress | None, begin: float, end: float) -> Progress | None:
    if report is None:
        return None
    return lambda done, total: report(int(1_000 * (begin + (end - begin) * done / max(total, 1))), 1_000)
