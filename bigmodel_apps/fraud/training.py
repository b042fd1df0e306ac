"""Labelled transactions to a detector: ``train fraud``.

What has to be chosen is chosen on days that come before what the detector is for: a rehearsal is trained on a window that
ends a label delay before the last days whose labels are known, and those days decide how much the sequence model counts,
what a log-odds is worth, and where the bands begin. The detector itself then learns from all days that it was given.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps import evidence
from bigmodel_apps.fraud import blend, ranking, scoring, trees
from bigmodel_apps.fraud.features import Settings
from bigmodel_apps.fraud.ranking import Fold
from bigmodel_apps.fraud.scoring import Detector, Inputs
from bigmodel_apps.fraud.transactions import FRAUD, UNKNOWN, Ints, Transactions
from bigmodel_apps.fraud.trees import Recipe
from bigmodel_apps.measures import auroc
from bigmodel_apps.problems import InputError, Problem

if TYPE_CHECKING:  # it brings torch, which trees do without
    from bigmodel_apps.fraud.sequence import SequenceModel

Floats = npt.NDArray[np.float64]
Report = Callable[[int, int], None]
Stop = Callable[[], bool]

ENGINE = "boosted-trees"
BLENDED = "boosted-trees+sequence"
CARDS = Path(__file__).parent / "cards"
SEED = 7
MIN_FRAUDS = 20
"""Frauds that a detector needs to learn from; the rehearsal makes do with half of them."""

VALIDATION_DAYS = 7
_PARTS = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """Days to learn from, in days since 1970-01-01, and the delay after which labels are known."""

    first_day: int
    days: int
    delay: int = 7

    @property
    def end(self) -> int:
        """The first day after it."""
        return self.first_day + self.days

    @property
    def first_test_day(self) -> int:
        """The first day on which all its labels are known."""
        return self.end + self.delay


def window(transactions: Transactions, delay_days: int = 7, *, most: int = 60) -> Window:
    """Days to learn from when nobody names them: up to `most` that end a delay before the last third of all days."""
    first, last = int(transactions.days[0]), int(transactions.days[-1])
    total = last - first + 1
    end = max(first + 1, last + 1 - total // 3 - delay_days)
    days = max(1, min(most, end - first))
    return Window(end - days, days, delay_days)


@dataclass(frozen=True, slots=True)
class Parts:
    """Trained models before they are weighed."""

    trees: trees.Trees
    sequence: SequenceModel | None

    def log_odds(self, inputs: Inputs, transactions: Transactions, at: Ints) -> tuple[Floats, Floats | None]:
        """Of the trees, and of the sequence model if there is one, for the rows in `at`."""
        further = None if self.sequence is None else self.sequence.log_odds(inputs.values, transactions, at)
        return self.trees.log_odds(inputs.values[at]), further


def fit(
    transactions: Transactions,
    inputs: Inputs,
    rows: Ints,
    recipe: Recipe,
    *,
    sequence: bool = False,
    seed: int = SEED,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Parts:
    """Train on some rows: those of them whose label is known.

    Args:
        inputs: Of all transactions.
        sequence: Whether to train a model of card histories too.

    Raises:
        Cancelled: By `cancelled`.
    """
    rows = rows[transactions.fraud[rows] != UNKNOWN]
    fraud = transactions.fraud[rows] == FRAUD
    grown = trees.fit(
        inputs.values[rows], fraud, recipe, names=inputs.names, seed=seed, report=report, cancelled=cancelled
    )
    if not sequence:
        return Parts(grown, None)
    from bigmodel_apps.fraud import sequence as histories

    return Parts(
        grown,
        histories.fit(
            inputs.values,
            transactions,
            rows,
            fraud,
            names=inputs.names,
            seed=seed,
            report=report,
            cancelled=cancelled,
        ),
    )


def detector(
    transactions: Transactions,
    window: Window,
    recipe: Recipe | None = None,
    *,
    sequence: bool = False,
    seed: int = SEED,
    inputs: Inputs | None = None,
    also: Ints | None = None,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Detector:
    """Train a detector on a window.

    Args:
        transactions: Those before the window serve as history; those after it are not looked at.
        sequence: Whether to try a model of card histories, kept where it adds `blend.GAIN`; needs cards.
        inputs: Of `transactions`, where they are computed already.
        also: Further rows to learn from, such as later ones that somebody decided on; needs `inputs`.
        report: Called with (thousandths done, 1,000).

    Raises:
        InputError: ``fraud-window-empty``, ``fraud-too-few-frauds``, ``fraud-one-class``.
        Cancelled: By `cancelled`.
    """
    started = time.perf_counter()
    recipe = recipe or Recipe()
    if inputs is None:
        transactions = transactions.take(slice(0, transactions.between(window.end, 0).start))
    rows = _rows(transactions, window)
    _check(transactions, rows)
    if also is not None and inputs is not None:
        rows = np.union1d(rows, also)
    settings = Settings(delay_days=window.delay)
    if inputs is None:
        inputs = scoring.inputs(transactions, settings, report=_part(report, 0.0, 0.1), cancelled=cancelled)
    earlier, validation = _rehearsal(transactions, window)
    sequence = sequence and transactions.customers is not None
    slope, intercept, weight = 1.0, 0.0, 0.0
    facts: dict[str, Any] = {}
    if len(validation):
        rehearsed = fit(
            transactions,
            inputs,
            earlier,
            recipe,
            sequence=sequence,
            seed=seed,
            report=_part(report, 0.1, 0.5),
            cancelled=cancelled,
        )
        fraud = transactions.fraud[validation] == FRAUD
        found, further = rehearsed.log_odds(inputs, transactions, validation)
        if further is not None:
            weight, by_weight = blend.choose([(found, further, fraud)])
            facts["by_weight"] = {str(one): round(value, 4) for one, value in by_weight.items()}
            found = blend.mixed(found, further, weight)
        slope, intercept = blend.calibrate(found, fraud)
        probabilities = scoring.probability(slope * found + intercept)
        facts |= {
            "validation_days": [int(transactions.days[place]) for place in (validation[0], validation[-1])],
            "validation_rows": len(validation),
            "validation_frauds": int(fraud.sum()),
            "average_precision": round(ranking.average_precision(fraud, found), 4),
            "auc": round(auroc(fraud, found), 4),
        }
    parts = fit(
        transactions,
        inputs,
        rows,
        recipe,
        sequence=weight > 0,
        seed=seed,
        report=_part(report, 0.5, 1.0),
        cancelled=cancelled,
    )
    if not len(validation):  # nothing else is known: the bands of the rows it learned from
        fraud = transactions.fraud[rows] == FRAUD
        probabilities = scoring.probability(parts.trees.log_odds(inputs.values[rows]))
    learned = transactions.fraud[rows]
    return Detector(
        engine=BLENDED if weight else ENGINE,
        names=inputs.names,
        settings=settings,
        trees=parts.trees,
        bands=scoring.limits(probabilities, fraud),
        slope=slope,
        intercept=intercept,
        sequence=parts.sequence,
        weight=weight,
        facts={
            "first_train_day": window.first_day,
            "train_days": window.days,
            "delay_days": window.delay,
            "first_test_day": window.first_test_day,
            "rows": int((learned != UNKNOWN).sum()),
            "frauds": int((learned == FRAUD).sum()),
            "simulated": transactions.simulated,
            "recipe": dataclasses.asdict(recipe),
            "seed": seed,
            **facts,
            "seconds": round(time.perf_counter() - started, 1),
        },
    )


def train(
    transactions: Transactions,
    first_day: int,
    days: int,
    delay_days: int,
    out: Path,
    *,
    recipe: Recipe | None = None,
    sequence: bool = False,
    seed: int = SEED,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> dict[str, Any]:
    """Train a detector and write it with its card to a folder; see `detector`.

    Returns:
        What it learned from and how it did on the validation days.
    """
    found = detector(
        transactions,
        Window(first_day, days, delay_days),
        recipe,
        sequence=sequence,
        seed=seed,
        report=report,
        cancelled=cancelled,
    )
    scoring.save(found, out)
    write_cards(out, found)
    return {"engine": found.engine, **found.facts}


def write_cards(folder: Path, trained: Detector) -> None:
    """The model card in both languages, from the template."""
    facts = trained.facts
    gain = trained.trees.gain()
    heaviest = sorted(zip(gain, trained.names, strict=True), reverse=True)[:5]
    files = (*folder.glob("trees-*.txt"), *folder.glob("*.safetensors"))
    for suffix in ("md", "zh.md"):
        template = (CARDS / f"detector.{suffix}").read_text(encoding="utf-8")
        card = template.format(
            facts=facts,
            engine=trained.engine,
            megabytes=f"{sum(file.stat().st_size for file in files) / 1e6:.2f}",
            inputs=len(trained.names),
            heaviest=", ".join(f"{name} {share:.0%}" for share, name in heaviest),
            first=_date(facts["first_train_day"]),
            last=_date(facts["first_train_day"] + facts["train_days"] - 1),
            validation=(
                f"{facts['validation_rows']:,} / {facts['validation_frauds']:,}; AP {facts['average_precision']}, "
                f"AUC {facts['auc']}"
                if "validation_rows" in facts
                else "-"
            ),
            weight=trained.weight,
            bands=", ".join(f"{name} {limit:.4f}" for name, limit in trained.bands.items()),
            recipe=", ".join(f"{name} {value}" for name, value in facts["recipe"].items()),
            code=evidence.code_version(),
            date=evidence.today(),
        )
        (folder / f"card.{suffix}").write_text(card, encoding="utf-8")


def _rehearsal(transactions: Transactions, window: Window) -> tuple[Ints, Ints]:
    """Rows to rehearse on, and the validation rows that follow a label delay later; none where frauds are too few.

    First choice: the window, moved back so far that its test days are its own last days. Where history is too short for
    that: what of the window itself lies before them.
    """
    held = min(VALIDATION_DAYS, max(1, window.days // 3))
    begin = window.end - held
    known = begin - window.delay
    fold = Fold(known - VALIDATION_DAYS, VALIDATION_DAYS, window.delay, held)
    validation = _labelled(transactions, _tested(transactions, fold))
    # With a window no longer than the delay there is no gap to leave.
    for first, until in ((window.first_day - held - window.delay, known), (window.first_day, begin)):
        found = transactions.between(first, until - first)
        earlier = _labelled(transactions, np.arange(found.start, found.stop))
        counts = [int((transactions.fraud[rows] == FRAUD).sum()) for rows in (earlier, validation)]
        if min(counts) >= MIN_FRAUDS // 2 and int(transactions.days[earlier[0]]) < until - window.days // 2:
            return earlier, validation
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)


def _tested(transactions: Transactions, fold: Fold) -> Ints:
    if transactions.customers is not None:
        return ranking.tested(transactions, fold)
    found = transactions.between(fold.test.start, len(fold.test))
    return np.arange(found.start, found.stop)


def _labelled(transactions: Transactions, rows: Ints) -> Ints:
    return rows[transactions.fraud[rows] != UNKNOWN]


def _rows(transactions: Transactions, window: Window) -> Ints:
    found = transactions.between(window.first_day, window.days)
    return np.arange(found.start, found.stop)


def _check(transactions: Transactions, rows: Ints) -> None:
    if not len(rows):
        raise InputError(Problem("fraud-window-empty", field="train-start"))
    labels = transactions.fraud[rows]
    frauds, legitimate = int((labels == FRAUD).sum()), int((labels != UNKNOWN).sum() - (labels == FRAUD).sum())
    if not frauds or not legitimate:
        raise InputError(Problem("fraud-one-class", details={"frauds": frauds, "legitimate": legitimate}))
    if frauds < MIN_FRAUDS:
        raise InputError(Problem("fraud-too-few-frauds", details={"frauds": frauds, "least": MIN_FRAUDS}))


def _part(report: Report | None, begin: float, end: float) -> Report | None:
    """Reports a part of the work as that share of all."""
    if report is None:
        return None
    return lambda done, total: report(int(_PARTS * (begin + (end - begin) * done / max(total, 1))), _PARTS)


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))
