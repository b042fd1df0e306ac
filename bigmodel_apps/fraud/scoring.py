"""A trained detector, and what it says of rows of inputs: scores, bands, contributions.

Log-odds are added up: `Detector.slope` · ((1 - weight) · trees + weight · sequence model) + `Detector.intercept`. So the
score is calibrated (Platt, 1999) and still a sum, which contributions can split exactly.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import features, trees
from bigmodel_apps.fraud.features import Settings
from bigmodel_apps.fraud.schema import BANDS, Band
from bigmodel_apps.problems import Problem, Unavailable

if TYPE_CHECKING:  # it brings torch, which trees do without
    from bigmodel_apps.fraud.sequence import SequenceModel
    from bigmodel_apps.fraud.transactions import Transactions

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64] | slice

FILE = "model.json"
SEQUENCE_FILE = "sequence.safetensors"
SEQUENCE = "sequence"
"""Name of the last column of contributions where a detector has a sequence model."""

FALSE_POSITIVES = {"guarded": 0.05, "elevated": 0.02, "high": 0.01}
"""The share of legitimate transactions that reaches each band, at most, on the validation days."""


class Ranker(Protocol):
    """What a detector rests on: `trees.Trees`, or `unsupervised.Outliers` where there are no labels."""

    shift: float

    @property
    def nbytes(self) -> int:
        """Memory."""

    def log_odds(self, features: npt.NDArray[Any]) -> Floats:
        """One for each row."""

    def contributions(self, features: npt.NDArray[Any]) -> Floats:
        """What each input adds, and last the base; rows sum to `log_odds`."""

    def gain(self) -> Floats:
        """How much each input counts overall, shape (d,); sums to 1."""

    def save(self, folder: Path) -> None:
        """Write to a folder."""


@dataclass(frozen=True, slots=True)
class Detector:
    """What `training.train` makes.

    Attributes:
        engine: Its name.
        names: Its inputs, (d,): columns of `inputs`.
        settings: Windows and label delay of those inputs.
        bands: From which probability on a band holds.
        sequence: The model of card histories; None where it did not help.
        weight: Its share of the log-odds, in [0, 1].
        facts: Recipe, rows, days, figures on the validation days: what the card and the page show.
    """

    engine: str
    names: tuple[str, ...]
    settings: Settings
    trees: Ranker
    bands: Mapping[Band, float]
    slope: float = 1.0
    intercept: float = 0.0
    sequence: SequenceModel | None = None
    weight: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return self.trees.nbytes + (self.sequence.nbytes if self.sequence else 0)


@dataclass(frozen=True, slots=True)
class Contributions:
    """What makes n scores.

    Attributes:
        names: Of the columns: the detector's inputs, and `SEQUENCE` where it has a sequence model, (m,).
        shares: What each adds to the log-odds, shape (n, m).
        base: Log-odds before anything is known of a transaction. ``base + shares.sum(axis=1)`` are the log-odds.
    """

    names: tuple[str, ...]
    shares: Floats
    base: float


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a detector reads: columns `names` of `values`, shape (n, d)."""

    names: tuple[str, ...]
    values: npt.NDArray[Any]


def inputs(
    transactions: Transactions,
    settings: Settings,
    names: Sequence[str] | None = None,
    *,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Inputs:
    """Compute inputs from transactions: `features.compute`, and the further numbers that they have.

    Args:
        names: Those that a detector was trained on; one that these transactions cannot give is NaN. By default all that
            have a value anywhere.
    """
    known = features.compute(transactions, settings, report=report, cancelled=cancelled)
    have = (*features.names(settings), *transactions.numbers)
    if names is None:
        names = tuple(name for place, name in enumerate(have) if not np.isnan(known[:, place]).all())
    if tuple(names) == have:
        return Inputs(have, known)
    values = np.full((len(names), len(known)), np.nan).T  # stored by columns, like `known`
    for place, name in enumerate(names):
        if name in have:
            values[:, place] = known[:, have.index(name)]
    return Inputs(tuple(names), values)


def log_odds(
    detector: Detector,
    values: npt.NDArray[Any],
    transactions: Transactions | None = None,
    at: Places = slice(None),
) -> Floats:
    """Calibrated log-odds of fraud.

    Args:
        values: `Inputs.values` of all of `transactions`, shape (n, d), in the order of `Detector.names`.
        transactions: Needed where the detector has a sequence model: whose histories the rows are.
        at: Which rows are asked.

    Returns:
        One for each row in `at`.
    """
    found = detector.trees.log_odds(values[at])
    if detector.sequence is not None and detector.weight:
        found = (1 - detector.weight) * found + detector.weight * _sequence(detector, values, transactions, at)
    return detector.slope * found + detector.intercept


def score(
    detector: Detector,
    values: npt.NDArray[Any],
    transactions: Transactions | None = None,
    at: Places = slice(None),
) -> Floats:
    """Probabilities of fraud; see `log_odds`."""
    return probability(log_odds(detector, values, transactions, at))


def contributions(
    detector: Detector,
    values: npt.NDArray[Any],
    transactions: Transactions | None = None,
    at: Places = slice(None),
) -> Contributions:
    """What adds up to the log-odds; see `log_odds`. About 10,000 rows a second: for a queue, not for a file."""
    found = detector.trees.contributions(values[at])
    names, scale = detector.names, detector.slope
    base = float(found[0, -1]) if len(found) else 0.0
    shares = found[:, :-1]
    if detector.sequence is None or not detector.weight:
        return Contributions(names, scale * shares, scale * base + detector.intercept)
    expected = detector.sequence.base
    further = _sequence(detector, values, transactions, at) - expected
    shares = np.column_stack([(1 - detector.weight) * shares, detector.weight * further])
    base = (1 - detector.weight) * base + detector.weight * expected
    return Contributions((*names, SEQUENCE), scale * shares, scale * base + detector.intercept)


def band(detector: Detector, probabilities: Floats) -> npt.NDArray[np.int8]:
    """Places in `BANDS`, shape (n,)."""
    limits = [detector.bands[name] for name in BANDS[1:]]
    return np.searchsorted(limits, probabilities, side="right").astype(np.int8)


def limits(probabilities: Floats, fraud: npt.NDArray[Any]) -> dict[Band, float]:
    """Where bands begin, from scores whose labels are known; see `FALSE_POSITIVES`."""
    legitimate = np.sort(probabilities[~np.asarray(fraud, dtype=bool)])
    found: dict[Band, float] = {}
    for name in BANDS[1:]:
        allowed = int(FALSE_POSITIVES[name] * len(legitimate))
        # Just above the first score that is one too many: equal scores are in the same band.
        found[name] = float(np.nextafter(legitimate[-1 - allowed], 2)) if allowed < len(legitimate) else 0.0
    return found


def probability(log_odds: Floats) -> Floats:
    """1 / (1 + e^-x), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(log_odds / 2)))


def save(detector: Detector, folder: Path) -> None:
    """Write trees as text, the sequence model as safetensors, the rest as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("trees-*.txt"), folder / SEQUENCE_FILE):
        old.unlink(missing_ok=True)
    detector.trees.save(folder)
    if detector.sequence is not None:
        detector.sequence.save(folder / SEQUENCE_FILE)
    written = {
        "engine": detector.engine,
        "names": detector.names,
        "settings": dataclasses.asdict(detector.settings),
        "shift": detector.trees.shift,
        "slope": detector.slope,
        "intercept": detector.intercept,
        "weight": detector.weight,
        "bands": dict(detector.bands),
        # Equal runs write equal files, however long they took.
        "facts": {name: value for name, value in detector.facts.items() if name != "seconds"},
    }
    (folder / FILE).write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> Detector:
    """Read what `save` wrote.

    Raises:
        Unavailable: A file is missing or damaged.
    """
    try:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
        settings: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in written["settings"].items()
        }
        sequence = None
        if (folder / SEQUENCE_FILE).is_file():
            from bigmodel_apps.fraud.sequence import SequenceModel

            sequence = SequenceModel.load(folder / SEQUENCE_FILE)
        return Detector(
            engine=written["engine"],
            names=tuple(written["names"]),
            settings=Settings(**settings),
            trees=trees.load(folder, written["shift"]),
            bands=written["bands"],
            slope=written["slope"],
            intercept=written["intercept"],
            sequence=sequence,
            weight=written["weight"],
            facts=written["facts"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise Unavailable(Problem("fraud-model-damaged", field=folder.name)) from None


def _sequence(detector: Detector, values: npt.NDArray[Any], transactions: Transactions | None, at: Places) -> Floats:
    if transactions is None or detector.sequence is None:
        raise ValueError("a detector with a sequence model needs the transactions")
    return detector.sequence.log_odds(values, transactions, at)
